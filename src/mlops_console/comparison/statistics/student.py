"""t tests and intervals for mean differences."""

import math
from functools import cache
from typing import Final

from mlops_console.comparison.model import CONFIDENCE
from mlops_console.comparison.statistics.design import Design, Moments, Paired, Unpaired, pooled_variance
from mlops_console.comparison.statistics.estimate import Estimate, wider

INNER: Final = 1 - 2 * (1 - CONFIDENCE)
UNEQUAL: Final = 2.0
"""Sides whose sizes differ by more than this factor are guarded against a small side that looks too calm."""
GUARD_BELOW: Final = 20
"""Runs on the smaller side from which on its own spread is trusted."""


def paired(off: Moments) -> Estimate:
    """Student's (1908) t test of the differences within pairs; effect size Cohen's dz (Cohen 1988, 2.3.5)."""
    design = Paired(math.sqrt(off.variance), off.n)
    size = off.mean / design.sd
    return _estimate("paired t", off.mean, design, design.error(), design.freedom(), size, "Cohen dz")


def welch(a: Moments, b: Moments) -> Estimate:
    """Welch's (1947) t test; effect size Hedges g.

    Where one side is small and the other more than twice as large, a small side that by chance came out calm
    makes Welch's test say too much: of 5 runs against 30 from one skewed distribution it called 12%
    different, from one with a rare second mode 25%. There p and interval are the more careful of Welch's and
    Student's pooled test, which the larger side steadies; both are centred on the same difference.
    """
    design = Unpaired(a.variance, b.variance, a.n, b.n)
    difference = b.mean - a.mean
    size = hedges(a, b)
    plain = _estimate("Welch t", difference, design, design.error(), design.freedom(), size, "Hedges g")
    if min(a.n, b.n) >= GUARD_BELOW or max(a.n, b.n) <= UNEQUAL * min(a.n, b.n):
        return plain
    error = math.sqrt(pooled_variance(design) * (1 / a.n + 1 / b.n))
    steady = _estimate("", difference, design, error, float(a.n + b.n - 2), size, "Hedges g")
    plain.test = "Welch t, guarded"
    plain.p = max(plain.p or 0.0, steady.p or 0.0)
    plain.ci, plain.inner = wider(plain.ci, steady.ci), wider(plain.inner, steady.inner)
    return plain


def single(a: Moments, b: Moments) -> Estimate:
    """One run against several: an interval that lends the one the spread of the others, and no p.

    Crawford and Howell (1998), Comparing an individual's test score against norms. It holds for normal values
    only: one run from a skewed distribution is called different in 9% of cases, so it carries no verdict.
    """
    several, one = (b, "a") if a.n == 1 else (a, "b")
    design = Unpaired(several.variance, several.variance, a.n, b.n)
    error = design.error()
    test = f"t, one run of {one} lent the other's spread"
    found = _estimate(test, b.mean - a.mean, design, error, float(several.n - 1), None, "")
    found.p = None
    return found


def hedges(a: Moments, b: Moments) -> float:
    """Standardised mean difference with the exact small-sample correction.

    Hedges (1981), Distribution theory for Glass's estimator of effect size: J times the difference over the
    pooled standard deviation.
    """
    freedom = a.n + b.n - 2
    sd = math.sqrt(pooled_variance(Unpaired(a.variance, b.variance, a.n, b.n)))
    return correction(freedom) * (b.mean - a.mean) / sd


@cache
def correction(freedom: int) -> float:
    """Hedges' J: gamma(m / 2) / (sqrt(m / 2) gamma((m - 1) / 2))."""
    if freedom < 2:
        return 0.0
    logs = math.lgamma(freedom / 2) - math.lgamma((freedom - 1) / 2)
    return math.exp(logs) / math.sqrt(freedom / 2)


def _estimate(
    test: str,
    difference: float,
    design: Design,
    error: float,
    freedom: float,
    size: float | None,
    effect: str,
) -> Estimate:
    from scipy.special import stdtr

    p = min(1.0, 2 * float(stdtr(freedom, -abs(difference) / error)))
    outer, inner = _quantile(freedom, CONFIDENCE) * error, _quantile(freedom, INNER) * error
    ci, within = (difference - outer, difference + outer), (difference - inner, difference + inner)
    return Estimate(test, difference, ci, within, p, size, effect, design)


def _quantile(freedom: float, confidence: float) -> float:
    return _whole(int(freedom), confidence) if freedom == int(freedom) else _t(freedom, confidence)


def _t(freedom: float, confidence: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))


@cache
def _whole(freedom: int, confidence: float) -> float:
    return _t(freedom, confidence)
