"""Few values one after the other, each with how sure it is, against limits: over versions, over windows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mlops_console.charts.model import Level
from mlops_console.charts.scales import Axis, vertical_axis
from mlops_console.charts.svg import CHARACTER, ROW, Drawing, Look, drawing_of, nothing, safe, short

_CLOSE: Final = 9.0
"""Pixels; values that lie closer are a line with a band, without a dot each."""
_EDGE: Final = 18.0
"""Pixels between the sides of the plot and the first and last value."""
_SHADE: Final = 0.07


@dataclass(frozen=True, slots=True)
class Point:
    """One value."""

    label: str
    value: float | None
    """None: a gap."""
    low: float | None = None
    high: float | None = None
    hollow: bool = False
    """Less than the others: an estimate, a version that was never used."""
    ink: str = "series0"
    words: str = ""
    """The value for people; made from it where it is empty."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A level, and on which side of it values are bad."""

    level: Level
    bad: str = ""
    """`below`, `above`, or empty: on neither."""


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where things stand, in pixels of the plot."""

    xs: Sequence[float]
    axis: Axis
    height: float

    def y(self, value: float) -> float:
        """From above; what is not on the axis is put at its edge."""
        share = float(self.axis.heights(np.array([value]))[0])
        return (1 - min(1.02, max(-0.02, share if math.isfinite(share) else 0.0))) * self.height


def points_svg(
    points: Sequence[Point],
    look: Look,
    limits: Sequence[Limit] = (),
    marks: Sequence[tuple[int, str]] = (),
) -> str:
    """Values as an SVG document, evenly apart.

    Args:
        points: In their order.
        look: How large, in which colours.
        limits: Levels to hold them against.
        marks: (place, words): something begins before the value at this place.
    """
    drawing = drawing_of(replace(look, desc=look.desc or _described(points)), ())
    drawing.text(10, 18, look.title, "text", bold=True)
    known = [one for one in points if _finite(one.value)]
    if not known:
        return nothing(drawing)
    left, top, width, height = drawing.box
    rows = max(4, int(height // ROW))
    axis = vertical_axis(*_span(known, limits), rows)
    drawing.grid([(row / (rows - 1), label) for row, label in axis.ticks])
    plot = _Plot(_places(len(points), width), axis, height)
    shares = [(x / width, one.label) for x, one in zip(plot.xs, points, strict=True)]
    drawing.below(shares, "")
    for limit in limits:
        _limit(drawing, plot, limit)
    for place, words in marks:
        before = plot.xs[place - 1] if place else plot.xs[place] - 2 * _EDGE
        x = left + max(0.0, (before + plot.xs[place]) / 2)
        drawing.line((x, top, x, top + height), "muted", "2 3")
        drawing.text(x + 4, top + 10, words, "muted")
    _values(drawing, plot, points)
    last = max(place for place, one in enumerate(points) if _finite(one.value))
    _newest(drawing, plot, points[last], left + plot.xs[last])
    return drawing.finish()


def _finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _described(points: Sequence[Point]) -> str:
    return "; ".join(f"{one.label} {one.words}".strip() for one in points[-60:])


def _places(count: int, width: float) -> list[float]:
    if count == 1:
        return [width / 2]
    step = (width - 2 * _EDGE) / (count - 1)
    return [_EDGE + place * step for place in range(count)]


def _span(known: Sequence[Point], limits: Sequence[Limit]) -> tuple[float, float]:
    ends = [one for point in known for one in (point.value, point.low, point.high)]
    ends += [one.level.value for one in limits]
    numbers = [one for one in ends if one is not None and math.isfinite(one)]
    low, high = min(numbers), max(numbers)
    # Halved first: the distance of large numbers may be none.
    pad = (high / 2 - low / 2) * 0.16
    return low - pad, high + pad


def _limit(drawing: Drawing, plot: _Plot, limit: Limit) -> None:
    left, top, width, height = drawing.box
    y = plot.y(limit.level.value)
    if limit.bad:
        begin, end = (y, height) if limit.bad == "below" else (0.0, y)
        drawing.plot.append(
            f'<rect x="0" y="{short(begin)}" width="{short(width)}" height="{short(max(0.0, end - begin))}"'
            f' fill={drawing.colour(limit.level.ink)} fill-opacity="{_SHADE}"/>'
        )
    drawing.line((left, top + y, left + width, top + y), limit.level.ink, "5 4", 1.4)
    under = limit.bad == "below" and y + 18 < height
    # Whatever passes behind the words leaves them readable.
    halo = f'stroke={drawing.colour("bg")} stroke-width="3" paint-order="stroke" stroke-opacity=".8"'
    place = f'x="{short(left + 6)}" y="{short(top + y + (14 if under else -5))}"'
    words = f"{drawing.paint(limit.level.ink, 'fill')} {halo}>{safe(limit.level.label)}"
    drawing.parts.append(f"<text {place} {words}</text>")


def _values(drawing: Drawing, plot: _Plot, points: Sequence[Point]) -> None:
    close = len(points) > 1 and plot.xs[1] - plot.xs[0] < _CLOSE
    shown = [(x, one) for x, one in zip(plot.xs, points, strict=True) if _finite(one.value)]
    if close:
        drawing.plot += _bands(drawing, plot, shown)
    drawing.plot += [_line(drawing, plot, run) for run in _runs(plot, points)]
    for x, one in [] if close else shown:
        drawing.plot.append(_dot(drawing, plot, x, one))


def _runs(plot: _Plot, points: Sequence[Point]) -> list[list[tuple[float, float]]]:
    """Stretches without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, one in zip(plot.xs, points, strict=True):
        if one.value is not None and math.isfinite(one.value):
            runs[-1].append((x, plot.y(one.value)))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _line(drawing: Drawing, plot: _Plot, run: Sequence[tuple[float, float]]) -> str:
    steps = "L".join(f"{short(x)} {short(y)}" for x, y in run)
    return f'<path d="M{steps}" stroke-width="1.6" stroke-linejoin="round" {drawing.paint("series0.dim")}/>'


