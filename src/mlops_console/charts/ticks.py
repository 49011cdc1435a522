"""Labels of axes: as few digits as tell the grid lines apart, the same number on each of them."""

import itertools
import math
import sys
import time
from collections.abc import Iterator, Sequence

from mlops_console import display
from mlops_console.charts.model import XKind

_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


def tick_labels(values: Sequence[float], step: float | None = None) -> list[str]:
    """Labels for equally spaced values: `.90 .92 .94`, `0 250 500`, `1.0e-5 1.5e-5`."""
    largest = max((abs(value) for value in values), default=0.0)
    if step is None:
        step = abs(values[-1] - values[0]) / max(1, len(values) - 1) if len(values) > 1 else largest
    if not largest or not step or not math.isfinite(step):
        return [display.number(value) for value in values]
    if largest >= 1e6 or largest < 1e-3:
        digits = max(0, min(9, math.floor(math.log10(largest)) - math.floor(math.log10(step))))
        digits += _decimals(step / 10.0 ** math.floor(math.log10(step)))
        return [_scientific(value, digits) for value in values]
    decimals = _decimals(step)
    return [_fixed(value, decimals) for value in values]


def _decimals(step: float) -> int:
    for decimals in range(12):
        if math.isclose(round(step, decimals), step, rel_tol=1e-6):
            return decimals
    return 12


def _fixed(value: float, decimals: int) -> str:
    if value == 0:
        return "0"
    text = f"{abs(value):,.{decimals}f}"
    text = text[1:] if text.startswith("0.") else text
    return display.MINUS + text if value < 0 else text


