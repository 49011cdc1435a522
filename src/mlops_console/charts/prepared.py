"""A curve made ready once: smoothed, without what can't be drawn, its figures counted.

Zooming, focus and the cursor ask the same `Prepared` again, so that a repaint touches columns, not points.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np

from mlops_console.charts.decimation import Columns, gather, gather_rising, joined_columns
from mlops_console.charts.model import Curve
from mlops_console.charts.scales import LARGEST, mapping
from mlops_console.charts.smoothing import ema
from mlops_console.records import FloatArray, IntArray

_KEPT: Final = 8
"""Forms of a curve that are kept; more are made by turning smoothing and axes in all combinations."""
_FEW: Final = 20
"""Of so few points all count."""
_RISES: Final = 16
"""Up to so many stretches of rising x are searched one by one; with more, every point is looked at."""


@dataclass(slots=True)
class Lane:
    """What of a curve can be drawn on some axes: finite points in record order, and where lines end."""

    x: FloatArray
    """In the axis' own space (log10 on a log axis)."""
    y: FloatArray
    """As measured or smoothed, not mapped."""
    starts: IntArray
    """Where a stretch begins that no line leads to."""
    rises: tuple[int, ...] | None
    """Where x begins and where it steps back: between two of these it never falls. None: too many to list."""
    _ranges: dict[tuple[float, float, int], tuple[float, float] | None] = field(default_factory=dict)

    def range_between(self, low: float, high: float, cut: int = 0) -> tuple[float, float] | None:
        """The lowest and highest value where x lies between two ends, without one in `cut` at either side."""
        asked = (low, high, cut)
        if asked not in self._ranges:
            if len(self._ranges) >= _KEPT:
                self._ranges.clear()
            self._ranges[asked] = _range(self._between(low, high), cut)
        return self._ranges[asked]

    def _between(self, low: float, high: float) -> FloatArray:
        if self.rises is not None and len(self.rises) == 1:
            begin, end = np.searchsorted(self.x, low, "left"), np.searchsorted(self.x, high, "right")
            return self.y[begin:end]
        return self.y[(self.x >= low) & (self.x <= high)]

    def columns(self, x_range: tuple[float, float], across: int) -> Columns:
        """The points by column, where `x_range` spans `across` columns; heights are values of y."""
        if self.rises is None:
            low, high = x_range
            place = (self.x - low) / (high - low) * (across - 1)
            return gather(place, self.y, self.starts)
        ends = (*self.rises[1:], len(self.x))
        parts = [
            gather_rising(self.x, self.y, self.starts, (begin, end), x_range, across)
            for begin, end in zip(self.rises, ends, strict=True)
        ]
        return parts[0] if len(parts) == 1 else joined_columns(parts)


def _range(values: FloatArray, cut: int) -> tuple[float, float] | None:
    if not len(values):
        return None
    if cut and len(values) > _FEW:
        out = len(values) // cut
        ordered = np.partition(values, (out, len(values) - 1 - out))
        return float(ordered[out]), float(ordered[len(values) - 1 - out])
    return float(values.min()), float(values.max())


class Form(NamedTuple):
    """One way to look at a curve."""

    part: str = "y"
    """`y`, or an end of its band: `low`, `high`."""
    weight: float = 0.0
    log_x: bool = False
    log_y: bool = False


