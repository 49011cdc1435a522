"""When the next window of a monitor is due: what makes it stale. docs/drift.md says it for people."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Final

from mlops_console.drift.windows import calendar
from mlops_console.drift.windows.cutting import SKEW
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.states.summing import Summed

GRACE: Final = 0.5
"""Share of a window's length that the next one may be late by."""
LEAST: Final = 3_600_000_000
"""Microseconds that it may at least be late by."""
USUAL: Final = 3.0
"""So many usual distances of files are waited for, where windows have no length."""
KNOWN: Final = 3
"""Windows from which on their usual distance is known."""
TOGETHER: Final = 60_000_000
"""Files that came closer after each other than this were copied together: that says nothing."""


def due(watched: Watched, windows: Sequence[Summed], now: int) -> tuple[int | None, str]:
    """When the window after the newest had to be there, and what is wrong with the clocks, a sentence.

    A day, week or month is due a whole such window after the one before it was over and its files had come
    (data that arrives late, or a past that is gone through again, is late by as much each time), and half
    of one more for the files' sake. Other windows are due after three times the distance at which their
    files usually come (the median of at least two). An hour is always given.

    Returns:
        Epoch microseconds, None where nothing is usual; the sentence, empty where nothing is wrong.
    """
    if not windows:
        return None, ""
    newest = windows[-1]
    wrong = ""
    arrived = newest.arrived
    if arrived > now + SKEW:
        wrong = f"the files of {newest.window} are of the future, by this machine's clock"
        arrived = min(newest.at, now)
    if newest.at > now + SKEW:
        wrong = f"{newest.window} was judged in the future, by this machine's clock"
    length = _length(watched, newest)
    if length is not None and newest.end is not None:
        return max(newest.end, arrived) + length + max(int(GRACE * length), LEAST), wrong
    usual = _distance([one.arrived for one in windows])
    if not arrived or usual is None:
        return None, wrong
    return arrived + max(int(USUAL * usual), LEAST), wrong


def _length(watched: Watched, newest: Summed) -> int | None:
    unit = watched.monitor.window
    if newest.start is None or newest.end is None or unit not in ("day", "week", "month"):
        return None
    zone = calendar.zone_of(watched.monitor.zone)
    first = datetime.fromtimestamp(newest.end / 1e6, UTC).astimezone(zone).date()
    start, end = calendar.span(calendar.first_of(first, unit), unit, zone)
    return end - start


def _distance(arrived: Sequence[int]) -> float | None:
    came = [one for one in arrived if one]
    if len(came) < KNOWN:
        return None
    usual = median(abs(later - earlier) for earlier, later in pairwise(came))
    return usual if usual >= TOGETHER else None
