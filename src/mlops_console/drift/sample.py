"""One column of one side, ready to be measured: sorted numbers, or counts of levels.

Exact where every value was kept. Thinned where the data did not fit or comes from a baseline: then `values`
are quantiles with how many rows each stands for, and `figures` still holds what was counted exactly.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np

from mlops_console.records import FloatArray, IntArray

_QUANTILES: Final = np.array([*np.arange(1, 10) / 10, 0.25, 0.5, 0.75, 0.001, 0.999])
"""The deciles, and others."""
_SAFE: Final = 1e100
"""Squares and sums of numbers between this and its inverse neither overflow nor vanish."""
MOST_LEVELS: Final = 100_000
"""So many levels are kept, the most frequent."""


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What is known exactly of a numeric column, however much of it was kept."""

    n: int
    """Finite values."""
    mean: float
    sd: float
    """ddof 0."""
    minimum: float
    maximum: float
    median: float
    quartiles: tuple[float, float]
    deciles: FloatArray
    """numpy's linear .1 … .9 quantiles, equal ones merged: ascending, 0 to 9 of them."""
    decile_counts: IntArray
    """Rows in each of the len(deciles) + 1 right-closed bins; the outer ones are open."""
    tails: tuple[float, float]
    """The 0.1% and the 99.9% quantile."""
    outside: tuple[int, int]
    """Rows below the first of `tails`, and above the second."""
    distinct: int


@dataclass(frozen=True, slots=True, eq=False)
class NumericSample:
    """Numbers (also dates as seconds, texts as lengths)."""

    values: FloatArray
    """Finite, ascending, float64."""
    counts: IntArray | None
    """Rows that each value stands for; None: one each, and equal values stand beside each other."""
    rows: int
    """All, with and without a value."""
    missing: int
    """Null or NaN."""
    infinite: int
    figures: Figures | None
    """None: there is no finite value."""

    @property
    def n(self) -> int:
        """Rows with a finite value."""
        return self.figures.n if self.figures is not None else 0

    @property
    def exact(self) -> bool:
        """Whether `values` is all there is (each value stands for itself)."""
        return self.figures is None or (
            len(self.values) == self.figures.n
            if self.counts is None
            else len(self.values) == self.figures.distinct
        )


@dataclass(frozen=True, slots=True, eq=False)
class LevelSample:
    """Levels and how often each: categorical and boolean columns."""

    levels: tuple[str, ...]
    """Sorted."""
    counts: IntArray
    rows: int
    missing: int
    others: int = 0
    """Rows whose levels are not listed: there were too many to keep."""
    distinct: int = field(default=-1)
    """Levels in all; -1: as many as are listed."""

    @property
    def n(self) -> int:
        """Rows with a level."""
        return self.rows - self.missing


Sample: TypeAlias = NumericSample | LevelSample


def numeric_sample(values: FloatArray, missing: int = 0) -> NumericSample:
    """Numbers in any order as a sample.

    Args:
        values: Shape (k,), float64; NaN counts as missing, infinities are counted apart.
        missing: Rows without a value that `values` does not hold (nulls).

    Returns:
        An exact sample of k + `missing` rows.
    """
    rows = len(values) + missing
    ordered = np.sort(values)  # NaN comes last, infinities at the ends
    last = int(np.searchsorted(ordered, np.inf, "right"))
    first, end = (
        int(np.searchsorted(ordered, -np.inf, "right")),
        int(np.searchsorted(ordered, np.inf, "left")),
    )
    # Minus zero is zero: which of the two comes first must not depend on the order of the rows.
    finite = ordered[first:end]
    finite += 0.0
    finite.flags.writeable = False
    absent = missing + len(ordered) - last
    return NumericSample(finite, None, rows, absent, rows - absent - len(finite), _figures(finite))


def _figures(ordered: FloatArray) -> Figures | None:
    """Of finite ascending numbers."""
    n = len(ordered)
    if not n:
        return None
    low, high = float(ordered[0]), float(ordered[-1])
    mean, sd = _moments(ordered, max(-low, high))
    found = quantiles(ordered, _QUANTILES)
    deciles = np.unique(found[:9])
    at = np.searchsorted(ordered, deciles, "right")
    q1, median, q3, below, above = (float(x) for x in found[9:])
    return Figures(
        n, mean, sd, low, high, median, (q1, q3), deciles,
        parts(at, n), (below, above),
        (int(np.searchsorted(ordered, below, "left")), n - int(np.searchsorted(ordered, above, "right"))),
        1 + int(np.count_nonzero(ordered[1:] != ordered[:-1])),
    )  # fmt: skip


def parts(upto: IntArray, n: int) -> IntArray:
    """Rows in the bins between places in an order of n rows, the outer ones open: len(upto) + 1 counts."""
    found = np.empty(len(upto) + 1, np.int64)
    found[:-1], found[-1] = upto, n
    found[1:] -= upto
    return found


def quantiles(ordered: FloatArray, at: FloatArray) -> FloatArray:
    """`numpy.quantile(…, method="linear")` of what is sorted already: to the last digit, in no time."""
    place = at * (len(ordered) - 1)
    below = np.floor(place).astype(np.int64)
    a, b = ordered[below], ordered[np.minimum(below + 1, len(ordered) - 1)]
    part = place - below
    with np.errstate(over="ignore", invalid="ignore"):
        step = b - a
        # As numpy does it: from the nearer end, so that the result never leaves [a, b].
        found = np.where(part >= 0.5, b - step * (1 - part), a + step * part)
    return np.where(np.isfinite(step), found, a * (1 - part) + b * part)


def quantiles_of(sample: NumericSample, at: FloatArray) -> FloatArray:
    """The same of a sample that has values: exact where it is, else as near as what was kept of it."""
    if sample.counts is None:
        return quantiles(sample.values, at)
    upto = np.cumsum(sample.counts)
    place = at * (upto[-1] - 1)
    part = place - np.floor(place)
    ranks = np.floor(place) + np.array([[0], [1]])
    below, above = sample.values[np.searchsorted(upto, ranks, "right").clip(max=len(upto) - 1)]
    found: FloatArray = np.where(below == above, below, below * (1 - part) + above * part)
    return found


def _moments(ordered: FloatArray, largest: float) -> tuple[float, float]:
    """Mean and standard deviation (ddof 0); by a scale where squares would leave the range of numbers."""
    if ordered[0] == ordered[-1]:
        return float(ordered[0]), 0.0
    if 1 / _SAFE < largest < _SAFE:
        return float(ordered.mean()), float(ordered.std())
    exponent = math.frexp(largest)[1]
    scaled = np.ldexp(ordered, -exponent)
    return math.ldexp(float(scaled.mean()), exponent), math.ldexp(float(scaled.std()), exponent)


def level_sample(levels: Iterable[str], counts: Iterable[int], rows: int, missing: int) -> LevelSample:
    """Counted levels in any order as a sample; of more than `MOST_LEVELS` the rarer ones are only counted."""
    listed = list(zip(levels, counts, strict=True))
    distinct = len(listed)
    others = 0
    if distinct > MOST_LEVELS:
        listed.sort(key=lambda one: (-one[1], one[0]))
        others = sum(count for _, count in listed[MOST_LEVELS:])
        del listed[MOST_LEVELS:]
    listed.sort()
    counted = np.fromiter((count for _, count in listed), np.int64, len(listed))
    return LevelSample(tuple(level for level, _ in listed), counted, rows, missing, others, distinct)
