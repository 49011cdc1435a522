"""The area under the ROC curve, and what chance does to the difference of two on the same rows."""

from dataclasses import dataclass

import numpy as np

from mlops_console.comparison.predictions.model import Estimate
from mlops_console.comparison.predictions.normal import TINY, z_estimate
from mlops_console.records import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """How a model ranks each row among those of the other class (structural components).

    `positive[i]` is the share of negatives that score below positive i, ties counting half; `negative[j]`
    the share of positives that score above negative j. Both have the area under the curve as their mean.
    """

    positive: FloatArray
    negative: FloatArray

    @property
    def auc(self) -> float:
        """Area under the ROC curve."""
        return float(self.positive.mean())


def placements(y: FloatArray, scores: FloatArray) -> Placements:
    """Structural components by one sort, O(n log n).

    X. Sun & W. Xu, Fast implementation of DeLong's algorithm for comparing the areas under correlated
    receiver operating characteristic curves, IEEE Signal Processing Letters 21 (2014) 1389-1393.
    """
    order = np.argsort(scores)
    ranked = scores[order]
    truth = y[order] > 0.5
    first = np.empty(len(ranked), np.bool_)
    first[:1] = True
    np.not_equal(ranked[1:], ranked[:-1], out=first[1:])
    starts = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    through = np.concatenate(([0], np.cumsum(~truth)))
    ends = np.append(starts[1:], len(ranked))
    below = through[starts]
    # Negatives below the tie group and half of those within it; the same of positives follows from places.
    negatives = (below + through[ends]) * 0.5
    positives = ((starts - below) + (ends - through[ends])) * 0.5
    m = int(truth.sum())
    n = len(ranked) - m
    out = np.empty(len(ranked), np.float64)
    out[order] = np.where(truth, negatives[group] / max(n, 1), 1.0 - positives[group] / max(m, 1))
    chosen = y > 0.5
    return Placements(out[chosen], out[~chosen])


def auc(y: FloatArray, scores: FloatArray) -> float | None:
    """Area under the ROC curve; None where only one class occurs."""
    positives = int((y > 0.5).sum())
    return placements(y, scores).auc if 0 < positives < len(y) else None


def delong(y: FloatArray, a: FloatArray, b: FloatArray) -> Estimate:
    """The difference of two areas under the curve on the same rows.

    E. R. DeLong, D. M. DeLong & D. L. Clarke-Pearson, Comparing the areas under two or more correlated
    receiver operating characteristic curves: a nonparametric approach, Biometrics 44 (1988) 837-845.
    """
    positives = int((y > 0.5).sum())
    if not 0 < positives < len(y):
        return Estimate(None, None, None, problem=one_class(positives, len(y)))
    one, other = placements(y, a), placements(y, b)
    difference = other.auc - one.auc
    ups, downs = other.positive - one.positive, other.negative - one.negative
    if min(len(ups), len(downs)) < 2:
        return Estimate(
            difference, one.auc, other.auc, problem="one class has a single row: no variance can be told"
        )
    variance = float(ups.var(ddof=1) / len(ups) + downs.var(ddof=1) / len(downs))
    if variance <= TINY * TINY:
        return _without_variance(one.auc, other.auc, bool(np.ptp(ups) + np.ptp(downs) < TINY))
    return z_estimate(difference, one.auc, other.auc, variance**0.5, "DeLong")


def _without_variance(a: float, b: float, same: bool) -> Estimate:
    if abs(b - a) > TINY:
        return Estimate(
            b - a, a, b, problem="DeLong's variance is zero here (the rankings are extreme): no p-value"
        )
    why = "both rank the rows of the two classes alike" if same else "the variance is zero"
    return Estimate(
        0.0, a, b, (0.0, 0.0), 1.0, 0.0, (0.0, 0.0), "DeLong", notes=(f"no difference at all: {why}",)
    )


def one_class(positives: int, rows: int) -> str:
    """Why an area under a curve can't be computed, a sentence."""
    if not rows:
        return "there are no rows"
    which = "positive" if positives else "negative"
    return f"all {rows:,} labels are of the {which} class: it takes both classes to rank them"
