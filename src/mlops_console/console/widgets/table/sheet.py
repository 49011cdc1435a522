"""What a table shows: rows of runs in view order, group headings between them, columns ready to draw."""

from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mlops_console.console.widgets.table.cells import CellColumn
from mlops_console.records import IntArray

Objects: TypeAlias = npt.NDArray[np.object_]
GROUP_MARK: Final = "\0group\0"
FIRST_CELL: Final = 4
GAP: Final = 2


@dataclass(frozen=True, slots=True)
class Group:
    """A heading over the runs that share a value."""

    label: str
    count: int
    note: str = ""
    """What the runs have in common, in words: best and mean of the metrics."""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands on the screen."""

    column: int
    x: int


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """An immutable view: the table draws it, a worker makes the next one."""

    ids: Objects
    columns: tuple[CellColumn, ...] = ()
    lines: IntArray | None = None
    """What each line shows: a row (>= 0) or the heading of group -1 - n; None: all rows in order."""
    groups: tuple[Group, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    """(column key, ascending), most important first."""
    pinned: int = 1
    """How many columns stay when the others scroll."""
    best: int = -1
    """The row with the best value of the sorted column."""
    statuses: Objects | None = None
    sparks: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """Column key -> run id -> heights; filled as windows of rows arrive."""

    @property
    def count(self) -> int:
        """Lines to draw."""
        return len(self.ids) if self.lines is None else len(self.lines)

    def row(self, line: int) -> int:
        """The row that a line shows; negative for the heading of a group."""
        return line if self.lines is None else int(self.lines[line])

    def key(self, line: int) -> str:
        """What the line is, whatever its place: a run's id, or a group's label behind a mark."""
        row = self.row(line)
        return str(self.ids[row]) if row >= 0 else GROUP_MARK + self.groups[-1 - row].label

    def run(self, line: int) -> str | None:
        """The id of the run on a line; None on a heading or outside."""
        if not 0 <= line < self.count:
            return None
        row = self.row(line)
        return str(self.ids[row]) if row >= 0 else None

    def find(self, key: str | None) -> int:
        """The line of a key, or -1. Takes milliseconds on a long view: call it from a worker."""
        if key is None:
            return -1
        if key.startswith(GROUP_MARK):
            label = key[len(GROUP_MARK) :]
            wanted = next((-1 - n for n, group in enumerate(self.groups) if group.label == label), None)
            return -1 if wanted is None or self.lines is None else _first(self.lines == wanted)
        row = _first(self.ids == key)
        if row < 0 or self.lines is None:
            return row
        return _first(self.lines == row)

    def places(self, first: int, width: int) -> tuple[list[Place], bool]:
        """The columns that fit when the scrolled ones begin at `first`, and whether more follow."""
        places: list[Place] = []
        x = FIRST_CELL
        indices = [
            *range(min(self.pinned, len(self.columns))),
            *range(max(first, self.pinned), len(self.columns)),
        ]
        for index in indices:
            column = self.columns[index]
            if x + column.width > width - 1:
                return places, True
            places.append(Place(index, x))
            x += column.width + GAP + (1 if self.sorted_by(column.key) is not None and column.right else 0)
        return places, False

    def sorted_by(self, key: str) -> bool | None:
        """Whether a column is a sort key: True ascending, False descending, None not at all."""
        return next((ascending for sort_key, ascending in self.sort if sort_key == key), None)


def _first(found: npt.NDArray[Any]) -> int:
    hits = np.flatnonzero(found)
    return int(hits[0]) if len(hits) else -1


EMPTY: Final = Sheet(np.empty(0, object))
