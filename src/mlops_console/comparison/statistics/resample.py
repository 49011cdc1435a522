"""The studentised bootstrap, for many runs whose values are skewed.

Efron (1979); Hall (1988), Theoretical comparison of bootstrap confidence intervals: with skewed values the
studentised and the BCa interval are one order better than t. Of the two the studentised one is taken: it
covered better in every cell measured (30 lognormal values: t 88%, BCa 90%, studentised 93%). With heavy but
even tails it is a little rash where t is not (30 values of t3: 91% against 94%), and nobody can tell the two
apart by 30 values; so p and interval are the more careful of both. Resamples are drawn from a fixed stream
for each count of runs and mirrored for a swap of sides, so an answer never changes.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mlops_console.comparison.model import CONFIDENCE
from mlops_console.comparison.statistics.design import Moments, Paired, Unpaired
from mlops_console.comparison.statistics.estimate import Estimate, Interval, wider
from mlops_console.comparison.statistics.student import INNER

RESAMPLES: Final = 9998
"""Such that no p is 5% exactly."""

Array = NDArray[np.float64]


def paired(found: Estimate, off: Moments, differences: list[float]) -> Estimate:
    """The t test's estimate, made as careful as the bootstrap's."""
    assert isinstance(found.design, Paired)
    mirror = off.third < 0
    values = np.sort(-np.array(differences) if mirror else np.array(differences))
    mean, variance = _resampled(values, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        studentised = (mean - values.mean()) / np.sqrt(variance / (off.n - 1))
    return _replaced(found, found.design.error(), studentised, mirror=mirror)


def unpaired(found: Estimate, a: list[float], b: list[float]) -> Estimate:
    """As `paired`, for two independent sides, each resampled by itself."""
    assert isinstance(found.design, Unpaired)
    first, second = sorted(a), sorted(b)
    mirror = (len(second), second) < (len(first), first)
    if mirror:
        first, second = second, first
    low, high = np.array(first), np.array(second)
    mean_low, variance_low = _resampled(low, 0)
    mean_high, variance_high = _resampled(high, 1)
    error = np.sqrt(variance_low / (len(low) - 1) + variance_high / (len(high) - 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        studentised = (mean_high - mean_low - (high.mean() - low.mean())) / error
    return _replaced(found, found.design.error(), studentised, mirror=mirror)


def _resampled(values: Array, stream: int) -> tuple[Array, Array]:
    """Mean and variance (n) of each resample."""
    drawn = values[_draws(len(values), stream)]
    mean = drawn.mean(axis=1)
    return mean, np.square(drawn - mean[:, None]).mean(axis=1)


@lru_cache(maxsize=4)
def _draws(n: int, stream: int) -> NDArray[np.int32]:
    return np.random.default_rng([n, stream]).integers(0, n, size=(RESAMPLES, n), dtype=np.int32)


def _replaced(found: Estimate, error: float, studentised: Array, *, mirror: bool) -> Estimate:
    """By inversion: what the interval leaves out has p below 5%, and the other way about."""
    studentised[np.isnan(studentised)] = 0.0
    if mirror:
        studentised = -studentised
    studentised.sort()
    at = found.difference / error
    above = RESAMPLES - int(np.searchsorted(studentised, at, side="left"))
    below = int(np.searchsorted(studentised, at, side="right"))
    outer = _interval(found.difference, error, studentised, CONFIDENCE)
    if not np.isfinite(outer).all():
        return found
    p = min(1.0, 2 * (1 + min(above, below)) / (RESAMPLES + 1))
    found.test = f"{found.test} and studentised bootstrap"
    found.p = p if found.p is None else max(p, found.p)
    found.ci = wider(found.ci, outer)
    found.inner = wider(found.inner, _interval(found.difference, error, studentised, INNER))
    return found


def _interval(difference: float, error: float, studentised: Array, confidence: float) -> Interval:
    outside = int((1 - confidence) / 2 * (RESAMPLES + 1))
    low, high = float(studentised[outside - 1]), float(studentised[RESAMPLES - outside])
    return difference - high * error, difference - low * error
