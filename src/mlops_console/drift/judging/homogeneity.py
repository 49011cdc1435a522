"""Whether counts of the same levels (or bins) come from one distribution, and how far apart they are.

The effect is total variation without what sampling alone makes of it. Between two samples of one distribution
of many levels it is far from 0 (a quarter of all rows, with 1,000 levels and 2,000 rows a side), so that what
is expected is taken away: TV' = sqrt(max(0, TV^2 - b^2)), with b the sum over levels of half the expected
absolute difference of shares: sqrt(t (1 - t) (1/n + 1/m)) / sqrt(2 pi) each, for a normal difference, and
exact (de Moivre's mean deviation of a binomial, of the level's rows on the sides) where a level is too rare
for that: the normal formula there takes away more than there is.

The test is Pearson's chi-square of homogeneity, both sides being samples; levels with less than 5 expected on
the smaller side stand together (Cochran 1954). Where that leaves most rows in that heap, all levels are
kept and the statistic is held against a gamma distribution with its exact mean and variance (Haldane 1940;
Lewis, Saunders & Westcott 1984), which needs no level to be common. Two levels are tested exactly.
"""

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mlops_console.drift.judging.chances import shares_differ
from mlops_console.records import FloatArray, IntArray

BoolArray: TypeAlias = npt.NDArray[np.bool_]

_COMMON: Final = 5.0
_MOSTLY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """A test of two rows of counts."""

    p: float | None
    """None: there are not two levels to tell apart."""
    dof: float


def moved(reference: IntArray, current: IntArray) -> tuple[float, float]:
    """(TV', TV) of counts that stand side by side; both sides have rows."""
    n, m = int(reference.sum()), int(current.sum())
    plain = float(np.abs(reference / n - current / m).sum()) / 2.0
    chance = float(_expected(reference + current, n, m).sum())
    return math.sqrt(max(0.0, plain * plain - chance * chance)), plain


def _expected(totals: IntArray, n: int, m: int) -> FloatArray:
    """Half the expected absolute difference of shares, by level."""
    from scipy.special import gammaln

    rows, part = n + m, n / (n + m)
    t = totals / rows
    out: FloatArray = np.sqrt(t * (1.0 - t) * (1.0 / n + 1.0 / m)) / math.sqrt(2.0 * math.pi)
    rare = (totals * part * (1.0 - part) < _COMMON) & (totals > 0)
    c = totals[rare].astype(np.float64)
    # de Moivre 1730: E|X - c part| = 2 v C(c, v) part^v (1 - part)^(c - v + 1), v = floor(c part) + 1.
    v = np.floor(c * part) + 1.0
    logs = (
        gammaln(c + 1) - gammaln(v + 1) - gammaln(c - v + 1)
        + v * math.log(part) + (c - v + 1.0) * math.log1p(-part)
    )  # fmt: skip
    out[rare] = v * np.exp(logs) * rows / (n * m) * np.sqrt(1.0 - t[rare])
    return out


def homogeneous(reference: IntArray, current: IntArray) -> Homogeneity:
    """Whether both rows of counts come from one distribution."""
    there = (reference + current) > 0
    one, other = reference[there], current[there]
    n, m = int(one.sum()), int(other.sum())
    if len(one) < 2 or not n or not m:
        return Homogeneity(None, 0.0)
    common = (one + other) * (min(n, m) / (n + m)) >= _COMMON
    heap = int((one + other)[~common].sum())
    if len(one) > 2 and heap > _MOSTLY * (n + m):
        return _sparse(one, other, n, m)
    if len(one) > 2 and heap:
        common = _with_company(one + other, common, heap, min(n, m) / (n + m))
        one, other = _pooled(one, common), _pooled(other, common)
    if len(one) < 2:
        return Homogeneity(None, 0.0)
    if len(one) == 2:
        return Homogeneity(shares_differ(int(one[0]), n, int(other[0]), m), 1.0)
    from scipy.special import chdtrc

    dof = len(one) - 1
    return Homogeneity(float(chdtrc(dof, _pearson(one, other, n, m))), float(dof))


def _with_company(totals: IntArray, common: BoolArray, heap: int, part: float) -> BoolArray:
    """`common` without its rarest, where the heap by itself would still be rare."""
    if heap * part >= _COMMON or not common.any():
        return common
    out = common.copy()
    out[int(np.argmin(np.where(common, totals, np.iinfo(np.int64).max)))] = False
    return out


def _pooled(counts: IntArray, common: BoolArray) -> IntArray:
    return np.append(counts[common], counts[~common].sum())


def _pearson(one: IntArray, other: IntArray, n: int, m: int) -> float:
    """Chi-square of a 2 x k table: sum of (m a - n b)^2 / (a + b), over n m."""
    return float((((one * (m / n)) - other) ** 2 / (one + other)).sum() * (n / m))


def _sparse(one: IntArray, other: IntArray, n: int, m: int) -> Homogeneity:
    rows, k = n + m, len(one)
    if k >= rows:
        return Homogeneity(None, 0.0)
    mean = rows / (rows - 1) * (k - 1)
    v1, v2 = (rows - 2) / (rows - 1), (k - 1) * (rows - k) / (rows - 1)
    w1 = (rows * (1.0 / n + 1.0 / m) - 4) / (rows - 2)
    w2 = (rows * float((1.0 / (one + other)).sum()) - k * k) / (rows - 2)
    spread = 2.0 * rows / (rows - 3) * (v1 - w1) * (v2 - w2) + rows * rows / (rows - 1) * w1 * w2
    if spread <= 1e-9 * mean:
        return Homogeneity(None, 0.0)
    from scipy.special import gammaincc

    shape, scale = mean * mean / spread, spread / mean
    return Homogeneity(float(gammaincc(shape, _pearson(one, other, n, m) / scale)), 2.0 * shape)
