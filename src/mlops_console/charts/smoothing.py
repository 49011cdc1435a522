"""Exponential moving average that starts at the first point and leaves gaps where there are no numbers."""

import numpy as np

from mlops_console.records import FloatArray

_NEGLIGIBLE = 1e-9
_SAMPLE = 2000
_LARGEST = 1e290
"""Larger values are left as they are: their sums would be no numbers."""


def ema(values: FloatArray, weight: float) -> FloatArray:
    """Smoothed values: the mean of the past, weighted by `weight ** age`; not-numbers stay."""
    if weight <= 0 or len(values) < 3:
        return values
    finite = np.abs(values) <= _LARGEST
    if finite.all():
        total = _discounted(values.astype(np.float64), weight)
        ages = np.minimum(np.arange(1, len(values) + 1), 1e6)
        mass = (1 - weight**ages) / (1 - weight)
        return np.asarray(total / mass)
    total = _discounted(np.where(finite, values, 0.0), weight)
    mass = _discounted(finite.astype(np.float64), weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(finite, total / mass, values)


def _discounted(values: FloatArray, weight: float) -> FloatArray:
    # Doubling: after k rounds every sum reaches 2**k points back, so no loop over the points is needed.
    sums, reach, factor = values.copy(), 1, weight
    while reach < len(sums) and factor > _NEGLIGIBLE:
        sums[reach:] += factor * sums[:-reach]
        reach, factor = reach * 2, factor * factor
    return sums


def usual_weight(values: FloatArray) -> float:
    """How much to smooth a curve unless told otherwise: by its length, and not at all without noise."""
    points = len(values)
    if points < 60 or not _noisy(values[-_SAMPLE:]):
        return 0.0
    if points < 500:
        return 0.6
    return 0.9 if points < 20_000 else 0.97


def _noisy(values: FloatArray) -> bool:
    # Where a curve only bends, its second differences are far smaller than its first ones.
    finite = values[np.abs(values) <= _LARGEST]
    if len(finite) < 3:
        return False
    slope = np.diff(finite)
    return float(np.median(np.abs(np.diff(slope)))) > 0.5 * float(np.median(np.abs(slope)))
