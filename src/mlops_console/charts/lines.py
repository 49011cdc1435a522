"""Line charts: curves over a grid with honest labels, one in focus, the others dim, not-numbers marked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mlops_console.charts.axes import below, labelled, margin, x_places
from mlops_console.charts.canvas import Canvas
from mlops_console.charts.decimation import Columns
from mlops_console.charts.extent import shows_raw, x_extent, y_extent
from mlops_console.charts.model import Chart, ChartOptions, Curve, LegendEntry
from mlops_console.charts.prepared import Form, Prepared
from mlops_console.charts.scales import Axis, mapping, vertical_axis
from mlops_console.charts.signs import mark_gaps, mark_letters

_COLOURS = 7
"""With more curves than colours, those out of focus share one grey: their letters tell them apart."""
LETTER_CELLS = 1
"""Cells at the right for the letters of curves that end there."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What of the curves is in the picture, and on which axes."""

    drawn: tuple[Prepared, ...]
    options: ChartOptions
    x_range: tuple[float, float]
    """In the axis' own space."""
    axis: Axis

    def columns(self, item: Prepared, part: str, weight: float, across: int) -> Columns:
        """A part of a curve by column, with heights in the axis' own space."""
        found = item.lane(Form(part, weight, self.options.log_x, self.axis.log)).columns(self.x_range, across)
        return found.mapped() if self.axis.log else found

    @property
    def back_to_front(self) -> list[Prepared]:
        """The curves in the order of painting: the one in focus, else the first, comes last."""
        focus = self.options.focus
        if focus is None:
            return list(reversed(self.drawn))
        return sorted(self.drawn, key=lambda item: item.curve.letter == focus)

    def ink(self, item: Prepared) -> str:
        """The style of a curve: its own, or dim beside one in focus."""
        if self.options.focus in (None, item.curve.letter):
            return item.curve.ink
        return f"{item.curve.ink}.dim" if len(self.drawn) <= _COLOURS else "rest"

    def shows_band(self, item: Prepared) -> bool:
        """Whether the band around a curve is to be seen."""
        return item.banded and self.options.focus in (None, item.curve.letter)

    def place(self, x: float) -> float | None:
        """Where an x stands, 0 = left, 1 = right; None where this axis has no place for it."""
        mapped = float(mapping(np.array([x]), self.options.log_x)[0])
        low, high = self.x_range
        return (mapped - low) / (high - low) if np.isfinite(mapped) else None

    @property
    def whole(self) -> bool:
        """Whether every x is a whole number."""
        return self.options.x_kind == "number" and all(item.whole for item in self.drawn)


def frame(drawn: tuple[Prepared, ...], rows: int, options: ChartOptions) -> Frame | None:
    """Choose the axes for so many rows; None: there is nothing to draw."""
    x_range = x_extent(drawn, options)
    y_ends = y_extent(drawn, x_range, options) if x_range else None
    if x_range is None or y_ends is None:
        return None
    axis = vertical_axis(*y_ends, rows, options.log_y and y_ends[0] > 0)
    return Frame(drawn, options, x_range, axis)


