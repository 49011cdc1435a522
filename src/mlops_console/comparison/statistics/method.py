"""Which test is taken: fixed beforehand, from counts, pairing, ties, finiteness and gross shape.

In this order, the first that fits:

1. A value is infinite: ranks (a mean says nothing).
2. Values are ordinal, that is at most five different ones, each three times on average: ranks.
3. A value lies more than 50 median absolute deviations from its median: ranks. A diverged run does; of 10
   lognormal values one in 350 sets holds such a value, of normal or t3 values practically none.
4. At least 20 runs on each side (or pairs) and the mean difference itself still skewed: studentised
   bootstrap beside t.
5. Else t, paired or Welch's. With few runs that is the test that keeps its promise: a percentile bootstrap of
   five values covers 84% instead of 95%, and ranks can't reach 5% below six pairs at all.

Two and three only where ranks could still say something after a correction for several comparisons: eight
pairs or five runs on each side.
"""

import math
from statistics import median
from typing import Final

from mlops_console.comparison.statistics import ranks, resample, student
from mlops_console.comparison.statistics.design import Moments, moments
from mlops_console.comparison.statistics.estimate import Estimate

ORDINAL: Final = 5
REPEATED: Final = 3
FAR: Final = 50.0
RANKED_PAIRS: Final = 8
RANKED_RUNS: Final = 5
LOOKED_AT: Final = 5
"""Among fewer runs nothing can be called far from the others."""
APART = "a run lies far from the others: mean and interval follow it"
MANY: Final = 20
MOST: Final = 500
"""Resampling more runs than these would buy nothing and cost seconds."""
SKEWED: Final = 0.15
"""Skewness of the mean difference from which on t intervals miss too often on one side."""
_TO_SD: Final = 1.4826


def of_pairs(a: list[float], b: list[float], *, finite: bool) -> Estimate | None:
    """The estimate for pairs that are not all alike; None where nothing can be computed."""
    if not finite:
        return ranks.signed_rank([_less(y, x) for x, y in zip(a, b, strict=True)])
    differences = [y - x for x, y in zip(a, b, strict=True)]
    largest = max(map(abs, a + b))
    off = moments(differences, largest)
    if not off.variance:
        # What is left of a constant difference is rounding, which must not break its ties.
        return ranks.signed_rank([off.mean] * off.n)
    apart = off.n >= LOOKED_AT and far(differences)
    if off.n >= RANKED_PAIRS and (apart or _ordinal(differences)):
        ranked = ranks.signed_rank(differences)
        if ranked:
            return ranked
    found = student.paired(off)
    found.notes = (APART,) if apart else ()
    skewness = off.third / off.variance**1.5 / math.sqrt(off.n)
    if MANY <= off.n <= MOST and abs(skewness) > SKEWED:
        return resample.paired(found, off, differences)
    return found


def of_sides(a: list[float], b: list[float], of_a: Moments | None, of_b: Moments | None) -> Estimate | None:
    """The estimate for independent sides; `of_a` and `of_b` are None where a value is infinite."""
    if not of_a or not of_b:
        return ranks.rank_sum(a, b)
    if min(of_a.n, of_b.n) == 1:
        return student.single(of_a, of_b)
    apart = any(len(values) >= LOOKED_AT and far(values) for values in (a, b))
    if min(of_a.n, of_b.n) >= RANKED_RUNS and (apart or _ordinal(a + b)):
        ranked = ranks.rank_sum(a, b)
        if ranked:
            return ranked
    found = student.welch(of_a, of_b)
    found.notes = (APART,) if apart else ()
    if min(of_a.n, of_b.n) >= MANY and max(of_a.n, of_b.n) <= MOST and abs(_skewness(of_a, of_b)) > SKEWED:
        return resample.unpaired(found, a, b)
    return found


def far(values: list[float]) -> bool:
    """Whether a value lies grossly apart from the rest."""
    middle = median(values)
    off = [abs(value - middle) for value in values]
    usual = median(off)
    return 0 < usual * _TO_SD * FAR < max(off)


def _ordinal(values: list[float]) -> bool:
    different = len(set(values))
    return different <= ORDINAL and different * REPEATED <= len(values)


def _skewness(a: Moments, b: Moments) -> float:
    """Of the difference of both means."""
    error = math.sqrt(a.variance / a.n + b.variance / b.n)
    return (b.third / b.n**2 - a.third / a.n**2) / error**3


def _less(y: float, x: float) -> float:
    return 0.0 if y == x else y - x
