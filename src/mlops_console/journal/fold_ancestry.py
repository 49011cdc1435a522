"""Who knew what: events and their parents as a graph."""

from collections.abc import Iterable

from mlops_console.journal.event import Event


class Ancestry:
    """All events by their SHA-256, and the heads among them."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._named: set[str] = set()
        self._heads: set[str] = set()

    def add(self, events: Iterable[Event]) -> None:
        """More events, in any order."""
        for event in events:
            sha = event.sha256
            if not sha:
                continue
            self._events[sha] = event
            self._named.update(event.parents)
            self._heads.difference_update(event.parents)
            if sha not in self._named:
                self._heads.add(sha)

    @property
    def heads(self) -> tuple[str, ...]:
        """SHA-256 of the events that no other names as its parent, sorted."""
        return tuple(sorted(self._heads))

    def knows(self, event: Event, other: Event, missing: set[str]) -> bool:
        """Whether the writer of `event` knew of `other`: a way leads there over parents.

        No ancestor has a higher clock than its descendant, so that only events after `other` are looked at.

        Args:
            event: The later one.
            other: The earlier one.
            missing: Takes up the parents that are not here: once one of them comes, ask again.
        """
        waiting, seen, absent = list(event.parents), set(event.parents), []
        while waiting:
            sha = waiting.pop()
            if sha == other.sha256:
                return True
            found = self._events.get(sha)
            if found is None:
                absent.append(sha)
            elif found.clock > other.clock:
                more = [parent for parent in found.parents if parent not in seen]
                seen.update(more)
                waiting += more
        missing.update(absent)
        return False
