"""Wilcoxon's two tests with the intervals that belong to them.

Both are written as counts of averages (Walsh) or differences above zero, so that p and interval are two views
of one thing: p is below 5% exactly where the 95% interval leaves zero out (Hollander, Wolfe and Chicken,
Nonparametric Statistical Methods, 3.1 to 3.3 and 4.1 to 4.3). A tie at zero counts against a difference, so
the tests stay exact, and a little cautious, with ties. Infinities are the largest and smallest of values.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mlops_console.comparison.model import CONFIDENCE
from mlops_console.comparison.statistics.estimate import Estimate, Interval
from mlops_console.comparison.statistics.student import INNER

EXACT: Final = 50
"""Up to so many runs on a side the null distribution is exact, beyond it normal, corrected for continuity."""
LARGEST: Final = 4_000_000
"""More averages or differences are not held."""

Array = NDArray[np.float64]


def signed_rank(differences: list[float]) -> Estimate | None:
    """Wilcoxon's (1945) signed-rank test of differences within pairs.

    The difference is the Hodges-Lehmann estimate (median of the averages of all pairs of differences), the
    effect size the matched-pairs rank-biserial correlation (Kerby 2014). None for too many values.
    """
    n = len(differences)
    if n * (n + 1) // 2 > LARGEST:
        return None
    values = np.sort(np.array(differences))
    rows, columns = np.triu_indices(n)
    with np.errstate(invalid="ignore", over="ignore"):
        averages = values[rows] / 2 + values[columns] / 2
    return _estimate("Wilcoxon signed-rank", averages, _signed(n), "rank-biserial correlation")


def rank_sum(a: list[float], b: list[float]) -> Estimate | None:
    """Mann and Whitney's (1947) test, the same as Wilcoxon's rank sum.

    The difference is the Hodges-Lehmann estimate (median of all differences b - a), the effect size Cliff's
    (1993) delta. None for too many values.
    """
    if len(a) * len(b) > LARGEST:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        differences = np.subtract.outer(np.array(b), np.array(a)).ravel()
    return _estimate("Mann-Whitney", differences, _sum(len(a), len(b)), "Cliff delta")


@dataclass(frozen=True, slots=True)
class _Null:
    """How many of the averages or differences lie below zero, where nothing differs."""

    below: Array | None
    """P(count <= k) for k from 0 on; None where the normal approximation is used."""
    mean: float
    sd: float

    def at_most(self, count: int) -> float:
        if self.below is not None:
            return float(self.below[count])
        return 0.5 * math.erfc((self.mean - 0.5 - count) / (self.sd * math.sqrt(2)))

    def left_out(self, confidence: float) -> int:
        """How many of the ordered values lie outside of the interval on each side."""
        tail = (1 - confidence) / 2
        if self.below is not None:
            return int(np.searchsorted(self.below, tail, side="left"))
        from scipy.special import ndtri

        return max(0, math.ceil(self.mean - 0.5 + self.sd * float(ndtri(tail))))


def _estimate(test: str, values: Array, null: _Null, effect: str) -> Estimate:
    values[np.isnan(values)] = 0.0  # infinity less infinity: both runs went the same way
    values.sort()
    total = len(values)
    negative = int(np.searchsorted(values, 0.0, side="left"))
    positive = total - int(np.searchsorted(values, 0.0, side="right"))
    p = min(1.0, 2 * min(null.at_most(total - positive), null.at_most(total - negative)))
    size = (positive - negative) / total
    return Estimate(
        test,
        _middle(values),
        _interval(values, null.left_out(CONFIDENCE)),
        _interval(values, null.left_out(INNER)),
        p,
        size,
        effect,
        superiority=(1 + size) / 2,
    )


def _middle(values: Array) -> float:
    low, high = float(values[(len(values) - 1) // 2]), float(values[len(values) // 2])
    return low if low == high else low / 2 + high / 2


def _interval(values: Array, left_out: int) -> Interval | None:
    """None where even the whole range isn't sure enough."""
    if not left_out:
        return None
    return float(values[left_out - 1]), float(values[len(values) - left_out])


@lru_cache(maxsize=64)
def _signed(n: int) -> _Null:
    mean, sd = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    if n > EXACT:
        return _Null(None, mean, sd)
    ways = np.zeros(n * (n + 1) // 2 + 1, dtype=np.int64)
    ways[0] = 1
    for rank in range(1, n + 1):
        ways[rank:] += ways[:-rank].copy()
    return _Null(np.cumsum(ways) / 2.0**n, mean, sd)


@lru_cache(maxsize=64)
def _sum(n_a: int, n_b: int) -> _Null:
    mean, sd = n_a * n_b / 2, math.sqrt(n_a * n_b * (n_a + n_b + 1) / 12)
    if max(n_a, n_b) > EXACT:
        return _Null(None, mean, sd)
    # The Gaussian binomial coefficient, in whole numbers: product of (1 - q^(n_b + i)) / (1 - q^i).
    ways = [1] + [0] * (n_a * n_b)
    for i in range(1, n_a + 1):
        for k in range(len(ways) - 1, n_b + i - 1, -1):
            ways[k] -= ways[k - n_b - i]
        for k in range(i, len(ways)):
            ways[k] += ways[k - i]
    total = math.comb(n_a + n_b, n_a)
    below, so_far = np.empty(len(ways)), 0
    for k, count in enumerate(ways):
        so_far += count
        below[k] = so_far / total
    return _Null(below, mean, sd)
