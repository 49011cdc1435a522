"""Differences whose chance follows in closed form from what each row adds to them."""

import math
from dataclasses import replace
from typing import Final

import numpy as np

from mlops_console.comparison.predictions.confusion import Cells, left_out, values
from mlops_console.comparison.predictions.model import Estimate
from mlops_console.comparison.predictions.normal import TINY, z_estimate
from mlops_console.comparison.predictions.proportions import mcnemar
from mlops_console.comparison.predictions.tasks import Rows
from mlops_console.display import counted
from mlops_console.records import FloatArray

MEANS: Final = frozenset({"logloss", "brier", "mae", "mse"})
"""Metrics that are a mean over rows."""
SMOOTH: Final = frozenset({"rmse", "r2"})
"""Metrics that are a smooth function of means over rows."""
_FEW: Final = 30
"""A difference that so few rows carry is told from."""


def losses(metric: str, y: FloatArray, scores: FloatArray) -> FloatArray:
    """What each row adds to a mean; scores are kept 2.2e-16 off 0 and 1, as by scikit-learn."""
    if metric == "logloss":
        edge = np.finfo(np.float64).eps
        kept = np.clip(scores, edge, 1 - edge)
        return -np.log(np.where(y > 0.5, kept, 1.0 - kept))
    if metric == "mae":
        return np.abs(scores - y)
    return (scores - y) ** 2


def value(metric: str, y: FloatArray, scores: FloatArray) -> float | None:
    """A metric of `MEANS` or `SMOOTH`; R squared is None where all labels are the same."""
    if not len(y):
        return None
    if metric in MEANS:
        return float(losses(metric, y, scores).mean())
    squared = float(losses("mse", y, scores).mean())
    if metric == "rmse":
        return math.sqrt(squared)
    spread = float(y.var())
    return 1.0 - squared / spread if spread > 0 else None


def paired(metric: str, rows: Rows) -> Estimate:
    """The difference of two means on the same rows, or of a smooth function of means (delta method).

    Means: the paired t-test (Student 1908). `rmse`, `r2`: linearised at what was seen (A. C. Davison & D. V.
    Hinkley, Bootstrap Methods and their Application (1997), section 2.7.2).
    """
    assert rows.a is not None
    assert rows.b is not None
    y, one, other = rows.y, rows.a, rows.b
    a, b = value(metric, y, one), value(metric, y, other)
    if a is None or b is None:
        why = "all labels are the same: R squared has nothing to explain" if len(y) else "there are no rows"
        return Estimate(None, a, b, problem=why)
    kind = metric if metric in MEANS else "mse"
    lost_a, lost_b = losses(kind, y, one), losses(kind, y, other)
    if metric == "rmse":
        part_a, part_b = lost_a / (2 * a) if a else lost_a * 0, lost_b / (2 * b) if b else lost_b * 0
        weight = part_b - part_a
    elif metric == "r2":
        spread = float(y.var())
        gained = lost_a - lost_b
        weight = gained / spread - (b - a) * ((y - y.mean()) ** 2 - spread) / spread
    else:
        weight = lost_b - lost_a
    found = _told(b - a, a, b, weight, None, "paired t" if metric in MEANS else "delta method")
    sd = float(weight.std(ddof=1)) if len(y) > 1 else 0.0
    if metric not in MEANS or not sd or found.se is None:
        return found
    return replace(found, effect_size=float(weight.mean()) / sd, effect="Cohen dz")


def labelled(metric: str, found: Cells, *, binary: bool) -> Estimate:
    """The difference of a metric of predicted labels, by leaving out each row once (jackknife).

    J. W. Tukey, Annals of Mathematical Statistics 29 (1958) 614. Simulated at 200 to 5,000 rows,
    this interval holds its 95% where percentile and BCa bootstrap intervals fall short
    (`benchmarks/predictions.py`).
    """
    if not found.rows:
        return Estimate(None, None, None, problem="there are no rows")
    a, b = (float(part[0]) for part in values(metric, found, found.counts[None, :], binary=binary))
    without = left_out(metric, found, binary=binary)
    mean = float((without * found.counts).sum()) / found.rows
    # (n - 1) times how much a row's absence moves the difference is what the row adds to it.
    weight = (found.rows - 1) * (mean - without)
    estimate = _told(b - a, a, b, weight, found.counts.astype(np.float64), "jackknife")
    apart = int(found.counts[found.a != found.b].sum())
    if 0 < apart < _FEW:
        estimate = replace(
            estimate, notes=(*estimate.notes, f"the predicted labels differ in only {counted(apart, 'row')}")
        )
    return estimate


def recall(rows: Rows) -> Estimate:
    """The difference of two recalls: accuracies on the positives, so McNemar's test and Tango's interval."""
    assert rows.said_a is not None
    assert rows.said_b is not None
    chosen = rows.y > 0.5
    found = mcnemar(rows.y[chosen], rows.said_a[chosen], rows.said_b[chosen])
    return found if chosen.any() else replace(found, problem="no row is of the positive class")


def _told(
    difference: float, a: float, b: float, weight: FloatArray, counts: FloatArray | None, test: str
) -> Estimate:
    """From what each row (or each of `counts` rows) adds; Student's t with Satterthwaite's freedom.

    The freedom, 2 var(s^2)/s^4 turned round (F. E. Satterthwaite, Biometrics Bulletin 2 (1946) 110-114), is
    that of the rows that carry the difference: a million rows of which five differ are no million.
    """
    rows = float(len(weight)) if counts is None else float(counts.sum())
    if rows < 2:
        return Estimate(difference, a, b, problem="a single row tells nothing of chance")
    many = np.ones(1) if counts is None else counts
    off = weight - float((weight * many).sum()) / rows
    peak = float(np.abs(off).max())
    if peak <= TINY or not np.isfinite(peak):
        return z_estimate(difference, a, b, 0.0 if peak <= TINY else peak, test)
    shares = (off / peak) ** 2
    second, fourth = float((shares * many).sum()), float((shares * shares * many).sum())
    se = peak * (second / (rows - 1) / rows) ** 0.5
    excess = fourth / second**2 - 1.0 / rows
    freedom = min(rows - 1, max(1.0, 2.0 / excess)) if excess > 0 else rows - 1
    found = z_estimate(difference, a, b, se, test, freedom)
    if freedom < _FEW <= rows:
        note = f"a few rows carry the difference: as much is known as from {freedom + 1:.0f} usual ones"
        return replace(found, notes=(*found.notes, note))
    return found
