"""Marks: letters that stay with their runs across sorts, filters and live changes."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mlops_console.console.deeds import Deed
from mlops_console.console.theme import letter

NOBODY: Final[Mapping[str, int]] = MappingProxyType({})


class Marks:
    """Run ids and the numbers of their letters, in the order they were marked."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, run: object) -> bool:
        return run in self._numbers

    def toggle(self, run: str) -> Deed:
        """Mark or unmark a run. A new mark takes the first free letter."""
        number = self._numbers.pop(run, None)
        if number is not None:
            return self.deed(f"Mark {letter(number)} taken off", NOBODY, {run: number})
        added = self.add((run,))
        return self.deed(f"Marked {letter(added[run])}", added)

    def add(self, runs: Iterable[str]) -> dict[str, int]:
        """Mark runs that are not marked yet; which, for `take` and `restore`."""
        taken = set(self._numbers.values())
        free = 0
        added: dict[str, int] = {}
        for run in runs:
            if run in self._numbers:
                continue
            while free in taken:
                free += 1
            self._numbers[run] = added[run] = free
            free += 1
        return added

    def clear(self) -> dict[str, int]:
        """Unmark all; what was marked, for `restore`."""
        before, self._numbers = self._numbers, {}
        return before

    def restore(self, numbers: Mapping[str, int]) -> None:
        """Mark what was unmarked, by the letters it had; where another run has one now, by a free one."""
        taken = set(self._numbers.values())
        self._numbers.update({run: number for run, number in numbers.items() if number not in taken})
        self.add(numbers)

    def deed(self, what: str, added: Mapping[str, int], removed: Mapping[str, int] = NOBODY) -> Deed:
        """The way back and the way there again of runs that were marked and unmarked just now."""

        def turn(off: Mapping[str, int], on: Mapping[str, int]) -> None:
            self.forget(off)
            self.restore(on)

        return Deed(what, lambda: turn(added, removed), lambda: turn(removed, added), at_once=True)

    def forget(self, runs: Iterable[str]) -> None:
        """Unmark runs; also those that are no more."""
        for run in runs:
            self._numbers.pop(run, None)

    def number(self, run: str) -> int | None:
        """The number of a run's letter; None where it is not marked."""
        return self._numbers.get(run)

    def letter(self, run: str) -> str:
        """A run's letter; empty where it is not marked."""
        return letter(self._numbers[run]) if run in self._numbers else ""

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
