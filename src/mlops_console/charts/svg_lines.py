"""Line charts as SVG documents."""

import itertools
from collections.abc import Sequence

import numpy as np

from mlops_console.charts.axes import x_places
from mlops_console.charts.decimation import Columns
from mlops_console.charts.extent import shows_raw
from mlops_console.charts.lines import Frame, frame, legend
from mlops_console.charts.model import ChartOptions, Curve
from mlops_console.charts.prepared import Prepared
from mlops_console.charts.signs import ABOVE, NAN, gaps, value_before
from mlops_console.charts.svg import ROW, Drawing, Look, drawing_of, nothing, short


def line_svg(curves: Sequence[Curve | Prepared], look: Look, options: ChartOptions | None = None) -> str:
    """Curves as an SVG document; letters stand where curves end."""
    options = options or ChartOptions()
    drawn = tuple(item if isinstance(item, Prepared) else Prepared(item) for item in curves)
    entries = legend(drawn, options.cursor)
    drawing = drawing_of(look, entries)
    rows = max(4, int(drawing.box[3] // ROW))
    chosen = frame(drawn, rows, options)
    drawing.legend(entries)
    if chosen is None:
        return nothing(drawing)
    axes_of(drawing, chosen, rows)
    _levels(drawing, chosen)
    ends: list[tuple[float, float, Prepared]] = []
    for item in chosen.back_to_front:
        if chosen.shows_band(item):
            low, high = (_pixels(drawing, chosen, item, part, options.smoothing) for part in ("low", "high"))
            drawing.plot.append(_band(drawing, low, high, item.curve.ink + ".band"))
        if shows_raw(item, options, len(drawn)):
            columns = _pixels(drawing, chosen, item, "y", 0.0)
            drawing.plot.append(_path(drawing, columns, item.curve.ink + ".raw", 1.0))
        columns = _pixels(drawing, chosen, item, "y", options.smoothing)
        drawing.plot.append(_path(drawing, columns, chosen.ink(item), 1.6))
        if len(columns.column):
            ends.append((float(columns.column[-1]), float(columns.last[-1]), item))
        _gaps(drawing, chosen, item)
    _letters(drawing, chosen, ends)
    return drawing.finish()


def axes_of(drawing: Drawing, chosen: Frame, rows: int) -> None:
    """Grid lines and the labels around the plot."""
    drawing.grid([(row / (rows - 1), label) for row, label in chosen.axis.ticks])
    log_x, options = chosen.options.log_x, chosen.options
    count = max(1, int(drawing.box[2] // 110))
    places, labels = x_places(
        chosen.x_range, count, options.x_kind, log=log_x, whole=chosen.whole and not log_x
    )
    low, high = chosen.x_range
    shares = [(place - low) / (high - low) for place in places]
    unit = options.x_unit if options.x_kind == "number" else ""
    drawing.below(list(zip(shares, labels, strict=True)), unit)


def _levels(drawing: Drawing, chosen: Frame) -> None:
    left, top, width, height = drawing.box
    for level in chosen.options.levels:
        share = float(chosen.axis.heights(np.array([level.value]))[0])
        if 0 <= share <= 1:
            y = top + (1 - share) * height
            drawing.line((left, y, left + width, y), level.ink, "5 4", 1.4)
            drawing.text(left + 4, y - 4, level.label, level.ink)


def _pixels(drawing: Drawing, chosen: Frame, item: Prepared, part: str, weight: float) -> Columns:
    _, _, width, height = drawing.box
    columns = chosen.columns(item, part, weight, int(width) + 1)
    return columns.heights((chosen.axis.bottom, chosen.axis.top), (height, 0.0))


def _path(drawing: Drawing, columns: Columns, ink: str, width: float) -> str:
    """A curve as a path: in each column its first, extreme and last points, as far as they differ."""
    steps: list[str] = []
    alone = ~columns.joined & ~np.append(columns.joined[1:], False)
    rows = zip(
        columns.column.tolist(),
        columns.first.tolist(),
        columns.low.tolist(),
        columns.high.tolist(),
        columns.last.tolist(),
        columns.joined.tolist(),
        alone.tolist(),
        strict=True,
    )
    for x, first, low, high, last, joined, single in rows:
        x, far = max(-1e5, min(1e5, x)), 1e5
        first, low, high, last = (max(-far, min(far, place)) for place in (first, low, high, last))
        steps.append(f"{'L' if joined else 'M'}{x} {short(first)}")
        if high - low > 0.3:
            ends = (high, low) if abs(first - low) < abs(first - high) else (low, high)
            # What is passed last lies nearest to where the line goes on.
            ends = ends[::-1] if abs(last - ends[0]) < abs(last - ends[1]) else ends
            steps += [f"V{short(end)}" for end in ends]
            steps.append(f"V{short(last)}")
        elif single:
            steps.append("h.01")
    return (
        f'<path d="{"".join(steps)}" stroke-width="{width:g}" stroke-linejoin="round" stroke-linecap="round"'
        f" {drawing.paint(ink)}/>"
    )


def _band(drawing: Drawing, low: Columns, high: Columns, ink: str) -> str:
    _, at_low, at_high = np.intersect1d(low.column, high.column, return_indices=True)
    shapes: list[str] = []
    begins = [0, *(np.flatnonzero(~high.joined[at_high][1:]) + 1).tolist(), len(at_high)]
    for begin, end in itertools.pairwise(begins):
        if end - begin < 2:
            continue
        upper, lower = at_high[begin:end], at_low[begin:end]
        there = [f"{x} {short(y)}" for x, y in zip(high.column[upper].tolist(), high.low[upper], strict=True)]
        back = [f"{x} {short(y)}" for x, y in zip(low.column[lower].tolist(), low.high[lower], strict=True)]
        shapes.append(f"M{'L'.join([*there, *back[::-1]])}Z")
    return f'<path d="{"".join(shapes)}" {drawing.paint(ink, "fill")}/>'


def _gaps(drawing: Drawing, chosen: Frame, item: Prepared) -> None:
    _, _, width, height = drawing.box
    begins, kinds = gaps(item, chosen.options.log_x)
    smooth = item.values("y", chosen.options.smoothing)
    seen: set[tuple[int, int]] = set()
    for index, kind in zip(begins, kinds, strict=True):
        place = chosen.place(float(item.x[index]))
        if place is None or not 0 <= place <= 1 or (round(place * width / 6), kind) in seen:
            continue
        seen.add((round(place * width / 6), kind))
        x = place * width
        if kind == NAN:
            before = value_before(smooth, index)
            share = float(chosen.axis.heights(np.array([before]))[0]) if before is not None else 0.0
            y = (1 - min(1.0, max(0.0, share if np.isfinite(share) else 0.0))) * height
            shape = f"M{short(x - 3)} {short(y - 3)}l6 6m0 -6l-6 6"
        elif kind == ABOVE:
            shape = f"M{short(x - 4)} 7l4 -6l4 6z"
        else:
            shape = f"M{short(x - 4)} {short(height - 7)}l4 6l4 -6z"
        drawing.plot.append(f'<path d="{shape}" stroke-width="1.6" {drawing.paint("bad")}/>')


def _letters(drawing: Drawing, chosen: Frame, ends: Sequence[tuple[float, float, Prepared]]) -> None:
    left, top, width, height = drawing.box
    taken: list[tuple[float, float]] = []
    for x, y, item in reversed(ends):
        if not item.curve.letter or not -1 <= x <= width + 1 or not -8 <= y <= height + 8:
            continue
        for away in (0, 12, -12, 24, -24, 36, -36):
            place = (left + x + 5, top + y + 4 + away)
            if all(abs(place[0] - a) > 14 or abs(place[1] - b) >= 12 for a, b in taken):
                taken.append(place)
                drawing.text(*place, item.curve.letter, chosen.ink(item), bold=True)
                break
