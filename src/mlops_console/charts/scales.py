"""From values to positions: linear and logarithmic axes whose grid lines stand exactly on rows.

A chart of `rows` text rows has its lowest axis value in the middle of the last row. Grid lines are a whole
number of rows apart, and a label is the value in the middle of its row: what the eye reads is what is there.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mlops_console.charts.ticks import log_labels, tick_labels
from mlops_console.records import FloatArray

_MANTISSAS = (
    (1.0, 0.0, 0.04),
    (1.5, 0.12, None),
    (2.0, 0.0, 0.04),
    (2.5, 0.06, None),
    (3.0, 0.1, None),
    (4.0, 0.06, 0.04),
    (5.0, 0.0, None),
    (8.0, 0.15, 0.04),
)
"""Steps between grid lines, how ugly they are, and how ugly it is to begin at half a step: `1 3 5` for 2."""
LARGEST = 1e300
"""What is larger is drawn as if it were infinite."""
_SMALLEST = 1e-290


@dataclass(frozen=True, slots=True)
class Axis:
    """A vertical axis over text rows; `bottom` and `top` are in mapped space (log10 where `log`)."""

    bottom: float
    """At the middle of the last row."""
    top: float
    """At the middle of the first row."""
    log: bool
    ticks: tuple[tuple[int, str], ...]
    """Row (from the top) and label of each grid line."""

    def heights(self, values: FloatArray) -> FloatArray:
        """Where values stand: 0 = middle of the last row, 1 = middle of the first; NaN where log has none."""
        mapped = mapping(values, self.log)
        with np.errstate(over="ignore", invalid="ignore"):
            return (mapped - self.bottom) / (self.top - self.bottom)


def mapping(values: FloatArray, log: bool) -> FloatArray:
    """Values in an axis' own space: themselves, or log10; NaN for what has no place there."""
    if not log:
        return np.where(np.abs(values) <= LARGEST, values, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log10(np.where((values > 0) & (values <= LARGEST), values, np.nan))


def vertical_axis(lowest: float, highest: float, rows: int, log: bool = False) -> Axis:
    """The axis on which `lowest` to `highest` fill the rows best and the grid lines have short labels.

    A single row is the upper one of two.
    """
    rows = max(2, rows)
    if log and highest > 0:
        lowest, highest = (min(max(end, _SMALLEST), LARGEST) for end in (lowest, highest))
        return _log_axis(lowest, highest, rows)
    lowest, highest = _spread(*(min(max(end, -LARGEST), LARGEST) for end in (lowest, highest)))
    return _linear_axis(lowest, highest, rows)


def _spread(lowest: float, highest: float) -> tuple[float, float]:
    # A constant still needs an axis: room around it, in proportion to its size.
    size = max(abs(lowest), abs(highest))
    least = max(size * 1e-9, _SMALLEST)
    if highest - lowest >= least:
        return lowest, highest
    room = max(size * 0.05, least) if size else 1.0
    return lowest - room, highest + room


def _grids(rows: int) -> Iterator[tuple[int, int]]:
    # (intervals, rows per interval): three or four grid lines, two where there is no room for more.
    gaps = rows - 1
    roomy = [(n, gaps // n) for n in (2, 3) if gaps // n >= 2]
    yield from roomy or [(1, max(1, gaps))]


def _steps(least: float) -> Iterator[tuple[float, float, float | None]]:
    exponent = math.floor(math.log10(least)) - 1
    for power in range(exponent, exponent + 4):
        for mantissa, ugliness, halved in _MANTISSAS:
            step = float(f"{mantissa}e{power}")
            if step >= least * 0.95:
                yield step, ugliness, halved


def _linear_axis(lowest: float, highest: float, rows: int) -> Axis:
    gaps = max(1, rows - 1)
    best: tuple[float, float, float, float, int, int] | None = None
    for intervals, apart in _grids(rows):
        for step, ugliness, halved in _steps((highest - lowest) * apart / gaps):
            row = step / apart
            covered = row * gaps
            unit, finer = step, 0.0
            base = math.floor((lowest + 0.4 * row) / unit) * unit
            if base + covered + 0.4 * row < highest and halved is not None:
                unit, finer = step / 2, halved
                base = math.floor((lowest + 0.4 * row) / unit) * unit
            if base + covered + 0.4 * row < highest:
                continue
            spare = (gaps - intervals * apart) / gaps
            score = (highest - lowest) / covered - ugliness - finer - spare * 0.5
            if best is None or score > best[0]:
                best = (score, base, step, unit, intervals, apart)
            if not finer:
                break
    if best is None:
        return Axis(
            lowest, highest, False, tuple(zip((gaps, 0), tick_labels([lowest, highest]), strict=True))
        )
    _, base, step, unit, intervals, apart = best
    values = [_tidy(base + step * k, step) for k in range(intervals + 1)]
    ticks = zip((rows - 1 - k * apart for k in range(intervals + 1)), tick_labels(values, unit), strict=True)
    return Axis(values[0], values[0] + step / apart * gaps, False, tuple(ticks))


def _tidy(value: float, step: float) -> float:
    # 0.30000000000000004 is 0.3 on a label, and -1e-17 is 0.
    decimals = max(0, 3 - math.floor(math.log10(step)))
    return round(value, decimals) + 0.0 if decimals < 300 else value


def _log_axis(lowest: float, highest: float, rows: int) -> Axis:
    gaps = max(1, rows - 1)
    if highest / lowest < 1.02:
        lowest, highest = lowest / 1.5, highest * 1.5
    low, high = math.log10(lowest), math.log10(highest)
    _, apart = max(_grids(rows), key=lambda grid: grid[0] * grid[1])
    whole = math.floor(low + 1e-9)
    decades = math.ceil((high - whole) * apart / gaps - 1e-9)
    if decades >= 1 and (high - low) / (decades * gaps / apart) > 0.7:
        bottom, top = float(whole), whole + decades * gaps / apart
    else:
        bottom, top = math.log10(_rounded(lowest, up=False)), math.log10(_rounded(highest, up=True))
    marks = [rows - 1 - k * apart for k in range(gaps // apart + 1)]
    row = (top - bottom) / gaps
    labels = log_labels([bottom + row * (rows - 1 - mark) for mark in marks], row / 2)
    return Axis(bottom, top, True, tuple(zip(marks, labels, strict=True)))


def _rounded(value: float, *, up: bool) -> float:
    """A value to two significant digits, away from what lies between the ends of an axis."""
    exponent = math.floor(math.log10(value))
    unit = 10.0 ** (exponent - 1)
    if unit < _SMALLEST:
        return value
    ratio = value / unit
    whole = math.ceil(ratio - 1e-9) if up else math.floor(ratio + 1e-9)
    return max(1, whole) * unit


def horizontal_range(
    low: float, high: float, end: float | None = None, *, log: bool = False, clock: bool = False
) -> tuple[float, float]:
    """The left and right end of x in mapped space; a single x gets room on both sides, but not below 0.

    On a clock that room is half a minute.
    """
    if end is not None and abs(end) <= LARGEST:
        high = max(high, end)
    if high - low <= max(abs(low), abs(high)) * 1e-12:
        if log:
            return low - 0.5, high + 0.5
        if clock:
            return low - 30.0, high + 30.0
        room = float(max(1, math.ceil(abs(high) * 1e-3)))
        return max(0.0, low - room) if low >= 0 else low - room, high + room
    return low, high
