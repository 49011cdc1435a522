"""A figure over windows of time: a small curve with its limits as dotted lines, zero at the lower edge."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlops_console.charts.model import GlyphSet, Row
from mlops_console.records import FloatArray

_BRAILLE = np.array([[1, 8], [2, 16], [4, 32], [64, 128]])
_EVERY = 4
"""Dots from one dot of a limit to the next."""
_AIR = 1.08
"""The highest value stands so much below the upper edge."""


@dataclass(frozen=True, slots=True)
class Course:
    """The picture."""

    rows: tuple[Row, ...]
    limits: tuple[tuple[int, float], ...]
    """The row of each limit that has one to itself, and the limit; of several on one row the highest."""
    columns: tuple[int, ...]
    """The cell of each value."""
    top: float
    """What the upper edge is worth."""


def course(
    values: FloatArray,
    width: int,
    height: int,
    ink: str,
    *,
    limits: Sequence[float] = (),
    glyphs: GlyphSet = "braille",
    low: float = 0.0,
    high: float | None = None,
) -> Course:
    """Draw values, one a window, the oldest first; NaN leaves a gap.

    Args:
        values: What was measured.
        width: Cells.
        height: Rows.
        ink: The style of the curve.
        limits: Drawn as dotted lines.
        glyphs: `ascii`: one sign a cell; all others are drawn in braille.
        low: What the lower edge is worth.
        high: What the upper edge is worth; None: as the highest value and limit need it.
    """
    width, height = max(1, width), max(1, height)
    across, down = (1, 1) if glyphs == "ascii" else (2, 4)
    finite = values[np.isfinite(values)]
    reach = max([*(float(one) for one in limits), float(finite.max()) if len(finite) else 0.0])
    top = high if high is not None else low + max(reach - low, 1e-9) * _AIR
    dots = _curve(values, (height * down, width * across), low, top)
    lines = np.zeros_like(dots)
    places: dict[int, float] = {}
    for limit in sorted(limits):
        row = _row(limit, height * down, low, top)
        lines[row // down * down : (row // down + 1) * down] = False
        lines[row, :: _EVERY if across > 1 else 2] = True
        places[row // down] = limit
    columns = _columns(len(values), width * across) // across
    return Course(
        _cells(dots, lines, (height, width), ink, glyphs),
        tuple(sorted(places.items())),
        tuple(columns.tolist()),
        top,
    )


def _row(value: float, down: int, low: float, top: float) -> int:
    return down - 1 - round((min(max(value, low), top) - low) / (top - low) * (down - 1))


def _columns(count: int, across: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    if count < 2:
        return np.full(count, across - 1, np.int64)
    return np.rint(np.linspace(0, across - 1, count)).astype(np.int64)


def _curve(
    values: FloatArray, shape: tuple[int, int], low: float, top: float
) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """The dots of the curve; where there are more values than dots, the highest of a dot is seen."""
    down, across = shape
    dots = np.zeros(shape, bool)
    places = _columns(len(values), across)
    before: tuple[int, int] | None = None
    for column in np.unique(places).tolist():
        here = values[places == column]
        here = here[np.isfinite(here)]
        if not len(here):
            before = None
            continue
        row = _row(float(here.max()), down, low, top)
        if before is None:
            dots[row, column] = True
        else:
            for step in range(before[0] + 1, column + 1):
                share = (step - before[0]) / (column - before[0])
                first = before[1] + (row - before[1]) * (step - 1 - before[0]) / (column - before[0])
                last = before[1] + (row - before[1]) * share
                ends = sorted((round(first), round(last)))
                # A steep piece is a line, not a row of dots; a flat one is a single dot high.
                lower = ends[0] + (1 if ends[1] - ends[0] > 1 and last > first else 0)
                upper = ends[1] - (1 if ends[1] - ends[0] > 1 and last < first else 0)
                dots[(round(last) if ends[1] - ends[0] <= 1 else slice(lower, upper + 1)), step] = True
        before = (column, row)
    return dots


def _cells(
    dots: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]",
    lines: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]",
    shape: tuple[int, int],
    ink: str,
    glyphs: GlyphSet,
) -> tuple[Row, ...]:
    rows = []
    for y in range(shape[0]):
        spans: list[tuple[str, str]] = []
        for x in range(shape[1]):
            glyph, style = _cell(dots, lines, y, x, ink, glyphs)
            if spans and (spans[-1][1] == style or glyph == " "):
                spans[-1] = (spans[-1][0] + glyph, spans[-1][1])
            else:
                spans.append((glyph, style))
        rows.append(tuple(spans))
    return tuple(rows)


def _cell(
    dots: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]",
    lines: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]",
    y: int,
    x: int,
    ink: str,
    glyphs: GlyphSet,
) -> tuple[str, str]:
    if glyphs == "ascii":
        return ("*", ink) if dots[y, x] else (".", "faint") if lines[y, x] else (" ", ink)
    for grid, style in ((dots, ink), (lines, "faint")):
        code = int((grid[y * 4 : y * 4 + 4, x * 2 : x * 2 + 2] * _BRAILLE).sum())
        if code:
            return chr(0x2800 + code), style
    return " ", ink
