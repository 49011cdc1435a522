"""Whether a column says the same as before in other words or another unit: then its source was changed."""

import contextlib
import math
import unicodedata
from collections.abc import Sequence
from typing import Final

from mlops_console.display import number, safe_text
from mlops_console.drift.model import Measured
from mlops_console.records import Json

_FEWEST: Final = 100
"""Rows a side."""
_NEAR: Final = 0.02
"""Median, mean and standard deviation all lie so near to what the unit would make of them."""
_MOST: Final = 0.5
"""Share of the new levels that are old ones in another spelling."""
_UNITS: Final = (
    (10.0, ""), (100.0, "such as a share and a percentage"), (1000.0, "such as kilo and its unit"), (1e6, ""),
    (60.0, "such as minutes and seconds"), (3600.0, "such as hours and seconds"),
    (2.54, "as inches and centimetres are"), (1.609344, "as miles and kilometres are"),
    (0.45359237, "as pounds and kilograms are"), (0.3048, "as feet and metres are"),
    (3.785412, "as gallons and litres are"),
)  # fmt: skip
"""Factors between units that are mistaken for each other; either way round."""
_SHIFTED: Final = (
    (1.8, 32.0, "degrees Celsius are Fahrenheit now"),
    (1 / 1.8, -32.0 / 1.8, "degrees Fahrenheit are Celsius now"),
    (1.0, 273.15, "degrees Celsius are Kelvin now"),
    (1.0, -273.15, "Kelvin are degrees Celsius now"),
)


def rewritten(one: Measured) -> str:
    """What looks like another spelling or unit, the end of a sentence on the column; empty: nothing."""
    if min(one.n_ref, one.n_cur) < _FEWEST:
        return ""
    return _unit(one) if one.kind == "numeric" else _spelling(one)


def _unit(one: Measured) -> str:
    figures = [_figure(one, f"{name}_{side}") for side in ("ref", "cur") for name in ("median", "mean", "sd")]
    if any(figure is None for figure in figures):
        return ""
    median, mean, sd, *now = (figure or 0.0 for figure in figures)
    if sd <= 0:
        return ""
    for factor, zero, words in _SHIFTED:
        made = (factor * median + zero, factor * mean + zero, factor * sd)
        if _alike(now, made, sd) and abs(zero) > 5 * _NEAR * sd:
            return f"its values are what they were as if {words}"
    for unit, words in _UNITS:
        for factor in (unit, 1 / unit):
            made = (factor * median, factor * mean, factor * sd)
            if _alike(now, made, factor * sd) and abs(mean) > _NEAR * sd:
                times = number(factor, 4) if factor >= 1 else f"1/{number(1 / factor, 4)}"
                return f"all its values are {times} times what they were{', ' if words else ''}{words}"
    return ""


def _alike(now: Sequence[float], made: Sequence[float], sd: float) -> bool:
    """Whether figures are those: places within a part of the spread, the spread within a part of itself."""
    places = all(
        math.isclose(a, b, rel_tol=_NEAR, abs_tol=_NEAR * sd) for a, b in zip(now[:2], made[:2], strict=True)
    )
    return places and math.isclose(now[2], made[2], rel_tol=_NEAR)


def _figure(one: Measured, name: str) -> float | None:
    value = one.statistics.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _spelling(one: Measured) -> str:
    new = _texts(one.statistics.get("new_levels"))
    old = _known(one)
    same = [(level, old[plain]) for level in new if (plain := _plain(level)) in old]
    if not same or len(same) < _MOST * len(new):
        return ""
    now, before = same[0]
    return f'levels never seen are old ones in another spelling: "{_short(now)}" for "{_short(before)}"'


def _known(one: Measured) -> dict[str, str]:
    """What the levels of the reference are but for spelling -> a level."""
    levels, counts = _texts(one.shapes.get("levels")), one.shapes.get("reference")
    held = counts if isinstance(counts, list) and len(counts) == len(levels) else [0] * len(levels)
    there = [level for level, count in zip(levels, held, strict=True) if count]
    return {_plain(level): level for level in (*there, *_texts(one.statistics.get("gone_levels")))}


def _plain(level: str) -> str:
    """A level without case, blanks, accents that a wrong encoding broke, and zeros that mean nothing."""
    with contextlib.suppress(UnicodeError):
        level = level.encode("latin-1").decode("utf-8")
    text = "".join(
        char for char in unicodedata.normalize("NFKC", level).casefold() if char.isalnum() or char in ".+-"
    )
    try:
        return f"{float(text):g}" if text else level
    except ValueError:
        return text.replace("-", "")


def _texts(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _short(level: str) -> str:
    return safe_text(level, 40)
