"""What the cells of one column show: made once for a view, asked only for the rows that are drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from mlops_console import display
from mlops_console.console.drawing import fit, width_of
from mlops_console.console.naming import names_something
from mlops_console.console.widgets.table.numbers import number_format
from mlops_console.records import NO_TIME

ID_CELLS: Final = 8
SAMPLE: Final = 256
STATUS_CELLS: Final = 10


class ColumnLike(Protocol):
    """What the table needs to know of a column (`workspace.columns.Column` is one)."""

    @property
    def key(self) -> str:
        """`run`, `param:lr`, `metric:val/loss`."""

    @property
    def title(self) -> str:
        """What the header says."""

    @property
    def kind(self) -> str:
        """How its values are drawn."""

    @property
    def goal(self) -> str | None:
        """`min` or `max` where better has a direction."""


@dataclass(frozen=True, slots=True, eq=False)
class CellColumn:
    """One column of a view, ready to draw."""

    key: str
    title: str
    kind: str
    width: int
    right: bool
    quiet: bool
    """Drawn muted: context right of what decides."""
    text: Callable[[int], str]
    """The cell of a row, in exactly `width` cells."""


def cell_column(column: ColumnLike, values: np.ndarray[Any, Any] | None, now: int, most: int) -> CellColumn:
    """The cells of a column; `now` is what ages are counted from, `most` the cells of a text at most."""
    kind = column.kind
    title = display.safe_text(column.title, 64)
    if kind == "spark" or values is None:
        cells = most
        return CellColumn(
            column.key, fit_title(title, cells), "spark", cells, False, True, lambda row: " " * cells
        )
    if kind == "status":
        return CellColumn(
            column.key,
            title,
            kind,
            STATUS_CELLS,
            False,
            False,
            lambda row: fit(str(values[row]), STATUS_CELLS - 2),
        )
    if kind in ("number", "integer"):
        return _numbers(column.key, title, values)
    if kind in ("age", "time", "duration"):
        return _times(column.key, title, kind, values, now)
    return _texts(column.key, title, kind, values, most)


def fit_title(title: str, width: int) -> str:
    """A title cut to a width; paths such as `val/loss` keep their end, which tells more."""
    if width_of(title) <= width:
        return title
    plain = title.removesuffix(" curve")
    return plain if width_of(plain) <= width else fit(title, width)


def _numbers(key: str, title: str, values: np.ndarray[Any, Any]) -> CellColumn:
    plain = key.startswith("param:") and names_something(key)
    form = number_format(np.asarray(values, np.float64), plain=plain)
    width = max(form.width, min(width_of(title), 14))
    pad = " " * (width - form.width)
    return CellColumn(
        key,
        fit_title(title, width),
        "number",
        width,
        True,
        False,
        lambda row: pad + form.text(float(values[row])) if len(pad) else form.text(float(values[row])),
    )


def _times(key: str, title: str, kind: str, values: np.ndarray[Any, Any], now: int) -> CellColumn:
    def write(row: int) -> str:
        value = values[row]
        if value == NO_TIME or value != value:
            return display.NONE
        if kind == "age":
            return display.age(now - int(value))
        if kind == "duration":
            return display.duration(int(value))
        return display.minute(int(value))

    width = {"age": 4, "duration": 6, "time": 16}[kind]
    width = max(width, min(width_of(title), 10))
    return CellColumn(
        key, fit_title(title, width), kind, width, True, True, lambda row: fit(write(row), width, right=True)
    )


def _texts(key: str, title: str, kind: str, values: np.ndarray[Any, Any], most: int) -> CellColumn:
    def write(row: int) -> str:
        value = values[row]
        return display.NONE if value is None or value == "" else str(value)

    if kind == "id":
        return CellColumn(
            key, title, kind, ID_CELLS, False, False, lambda row: fit(str(values[row])[:ID_CELLS], ID_CELLS)
        )
    longest = max((width_of(display.safe_text(write(row))) for row in sample_rows(len(values))), default=1)
    width = max(min(longest, most), min(width_of(title), most))
    quiet = not (key == "name" or key.startswith(("param:", "tag:", "group", "project")))
    return CellColumn(
        key, fit_title(title, width), kind, width, False, quiet, lambda row: fit(write(row), width)
    )


def sample_rows(count: int) -> Sequence[int]:
    """Rows that stand for all: the first ones, then evenly spaced ones."""
    if count <= SAMPLE:
        return range(count)
    return [*range(SAMPLE // 2), *range(SAMPLE // 2, count, max(1, count // (SAMPLE // 2)))]
