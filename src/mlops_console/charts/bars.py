"""Amounts, differences and intervals as one row each: what stands beside a number in a table."""

import math

import numpy as np

from mlops_console.charts.canvas import Canvas
from mlops_console.charts.model import GlyphSet, Row


def bar(share: float, width: int, ink: str, *, ascii_only: bool = False) -> Row:
    """A share from 0 to 1 on its track; half steps, and something as soon as it is not nothing."""
    if width < 1:
        return ()
    full, half, track = ("#", "", ".") if ascii_only else ("━", "╸", "━")
    halves = round(min(1.0, max(0.0, share)) * width * 2) if math.isfinite(share) else 0
    if share > 0 and math.isfinite(share):
        halves = max(2 if ascii_only else 1, halves)
    text = full * (halves // 2) + (half if halves % 2 else "")
    rest = width - len(text)
    return tuple(span for span in ((text, ink), (track * rest, "line")) if span[0])


def uncertain_bar(
    value: tuple[float, float], scale: float, width: int, ink: str, *, ascii_only: bool = False
) -> Row:
    """An amount and its spread: a bar that is thin where the amount may end; `scale` fills the width."""
    amount, spread = (max(0.0, one) if math.isfinite(one) else 0.0 for one in value)
    if width < 1 or scale <= 0 or not math.isfinite(scale):
        return ()
    thick, thin, track = ("#", "-", ".") if ascii_only else ("━", "─", "━")
    sure, far = (min(width, max(0, round(end / scale * width))) for end in (amount - spread, amount + spread))
    if amount > 0 and far == 0:
        far = 1
    spans = ((thick * sure, ink), (thin * (far - sure), ink), (track * (width - far), "line"))
    return tuple(span for span in spans if span[0])


def difference(
    value: float, scale: float, width: int, inks: tuple[str, str], *, ascii_only: bool = False
) -> Row:
    """A difference left (first ink) or right (second) of one line; `scale` fills its side of it."""
    side = max(1, (width - 1) // 2)
    share = min(1.0, abs(value) / scale) if scale > 0 and math.isfinite(value) else 0.0
    halves = round(share * side * 2)
    halves = max(1, halves) if share > 0 else 0
    full, left_half, right_half, rule = ("#", "#", "#", "|") if ascii_only else ("━", "╺", "╸", "│")
    text = full * (halves // 2)
    rest = " " * (side - halves // 2 - halves % 2)
    if value < 0:
        text = (left_half if halves % 2 else "") + text
        return tuple(span for span in ((rest + text, inks[0]), (rule, "muted")) if span[0])
    text += right_half if halves % 2 else ""
    return tuple(span for span in ((" " * side, "muted"), (rule, "muted"), (text, inks[1])) if span[0])


def interval(
    span: tuple[float, float, float],
    ends: tuple[float, float],
    width: int,
    ink: str,
    *,
    zero: float | None = 0.0,
    glyphs: GlyphSet = "braille",
) -> Row:
    """An interval (low, estimate, high) between two ends: a rule, a block at the estimate, `┊` at zero.

    What lies outside is cut at the edge; an end that is no number counts as unbounded.
    """
    low, estimate, high = span
    begin, end = ends
    if width < 1 or not (math.isfinite(begin) and math.isfinite(end) and end > begin):
        return ()
    canvas = Canvas(width, 1, glyphs)
    dots = np.zeros((canvas.down, canvas.across), bool)

    def place(value: float) -> float:
        return (value - begin) / (end - begin) * (canvas.across - 1)

    left = 0.0 if not math.isfinite(low) else place(low)
    right = canvas.across - 1.0 if not math.isfinite(high) else place(high)
    if right >= 0 and left <= canvas.across - 1:
        dots[canvas.down // 2, round(max(0.0, left)) : round(min(canvas.across - 1.0, right)) + 1] = True
    at = place(estimate) if math.isfinite(estimate) else -1.0
    if 0 <= at <= canvas.across - 1:
        cell = round(at) // canvas.pen.across * canvas.pen.across
        dots[:, cell : cell + canvas.pen.across] = True
    canvas.paint(dots, ink, "-")
    if glyphs == "ascii" and 0 <= at <= canvas.across - 1:
        canvas.mark(round(at), 0, "o", ink)
    if zero is not None and 0 <= place(zero) <= canvas.across - 1:
        canvas.ruler(round(place(zero)) // canvas.pen.across, "muted")
    return next(iter(canvas.rows()))
