"""What a test says of one difference, before anybody calls it better or worse."""

from dataclasses import dataclass

from mlops_console.comparison.statistics.design import Design

Interval = tuple[float, float]


@dataclass(slots=True)
class Estimate:
    """A difference with what a test says of it, in the unit of the values given to it."""

    test: str
    difference: float
    ci: Interval | None
    inner: Interval | None
    """The 90% interval, which two one-sided tests at 5% each look at."""
    p: float | None
    effect_size: float | None = None
    effect: str = ""
    design: Design | None = None
    superiority: float | None = None
    """The chance that a value of b exceeds one of a, where ranks were used."""
    notes: tuple[str, ...] = ()


def wider(one: Interval | None, other: Interval | None) -> Interval | None:
    """The hull of two intervals."""
    if one is None or other is None:
        return None
    return min(one[0], other[0]), max(one[1], other[1])


def scaled(interval: Interval | None, unit: float) -> Interval | None:
    """The interval in another unit; None where it has an end that is no number."""
    if interval is None or interval[0] != interval[0] or interval[1] != interval[1]:
        return None
    return interval[0] * unit, interval[1] * unit
