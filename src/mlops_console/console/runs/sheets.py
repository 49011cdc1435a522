"""From the rows that the workspace answered with to a sheet that the table draws. Runs in a worker."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np

from mlops_console import display
from mlops_console.console.runs.view import RunsView
from mlops_console.console.widgets.table.cells import CellColumn, ColumnLike, cell_column
from mlops_console.console.widgets.table.sheet import FIRST_CELL, GAP, Group, Objects, Sheet
from mlops_console.records import IntArray

MOST_GROUPS: Final = 500
NOTED_METRICS: Final = 2
WORTH: Final = {
    "run": 0,
    "name": 0,
    "status": 0,
    "metric": 1,
    "summary": 1,
    "age": 1.5,
    "project": 2,
    "param": 2.2,
    "spark": 1.8,
}
"""Proposed columns to show where not all have room: low numbers first; a further one of a kind is 2 more, a
further metric 1."""


class FrameLike(Protocol):
    """What a sheet is made from (`workspace.runs.RunFrame` is one)."""

    @property
    def ids(self) -> Objects:
        """Run ids in view order."""

    @property
    def columns(self) -> Sequence[ColumnLike]:
        """The columns asked for."""

    @property
    def values(self) -> Mapping[str, np.ndarray[Any, Any]]:
        """Column key -> values in view order."""


def make_sheet(frame: FrameLike, view: RunsView, keys: Sequence[str], now: int, *, room: int = 120) -> Sheet:
    """The sheet for a view of a frame; `keys` are the columns to show, in order, before pinning."""
    by_key = {column.key: column for column in frame.columns}
    pinned = [by_key[key] for key in view.pinned if key in keys and key in by_key]
    shown = pinned + [by_key[key] for key in keys if key in by_key and key not in view.pinned]
    maker = _Maker(frame, now, room)
    if not view.columns:
        shown = _what_fits(maker, shown, {*view.pinned, *(key for key, _ in view.sort)})
    columns = _fitted(maker, shown)
    lines: IntArray | None = None
    groups: tuple[Group, ...] = ()
    if view.group is not None and view.group in frame.values:
        lines, groups = _grouped(frame, view, columns)
    return Sheet(
        ids=frame.ids,
        columns=columns,
        lines=lines,
        groups=groups,
        sort=view.sort,
        pinned=len(pinned),
        best=_best(frame, view),
        statuses=frame.values.get("status"),
        sparks={column.key: {} for column in columns if column.kind == "spark"},
    )


SIZES: Final = ((16, 10), (24, 16), (36, 24), (60, 40))
"""Most cells of a name and of another text, from a terminal short of cells to one with plenty."""


def _fitted(maker: "_Maker", shown: Sequence[ColumnLike]) -> tuple[CellColumn, ...]:
    made = [maker.cells(column, 0) for column in shown]
    spare = maker.room - 2 - FIRST_CELL - sum(column.width + GAP for column in made)
    for step in range(1, len(SIZES)):
        for index, column in enumerate(shown):
            if spare > 0 and column.kind == "text":
                wider = maker.cells(column, step)
                if wider.width - made[index].width <= spare:
                    spare -= wider.width - made[index].width
                    made[index] = wider
    return tuple(made)


def _what_fits(maker: "_Maker", shown: Sequence[ColumnLike], kept: set[str]) -> list[ColumnLike]:
    """Of proposed columns those that the room has place for, the most telling first, in their order."""
    families = {column.key: column.key.partition(":")[0] for column in shown}
    seen: dict[str, int] = {}
    worth: dict[str, float] = {}
    for column in shown:
        family = families[column.key]
        seen[family] = seen.get(family, 0) + 1
        further = (seen[family] - 1) * (1.0 if family == "metric" else 2.0)
        worth[column.key] = -1.0 if column.key in kept else WORTH.get(family, 6) + further
    spare = maker.room - 2 - FIRST_CELL
    chosen: set[str] = set()
    for column in sorted(shown, key=lambda column: worth[column.key]):
        cells = maker.cells(column, 0).width + GAP
        if cells <= spare or worth[column.key] < 0:
            chosen.add(column.key)
            spare -= cells
    return [column for column in shown if column.key in chosen]


class _Maker:
    """Makes the cells of columns, the costly ones once."""

    def __init__(self, frame: FrameLike, now: int, room: int) -> None:
        self._frame, self._now, self.room = frame, now, room
        self._made: dict[tuple[str, int], CellColumn] = {}

    def cells(self, column: ColumnLike, step: int) -> CellColumn:
        """The cells of a column in a size; only texts come in several."""
        most = _most(column, step, self.room) if column.kind in ("text", "spark") else 0
        made = self._made.get((column.key, most))
        if made is None:
            made = cell_column(column, self._frame.values.get(column.key), self._now, most)
            self._made[column.key, most] = made
        return made


def _most(column: ColumnLike, step: int, room: int) -> int:
    name, other = SIZES[step]
    most = name if column.key in ("name", "path") else other
    return most if column.kind == "text" else 5 if room < 90 else 10


def first_column(sheet: Sheet) -> int:
    """Where the column cursor begins: on the first metric, which is what people sort by."""
    for family in ("metric:", "best:", "summary:", "param:"):
        for index, column in enumerate(sheet.columns):
            if column.key.startswith(family) and column.kind == "number":
                return index
    return max(0, len(sheet.columns) - 1)


def _best(frame: FrameLike, view: RunsView) -> int:
    main = view.sort[0][0] if view.sort else ""
    goal = next((column.goal for column in frame.columns if column.key == main), None)
    values = frame.values.get(main)
    if goal is None or values is None or values.dtype != np.float64 or not np.isfinite(values).any():
        return -1
    ranked = np.where(np.isfinite(values), values, np.inf if goal == "min" else -np.inf)
    return int(np.argmin(ranked) if goal == "min" else np.argmax(ranked))


def too_many_groups(frame: FrameLike, key: str) -> int:
    """How many groups a column would make, if they are too many to be of use; else 0."""
    values = frame.values.get(key)
    if values is None:
        return 0
    distinct = len(set(_labels(values, key)))
    return distinct if distinct > MOST_GROUPS else 0


def _labels(values: np.ndarray[Any, Any], key: str) -> list[str]:
    if values.dtype == np.float64:
        unique, inverse = np.unique(values, return_inverse=True)
        words = [display.number(None if v != v else float(v)) for v in unique]
        return [words[i] for i in inverse]
    return [display.NONE if value is None or value == "" else str(value) for value in values]


def _grouped(
    frame: FrameLike, view: RunsView, columns: Sequence[CellColumn]
) -> tuple[IntArray, tuple[Group, ...]]:
    labels = _labels(frame.values[view.group or ""], view.group or "")
    numbers: dict[str, int] = {}
    member = np.fromiter((numbers.setdefault(label, len(numbers)) for label in labels), np.int64, len(labels))
    order = np.argsort(member, kind="stable")
    counts = np.bincount(member, minlength=len(numbers))
    metrics = [c for c in frame.columns if c.kind == "number" and not c.key.startswith("param:")][
        :NOTED_METRICS
    ]
    parts: list[IntArray] = []
    groups: list[Group] = []
    start = 0
    for number, label in enumerate(numbers):
        rows = order[start : start + int(counts[number])]
        start += len(rows)
        unfolded = label not in view.closed
        groups.append(Group(label, len(rows), _note(frame, metrics, rows), unfolded))
        parts.append(np.array([-1 - number], np.int64))
        if unfolded:
            parts.append(rows)
    return (np.concatenate(parts) if parts else np.empty(0, np.int64)), tuple(groups)


def _note(frame: FrameLike, metrics: Sequence[ColumnLike], rows: IntArray) -> str:
    words = []
    for column in metrics:
        values = frame.values[column.key][rows]
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        mean = f"mean {display.number(float(values.mean()))}"
        if column.goal is None:
            words.append(f"{column.title} {mean}")
        else:
            best = values.min() if column.goal == "min" else values.max()
            words.append(f"{column.title} best {display.number(float(best))} {mean}")
    return "   ".join(words)
