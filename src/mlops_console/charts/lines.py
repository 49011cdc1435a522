"""Line charts: curves over a grid with honest labels, one in focus, the others dim, not-numbers marked."""

import math
from collections.abc import Sequence

import numpy as np

from mlops_console.charts.canvas import Canvas
from mlops_console.charts.decimation import gather
from mlops_console.charts.extent import Prepared, prepare, x_extent, y_extent
from mlops_console.charts.model import Chart, ChartOptions, Curve, LegendEntry, Row
from mlops_console.charts.scales import Axis, vertical_axis
from mlops_console.charts.ticks import between, log_between, x_label
from mlops_console.records import FloatArray

_COLOURS = 7
"""With more curves than colours, those out of focus share one grey: their letters tell them apart."""


def line_chart(
    curves: Sequence[Curve], width: int, height: int, options: ChartOptions | None = None
) -> Chart:
    """Draw curves into `height` rows (the last one holds the x labels) of `width` cells."""
    options = options or ChartOptions()
    rows, width = max(1, height - 1), max(4, width)
    drawn = [prepare(curve, options, len(curves)) for curve in curves]
    x_range = x_extent(drawn, options)
    y_ends = y_extent(drawn, x_range, options) if x_range else None
    if x_range is None or y_ends is None:
        return _nothing(curves, width, height)
    axis = vertical_axis(*y_ends, rows, options.log_y and y_ends[0] > 0)
    left = max(options.label_width, *(len(label) for _, label in axis.ticks)) + 1
    left = left if width - left >= 8 else 0
    canvas = Canvas(width - left, rows, options.glyphs)
    _levels(canvas, axis, options)
    for item in _back_to_front(drawn, options.focus):
        ink = item.curve.ink
        if options.focus and item.curve.letter != options.focus:
            ink = f"{ink}.dim" if len(drawn) <= _COLOURS else "rest"
        _paint(canvas, item, axis, x_range, ink)
    canvas.grid([row for row, _ in axis.ticks])
    at = _cursor(canvas, drawn, x_range, options)
    body = _labelled(canvas, axis, left)
    whole = options.x_kind == "number" and not options.log_x and all(_whole(item.x) for item in drawn)
    below = _x_labels(x_range, canvas.width, left, options, whole)
    plain_x = (10 ** x_range[0], 10 ** x_range[1]) if options.log_x else x_range
    plain_y = (10**axis.bottom, 10**axis.top) if axis.log else (axis.bottom, axis.top)
    legend = tuple(_entry(curve, at) for curve in curves)
    tail = (below,) if height > 1 else ()
    return Chart(width, height, (*body, *tail), legend, plain_x, plain_y, at, left)


def _nothing(curves: Sequence[Curve], width: int, height: int) -> Chart:
    legend = tuple(_entry(curve, None) for curve in curves)
    return Chart(width, height, ((),) * height, legend, empty=True)


def _back_to_front(drawn: Sequence[Prepared], focus: str | None) -> list[Prepared]:
    return sorted(drawn, key=lambda item: item.curve.letter == focus) if focus else list(reversed(drawn))


def _paint(canvas: Canvas, item: Prepared, axis: Axis, x_range: tuple[float, float], ink: str) -> None:
    curve = item.curve
    with np.errstate(over="ignore", invalid="ignore"):
        column = (item.x - x_range[0]) / (x_range[1] - x_range[0]) * (canvas.across - 1)
    if item.raw is not None:
        canvas.curve(gather(column, _dots(canvas, axis, item.raw)), curve.ink + ".raw", curve.letter)
    heights = _dots(canvas, axis, item.smooth)
    canvas.curve(gather(column, heights), ink, curve.letter)
    _mark_gaps(canvas, column, heights, curve)


def _dots(canvas: Canvas, axis: Axis, values: FloatArray) -> FloatArray:
    share = axis.heights(values)
    with np.errstate(over="ignore", invalid="ignore"):
        return (1 - share) * ((canvas.height - 1) * canvas.pen.down) + (canvas.pen.down - 1) / 2


