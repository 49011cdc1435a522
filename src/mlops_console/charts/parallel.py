"""Parallel coordinates: a line for each run across upright axes, few of them bright, the rest dim."""

import itertools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from mlops_console import display
from mlops_console.charts.canvas import BoolGrid, Canvas, fill
from mlops_console.charts.model import Chart, GlyphSet, LegendEntry, Row
from mlops_console.charts.scales import LARGEST
from mlops_console.records import FloatArray, IntArray

BRIGHT: Final = 12
"""With more bright lines none of them can be followed."""
LEAST_GAP: Final = 9
"""Cells from one axis to the next, at least."""
_HEAD, _FOOT = 2, 1
_COLOURS: Final = 7
_CROWD: Final = 40
"""Lines; more of them are drawn as an area."""
_LARGEST_POWER: Final = 308.25
"""Ten to the power of more may be no number: the logarithm of the largest one is rounded up."""
_MOST_SHAPES: Final = 4000
"""Dim lines between two axes that differ on the screen; more would be a solid block anyway."""


class ParallelAxis(NamedTuple):
    """One upright axis."""

    name: str
    values: FloatArray
    """By run: numbers, or indices into `levels`; NaN where a run has none."""
    levels: tuple[str, ...] | None = None
    """What isn't a number, from the top; None: numbers, the largest at the top."""
    log: bool = False
    ink: str = "muted"
    """Style of the name: of the metric another than that of the params."""


class BrightLine(NamedTuple):
    """A run whose line is to be followed."""

    run: int
    """Index into the values of the axes."""
    letter: str
    """Where it begins; empty for none."""
    label: str
    ink: str


@dataclass(frozen=True, slots=True)
class ParallelOptions:
    """How to draw."""

    glyphs: GlyphSet = "braille"
    focus: int | None = None
    """The run that stays bright, with its values under the axes; the other bright ones are dim then."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands, from 0 at the bottom to 1 at the top of each axis."""

    axes: tuple[ParallelAxis, ...]
    heights: FloatArray
    """Runs by axes; NaN where a run has no value."""
    left_out: int
    """Axes for which there was no room."""

    @property
    def missing(self) -> bool:
        """Whether any run lacks a value, which has a place of its own below the axes."""
        return bool(np.isnan(self.heights).any())


def by_rank(values: FloatArray, *, more_is_better: bool, labels: Sequence[str] = ()) -> list[BrightLine]:
    """The lines to follow where nobody marked some: the best by a metric, coloured by rank."""
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(-values[known] if more_is_better else values[known], kind="stable")]
    return [
        BrightLine(run, "", labels[run] if run < len(labels) else "", _ink_of(place))
        for place, run in enumerate(order[:BRIGHT].tolist())
    ]


def _ink_of(place: int) -> str:
    return f"series{place}" if place < _COLOURS else "second"


def layout(axes: Sequence[ParallelAxis], most: int) -> Layout:
    """Place every run on the axes; of too many axes the last, which is the metric's, stays."""
    kept = tuple(axes) if len(axes) <= most else (*axes[: max(0, most - 1)], axes[-1])
    heights = np.column_stack([_heights(axis) for axis in kept]) if kept else np.empty((0, 0))
    return Layout(kept, heights, len(axes) - len(kept))


def _ends(axis: ParallelAxis) -> tuple[float, float] | None:
    """The lowest and highest number of an axis in its own space; None without any."""
    mapped = _mapped(axis)
    numbers = mapped[np.isfinite(mapped)]
    return (float(numbers.min()), float(numbers.max())) if len(numbers) else None


def _mapped(axis: ParallelAxis) -> FloatArray:
    values = np.asarray(axis.values, np.float64)
    if axis.log and axis.levels is None:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0, np.log10(values), np.where(values == 0, -np.inf, np.nan))
    return np.where(values > LARGEST, np.inf, np.where(values < -LARGEST, -np.inf, values))


def _heights(axis: ParallelAxis) -> FloatArray:
    mapped = _mapped(axis)
    if axis.levels is not None:
        mapped = np.floor(mapped)
        inside = (mapped >= 0) & (mapped < len(axis.levels))
        steps = max(1, len(axis.levels) - 1)
        found = 1 - mapped / steps if len(axis.levels) > 1 else np.full(len(mapped), 0.5)
        return np.where(inside, found, np.nan)
    ends = _ends(axis)
    # What is infinite stands at the end to which it would go.
    edge = np.where(mapped > 0, 1.0, 0.0)
    if ends is None or ends[0] == ends[1]:
        return np.where(np.isfinite(mapped), 0.5, np.where(np.isnan(mapped), np.nan, edge))
    with np.errstate(invalid="ignore", over="ignore"):
        found = (mapped / 2 - ends[0] / 2) / (ends[1] / 2 - ends[0] / 2)
    return np.where(np.isinf(mapped), edge, found)


