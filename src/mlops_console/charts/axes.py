"""What stands around a picture: the labels at its left and those below."""

import math
from collections.abc import Sequence

from mlops_console.charts.canvas import Canvas
from mlops_console.charts.model import Row, XKind
from mlops_console.charts.scales import Axis
from mlops_console.charts.ticks import between, log_between, x_label, x_labels

LEAST_PICTURE = 8
"""Cells; a picture narrower than that has no labels at its left."""


def margin(axis: Axis, width: int, least: int) -> int:
    """Cells for the labels at the left and the blank after them."""
    left = max(least, *(len(label) for _, label in axis.ticks)) + 1
    return left if width - left >= LEAST_PICTURE else 0


def labelled(canvas: Canvas, axis: Axis, left: int) -> list[Row]:
    """The rows of a picture with the labels of its grid lines."""
    labels = dict(axis.ticks)
    rows: list[Row] = []
    for number, row in enumerate(canvas.rows()):
        label = labels.get(number, "") if left else ""
        margin = label.rjust(left - 1) + " " if left else ""
        rows.append(((margin, "muted"), *row) if margin.strip() or (left and row) else row)
    return rows


def x_places(
    x_range: tuple[float, float], count: int, kind: XKind, *, log: bool, whole: bool
) -> tuple[list[float], list[str]]:
    """Where labels stand below, in the axis' own space: both ends, and about `count` round ones between.

    Where all x are whole numbers, so are the labels.
    """
    low, high = x_range
    if log:
        inner = [math.log10(value) for value in log_between(low, high, max(1, count))]
        places = sorted({low, high, *inner})
        values = [10.0**place for place in places]
        return places, [_own_digits(value) for value in values] if kind == "number" else x_labels(
            values, kind
        )
    inner = list(between(low, high, kind, max(1, count)))
    ends = [low, high]
    if whole and math.ceil(low) <= math.floor(high):
        ends = [float(math.ceil(low)), float(math.floor(high))]
        inner = [value for value in inner if value == int(value) and ends[0] < value < ends[1]]
    places = sorted({*ends, *inner})
    return places, x_labels(places, kind)


def _own_digits(value: float) -> str:
    """Two digits of a value, whatever its size: on a logarithmic axis each place has a size of its own."""
    short = float(f"{value:.2g}")
    labels = [x_label(short, "number", digits) for digits in (2, 3, 4)]
    return next((label for label in labels if _says(label, short)), labels[-1])


def _says(label: str, value: float) -> bool:
    try:
        return float(label.replace(",", "")) == value
    except ValueError:
        return False


def below(
    places: Sequence[float], labels: Sequence[str], x_range: tuple[float, float], width: int, unit: str
) -> str:
    """The labels under a picture of `width` cells; the last has the unit, the others give way to the ends."""
    cells = [" "] * width
    spread = x_range[1] - x_range[0]
    at = [round((place - x_range[0]) / spread * (width - 1)) for place in places]
    last = f"{labels[-1]} {unit}" if unit else labels[-1]
    _put(cells, max(0, min(width - len(last), at[-1] - len(last) // 2)), last)
    if len(labels) > 1:
        _put(cells, max(0, at[0] - len(labels[0]) // 2), labels[0])
    for place, label in zip(at[1:-1], labels[1:-1], strict=True):
        _put(cells, place - len(label) // 2, label)
    return "".join(cells).rstrip()


def _put(cells: list[str], start: int, text: str) -> None:
    end = start + len(text)
    free = start >= 0 and end <= len(cells)
    if free and all(cell == " " for cell in cells[max(0, start - 2) : end + 2]):
        cells[start:end] = list(text)
