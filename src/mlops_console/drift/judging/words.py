"""How the sentences of verdicts write shares, chances and rows."""

import math
from collections.abc import Callable
from typing import Final, TypeAlias

from mlops_console.display import count, counted, day, minute, number
from mlops_console.drift.model import Kind

Value: TypeAlias = Callable[[float], str]
_LONGEST: Final = 60
_LATEST: Final = 2e11
"""Seconds from 1970 that a calendar holds."""


def percent(share: float) -> str:
    """A share with two or three honest digits: `18%`, `9.1%`, `.42%`.

    Nothing is rounded up onto a figure that could be a limit: what is below 5% never reads 5%.
    """
    shown = abs(100.0 * share)
    if shown == 0.0:
        return "0%"
    if shown >= 99.5:
        return "100%" if shown >= 100.0 else f"{math.floor(shown * 100) / 100:.4g}%"
    if shown >= 10.0:
        whole = round(shown)
        return f"{math.floor(shown * 10) / 10:.3g}%" if whole % 5 == 0 and shown < whole else f"{whole}%"
    if shown >= 1.0:
        text = f"{shown:.1f}".removesuffix(".0")
        return (
            f"{math.floor(shown * 100) / 100:.2f}%" if "." not in text and shown < int(text) else f"{text}%"
        )
    return ".99%" if shown >= 0.995 else f"{shown:.2g}%".replace("0.", ".", 1)


def chance(q: float) -> str:
    """A q or p: `.031`, `2e-40`; `below 1e-300` where no number is that small."""
    if q < 1e-300:
        return "below 1e-300"
    if q < 1e-3:
        mantissa, exponent = f"{q:.0e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return "1" if q > 0.995 else f"{q:.2g}".removeprefix("0")


def rows(n: int) -> str:
    """`1 row`, `5,000 rows`."""
    return counted(n, "row")


def quoted(text: str) -> str:
    """A level in quotes, cut where it is long."""
    return f'"{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "~"}"'


def listed(names: list[str], most: int = 5) -> str:
    """`a, b and c`; `a, b, c and 9 more`."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {count(len(names) - most)} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""


def valued(kind: Kind) -> Value:
    """How values of a column of numbers are written: dates are seconds, lengths count characters."""
    if kind == "date":
        return _date
    if kind == "text":
        return lambda length: f"{number(length, 3)} characters"
    return lambda value: number(value, 3)


def _date(seconds: float) -> str:
    if not math.isfinite(seconds) or abs(seconds) > _LATEST:
        return number(seconds, 3)
    at = int(seconds) * 1_000_000
    return day(at) if at % 86_400_000_000 == 0 else minute(at)
