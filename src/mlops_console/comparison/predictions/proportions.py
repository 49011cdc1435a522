"""Accuracy: how often one is right where the other is wrong."""

from dataclasses import replace
from typing import Final

import numpy as np

from mlops_console.comparison.model import CONFIDENCE
from mlops_console.comparison.predictions.model import Codes, Estimate
from mlops_console.comparison.predictions.normal import INNER, quantile
from mlops_console.records import FloatArray

EXACT: Final = 25
"""With fewer rows on which just one is right, McNemar's test is the exact binomial one."""


def mcnemar(y: FloatArray, a: Codes, b: Codes) -> Estimate:
    """The difference of two accuracies on the same rows."""
    right_a, right_b = a == y, b == y
    gained = int((right_b & ~right_a).sum())
    lost = int((right_a & ~right_b).sum())
    n = len(y)
    if not n:
        return Estimate(None, None, None, problem="there are no rows")
    found = from_counts(gained, lost, n)
    return replace(found, value_a=int(right_a.sum()) / n, value_b=int(right_b.sum()) / n)


def from_counts(gained: int, lost: int, n: int) -> Estimate:
    """McNemar's test and Tango's interval from the rows on which just one is right.

    `gained`: rows that only `b` gets right, `lost`: only `a`, of `n` in all. The p-value is that of the
    exact binomial test under 25 such rows, else its mid-p variant (Q. McNemar, Psychometrika 12 (1947)
    153-157; M. W. Fagerland, S. Lydersen & P. Laake, BMC Medical Research Methodology 13:91 (2013)).
    """
    discordant = gained + lost
    p, test = mcnemar_p(gained, lost)
    size = max(gained, lost) / discordant - 0.5 if discordant else None
    return Estimate(
        (gained - lost) / n,
        None,
        None,
        tango(gained, lost, n),
        p,
        inner=tango(gained, lost, n, INNER),
        se=float(np.sqrt(max(discordant - (gained - lost) ** 2 / n, 0.0))) / n,
        test=test,
        effect_size=size,
        effect="Cohen g" if size is not None else "",
    )


def mcnemar_p(gained: int, lost: int) -> tuple[float, str]:
    """Two-sided p-value and the name of the test."""
    from scipy import special

    discordant, less = gained + lost, min(gained, lost)
    if not discordant:
        return 1.0, "McNemar exact"
    both = min(1.0, 2.0 * float(special.bdtr(less, discordant, 0.5)))
    if discordant < EXACT:
        return both, "McNemar exact"
    here = (
        float(special.bdtr(less, discordant, 0.5) - special.bdtr(less - 1, discordant, 0.5))
        if less
        else (0.5**discordant)
    )
    mid = 1.0 if gained == lost else 2.0 * float(special.bdtr(less, discordant, 0.5)) - here
    return min(1.0, max(mid, 0.0)), "McNemar mid-p"


def tango(gained: int, lost: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The score interval of a difference of paired proportions.

    T. Tango, Equivalence test and confidence interval for the difference in proportions for the
    paired-sample design, Statistics in Medicine 17 (1998) 891-908.
    """
    reach = quantile(confidence=confidence)
    middle = (gained - lost) / n
    low = _crossing(gained, lost, n, -1.0, middle, reach)
    high = _crossing(gained, lost, n, 1.0, middle, -reach)
    return low, high


def _crossing(gained: int, lost: int, n: int, outer: float, inner: float, wanted: float) -> float:
    """Where the score falls to `wanted` between the estimate and the end of the scale, by halving."""
    for _ in range(60):
        middle = (outer + inner) / 2
        if abs(_score(gained, lost, n, middle)) > abs(wanted):
            outer = middle
        else:
            inner = middle
    return (outer + inner) / 2


def _score(gained: int, lost: int, n: int, delta: float) -> float:
    """Tango's statistic: how far the data are from a true difference of `delta`."""
    two, linear = 2.0 * n, -gained - lost + (2.0 * n - gained + lost) * delta
    constant = -lost * delta * (1.0 - delta)
    share = (np.sqrt(max(linear * linear - 4.0 * two * constant, 0.0)) - linear) / (2.0 * two)
    variance = n * (2.0 * share + delta * (1.0 - delta))
    away = gained - lost - n * delta
    if variance <= 0.0:
        return 0.0 if abs(away) < 1e-9 else float(np.copysign(np.inf, away))
    return float(away / np.sqrt(variance))
