"""Differences with their intervals under each other, as SVG documents."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from mlops_console.charts.axes import x_places
from mlops_console.charts.svg import CHARACTER, Drawing, Look, drawing_of, nothing, safe, short

PITCH: Final = 24.0
_TOP, _BOTTOM = 34.0, 34.0
_SHARE: Final = 0.38
"""What the names take of the width, at most."""


@dataclass(frozen=True, slots=True)
class Row:
    """A difference from nothing."""

    label: str
    value: float | None
    ci: tuple[float, float] | None
    ink: str
    words: str = ""
    """What stands to its right."""


def intervals_svg(rows: Sequence[Row], look: Look, *, bars: bool = False) -> str:
    """Rows as an SVG document as tall as they need; with `bars` differences are bars from nothing on."""
    drawing = drawing_of(replace(look, height=round(_TOP + _BOTTOM + PITCH * max(1, len(rows)))), ())
    drawing.text(10, 18, look.title, "text", bold=True)
    known = [row for row in rows if row.value is not None and math.isfinite(row.value)]
    if not known:
        return nothing(drawing)
    room = int(look.width * _SHARE / CHARACTER)
    names = [_cut(row.label, room) for row in rows]
    words = max(len(row.words) for row in rows)
    left = 20 + max(map(len, names)) * CHARACTER
    right = look.width - 20 - words * CHARACTER
    span = _span(known)
    scale = (right - left) / (span[1] - span[0])

    def place(value: float) -> float:
        return left + (min(max(value, span[0]), span[1]) - span[0]) * scale

    _axis(drawing, span, (left, right), len(rows))
    for at, (row, name) in enumerate(zip(rows, names, strict=True)):
        y = _TOP + PITCH * (at + 0.5)
        drawing.text(10, y + 4, name, "second")
        drawing.text(right + 10, y + 4, row.words, "second")
        if row.value is None or not math.isfinite(row.value):
            continue
        shape = _bar(drawing, row, (place(0.0), place(row.value)), y) if bars else ""
        if row.ci is not None and all(map(math.isfinite, row.ci)):
            ends = place(row.ci[0]), place(row.ci[1])
            ink = "second" if bars else row.ink
            shape += _line(drawing, ends, y, ink, 1.2 if bars else 2.2)
        if not bars:
            at_value, fill = short(place(row.value)), drawing.paint(row.ink, "fill")
            shape += f'<circle cx="{at_value}" cy="{short(y)}" r="4" {fill}/>'
        drawing.parts.append(f"<g><title>{safe(f'{row.label} {row.words}'.strip())}</title>{shape}</g>")
    return drawing.finish()


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: max(1, room - 1)] + "~"


def _span(known: Sequence[Row]) -> tuple[float, float]:
    """From the least to the largest end, nothing included; an infinite end goes to the edge."""
    ends = [0.0]
    for row in known:
        ends += [one for one in (row.value, *(row.ci or ())) if one is not None and math.isfinite(one)]
    low, high = min(ends), max(ends)
    # Halved first: the distance of large numbers may be none.
    pad = (high / 2 - low / 2) * 0.08 or 1.0
    return low - pad, high + pad


def _axis(drawing: Drawing, span: tuple[float, float], sides: tuple[float, float], rows: int) -> None:
    left, right = sides
    bottom = _TOP + PITCH * rows
    places, labels = x_places(span, max(2, int((right - left) // 110)), "number", log=False, whole=False)
    for value, label in list(zip(places, labels, strict=True))[1:-1]:
        x = left + (value - span[0]) / (span[1] - span[0]) * (right - left)
        drawing.line((x, _TOP, x, bottom), "line", "1 3")
        drawing.text(x, bottom + 16, label, "muted", anchor="middle")
    zero = left + -span[0] / (span[1] - span[0]) * (right - left)
    drawing.line((zero, _TOP - 4, zero, bottom), "muted", width=1.4)


def _bar(drawing: Drawing, row: Row, ends: tuple[float, float], y: float) -> str:
    low, high = min(ends), max(ends)
    return (
        f'<rect x="{short(low)}" y="{short(y - 7)}" width="{short(max(0.8, high - low))}" height="14"'
        f" {drawing.paint(row.ink, 'fill')}/>"
    )


def _line(drawing: Drawing, ends: tuple[float, float], y: float, ink: str, width: float) -> str:
    a, b = short(ends[0]), short(ends[1])
    top, bottom = short(y - 4), short(y + 4)
    shape = f"M{a} {short(y)}H{b}M{a} {top}V{bottom}M{b} {top}V{bottom}"
    return f'<path d="{shape}" fill="none" stroke-width="{width:g}" {drawing.paint(ink)}/>'
