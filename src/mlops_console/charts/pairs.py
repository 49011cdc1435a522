"""Two amounts of one thing as one bar: what both have, and what one has beyond it."""

from mlops_console.charts.model import GlyphSet, Row

_HALF = 2


def pair_bar(
    before: float,
    now: float,
    width: int,
    top: float,
    *,
    glyphs: GlyphSet = "braille",
    shades: bool = False,
) -> Row:
    """Draw a bar of at most `width` cells from the left; `top` is what fills it.

    Args:
        before: Share or count in the reference.
        now: The same in the current sample.
        width: Cells.
        top: The end of the scale, shared by bars under each other.
        glyphs: `ascii`: `#` for both, `+` for more, `-` for fewer.
        shades: Tell the parts apart by shading, for terminals without colour.
    """
    ink = "series1" if now > before else "series0"
    low, high = (_halves(value, width, top) for value in (min(before, now), max(before, now)))
    if glyphs == "ascii" or shades:
        common, above, below = ("#", "+", "-") if glyphs == "ascii" else ("█", "▓", "░")
        low, high = -(-low // _HALF), -(-high // _HALF)
        spans = [(common * low, "common"), ((above if now > before else below) * (high - low), ink)]
        return tuple(span for span in spans if span[0])
    spans = [("█" * (low // _HALF), "common")]
    if low % _HALF and high > low:
        spans.append(("▌", f"common on {ink}" if high > low + 1 else "common"))
        low += 1
    elif low % _HALF:
        spans.append(("▌", "common"))
    rest = max(0, high - low)
    spans += [("█" * (rest // _HALF), ink), ("▌" * (rest % _HALF), ink)]
    return tuple(span for span in spans if span[0])


def _halves(value: float, width: int, top: float) -> int:
    if not value > 0 or not top > 0:
        return 0
    return min(width * _HALF, max(1, round(value / top * width * _HALF)))
