"""What a person has chosen to see of the runs: filter, order, columns, groups. Pure values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

NEWEST_FIRST: Final = (("age", False),)
Sort = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class RunsView:
    """The choices; every change makes a new one."""

    where: str = ""
    sort: Sort = NEWEST_FIRST
    """(column key, ascending), most important first."""
    columns: tuple[str, ...] = ()
    """Keys in order, hidden ones left out; empty: what the workspace proposes."""
    pinned: tuple[str, ...] = ("run", "name")
    group: str | None = None
    closed: frozenset[str] = frozenset()
    """Labels of the groups that are folded."""
    archived: bool = False

    def sorted_by(self, key: str, first: bool | None) -> "RunsView":
        """Sort by a column alone; again: the other way round; a third time: newest first."""
        current = dict(self.sort)
        start = first if first is not None else False
        if len(self.sort) == 1 and key in current:
            turned = not current[key]
            return replace(self, sort=((key, turned),) if turned != start else NEWEST_FIRST)
        return replace(self, sort=((key, start),))

    def then_by(self, key: str, first: bool | None) -> "RunsView":
        """Add a column as the next sort key; again: turn it; a third time: take it away."""
        start = first if first is not None else False
        keys = dict(self.sort)
        if key not in keys:
            return replace(self, sort=(*self.sort, (key, start)))
        if keys[key] == start:
            return replace(self, sort=tuple((k, not a if k == key else a) for k, a in self.sort))
        rest = tuple(pair for pair in self.sort if pair[0] != key)
        return replace(self, sort=rest or NEWEST_FIRST)

    def with_columns(self, columns: Iterable[str]) -> "RunsView":
        """Other columns, in this order."""
        return replace(self, columns=tuple(dict.fromkeys(columns)))

    def grouped_by(self, key: str | None) -> "RunsView":
        """Group by a column; by the same one again: no groups."""
        return replace(self, group=None if key == self.group else key, closed=frozenset())

    def folded(self, label: str) -> "RunsView":
        """Fold or unfold a group."""
        return replace(self, closed=self.closed ^ {label})


def shifted(order: Sequence[str], key: str, step: int) -> tuple[str, ...]:
    """An order with one key moved by a place."""
    keys = list(order)
    if key not in keys:
        return tuple(keys)
    here = keys.index(key)
    there = max(0, min(len(keys) - 1, here + step))
    keys.insert(there, keys.pop(here))
    return tuple(keys)
