"""Labels of axes: as few digits as tell the grid lines apart, the same number on each of them."""

import math
import sys
from collections.abc import Iterator, Sequence
from typing import Literal

from mlops_console import display

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


def x_label(value: float, kind: Literal["number", "seconds"]) -> str:
    """The label of a place on the x axis."""
    if kind == "seconds":
        return _span_of_time(value)
    if abs(value) >= 1e6 and value == int(value):
        for unit, size in (("G", 1e9), ("M", 1e6)):
            if abs(value) >= size and abs(value) < 1e13:
                return f"{value / size:.4g}{unit}"
    return display.number(value)


def _span_of_time(seconds: float) -> str:
    if seconds == 0:
        return "0"
    if abs(seconds) < 10 and seconds != int(seconds):
        return f"{seconds:.2g}s".replace("0.", ".", 1)
    whole = round(abs(seconds))
    parts = ((86400, "d", 3600, "h"), (3600, "h", 60, "m"), (60, "m", 1, "s"))
    for size, unit, small, name in parts:
        if whole >= size:
            rest = whole % size // small
            return f"{whole // size}{unit}{rest}{name}" if rest else f"{whole // size}{unit}"
    return f"{whole}s"


def between(low: float, high: float, kind: Literal["number", "seconds"], count: int) -> Iterator[float]:
    """Round numbers strictly between two ends, about `count` of them."""
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


def _round_step(least: float, kind: Literal["number", "seconds"]) -> float:
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
