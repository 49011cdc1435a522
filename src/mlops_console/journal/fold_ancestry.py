"""Who knew what: events and their parents as a graph."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from mlops_console.journal.event import ALIAS, RETRACT, Event

MOVERS: Final = frozenset((ALIAS, RETRACT))
"""Kinds after which an alias stands elsewhere: only of these is ever asked who knew of them."""
ANY: Final = "*"
"""In place of many that are missing: ask again whenever one of them comes."""
_STEPS: Final = 20_000
_FACTOR: Final = 2
_MANY: Final = 50


class Node(NamedTuple):
    """What is known of an event here."""

    clock: int
    parents: tuple[str, ...]
    moves: bool


class Ancestry:
    """All events by their SHA-256, and the heads among them.

    Args:
        heads: Of what was kept.
        named: What is named as a parent there, and is not there.
        kept: Gives what was kept, once somebody asks.
    """

    def __init__(
        self,
        heads: Iterable[str] = (),
        named: Iterable[str] = (),
        kept: Callable[[], Mapping[str, Node]] | None = None,
    ) -> None:
        self._new: dict[str, Node] = {}
        self._kept = kept
        self._named = set(named)
        self._heads = set(heads)
        self.steps = 0
        """Walked since something came last."""
        self._reached: dict[str, int] | None = None
        self._bits: dict[str, int] = {}

    def add(self, events: Iterable[Event]) -> None:
        """More events, in any order."""
        self._reached, self.steps = None, 0
        for event in events:
            sha = event.sha256
            if not sha:
                continue
            self._new[sha] = Node(event.clock, event.parents, event.kind in MOVERS)
            self._named.update(event.parents)
            self._heads.difference_update(event.parents)
            if sha not in self._named:
                self._heads.add(sha)

    @property
    def heads(self) -> tuple[str, ...]:
        """SHA-256 of the events that no other names as its parent, sorted."""
        return tuple(sorted(self._heads))

    def nodes(self) -> dict[str, Node]:
        """All that is known, by SHA-256."""
        if self._kept is not None:
            kept, self._kept = self._kept(), None
            self._new = {**kept, **self._new}
        return self._new

    def absent(self) -> frozenset[str]:
        """SHA-256 of what is named as a parent, and is not here."""
        nodes = self.nodes()
        return frozenset(sha for sha in self._named if sha not in nodes)

    def awaits(self, sha: str) -> bool:
        """Whether an event that is not here yet is named as a parent."""
        return sha in self._named

    def knows(self, event: Event, other: Event, missing: set[str]) -> bool:
        """Whether the writer of `event` knew of `other`, a move: a way leads there over parents.

        A parent comes before its child by its clock; one that says otherwise is taken for none. After many
        steps, as only a journal made for that needs, all answers are prepared at once: never more than some
        steps for each event, and a bit for each pair of moves.

        Args:
            event: The later one.
            other: The earlier one.
            missing: Takes up the parents that are not here: once one of them comes, ask again.
        """
        if other.sha256 in event.parents:
            return event.clock > other.clock
        nodes = self.nodes()
        if self.steps > max(_STEPS, _FACTOR * len(nodes)):
            return self._prepared(event, other, missing)
        waiting, seen, absent = [(event.clock, event.parents)], set[str](), []
        while waiting:
            below, parents = waiting.pop()
            self.steps += len(parents)
            for sha in parents:
                found = nodes.get(sha)
                if found is None:
                    absent.append(sha)
                elif other.clock <= found.clock < below and sha not in seen:
                    if sha == other.sha256:
                        return True
                    seen.add(sha)
                    if found.clock > other.clock:
                        waiting.append((found.clock, found.parents))
        missing.update(absent if len(absent) <= _MANY else (ANY,))
        return False

    def _prepared(self, event: Event, other: Event, missing: set[str]) -> bool:
        if self._reached is None:
            self._reached = self._prepare()
        if self._reached.get(event.sha256, 0) & self._bits.get(other.sha256, 0):
            return True
        if self.absent():
            missing.add(ANY)
        return False

    def _prepare(self) -> dict[str, int]:
        """SHA-256 of every move -> the moves that its writer knew, a bit each. One sweep by the clock."""
        nodes = self.nodes()
        self._bits = {sha: 1 << at for at, sha in enumerate(s for s, node in nodes.items() if node.moves)}
        uses = dict.fromkeys(nodes, 0)
        for node in nodes.values():
            for sha in node.parents:
                if sha in uses:
                    uses[sha] += 1
        reached: dict[str, int] = {}
        for sha, node in sorted(nodes.items(), key=lambda item: item[1].clock):
            known = 0
            for parent in node.parents:
                before = nodes.get(parent)
                if before is None:
                    continue
                if before.clock < node.clock:
                    known |= reached.get(parent, 0) | self._bits.get(parent, 0)
                uses[parent] -= 1
                if not uses[parent] and not before.moves:
                    reached.pop(parent, None)
            reached[sha] = known
        return reached
