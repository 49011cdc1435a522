"""Samples as steps: the area between a distribution that changes at few points and one of many values."""

import numpy as np

from mlops_console.drift.sample import NumericSample
from mlops_console.records import FloatArray, IntArray


def distinct(sample: NumericSample) -> tuple[FloatArray, IntArray]:
    """Its different values, ascending, and how many rows each stands for."""
    if sample.counts is not None:
        return sample.values, sample.counts
    ends = np.append(np.flatnonzero(sample.values[1:] != sample.values[:-1]), len(sample.values) - 1)
    return sample.values[ends], np.diff(ends, prepend=-1)


def area_beside_steps(points: FloatArray, through: IntArray, values: FloatArray) -> float:
    """The integral of |F - G|, in closed form between two points.

    Args:
        points: Where F changes, ascending and different.
        through: Rows of F up to each.
        values: Of G, ascending, all of them.

    Between two points F is level and G only rises, so that they cross at most once: where G has as large a
    share of its rows.
    """
    n, m = int(through[-1]), len(values)
    low, high = points[:-1], points[1:]
    level = through[:-1] / n
    first = np.searchsorted(values, low, side="right")
    last = np.searchsorted(values, high, side="left")
    wanted = -(-through[:-1] * m // n)
    within = np.clip(wanted, first, last)
    crossing = np.where(
        wanted > last, high, np.where(wanted <= first, low, values[np.maximum(within, 1) - 1])
    )
    start, end = (
        int(np.searchsorted(values, points[0])),
        int(np.searchsorted(values, points[-1], side="right")),
    )
    sums = _sums(values, np.concatenate((first, within, last, [0, start, end, m])))
    at = len(low)
    upto_first, upto_within, upto_last = sums[:at], sums[at : 2 * at], sums[2 * at : 3 * at]
    none, upto_start, upto_end, whole = sums[-4:]
    left = (level - first / m) * (crossing - low)
    left -= ((within - first) * crossing - (upto_within - upto_first)) / m
    right = (within / m - level) * (high - crossing)
    right += ((last - within) * high - (upto_last - upto_within)) / m
    outer = (start * points[0] - (upto_start - none)) + ((whole - upto_end) - (m - end) * points[-1])
    return max(0.0, float(left.sum() + right.sum() + outer / m))


def _sums(values: FloatArray, places: IntArray) -> FloatArray:
    """Of the first so many values, for each place."""
    cuts, back = np.unique(places, return_inverse=True)
    inner = cuts[cuts < len(values)]
    parts = np.add.reduceat(values, inner)[: len(cuts) - 1]
    found: FloatArray = np.concatenate(([0.0], np.cumsum(parts)))[back]
    return found