def end_labels(axis: ParallelAxis) -> tuple[str, str]:
    """What stands at the lower and the upper end of a numeric axis; empty for levels."""
    ends = None if axis.levels is not None else _ends(axis)
    if ends is None:
        return "", ""
    if ends[0] == ends[1]:
        return "", ""
    low, high = (10.0 ** min(end, _LARGEST_POWER) if axis.log else end for end in ends)
    return display.number(low), display.number(high)


def value_label(axis: ParallelAxis, run: int) -> str:
    """The value of a run on an axis, `-` where it has none."""
    value = float(axis.values[run]) if 0 <= run < len(axis.values) else float("nan")
    if np.isnan(value):
        return display.NONE
    if axis.levels is None:
        return display.number(value)
    return axis.levels[int(value)] if 0 <= value < len(axis.levels) else display.NONE


def parallel(
    axes: Sequence[ParallelAxis],
    bright: Sequence[BrightLine],
    width: int,
    height: int,
    options: ParallelOptions | None = None,
) -> Chart:
    """Draw runs across axes: names and upper ends above the picture, lower ends (and the focus) below.

    Of the bright lines the first twelve are drawn so, the first of them on top of the others.
    """
    options = options or ParallelOptions()
    width = max(LEAST_GAP, width)
    plan = layout(axes, max(2, (width - 4) // LEAST_GAP + 1))
    foot = _FOOT + (options.focus is not None)
    rows = height - _HEAD - foot
    bright = [line for line in bright[:BRIGHT] if 0 <= line.run < len(plan.heights)]
    entries = tuple(_entry(plan, line) for line in bright)
    if rows < 2 or not len(plan.axes) or not len(plan.heights):
        return Chart(width, height, ((),) * height, entries, empty=True)
    canvas = Canvas(width, rows, options.glyphs)
    cells = _cells(len(plan.axes), width)
    dots = _dots(plan, canvas)
    focus = options.focus if options.focus is not None and 0 <= options.focus < len(dots) else None
    _lines(canvas, cells, dots, bright, focus)
    for cell, axis in zip(cells, plan.axes, strict=True):
        _levels(canvas, plan, cells, cell, axis)
    _letters(canvas, cells[0] - 2, dots, bright, focus)
    names = [(cell, axis.name, axis.ink) for cell, axis in zip(cells, plan.axes, strict=True)]
    ends = [end_labels(axis) for axis in plan.axes]
    tops = [(cell, high, "muted") for cell, (_, high) in zip(cells, ends, strict=True)]
    lows = [(cell, low, "muted") for cell, (low, _) in zip(cells, ends, strict=True)]
    body = [_texts(names, width), _texts(tops, width), *canvas.rows(), _texts(lows, width)]
    if options.focus is not None:
        own = [value_label(axis, options.focus) for axis in plan.axes]
        body.append(_texts([(cell, words, "text") for cell, words in zip(cells, own, strict=True)], width))
    return Chart(width, height, tuple(body), entries, left=cells[0])


def _entry(plan: Layout, line: BrightLine) -> LegendEntry:
    value = float(plan.axes[-1].values[line.run])
    known = np.isfinite(value) and plan.axes[-1].levels is None
    return LegendEntry(line.letter, line.label, value if known else None, line.ink, 0, 0)


def _cells(count: int, width: int) -> list[int]:
    """The cell of each axis; the first and the last leave room for half a name."""
    if count == 1:
        return [width // 2]
    margin = min(LEAST_GAP // 2, width // (2 * count))
    return [round(cell) for cell in np.linspace(margin, width - 1 - margin, count).tolist()]


def _dots(plan: Layout, canvas: Canvas) -> IntArray:
    """The dot height of every run on every axis; those without a value go below all others."""
    lowest = canvas.down - 1
    room = lowest - canvas.pen.down if plan.missing and canvas.height > 3 else lowest
    found = np.rint((1 - np.nan_to_num(plan.heights)) * room).astype(np.int64)
    return np.where(np.isnan(plan.heights), lowest, found)


def _ink(line: BrightLine, focus: int | None) -> str:
    return line.ink if focus in (None, line.run) else f"{line.ink}.dim"


def _lines(
    canvas: Canvas, cells: Sequence[int], dots: IntArray, bright: Sequence[BrightLine], focus: int | None
) -> None:
    places = [cell * canvas.pen.across for cell in cells]
    dim = _drawn(canvas, places, dots)
    if len(dots) > _CROWD and canvas.pen.down * canvas.pen.across > 1:
        # So many lines are an area, from which those to be followed have to stand out.
        rows, columns = np.ogrid[: canvas.down, : canvas.across]
        dim &= (columns + rows) % 2 == 0
    canvas.paint(dim, "rest", ".")
    for cell, row in itertools.product(cells, range(canvas.height)):
        canvas.mark(cell, row, canvas.pen.ruler, "line")
    ordered = [line for line in reversed(bright) if line.run != focus]
    for line in ordered:
        canvas.paint(_drawn(canvas, places, dots[line.run][None]), _ink(line, focus), line.letter or "*")
    if focus is not None:
        own = next((line for line in bright if line.run == focus), BrightLine(focus, "", "", "text"))
        canvas.paint(_drawn(canvas, places, dots[focus][None]), own.ink, own.letter or "*")


def _drawn(canvas: Canvas, places: Sequence[int], dots: IntArray) -> BoolGrid:
    """The dots of lines from axis to axis."""
    shape = (canvas.down, canvas.across)
    found = np.zeros(shape, bool)
    if len(places) == 1:
        found[np.unique(dots[:, 0]), places[0]] = True
    for at, (begin, end) in enumerate(itertools.pairwise(places)):
        pairs = np.unique(dots[:, at : at + 2], axis=0)
        if len(pairs) > _MOST_SHAPES:
            pairs = pairs[np.linspace(0, len(pairs) - 1, _MOST_SHAPES).astype(np.int64)]
        first, last = pairs[:, :1].astype(np.float64), pairs[:, 1:].astype(np.float64)
        steps = np.arange(begin, end + 1)
        middle = first + (last - first) * ((steps - begin) / (end - begin))
        half = np.abs(last - first) / (end - begin) / 2
        # A steep line lights what it passes; at its ends it stops at the axes.
        low = np.maximum(middle - half, np.minimum(first, last))
        high = np.minimum(middle + half, np.maximum(first, last))
        columns = np.broadcast_to(steps, middle.shape).reshape(-1)
        found |= fill(columns, low.reshape(-1), np.maximum(low, high - 0.5).reshape(-1), shape)
    return found


def _letters(
    canvas: Canvas, column: int, dots: IntArray, bright: Sequence[BrightLine], focus: int | None
) -> None:
    """Letters before the first axis, each where its line begins or in the nearest free row."""
    taken: set[int] = set()
    for line in bright if column >= 0 else ():
        begin = int(dots[line.run, 0]) // canvas.pen.down
        rows = sorted(range(canvas.height), key=lambda row: (abs(row - begin), row))
        row = next((row for row in rows[:7] if row not in taken), None)
        if line.letter and row is not None:
            taken.add(row)
            canvas.mark(column, row, line.letter[0], _ink(line, focus))


def _levels(canvas: Canvas, plan: Layout, cells: Sequence[int], cell: int, axis: ParallelAxis) -> None:
    """The names of an axis' levels beside it, where they are; those that would meet are left out."""
    if axis.levels is None:
        return
    after = next((other for other in cells if other > cell), None)
    room = (after - cell - 2) if after is not None else canvas.width - cell - 2
    begin = cell + 1
    if after is None and room < 4:
        room, begin = LEAST_GAP - 2, cell - LEAST_GAP + 1
    lowest = canvas.height - 1 - (1 if plan.missing and canvas.height > 3 else 0)
    steps = max(1, len(axis.levels) - 1)
    taken: set[int] = set()
    for at, level in enumerate(axis.levels):
        row = round(at / steps * lowest) if len(axis.levels) > 1 else lowest // 2
        if row in taken:
            continue
        taken.add(row)
        for place, glyph in enumerate(_cut(level, room)):
            canvas.mark(begin + place, row, glyph, "second")


def _cut(words: str, room: int) -> str:
    """A name in at most so many cells: what would take two of them is a question mark."""
    shown = "".join(
        "?" if unicodedata.east_asian_width(sign) in "WF" else sign
        for sign in unicodedata.normalize("NFC", display.safe_text(words, 200))
        if not unicodedata.combining(sign)
    )
    return shown if len(shown) <= room else (shown[: room - 1] + "~")[:room] if room > 0 else ""


def _texts(texts: Sequence[tuple[int, str, str]], width: int) -> Row:
    """Words under or over their axes, each cut to the room it has."""
    spans: list[tuple[str, str]] = []
    at = 0
    for number, (cell, words, ink) in enumerate(texts):
        until = (cell + texts[number + 1][0]) // 2 if number + 1 < len(texts) else width
        shown = _cut(words, max(0, until - at - (number + 1 < len(texts))))
        begin = max(at, min(cell - len(shown) // 2, width - len(shown)))
        if begin + len(shown) > until:
            begin = max(at, until - len(shown) - 1)
        if shown:
            spans.append((" " * (begin - at) + shown, ink))
            at = begin + len(shown)
    return tuple(spans)
