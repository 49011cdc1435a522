"""Runs as a table for people: the columns that fit, numbers aligned, text made safe."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_console import display
from mlops_console.cli.printing import cells, coloured, fitted, table, width
from mlops_console.records import NO_TIME

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.columns import Column
    from mlops_console.workspace.runs import RunFrame

NAME_CELLS = 32
TEXT_CELLS = 20
LAST = ("took", "age")


def lines(workspace: "Workspace", frame: "RunFrame") -> Iterator[str]:
    """The table of a frame's runs, in its order."""
    from mlops_console.workspace.columns import default_columns
    from mlops_console.workspace.runs import load

    columns = [
        column for column in default_columns(workspace, frame.query.projects) if column.kind != "spark"
    ]
    sorted_by = [key for key, _ in frame.query.sort if key not in {column.key for column in columns}]
    if sorted_by and sorted_by[0] != "age":
        columns[3:3] = [_column(workspace, key) for key in sorted_by]
    full = load(workspace, frame.query, columns)
    rows = frame.rows
    texts = [_texts(column, full.loaded, rows, full.now) for column in columns]
    deleted = full.roster.deleted[rows].tolist()
    for column, of in zip(columns, texts, strict=True):
        if column.key == "status":
            of[:] = [
                coloured(text, text) + (", deleted" if gone else "")
                for text, gone in zip(of, deleted, strict=True)
            ]
    shown = _fitting(columns, texts, width())
    head = [display.safe_text(columns[i].title, 40) for i in shown]
    right = [columns[i].kind in ("number", "integer", "duration", "age") for i in shown]
    yield from table(head, [texts[i] for i in shown], right)


def _column(workspace: "Workspace", key: str) -> "Column":
    from mlops_console.workspace.choosing import column_named

    return column_named(workspace, key)


def _fitting(columns: Sequence["Column"], texts: Sequence[Sequence[str]], most: int | None) -> list[int]:
    """The columns that fit: run, name, status and the last ones stay, the rest goes from the right."""
    shown = list(range(len(columns)))
    if most is None:
        return shown
    sizes = [max([cells(columns[i].title), *map(cells, texts[i])]) + 2 for i in shown]
    droppable = [i for i in shown[3:] if columns[i].key not in LAST][::-1]
    for one in [*droppable, *[i for i in shown if columns[i].key in LAST]]:
        if sum(sizes[i] for i in shown) - 2 <= most:
            break
        shown.remove(one)
    return shown


def _texts(column: "Column", loaded: Any, rows: Any, now: int) -> list[str]:
    values = loaded[column.key][rows]
    if column.kind in ("number", "integer"):
        return display.aligned([None if np.isnan(v) else float(v) for v in _floats(values)])
    if column.kind in ("age", "duration", "time"):
        return [_time(column.kind, int(value), now) for value in values.tolist()]
    if column.kind == "flag":
        return ["yes" if value else display.NONE for value in values.tolist()]
    if column.kind == "id":
        return [str(value) or display.NONE for value in values.tolist()]
    limit = NAME_CELLS if column.key in ("name", "path") else TEXT_CELLS
    limit = limit if width() is not None else 512
    return [fitted(value, limit) or display.NONE for value in values.tolist()]


def _floats(values: Any) -> Any:
    if values.dtype.kind == "f":
        return values
    return np.where(values == NO_TIME, np.nan, values.astype(np.float64))


def _time(kind: str, value: int, now: int) -> str:
    if value == NO_TIME:
        return display.NONE
    if kind == "age":
        return display.age(now - value)
    if kind == "duration":
        return display.duration(value)
    return display.second(value)
