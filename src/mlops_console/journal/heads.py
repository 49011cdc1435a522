"""The heads of a journal: the events that no other names as its parent. The next event names them all."""

from collections.abc import Iterable

from mlops_console.journal.scanning import Kept


class Heads:
    """Heads and highest clock of the events added, in any order of arrival."""

    def __init__(self, events: Iterable[Kept] = ()) -> None:
        self._named: set[str] = set()
        self._heads: set[str] = set()
        self.clock = 0
        for event in events:
            self.add(event)

    def add(self, event: Kept) -> None:
        """One more."""
        self._named.update(event.parents)
        self._heads.difference_update(event.parents)
        if event.sha256 not in self._named:
            self._heads.add(event.sha256)
        self.clock = max(self.clock, event.clock)

    @property
    def hashes(self) -> tuple[str, ...]:
        """SHA-256 of the heads, sorted."""
        return tuple(sorted(self._heads))
