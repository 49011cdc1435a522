"""Days, weeks and months of a zone, as spans of epoch microseconds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Literal, TypeAlias

Unit: TypeAlias = Literal["day", "week", "month"]


def zone_of(name: str) -> tzinfo:
    """The zone of a name; UTC needs no list of zones."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def name_of(first: date, unit: Unit) -> str:
    """`2013-04-02`, `2013-W14` (ISO) or `2013-04`."""
    match unit:
        case "day":
            return first.isoformat()
        case "week":
            year, week, _ = first.isocalendar()
            return f"{year:04d}-W{week:02d}"
    return f"{first.year:04d}-{first.month:02d}"


def first_of(day: date, unit: Unit) -> date:
    """The first day of the window that a day is in."""
    match unit:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
    return day.replace(day=1)


def following(first: date, unit: Unit) -> date:
    """The first day of the next window."""
    match unit:
        case "day":
            return first + timedelta(days=1)
        case "week":
            return first + timedelta(days=7)
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def span(first: date, unit: Unit, zone: tzinfo) -> tuple[int, int]:
    """Where it begins and where the next one does: midnights of the zone, whatever the clocks did between."""
    return _midnight(first, zone), _midnight(following(first, unit), zone)


def between(first: date, last: date, unit: Unit, most: int) -> Iterator[date]:
    """First days of the windows after `first` and before `last`, at most so many."""
    at = following(first, unit)
    while at < last and most > 0:
        yield at
        at, most = following(at, unit), most - 1


def _midnight(day: date, zone: tzinfo) -> int:
    # A midnight that the clocks leap over is, by its offset from before, the instant of the leap.
    local = datetime(day.year, day.month, day.day, tzinfo=zone)
    since = local.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1_000_000
