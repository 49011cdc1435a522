"""Differences and verdicts as a person reads them: signs, honest digits, glyph and word."""

import math
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import fit
from mlops_console.workspace.comparing.judging import tells

if TYPE_CHECKING:
    from mlops_console.comparison.model import Judgement
    from mlops_console.console.drawing import Line
    from mlops_console.console.glyphs import Glyphs

_INKS: Final = {
    "better": ("finished", "ok"),
    "worse": ("failed", "bad"),
    "equivalent": ("finished", "second"),
    "not shown to differ": ("unknown", "second"),
    "can't be said": ("queued", "muted"),
}
"""Verdict -> whose glyph stands before it, and its token."""
_SHORT: Final = {"not shown to differ": "unclear", "can't be said": "unknown"}


def verdict_words(one: "Judgement", *, short: bool = False) -> str:
    """The verdict as a word; `can't be said` where nothing was tested."""
    words = one.verdict if tells(one) else "can't be said"
    return _SHORT.get(words, words) if short else words


def put_verdict(
    line: "Line", one: "Judgement", glyphs: "Glyphs", cells: int = 0, *, short: bool = False
) -> "Line":
    """Add glyph and word; in `cells` at the right of them, with a shorter word where there is no room."""
    words = verdict_words(one)
    glyph, ink = _INKS[words]
    if short or (cells and len(words) + 2 > cells):
        words = verdict_words(one, short=True)
    said = f"{glyphs.state(glyph)} {words}"
    return line.put(fit(said, cells, right=True) if cells else said, ink)


def p_text(one: "Judgement") -> str:
    """The p value, corrected where it belongs to a family: `.006`, `< .001`; `-` for none."""
    return p_written(one.p_holm if one.p_holm is not None else one.p)


def p_written(p: float | None) -> str:
    """A probability: `.006`, `< .001`; `-` for none."""
    if p is None:
        return "-"
    return "< .001" if p < 0.001 else f"{p:.3f}"[1:] if p < 0.9995 else "1"


def signed(value: float | None, decimals: int | None = None) -> str:
    """A difference with its sign, to two digits: `+.0040`, `−.0058`; `-` for none."""
    if value is None or math.isnan(value):
        return "-"
    if decimals is None and 1e-6 <= abs(value) < 1e7:
        decimals = max(0, 1 - math.floor(math.log10(abs(value))))
    if decimals is None or not math.isfinite(value):
        text = display.number(abs(value), 2)
    else:
        text = f"{abs(value):,.{decimals}f}"
        text = text[1:] if text.startswith("0.") else text
    return (display.MINUS if value < 0 else "+" if value > 0 else " ") + text


def signed_pair(one: "Judgement") -> tuple[str, str]:
    """A difference and its interval, with no more digits than it supports: two of its half width."""
    if one.ci is None or one.difference is None or not all(map(math.isfinite, one.ci)):
        ends = "-" if one.ci is None else f"[{signed(one.ci[0])}, {signed(one.ci[1])}]"
        return signed(one.difference), ends
    half = (one.ci[1] - one.ci[0]) / 2
    size = half if half > 0 else abs(one.difference)
    if not size or size >= 1e7 or size < 1e-6:
        return signed(one.difference), f"[{signed(one.ci[0])}, {signed(one.ci[1])}]"
    decimals = max(0, 1 - math.floor(math.log10(size)))
    ends = ", ".join(signed(end, decimals) for end in one.ci)
    return signed(one.difference, decimals), f"[{ends}]"
