"""Parallel coordinates as SVG documents."""

import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np

from mlops_console.charts.model import LegendEntry
from mlops_console.charts.parallel import (
    BRIGHT,
    BrightLine,
    Layout,
    ParallelAxis,
    ParallelOptions,
    end_labels,
    layout,
    value_label,
)
from mlops_console.charts.svg import CHARACTER, Drawing, Look, drawing_of, nothing, safe, short
from mlops_console.records import FloatArray

_LEAST_GAP: Final = 90.0
_MOST_DIM: Final = 1500
"""Lines; a document with more is slow to open and looks the same."""


def parallel_svg(
    axes: Sequence[ParallelAxis],
    bright: Sequence[BrightLine],
    look: Look,
    options: ParallelOptions | None = None,
) -> str:
    """Runs across upright axes as an SVG document; each bright line says its run when pointed at."""
    options = options or ParallelOptions()
    plan = layout(axes, max(2, int((look.width - 120) // _LEAST_GAP) + 1))
    bright = [line for line in bright[:BRIGHT] if 0 <= line.run < len(plan.heights)]
    drawing = drawing_of(look, [_entry(plan, line) for line in bright if line.letter])
    drawing.legend([_entry(plan, line) for line in bright if line.letter])
    if not plan.axes or not len(plan.heights):
        return nothing(drawing)
    left, top, width, height = drawing.box
    top, height = top + 24, height - 24
    places = [left + width * (at + 0.5) / len(plan.axes) for at in range(len(plan.axes))]
    if len(plan.axes) > 1:
        places = [left + width * at / (len(plan.axes) - 1) for at in range(len(plan.axes))]
    down = _down(plan, top, height)
    _dim(drawing, places, down)
    focus = options.focus
    letters = _apart([float(down[line.run, 0]) for line in bright])
    back_to_front = [*zip(bright, letters, strict=True)][::-1]
    for line, letter in sorted(back_to_front, key=lambda pair: pair[0].run == focus):
        ink = line.ink if focus in (None, line.run) else f"{line.ink}.dim"
        words = "  ".join([line.label, *(f"{axis.name} {value_label(axis, line.run)}" for axis in plan.axes)])
        shape = (
            f'<path d="{_path(places, down[line.run])}" fill="none" stroke-width="1.8" {drawing.paint(ink)}/>'
        )
        drawing.parts.append(f"<g><title>{safe(words.strip())}</title>{shape}</g>")
        if line.letter:
            drawing.text(places[0] - 14, letter + 4, line.letter, ink, bold=True)
    for place, axis in zip(places, plan.axes, strict=True):
        _axis(drawing, place, axis, (top, height), width / max(1, len(plan.axes) - 1))
    return drawing.finish()


def _entry(plan: Layout, line: BrightLine) -> LegendEntry:
    axis = plan.axes[-1]
    value = float(axis.values[line.run])
    known = bool(np.isfinite(value)) and axis.levels is None
    return LegendEntry(line.letter, line.label, value if known else None, line.ink, 0, 0)


def _down(plan: Layout, top: float, height: float) -> FloatArray:
    """Pixels from above; runs without a value stand below the axes."""
    found = top + (1 - np.nan_to_num(plan.heights)) * height
    return np.where(np.isnan(plan.heights), top + height + 12, found)


def _apart(heights: Sequence[float], least: float = 12.0) -> list[float]:
    """Heights moved down as far as letters need to stay readable."""
    found = list(heights)
    order = sorted(range(len(found)), key=lambda at: found[at])
    for above, below in itertools.pairwise(order):
        found[below] = max(found[below], found[above] + least)
    return found


def _path(places: Sequence[float], down: FloatArray) -> str:
    points = [f"{short(x)} {short(float(y))}" for x, y in zip(places, down, strict=True)]
    if len(points) == 1:
        return f"M{points[0]}h.01"
    return f"M{points[0]}L{' '.join(points[1:])}"


def _dim(drawing: Drawing, places: Sequence[float], down: FloatArray) -> None:
    rows = np.unique(down.round(), axis=0)
    if len(rows) > _MOST_DIM:
        rows = rows[np.linspace(0, len(rows) - 1, _MOST_DIM).astype(np.int64)]
    shape = "".join(_path(places, row) for row in rows)
    faint = f'stroke={drawing.colour("muted")} stroke-opacity="{0.5 if len(rows) < 100 else 0.15}"'
    drawing.under.append(f'<path d="{shape}" fill="none" stroke-width="0.8" {faint}/>')


def _axis(drawing: Drawing, place: float, axis: ParallelAxis, span: tuple[float, float], gap: float) -> None:
    top, height = span
    drawing.line((place, top, place, top + height), "muted")
    room = max(3, int(gap / CHARACTER) - 1)
    words = [axis.name if len(axis.name) <= room else axis.name[: room - 1] + "~", *end_labels(axis)]
    drawing.text(place, top - 20, words[0], axis.ink, anchor="middle", bold=axis.ink != "muted")
    if words[2]:
        drawing.text(place, top - 6, words[2], "muted", anchor="middle")
        drawing.text(place, top + height + 26, words[1], "muted", anchor="middle")
    levels = axis.levels or ()
    every = -(-len(levels) * 14 // max(14, int(height))) or 1
    for at in range(0, len(levels), every):
        share = at / (len(levels) - 1) if len(levels) > 1 else 0.5
        shown = levels[at] if len(levels[at]) <= room else levels[at][: room - 1] + "~"
        drawing.text(place + 4, top + share * height + 4, shown, "second")