def line_chart(
    curves: Sequence[Curve | Prepared], width: int, height: int, options: ChartOptions | None = None
) -> Chart:
    """Draw curves into `height` rows (the last one holds the x labels) of `width` cells.

    Curves that are drawn more than once are quickest as `Prepared`.
    """
    options = options or ChartOptions()
    rows, width = max(1, height - 1), max(4, width)
    drawn = tuple(item if isinstance(item, Prepared) else Prepared(item) for item in curves)
    chosen = frame(drawn, rows, options)
    if chosen is None:
        return Chart(width, height, ((),) * height, legend(drawn, None), empty=True)
    axis = chosen.axis
    left = margin(axis, width, options.label_width)
    right = LETTER_CELLS if options.letters and len(drawn) > 1 and width - left > 24 else 0
    canvas = Canvas(width - left, rows, options.glyphs, right)
    painted = _paint(canvas, chosen)
    canvas.grid([row for row, _ in axis.ticks])
    at = _cursor(canvas, chosen)
    if right:
        mark_letters(canvas, [(item, chosen.ink(item), columns) for item, columns in painted])
    count = max(1, canvas.plot // 12 if options.log_x else min(4, canvas.plot // 14))
    places, labels = x_places(
        chosen.x_range, count, options.x_kind, log=options.log_x, whole=chosen.whole and not options.log_x
    )
    unit = options.x_unit if options.x_kind == "number" else ""
    under = " " * left + below(places, labels, chosen.x_range, canvas.plot, unit)
    plain_x = (10 ** chosen.x_range[0], 10 ** chosen.x_range[1]) if options.log_x else chosen.x_range
    plain_y = (10**axis.bottom, 10**axis.top) if axis.log else (axis.bottom, axis.top)
    tail = (((under, "muted"),),) if height > 1 else ()
    body = labelled(canvas, axis, left)
    return Chart(width, height, (*body, *tail), legend(drawn, at), plain_x, plain_y, at, left)


def _paint(canvas: Canvas, chosen: Frame) -> list[tuple[Prepared, Columns]]:
    """Paint everything; return the curves as they were painted, those in front first."""
    axis, options = chosen.axis, chosen.options
    for level in options.levels:
        share = float(axis.heights(np.array([level.value]))[0])
        if np.isfinite(share):
            canvas.level(canvas.row_dot(share), level.ink)
    for item in chosen.back_to_front:
        if chosen.shows_band(item):
            low, high = (_dots(canvas, chosen, item, part, options.smoothing) for part in ("low", "high"))
            canvas.band(low, high, item.curve.ink + ".band")
    painted = []
    for item in chosen.back_to_front:
        if shows_raw(item, options, len(chosen.drawn)):
            raw = _dots(canvas, chosen, item, "y", 0.0)
            canvas.curve(raw, item.curve.ink + ".raw", item.curve.letter)
        columns = _dots(canvas, chosen, item, "y", options.smoothing)
        canvas.curve(columns, chosen.ink(item), item.curve.letter)
        painted.append((item, columns))
    for item in chosen.back_to_front:
        mark_gaps(canvas, item, chosen)
    return painted[::-1]


def _dots(canvas: Canvas, chosen: Frame, item: Prepared, part: str, weight: float) -> Columns:
    ends = (chosen.axis.bottom, chosen.axis.top)
    return chosen.columns(item, part, weight, canvas.across).heights(
        ends, (canvas.row_dot(0), canvas.row_dot(1))
    )


def _cursor(canvas: Canvas, chosen: Frame) -> float | None:
    """Rule the point nearest to the cursor; return its x."""
    options = chosen.options
    if options.cursor is None:
        return None
    among = [item for item in chosen.drawn if item.curve.letter == options.focus] or chosen.drawn
    best: tuple[float, float] | None = None
    for item in among:
        index = item.nearest(options.cursor)
        if index is not None and np.isfinite(item.x[index]):
            x = float(item.x[index])
            found = (abs(x - options.cursor), x)
            best = found if best is None or found < best else best
    place = chosen.place(best[1]) if best else None
    if best is None or place is None:
        return None
    canvas.ruler(round(place * (canvas.across - 1)) // canvas.pen.across, "muted")
    return best[1]


def legend(curves: Sequence[Prepared], at: float | None) -> tuple[LegendEntry, ...]:
    """The curves in words: their newest values, or those nearest to the cursor."""
    return tuple(_entry(item, at) for item in curves)


def _entry(item: Prepared, at: float | None) -> LegendEntry:
    value, place = item.newest, None
    if at is not None:
        value = None
        index = item.nearest(at)
        # Before its first and after its last point a curve has no value.
        if index is not None and item.ends is not None and item.ends[0] <= at <= item.ends[1]:
            value, place = float(item.y[index]), float(item.x[index])
    curve = item.curve
    return LegendEntry(curve.letter, curve.label, value, curve.ink, item.not_numbers, item.infinities, place)
