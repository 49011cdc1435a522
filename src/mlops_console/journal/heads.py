"""The heads of a journal: the events that no other names as its parent. The next event names them all."""

from collections.abc import Iterable

from mlops_console.journal.scanning import Kept


class Heads:
    """Heads and highest clock of the events added, in any order of arrival."""

    def __init__(self, events: Iterable[tuple[str, Kept]] = ()) -> None:
        self._named: set[str] = set()
        self._heads: dict[str, str] = {}
        self.clock = 0
        for identity, event in events:
            self.add(identity, event)

    def add(self, identity: str, event: Kept) -> None:
        """One more."""
        self._named.update(event.parents)
        for parent in event.parents:
            self._heads.pop(parent, None)
        if event.sha256 not in self._named:
            self._heads[event.sha256] = identity
        self.clock = max(self.clock, event.clock)

    @property
    def hashes(self) -> tuple[str, ...]:
        """SHA-256 of the heads, sorted."""
        return tuple(sorted(self._heads))

    def by_id(self) -> dict[str, str]:
        """The heads' ids and SHA-256."""
        return {identity: digest for digest, identity in self._heads.items()}