def _mark_gaps(canvas: Canvas, column: FloatArray, heights: FloatArray, curve: Curve) -> None:
    """Mark where a stretch of NaN or infinity begins: beside the last number, or at the edge it left by."""
    bad = ~np.isfinite(curve.y) & np.isfinite(column)
    if not bad.any():
        return
    kind = np.where(bad, np.where(np.isnan(curve.y), 1, np.where(curve.y > 0, 2, 3)), 0)
    begins = np.flatnonzero(bad & (np.append(0, kind[:-1]) != kind))
    good = np.where(np.isfinite(heights), np.arange(len(heights)), -1)
    before = np.maximum.accumulate(good)
    pen = canvas.pen
    for index in begins[:: max(1, len(begins) // (canvas.width * 2))].tolist():
        place = round(float(np.clip(column[index], -2, canvas.across + 2))) // pen.across
        last = before[index]
        row = canvas.height - 1
        if last >= 0:
            row = int(np.clip(np.rint(heights[last]), 0, canvas.down - 1)) // pen.down
        if kind[index] == 1:
            canvas.mark(place, row, pen.not_number, "bad")
        elif kind[index] == 2:
            canvas.mark(place, 0, pen.above, "bad")
        else:
            canvas.mark(place, canvas.height - 1, pen.below, "bad")


def _levels(canvas: Canvas, axis: Axis, options: ChartOptions) -> None:
    for level in options.levels:
        share = float(axis.heights(np.array([level.value]))[0])
        if math.isfinite(share):
            canvas.level(canvas.row_dot(share), level.ink)


def _cursor(
    canvas: Canvas, drawn: Sequence[Prepared], x_range: tuple[float, float], options: ChartOptions
) -> float | None:
    """Rule the point nearest to the cursor; return its x."""
    if options.cursor is None:
        return None
    chosen = [d for d in drawn if d.curve.letter == options.focus] or list(drawn)
    best: tuple[float, float, float] | None = None
    for item in chosen:
        x = np.asarray(item.curve.x, np.float64)
        good = np.flatnonzero(np.isfinite(item.x))
        if len(good):
            index = good[int(np.argmin(np.abs(x[good] - options.cursor)))]
            found = (abs(float(x[index]) - options.cursor), float(x[index]), float(item.x[index]))
            best = found if best is None or found < best else best
    if best is None:
        return None
    share = (best[2] - x_range[0]) / (x_range[1] - x_range[0])
    canvas.ruler(round(share * (canvas.across - 1)) // canvas.pen.across, "muted")
    return best[1]


def _entry(curve: Curve, at: float | None) -> LegendEntry:
    y = np.asarray(curve.y, np.float64)
    finite = np.flatnonzero(np.isfinite(y))
    value: float | None = float(y[finite[-1]]) if len(finite) else None
    if at is not None:
        near = np.flatnonzero(curve.x == at)
        value = float(y[near[-1]]) if len(near) else None
    missing = int(np.isnan(y).sum())
    return LegendEntry(curve.letter, curve.label, value, curve.ink, missing, len(y) - len(finite) - missing)


def _labelled(canvas: Canvas, axis: Axis, left: int) -> list[Row]:
    labels = dict(axis.ticks)
    rows: list[Row] = []
    for number, row in enumerate(canvas.rows()):
        label = labels.get(number, "") if left else ""
        margin = label.rjust(left - 1) + " " if left else ""
        rows.append(((margin, "muted"), *row) if margin else row)
    return rows


def _whole(x: FloatArray) -> bool:
    finite = x[np.isfinite(x)]
    return bool((finite == np.rint(finite)).all())


def _x_labels(x_range: tuple[float, float], width: int, left: int, options: ChartOptions, whole: bool) -> Row:
    """The first, the last (with its unit) and round numbers between, each under its own place.

    Where all x are whole numbers, so are the labels.
    """
    low, high = x_range
    if options.log_x:
        places = list(log_between(low, high, max(1, width // 12)))
        low, high = 10**low, 10**high
    else:
        places = list(between(low, high, options.x_kind, max(1, min(4, width // 14))))
    if whole and math.ceil(low) <= math.floor(high):
        low, high = float(math.ceil(low)), float(math.floor(high))
        places = [value for value in places if value == int(value)]
    cells = [" "] * width
    last = x_label(_trim(high), options.x_kind)
    last = f"{last} {options.x_unit}" if options.x_unit and options.x_kind == "number" else last
    first = x_label(_trim(low), options.x_kind)
    begin, end = (0, width - 1) if options.log_x else (_cell(at, x_range, width) for at in (low, high))
    _put(cells, max(0, min(width - len(last), end - len(last) // 2)), last)
    _put(cells, max(0, begin - len(first) // 2), first)
    for value in places:
        position = math.log10(value) if options.log_x else value
        share = (position - x_range[0]) / (x_range[1] - x_range[0])
        label = x_label(_trim(value), options.x_kind)
        _put(cells, round(share * (width - 1)) - len(label) // 2, label)
    return ((" " * left + "".join(cells).rstrip(), "muted"),)


def _cell(value: float, x_range: tuple[float, float], width: int) -> int:
    return round((value - x_range[0]) / (x_range[1] - x_range[0]) * (width - 1))


def _put(cells: list[str], start: int, text: str) -> None:
    end = start + len(text)
    free = start >= 0 and end <= len(cells)
    if free and all(cell == " " for cell in cells[max(0, start - 2) : end + 2]):
        cells[start:end] = list(text)


def _trim(value: float) -> float:
    return float(f"{value:.6g}") if math.isfinite(value) else value
