"""Exponential moving average that starts at the first point and leaves gaps where there are no numbers."""

import math

import numpy as np

from mlops_console.records import FloatArray

_SAMPLE = 2000
_LARGEST = 1e290
"""Larger values are left as they are: their sums would be no numbers."""


def ema(values: FloatArray, weight: float) -> FloatArray:
    """Smoothed values: the mean of the past, weighted by `weight ** age`; not-numbers stay."""
    if weight <= 0 or len(values) < 3:
        return values
    finite = np.abs(values) <= _LARGEST
    if finite.all():
        return np.asarray(_discounted(values, weight) / _masses(len(values), weight))
    total = _discounted(np.where(finite, values, 0.0), weight)
    mass = _discounted(finite.astype(np.float64), weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(finite, total / mass, values)


def _masses(count: int, weight: float) -> FloatArray:
    # The sum of the weights grows for a while and then stands still.
    masses = np.full(count, 1 / (1 - weight))
    growing = min(count, math.ceil(-40 / math.log(weight)))
    masses[:growing] = (1 - weight ** np.arange(1.0, growing + 1)) / (1 - weight)
    return masses


def _discounted(values: FloatArray, weight: float) -> FloatArray:
    # As many stretches as a stretch is long, all summed side by side; then each gets what came before it.
    count = len(values)
    length = max(1, math.isqrt(count))
    stretches = -(-count // length)
    sums = np.zeros((length, stretches))
    padded = np.zeros(length * stretches)
    padded[:count] = values
    steps = np.ascontiguousarray(padded.reshape(stretches, length).T)
    carried = np.zeros(stretches)
    for row, step in zip(sums, steps, strict=True):
        carried *= weight
        carried += step
        row[:] = carried
    before = np.zeros(stretches)
    fade, total = weight**length, 0.0
    for place, end in enumerate(carried.tolist()[:-1], 1):
        total = total * fade + end
        before[place] = total
    sums += np.multiply.outer(weight ** np.arange(1.0, length + 1), before)
    return np.asarray(sums.T.reshape(-1)[:count])


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
