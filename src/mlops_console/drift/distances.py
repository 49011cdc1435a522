"""Distances between two empirical distribution functions: the largest one (KS D), and the area (Wasserstein).

Exact where both sides hold every value. Where the reference is thinned to a few points, its distribution
changes only there, so the largest distance lies at one of them, before or after it, and the area between two
of them has a closed form: nothing but the points is looked up in the other side.
"""

from typing import NamedTuple

import numpy as np

from mlops_console.drift.sample import NumericSample
from mlops_console.records import FloatArray, IntArray


class Distances(NamedTuple):
    """Between two samples that both have values."""

    ks: float
    wasserstein: float
    """In units of the column; infinite where it is no number any more."""


def distances(reference: NumericSample, current: NumericSample) -> Distances:
    """Both at once: they share the merged order."""
    few, many = sorted((reference, current), key=lambda one: len(one.values))
    if many.counts is None and len(few.values) * 16 < len(many.values):
        return _at_points(few, many)
    return _merged(reference, current)


def _merged(one: NumericSample, other: NumericSample) -> Distances:
    values = np.concatenate((one.values, other.values))
    # Both runs are sorted already, so that a stable sort merges them.
    order = np.argsort(values, kind="stable")
    merged = values[order]
    n = len(one.values)
    if one.counts is None and other.counts is None:
        there = np.cumsum(order < n)
        below = np.arange(1, len(merged) + 1) - there
    else:
        first = np.concatenate((_weights(one), np.zeros(len(other.values), np.int64)))
        second = np.concatenate((np.zeros(n, np.int64), _weights(other)))
        there, below = np.cumsum(first[order]), np.cumsum(second[order])
    apart = np.abs(there / one.n - below / other.n)
    with np.errstate(over="ignore"):
        steps = np.diff(merged)
        area = float(np.dot(apart[:-1], steps))
    # Among equal values only the last has counted them all.
    apart[:-1][steps == 0] = 0
    return Distances(float(apart.max(initial=0.0)), area)


def _at_points(few: NumericSample, many: NumericSample) -> Distances:
    points, weights = _distinct(few)
    share = np.cumsum(weights) / few.n
    values, m = many.values, many.n
    upto = np.searchsorted(values, points, "right")
    before = np.searchsorted(values, points, "left")
    ks = max(
        float(np.abs(share - upto / m).max()),
        float(np.abs(np.concatenate(([0.0], share[:-1])) - before / m).max()),
    )
    return Distances(ks, _area(points, share, values, upto))


def _area(points: FloatArray, share: FloatArray, values: FloatArray, upto: IntArray) -> float:
    """The integral of |F - G|: F is `share` from each point on, G the distribution of `values`."""
    m = len(values)
    low = min(float(points[0]), float(values[0]))
    high = max(float(points[-1]), float(values[-1]))
    starts = np.concatenate(([low], points))
    ends = np.concatenate((points, [high]))
    level = np.concatenate(([0.0], share))
    first = np.concatenate(([int(np.searchsorted(values, low, "right"))], upto))
    last = np.searchsorted(values, ends, "left")
    last = np.maximum(last, first)
    # G reaches F within an interval where as many values as F's share lie below.
    crossing = np.clip(np.ceil(level * m - 1e-9).astype(np.int64), first, last)
    at = np.where(crossing > first, values[np.maximum(crossing - 1, 0)], starts)
    at = np.where(crossing < np.ceil(level * m - 1e-9), ends, at)
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = values - low
        sums = np.concatenate(([0.0], np.cumsum(shifted)))
        a, b, c = starts - low, ends - low, np.minimum(np.maximum(at, starts), ends) - low

        def under(x: FloatArray, y: FloatArray, i: IntArray, j: IntArray) -> FloatArray:
            """The integral of G from x to y; i and j values lie at or below them."""
            found: FloatArray = (j * y - i * x - (sums[j] - sums[i])) / m
            return found

        left = level * (c - a) - under(a, c, first, crossing)
        right = under(c, b, crossing, last) - level * (b - c)
        return float(np.sum(np.abs(left) + np.abs(right)))


def _distinct(sample: NumericSample) -> tuple[FloatArray, IntArray]:
    if sample.counts is not None:
        return sample.values, sample.counts
    values, counts = np.unique(sample.values, return_counts=True)
    return values, counts.astype(np.int64)


def _weights(sample: NumericSample) -> IntArray:
    return np.ones(len(sample.values), np.int64) if sample.counts is None else sample.counts