def _scientific(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    mantissa, exponent = f"{abs(value):.{digits}e}".split("e")
    return f"{display.MINUS if value < 0 else ''}{mantissa}e{int(exponent)}"


def log_labels(mapped: Sequence[float], tolerance: float) -> list[str]:
    """Labels of grid lines on a log axis: as few digits as keep them near their place."""
    if any(not -300 < place < 300 for place in mapped):
        return [f"1e{round(place)}" for place in mapped]
    for digits in (2, 3, 4):
        shown = [float(f"{10.0**place:.{digits - 1}e}") for place in mapped]
        if all(abs(math.log10(v) - place) <= tolerance for v, place in zip(shown, mapped, strict=True)):
            break
    return [_log_label(value, digits) for value in shown]


def _log_label(value: float, digits: int) -> str:
    exponent = math.floor(math.log10(value) + 1e-12)
    if math.isclose(value, 10.0**exponent) and (value >= 1e4 or value < 1e-2):
        return f"1e{exponent}"
    if value >= 1e6 or value < 1e-3:
        return _scientific(value, digits - 1)
    return _fixed(value, max(0, digits - 1 - exponent))


def x_label(value: float, kind: XKind, digits: int = 4) -> str:
    """The label of a place on the x axis; numbers with at least `digits` digits where they are long."""
    if kind == "time":
        return _moment(value, "%d %b %H:%M:%S")
    if kind == "seconds":
        return _span_of_time(value, full=digits > 4)
    if abs(value) >= 1e6 and value == int(value) and digits < 7:
        for unit, size in (("G", 1e9), ("M", 1e6)):
            if abs(value) >= size and abs(value) < 1e13:
                return f"{value / size:.{digits}g}{unit}".replace("-", display.MINUS)
    if abs(value) >= 1e6 and value == int(value) and abs(value) < 1e15:
        return display.count(int(value))
    if digits > 4 and abs(value) >= 1e15:
        return f"{value:.{digits}g}".replace("e+", "e").replace("-", display.MINUS)
    return display.number(value, digits)


def x_labels(values: Sequence[float], kind: XKind) -> list[str]:
    """Labels of several places, in order: as few digits as tell them apart and stand where they say."""
    if kind == "time":
        return _moments(values)
    span = max(values) - min(values) if values else 0.0
    labels: list[str] = []
    for digits in (2, 3, 4, 5, 6, 8, 10, 12, 17):
        shown = [_rounded(value, digits) for value in values]
        labels = [x_label(value, kind, digits) for value in shown]
        close = all(abs(a - b) <= span * 0.005 for a, b in zip(shown, values, strict=True))
        if (close or kind == "seconds") and len(set(labels)) == len(set(values)):
            break
    return labels


def _rounded(value: float, digits: int) -> float:
    short = abs(value) < 1e6 and value == int(value)
    return float(f"{value:.{max(6, digits) if short else digits}g}") if math.isfinite(value) else value


def _span_of_time(seconds: float, full: bool = False) -> str:
    if seconds == 0:
        return "0"
    if abs(seconds) < 10 and seconds != int(seconds):
        return f"{seconds:.2g}s".replace("0.", ".", 1) if not full else f"{seconds:.4g}s"
    whole = round(abs(seconds))
    sign = display.MINUS if seconds < 0 else ""
    parts = ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s"))
    for size, unit, small, name in parts:
        if whole >= size:
            rest = whole % size // small
            head = f"{sign}{whole // size}{unit}" + (f"{rest}{name}" if rest else "")
            left = whole % size % small
            return f"{head}{_span_of_time(left, full)}" if full and left else head
    return f"{sign}{whole}s"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _moment(seconds: float, form: str) -> str:
    try:
        local = time.localtime(seconds)
    except (OverflowError, ValueError, OSError):
        return display.number(seconds)
    day = f"{local.tm_mday} {_MONTHS[local.tm_mon - 1]}"
    return time.strftime(form.replace("%d %b", day.replace("%", "%%")), local)


def _moments(values: Sequence[float]) -> list[str]:
    """Times of day under the axis: the first one, and the first of each day, with its date."""
    gaps = [b - a for a, b in itertools.pairwise(values) if b > a]
    least = min(gaps, default=60.0)
    span = values[-1] - values[0] if values else 0.0
    if span > 86400 * 500:
        return [_moment(value, "%d %b %Y") for value in values]
    if least >= 86400:
        return [_moment(value, "%d %b") for value in values]
    clock = "%H:%M" if least >= 60 else "%H:%M:%S"
    labels, day = [], ""
    for value in values:
        today = _moment(value, "%d %b")
        label = _moment(value, clock) if today == day else _moment(value, f"%d %b {clock}")
        labels.append(label + f"{value % 1:.1f}"[1:] if least < 1 and value % 1 < 0.95 else label)
        day = today
    return labels


def _offset(seconds: float) -> int:
    # Round times are round on the clock of this place.
    try:
        return time.localtime(seconds).tm_gmtoff
    except (OverflowError, ValueError, OSError):
        return 0


def between(low: float, high: float, kind: XKind, count: int) -> Iterator[float]:
    """Round numbers strictly between two ends, about `count` of them."""
    if kind == "time":
        shift = _offset(low)
        yield from (value - shift for value in between(low + shift, high + shift, "seconds", count))
        return
    least = (high - low) / (max(0, count) + 1)
    # Below the smallest normal number there is nothing round left between two ends.
    if not math.isfinite(least) or least < sys.float_info.min or count < 1:
        return
    step = _round_step(least, kind)
    first = math.floor(low / step) + 1
    for k in range(50):
        value = (first + k) * step
        if value >= high:
            return
        yield value


def _round_step(least: float, kind: XKind) -> float:
    if kind == "seconds" and least > 1:
        return next((float(s) for s in _SECONDS if s >= least), math.ceil(least / 86400) * 86400.0)
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * m for m in (1, 2, 2.5, 5, 10, 20) if power * m >= least * 0.999)


def log_between(low: float, high: float, count: int) -> Iterator[float]:
    """Powers of ten (or 1-2-5 steps, where there are few) strictly between two ends given as log10."""
    first, last = math.floor(low), math.ceil(high)
    skip = max(1, math.ceil((last - first) / max(1, count)))
    mantissas = (1.0, 2.0, 5.0) if high - low < 1.5 else (1.0,)
    for power in range(first, last + 1, skip):
        for mantissa in mantissas:
            place = power + math.log10(mantissa)
            if low < place < high and -300 < place < 300:
                yield mantissa * 10.0**power
