"""Scatter charts: points, letters for those that are marked, and a straight trend where one is asked for."""

import math
from collections.abc import Sequence

import numpy as np

from mlops_console.charts.axes import below, labelled, margin, x_places
from mlops_console.charts.canvas import Canvas
from mlops_console.charts.extent import x_extent
from mlops_console.charts.lines import Frame, legend
from mlops_console.charts.model import Chart, ChartOptions, Curve
from mlops_console.charts.prepared import Prepared
from mlops_console.charts.scales import mapping, vertical_axis
from mlops_console.records import FloatArray

MARKS = 3
"""A group with a letter and at most so many points is shown by its letter."""


def points_of(item: Prepared, *, log_x: bool, log_y: bool) -> tuple[FloatArray, FloatArray]:
    """The points that have a place on both axes, in the axes' own space."""
    x, y = mapping(item.x, log_x), mapping(item.y, log_y)
    good = np.isfinite(x) & np.isfinite(y)
    return x[good], y[good]


def scatter_frame(drawn: tuple[Prepared, ...], rows: int, options: ChartOptions) -> Frame | None:
    """Axes that hold every point; None: there is none."""
    x_range = x_extent(drawn, options)
    if x_range is None:
        return None
    log_y = options.log_y and any((item.y > 0).any() for item in drawn)
    held = []
    for item in drawn:
        x, y = points_of(item, log_x=options.log_x, log_y=log_y)
        held.append(y[(x >= x_range[0]) & (x <= x_range[1])])
    heights = np.concatenate(held) if held else np.empty(0)
    if not len(heights):
        return None
    ends = float(heights.min()), float(heights.max())
    ends = options.y_range or ((10 ** ends[0], 10 ** ends[1]) if log_y else ends)
    return Frame(drawn, options, x_range, vertical_axis(*ends, rows, log_y))


def trend(chosen: Frame) -> tuple[float, float] | None:
    """The straight line through all points by least squares: its values at both ends, in the axis' space."""
    axis, log_x = chosen.axis, chosen.options.log_x
    parts = [points_of(item, log_x=log_x, log_y=axis.log) for item in chosen.drawn]
    x, y = (np.concatenate(side) for side in zip(*parts, strict=True))
    if len(x) < 3:
        return None
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        middle_x, middle_y = x.mean(), y.mean()
        slope = ((x - middle_x) * (y - middle_y)).sum() / ((x - middle_x) ** 2).sum()
        ends = tuple(float(middle_y + slope * (end - middle_x)) for end in chosen.x_range)
    return (ends[0], ends[1]) if all(map(math.isfinite, ends)) else None


def scatter(
    groups: Sequence[Curve | Prepared],
    width: int,
    height: int,
    options: ChartOptions | None = None,
    *,
    line: bool = False,
    through: tuple[float, float] | None = None,
) -> Chart:
    """Draw points into `height` rows (the last one holds the x labels); `line` adds the trend of all.

    `through` draws a line that was found elsewhere: slope and intercept, in the space of the axes.
    """
    options = options or ChartOptions()
    rows, width = max(1, height - 1), max(4, width)
    drawn = tuple(item if isinstance(item, Prepared) else Prepared(item) for item in groups)
    chosen = scatter_frame(drawn, rows, options)
    if chosen is None:
        return Chart(width, height, ((),) * height, legend(drawn, None), empty=True)
    axis = chosen.axis
    left = margin(axis, width, options.label_width)
    canvas = Canvas(width - left, rows, options.glyphs)
    if through is not None:
        first, last = (through[1] + through[0] * end for end in chosen.x_range)
        _straight(canvas, chosen, (first, last) if math.isfinite(first + last) else None)
    elif line:
        _straight(canvas, chosen, trend(chosen))
    for item in chosen.back_to_front:
        _points(canvas, chosen, item)
    canvas.grid([row for row, _ in axis.ticks])
    count = max(1, canvas.plot // 12 if options.log_x else min(4, canvas.plot // 14))
    whole = chosen.whole and not options.log_x
    places, labels = x_places(chosen.x_range, count, options.x_kind, log=options.log_x, whole=whole)
    under = " " * left + below(places, labels, chosen.x_range, canvas.plot, options.x_unit)
    tail = (((under, "muted"),),) if height > 1 else ()
    body = labelled(canvas, axis, left)
    ends = (axis.bottom, axis.top)
    plain_x = (10 ** chosen.x_range[0], 10 ** chosen.x_range[1]) if options.log_x else chosen.x_range
    plain_y = (10 ** ends[0], 10 ** ends[1]) if axis.log else ends
    return Chart(width, height, (*body, *tail), legend(drawn, None), plain_x, plain_y, None, left)


def _straight(canvas: Canvas, chosen: Frame, ends: tuple[float, float] | None) -> None:
    if ends is None:
        return
    axis = chosen.axis
    first, last = ((end - axis.bottom) / (axis.top - axis.bottom) for end in ends)
    heights = np.linspace(first, last, canvas.across)
    dots = np.zeros((canvas.down, canvas.across), bool)
    y = np.rint(
        np.clip((1 - heights), -9, 9) * (canvas.height - 1) * canvas.pen.down + (canvas.pen.down - 1) / 2
    )
    inside = (y >= 0) & (y < canvas.down)
    dots[y[inside].astype(int), np.flatnonzero(inside)] = True
    canvas.paint(dots, "muted", "-")


def _points(canvas: Canvas, chosen: Frame, item: Prepared) -> None:
    low, high = chosen.x_range
    axis = chosen.axis
    x, y = points_of(item, log_x=chosen.options.log_x, log_y=axis.log)
    with np.errstate(over="ignore", invalid="ignore"):
        across = np.rint((x - low) / (high - low) * (canvas.across - 1))
        share = (y - axis.bottom) / (axis.top - axis.bottom)
        down = np.rint((1 - share) * (canvas.height - 1) * canvas.pen.down + (canvas.pen.down - 1) / 2)
    seen = (across >= 0) & (across < canvas.across) & (down >= 0) & (down < canvas.down)
    columns, rows = across[seen].astype(int), down[seen].astype(int)
    letter, pen = item.curve.letter, canvas.pen
    if letter and len(item.x) <= MARKS:
        for column, row in zip(columns.tolist(), rows.tolist(), strict=True):
            canvas.mark(column // pen.across, row // pen.down, letter[0], chosen.ink(item))
        return
    dots = np.zeros((canvas.down, canvas.across), bool)
    dots[rows, columns] = True
    if len(rows) * 20 <= dots.size and pen.down == 4:
        # A single dot is hard to see: with room, a point is two of them.
        dots[np.maximum(rows - 1, 0), columns] = True
    canvas.paint(dots, chosen.ink(item), letter or "*")
