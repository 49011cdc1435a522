"""Marks: letters that stay with their runs across sorts, filters and live changes."""

from collections.abc import Iterable, Sequence

from mlops_console.console.theme import letter


class Marks:
    """Run ids and the numbers of their letters, in the order they were marked."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, run: object) -> bool:
        return run in self._numbers

    def toggle(self, run: str) -> bool:
        """Mark or unmark a run; whether it is marked now. A new mark takes the first free letter."""
        if self._numbers.pop(run, None) is not None:
            return False
        self.add((run,))
        return True

    def add(self, runs: Iterable[str]) -> int:
        """Mark runs that are not marked yet; how many."""
        taken = set(self._numbers.values())
        free = 0
        added = 0
        for run in runs:
            if run in self._numbers:
                continue
            while free in taken:
                free += 1
            self._numbers[run] = free
            free += 1
            added += 1
        return added

    def clear(self) -> dict[str, int]:
        """Unmark all; what was marked, for `restore`."""
        before, self._numbers = self._numbers, {}
        return before

    def restore(self, numbers: dict[str, int]) -> None:
        """Mark what `clear` unmarked."""
        self._numbers = dict(numbers)

    def forget(self, runs: Iterable[str]) -> None:
        """Runs that are no more."""
        for run in runs:
            self._numbers.pop(run, None)

    def numbers(self) -> dict[str, int]:
        """Run id -> number of its letter."""
        return dict(self._numbers)

    def lettered(self, most: int | None = None) -> list[tuple[str, str]]:
        """(letter, run id) by letter."""
        pairs = sorted(self._numbers.items(), key=lambda pair: pair[1])
        return [(letter(number), run) for run, number in pairs[:most]]

    def runs(self) -> Sequence[str]:
        """The marked runs by letter."""
        return [run for run, _ in sorted(self._numbers.items(), key=lambda pair: pair[1])]
