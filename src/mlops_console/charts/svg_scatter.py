"""Scatter charts as SVG documents."""

from collections.abc import Sequence

import numpy as np

from mlops_console.charts.lines import Frame
from mlops_console.charts.model import ChartOptions, Curve
from mlops_console.charts.prepared import Prepared
from mlops_console.charts.scatter import MARKS, points_of, scatter_frame, trend
from mlops_console.charts.svg import ROW, Drawing, Look, drawing_of, nothing, short
from mlops_console.charts.svg_lines import axes_of
from mlops_console.records import FloatArray


def scatter_svg(
    groups: Sequence[Curve | Prepared],
    look: Look,
    options: ChartOptions | None = None,
    *,
    line: bool = False,
) -> str:
    """Points as an SVG document."""
    options = options or ChartOptions()
    drawn = tuple(item if isinstance(item, Prepared) else Prepared(item) for item in groups)
    drawing = drawing_of(look, ())
    drawing.legend(())
    rows = max(4, int(drawing.box[3] // ROW))
    chosen = scatter_frame(drawn, rows, options)
    if chosen is None:
        return nothing(drawing)
    axes_of(drawing, chosen, rows)
    _, _, width, height = drawing.box
    ends = trend(chosen) if line else None
    if ends is not None:
        y = [(1 - _share(chosen, end)) * height for end in ends]
        shape = f"M0 {short(y[0])}L{short(width)} {short(y[1])}"
        drawing.plot.append(f'<path d="{shape}" stroke-width="1.2" {drawing.paint("muted")}/>')
    for item in chosen.back_to_front:
        x, heights = points_of(item, log_x=options.log_x, log_y=chosen.axis.log)
        _dots(drawing, chosen, item, x, heights)
    return drawing.finish()


def _share(chosen: Frame, mapped: float) -> float:
    return (mapped - chosen.axis.bottom) / (chosen.axis.top - chosen.axis.bottom)


def _dots(drawing: Drawing, chosen: Frame, item: Prepared, x: FloatArray, y: FloatArray) -> None:
    left, top, width, height = drawing.box
    low, high = chosen.x_range
    ink, letter = chosen.ink(item), item.curve.letter
    bottom = chosen.axis.bottom
    across = np.rint((x - low) / (high - low) * width)
    down = np.rint((1 - (y - bottom) / (chosen.axis.top - bottom)) * height)
    inside = (across >= 0) & (across <= width) & (down >= -4) & (down <= height + 4)
    places = sorted(set(zip(across[inside].tolist(), down[inside].tolist(), strict=True)))
    if letter and len(item.x) <= MARKS:
        for a, b in places:
            drawing.text(left + a, top + b + 4, letter, ink, anchor="middle", bold=True)
        return
    shape = "".join(f"M{a:g} {b:g}h.01" for a, b in places)
    drawing.plot.append(f'<path d="{shape}" stroke-width="5" stroke-linecap="round" {drawing.paint(ink)}/>')
