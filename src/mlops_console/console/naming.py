"""Numbers that name something and moments that are told: how they are said to people."""

import re
from functools import partial
from typing import Final

from mlops_console import display

_MOMENT: Final = re.compile(r"\b(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?\+00:00")
_NAMES: Final = re.compile(
    r"(?:^|[:._/-])(?:\w+_)?(?:seeds?|random_?state|years?|port|pid|ids?|date|version|fold)$", re.IGNORECASE
)


def names_something(key: str) -> bool:
    """Whether a number of this name tells which one (a seed, a year, a port) and not how much."""
    return _NAMES.search(key) is not None


def plain_moments(text: str, now: int) -> str:
    """A sentence with its moments as the hour of today, or as a date."""
    today = display.day(now)
    return _MOMENT.sub(partial(_short_moment, today), text)


def _short_moment(today: str, moment: re.Match[str]) -> str:
    return f"{moment[2]} UTC" if moment[1] == today else moment[1]