class Prepared:
    """A curve and what was found out about it; it holds for as long as the curve's arrays don't change."""

    def __init__(self, curve: Curve) -> None:
        count = min(len(curve.x), len(curve.y))
        self.curve = curve
        self.x = np.asarray(curve.x, np.float64)[:count]
        self.y = np.asarray(curve.y, np.float64)[:count]
        finite = np.isfinite(self.y)
        numbers = np.flatnonzero(finite) if not finite.all() else None
        self.not_numbers = int(np.isnan(self.y).sum()) if numbers is not None else 0
        """How many values are NaN."""
        self.infinities = count - len(numbers) - self.not_numbers if numbers is not None else 0
        """How many values are infinite."""
        newest = count - 1 if numbers is None else int(numbers[-1]) if len(numbers) else -1
        self.newest = float(self.y[newest]) if newest >= 0 else None
        """The newest finite value."""
        known = self.x[np.abs(self.x) <= LARGEST]
        self.ends = (float(known.min()), float(known.max())) if len(known) else None
        """The lowest and the highest x."""
        self.whole = bool((known == np.rint(known)).all())
        """Every x is a whole number."""
        self.rising = len(known) == count and bool((self.x[1:] >= self.x[:-1]).all())
        """No x is missing or lower than the one before."""
        self._lanes: dict[Form, Lane] = {}
        self._smooth: dict[tuple[str, float], FloatArray] = {}

    @property
    def banded(self) -> bool:
        """Whether it has a band around it."""
        return self.curve.low is not None and self.curve.high is not None

    @cached_property
    def log_ends(self) -> tuple[float, float] | None:
        """The lowest and the highest x above zero: the ends of a log axis."""
        above = self.x[(self.x > 0) & (self.x <= LARGEST)]
        return (float(above.min()), float(above.max())) if len(above) else None

    @cached_property
    def places(self) -> FloatArray:
        """Every x at which there is a point, in order, each once."""
        if self.rising and bool((self.x[1:] > self.x[:-1]).all()):
            return self.x
        return np.unique(self.x[np.abs(self.x) <= LARGEST])

    def lane(self, form: Form) -> Lane:
        """The curve in some form."""
        if form not in self._lanes:
            if len(self._lanes) >= _KEPT:
                del self._lanes[next(iter(self._lanes))]
            self._lanes[form] = self._lane(form)
        return self._lanes[form]

    def values(self, part: str, weight: float) -> FloatArray:
        """A part of the curve, smoothed; the very same array where nothing is to smooth."""
        raw = {"low": self.curve.low, "high": self.curve.high}.get(part, self.y)
        measured = np.asarray(raw, np.float64)[: len(self.x)]
        if not weight:
            return measured
        if (part, weight) not in self._smooth:
            if len(self._smooth) >= _KEPT // 2:
                del self._smooth[next(iter(self._smooth))]
            self._smooth[part, weight] = ema(measured, weight)
        return self._smooth[part, weight]

    def _lane(self, form: Form) -> Lane:
        x, y = mapping(self.x, True) if form.log_x else self.x, self.values(form.part, form.weight)
        count = min(len(x), len(y))
        x, y = x[:count], y[:count]
        good = np.abs(y) <= LARGEST
        if form.log_y:
            good &= y > 0
        if not self.rising or form.log_x:
            good &= np.abs(x) <= LARGEST
        if good.all():
            starts = np.zeros(1, np.int64)
        else:
            # A line ends where a point is missing: the first point after it begins anew.
            begins = good & ~np.append(False, good[:-1])
            x, y = x[good], y[good]
            starts = (np.cumsum(good) - 1)[begins]
        backs = np.flatnonzero(x[1:] < x[:-1]) + 1 if not self.rising else np.empty(0, np.int64)
        if len(backs):
            starts = np.union1d(starts, backs)
        rises = (0, *backs.tolist()) if len(backs) < _RISES else None
        return Lane(x, y, starts.astype(np.int64), rises)

    def nearest(self, x: float) -> int | None:
        """The index of the point nearest to x; of several at one x the one recorded last."""
        if not len(self.x) or self.ends is None:
            return None
        if self.rising:
            after = int(np.searchsorted(self.x, x, "right"))
            before = max(0, after - 1)
            if after < len(self.x) and abs(self.x[after] - x) < abs(self.x[before] - x):
                after = int(np.searchsorted(self.x, self.x[after], "right"))
                return after - 1
            return int(np.searchsorted(self.x, self.x[before], "right")) - 1
        with np.errstate(invalid="ignore"):
            away = np.abs(self.x - x)
        away[~(np.abs(self.x) <= LARGEST)] = np.inf
        return len(away) - 1 - int(np.argmin(away[::-1]))