def _bands(drawing: Drawing, plot: _Plot, shown: Sequence[tuple[float, Point]]) -> list[str]:
    ends = [
        (x, plot.y(one.low), plot.y(one.high))
        for x, one in shown
        if one.low is not None and one.high is not None
    ]
    if len(ends) < 2:
        return []
    there = [f"{short(x)} {short(high)}" for x, _, high in ends]
    back = [f"{short(x)} {short(low)}" for x, low, _ in reversed(ends)]
    return [f'<path d="M{"L".join([*there, *back])}Z" {drawing.paint("series0.band", "fill")}/>']


def _dot(drawing: Drawing, plot: _Plot, x: float, one: Point) -> str:
    assert one.value is not None
    y = plot.y(one.value)
    shape = ""
    if _finite(one.low) and _finite(one.high):
        top, bottom = plot.y(one.high or 0.0), plot.y(one.low or 0.0)
        at, sides = short(x), (short(x - 3), short(x + 3))
        shape = (
            f'<path d="M{at} {short(top)}V{short(bottom)}M{sides[0]} {short(top)}H{sides[1]}'
            f'M{sides[0]} {short(bottom)}H{sides[1]}" stroke-width="1.2" {drawing.paint(one.ink)}/>'
        )
    fill = drawing.paint("bg", "fill") if one.hollow else drawing.paint(one.ink, "fill")
    edge = drawing.paint(one.ink)
    shape += f'<circle cx="{short(x)}" cy="{short(y)}" r="4" stroke-width="1.6" {fill} {edge}/>'
    return f"<g><title>{safe(f'{one.label} {one.words}'.strip())}</title>{shape}</g>"


def _newest(drawing: Drawing, plot: _Plot, one: Point, x: float) -> None:
    """The last value in words, beside it."""
    if not one.words or one.value is None:
        return
    _, top, _, _ = drawing.box
    above = plot.y(one.high if one.high is not None and math.isfinite(one.high) else one.value)
    wide = len(one.words) * CHARACTER
    end = min(x + wide / 2, drawing.width - 6)
    drawing.text(end, top + max(10.0, above - 7), one.words, one.ink, anchor="end", bold=True)
