"""What the values in filters mean: numbers, ranges, texts, times and lengths of time."""

import difflib
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from mlops_console.errors import FilterError, SettingsError
from mlops_console.settings import seconds
from mlops_console.store.conditions import Text

DAY = 86_400_000_000
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def looks_numeric(word: str) -> bool:
    """Whether a number, written as text, may hold this."""
    return bool(word) and all(char in "0123456789.eE+-" for char in word)


def number_of(value: Text) -> float | None:
    """The number that a value is, if it is one."""
    try:
        return float(value.text) if not value.quoted and "_" not in value.text else None
    except ValueError:
        return None


def range_of(value: Text) -> tuple[float, float] | None:
    """The ends of `1..2`."""
    low, dots, high = value.text.partition("..")
    if value.quoted or not dots:
        return None
    ends = number_of(Text(low)), number_of(Text(high))
    return (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None


def text_equals(column: str, value: Text) -> tuple[str, list[object]]:
    """Equal but for case; an unquoted `*` stands for anything."""
    if not value.quoted and "*" in value.text:
        return f"lower({column}) GLOB ?", [_glob(value.text.lower())]
    return f"lower({column}) = ?", [value.text.lower()]


def _glob(text: str) -> str:
    return "".join(f"[{char}]" if char in "?[" else char for char in text)


def suggestion(word: str, names: Sequence[str]) -> str:
    """A hint at names that are like a word; empty where there are none."""
    lower = word.lower()
    near = difflib.get_close_matches(lower, [name.lower() for name in names], 3, 0.6)
    ends = [name for name in names if name.lower().endswith(lower)] if lower else []
    holds = [name for name in names if lower in name.lower()] if lower else []
    originals = [next(name for name in names if name.lower() == one) for one in near]
    some = list(dict.fromkeys((*originals, *ends, *holds)))[:3]
    return "did you mean " + " or ".join(some) + "?" if some else ""


def length_of(value: Text) -> tuple[int, int]:
    """A length of time in microseconds, and the next one of its unit: `10m` is 10:00 to 10:59."""
    text = value.text
    try:
        length = round((float(text) if text.replace(".", "", 1).isdigit() else seconds(text)) * 1e6)
    except (SettingsError, ValueError, OverflowError) as error:
        hint = "write 90s, 10m, 2h or 3d"
        raise FilterError(f"{text[:40]!r} is no length of time", value.position, hint) from error
    return length, length + _UNITS.get(text[-1:], 1) * 1_000_000


def span_of(value: Text, now: int) -> tuple[int, int]:
    """The first microsecond of a day or moment (UTC), and the first one after it."""
    today = datetime.fromtimestamp(now / 1e6, UTC).date()
    text = value.text
    days = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        day = days.get(text.lower()) or (date.fromisoformat(text) if len(text) <= 10 else None)
        if day is not None:
            start = _micro(datetime(day.year, day.month, day.day, tzinfo=UTC))
            return start, start + DAY
        moment = datetime.fromisoformat(text.upper())
        start = _micro(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        return start, start + (60_000_000 if text.count(":") == 1 else 1_000_000)
    except (ValueError, OverflowError) as error:
        hint = "write 2026-11-23, 2026-11-23T14:05 or today"
        raise FilterError(f"{text[:40]!r} is no time", value.position, hint) from error


def _micro(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
