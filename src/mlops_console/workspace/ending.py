"""When something that was put off comes back: the end that a person names."""

import time
from datetime import date, datetime, timedelta
from typing import Final

from mlops_console.display import iso, safe_text
from mlops_console.errors import SettingsError, UsageError
from mlops_console.settings import seconds

LATEST: Final = 253_402_300_799_999_999
"""The last microsecond of the year 9999."""
_HOW: Final = "write 7d, 2026-12-01 (the end of that day here) or 2026-12-01T14:05"


def until(text: str, now: int | None = None) -> int:
    """An end that a person names, epoch microseconds: `7d`, `2026-12-01`, `tomorrow`, `2026-12-01T14:05`.

    Days and times without a zone are of the local one; a day lasts until it is over.

    Args:
        text: As it was typed.
        now: Epoch microseconds; None: now.

    Raises:
        UsageError: It is none, or it is past.
    """
    now = time.time_ns() // 1_000 if now is None else now
    said = text.strip()
    try:
        end = now + round(seconds(said) * 1e6)
    except SettingsError:
        end = _moment(said, now)
    except OverflowError:
        end = LATEST + 1
    return in_the_future(end, now, safe_text(said, 60))


def in_the_future(end: int, now: int | None = None, shown: str = "") -> int:
    """An end that may be one; UsageError where it is past, or where no calendar holds it."""
    now = time.time_ns() // 1_000 if now is None else now
    if end > LATEST:
        raise UsageError(f"{shown or 'that'} is after the year 9999", _HOW)
    if end <= now:
        raise UsageError(f"{shown or iso(end)} is past: it would end at once", _HOW)
    return end


def _moment(said: str, now: int) -> int:
    today = datetime.fromtimestamp(now / 1e6).astimezone().date()
    days = {"today": today, "tomorrow": today + timedelta(days=1)}
    try:
        day = days.get(said.lower()) or (date.fromisoformat(said) if len(said) <= 10 else None)
        if day is not None:
            after = day + timedelta(days=1)
            return _micro(datetime(after.year, after.month, after.day).astimezone())
        moment = datetime.fromisoformat(said.upper())
        return _micro(moment if moment.tzinfo else moment.astimezone())
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"{safe_text(said, 60)!r} is no time", _HOW) from error


def _micro(moment: datetime) -> int:
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + moment.microsecond
