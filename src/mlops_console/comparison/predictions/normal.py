"""Estimates from a difference and its standard error."""

import math
from typing import Final

from mlops_console.comparison.model import CONFIDENCE
from mlops_console.comparison.predictions.model import Estimate

INNER: Final = 0.9
"""Two one-sided tests at 5% are this interval within the margin."""
TINY: Final = 1e-12
"""Differences and errors below this are rounding."""


def quantile(df: float | None = None, confidence: float = CONFIDENCE) -> float:
    """How many standard errors the interval reaches to each side; normal, or Student's t with `df`."""
    from scipy import special

    upper = 0.5 + confidence / 2
    return float(special.ndtri(upper) if df is None else special.stdtrit(df, upper))


def two_sided(z: float, df: float | None = None) -> float:
    """The two-sided p-value of a standardised difference."""
    from scipy import special

    tail = special.ndtr(-abs(z)) if df is None else special.stdtr(df, -abs(z))
    return min(1.0, 2.0 * float(tail))


def z_estimate(
    difference: float, a: float, b: float, se: float, test: str, df: float | None = None
) -> Estimate:
    """An estimate with an interval to both sides; `se` of 0 only where nothing varies."""
    if not (math.isfinite(difference) and math.isfinite(se)):
        return Estimate(None, a, b, problem="the difference is not a finite number")
    if se <= TINY * max(1.0, abs(difference)):
        if abs(difference) <= TINY:
            note = "the two do not differ in any row"
            return Estimate(0.0, a, b, (0.0, 0.0), 1.0, 0.0, (0.0, 0.0), test, notes=(note,))
        return Estimate(difference, a, b, problem="the difference is the same in every row: no variance")
    reach, within = quantile(df) * se, quantile(df, INNER) * se
    return Estimate(
        difference, a, b, (difference - reach, difference + reach), two_sided(difference / se, df), se,
        (difference - within, difference + within), test,
    )  # fmt: skip


def power(effect: float, se: float) -> float:
    """The chance that a two-sided 5% test finds a difference of this size."""
    from scipy import special

    z, reach = abs(effect) / se, quantile()
    return float(special.ndtr(z - reach) + special.ndtr(-z - reach))


def rows_needed(effect: float, se: float, rows: int) -> int | None:
    """So many rows more give 80% power for a difference of this size; None where that is beyond telling."""
    from scipy import special

    if not effect or not se:
        return None
    reach = (quantile() + float(special.ndtri(0.8))) * se / abs(effect)
    return max(0, math.ceil(rows * reach**2) - rows) if reach < 1e3 else None
