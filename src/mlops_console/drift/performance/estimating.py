"""How a classifier probably does on rows whose labels have not come: confidence-based estimation.

J. Kivimäki, J. Białek, W. Kuberski & J. K. Nurminen, Performance estimation in binary classification using
calibrated confidence, arXiv 2505.05295 (2025); J. Kivimäki, J. Białek, J. K. Nurminen & W. Kuberski,
Confidence-based estimators for predictive performance in model monitoring, arXiv 2407.08649 (2024). It holds
where inputs move and what follows from them does not; nothing in unlabelled rows can tell whether that is so.
"""

import math
from typing import Final

import numpy as np

from mlops_console.comparison.predictions.influence import losses
from mlops_console.comparison.predictions.normal import quantile
from mlops_console.drift.performance.calibrating import Steps, isotonic
from mlops_console.drift.performance.metrics import Reading
from mlops_console.drift.performance.scoring import Scored
from mlops_console.records import FloatArray

_FOLDS: Final = 5
_FEWEST: Final = 10


def estimates(rows: Scored, steps: Steps, off: dict[str, float] | None = None) -> dict[str, Reading]:
    """Every metric's expectation, were each label drawn by its calibrated probability.

    The interval is that of the labels' chance (a Poisson-binomial sum, to first order), of the calibration's
    own rows, and of how far the estimate was off on the reference's rows when these were held out.

    Args:
        rows: Complete rows (`Scored.complete`) of a binary task; labels are not looked at.
        steps: The reference's calibration.
        off: By metric: how far out-of-fold estimates were off on the reference.
    """
    if rows.score is None or len(rows.score) < _FEWEST:
        return {}
    p = steps.probability(rows.score)
    step, spread = steps.step(rows.score), steps.variance()
    out = {}
    for name, (value, slope) in _expected(rows, p).items():
        chance = float((p * (1 - p) * slope**2).sum())
        by_step = np.bincount(step, weights=slope, minlength=len(spread))
        learnt = float((by_step**2 * spread).sum())
        se = math.sqrt(chance + learnt + (off or {}).get(name, 0.0) ** 2)
        if math.isfinite(value) and math.isfinite(se):
            high = math.inf if name == "logloss" else 1.0
            reach = quantile() * se
            out[name] = Reading(value, se, max(0.0, value - reach), min(high, value + reach), len(p))
    return out


def held_out(rows: Scored, seed: int = 0) -> dict[str, Reading]:
    """Estimates of the reference's own rows, each by a calibration that has not seen it."""
    assert rows.score is not None
    fold = np.random.default_rng(seed).permutation(len(rows.y)) % _FOLDS
    p = np.zeros(len(rows.y))
    for at in range(_FOLDS):
        seen, unseen = fold != at, fold == at
        if not seen.any() or not unseen.any():
            return {}
        p[unseen] = isotonic(rows.score[seen], rows.y[seen]).probability(rows.score[unseen])
    return {
        name: Reading(value, 0.0, value, value, len(p)) for name, (value, _) in _expected(rows, p).items()
    }


def _expected(rows: Scored, p: FloatArray) -> dict[str, tuple[float, FloatArray]]:
    """By metric: its expectation, and how it moves with each row's probability."""
    assert rows.score is not None
    n, whole = len(p), float(p.sum())
    out: dict[str, tuple[float, FloatArray]] = {}
    if rows.said is not None:
        said = (rows.said == 1).astype(np.float64)
        called, both = float(said.sum()), float((p * said).sum())
        out["accuracy"] = float(np.where(said > 0, p, 1 - p).mean()), (2 * said - 1) / n
        if called > 0:
            out["precision"] = both / called, said / called
        if whole > 0:
            out["recall"] = both / whole, (said - both / whole) / whole
            f1 = 2 * both / (called + whole)
            out["f1"] = f1, (2 * said - f1) / (called + whole)
        if 0 < whole < n:
            out["balanced_accuracy"] = _balanced(said, p, both, called, whole)
    if 0 < whole < n:
        out["auc"] = _area(rows.score, p, whole)
    if rows.probable:
        for name in ("brier", "logloss"):
            yes, no = (losses(name, np.full(n, truth), rows.score) for truth in (1.0, 0.0))
            out[name] = float((p * yes + (1 - p) * no).mean()), (yes - no) / n
    return out


def _balanced(
    said: FloatArray, p: FloatArray, both: float, called: float, whole: float
) -> tuple[float, FloatArray]:
    n = len(p)
    recall, spared = both / whole, (n - whole - called + both) / (n - whole)
    slope = (said - recall) / whole + (spared - (1 - said)) / (n - whole)
    return (recall + spared) / 2, slope / 2


def _area(score: FloatArray, p: FloatArray, whole: float) -> tuple[float, FloatArray]:
    """The expected number of pairs in the right order by that of pairs, ties counting half."""
    order = np.argsort(score, kind="stable")
    ranked, yes = score[order], p[order]
    no = 1 - yes
    starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    group = np.cumsum(np.append(True, ranked[1:] != ranked[:-1])) - 1
    yes_in, no_in = np.add.reduceat(yes, starts), np.add.reduceat(no, starts)
    no_below = np.cumsum(no_in) - no_in / 2
    yes_above = float(yes.sum()) - np.cumsum(yes_in) + yes_in / 2
    pairs = whole * (len(p) - whole)
    value = float((yes * no_below[group]).sum()) / pairs
    moved = (no_below[group] - yes_above[group] - value * (len(p) - 2 * whole)) / pairs
    slope = np.empty(len(p))
    slope[order] = moved
    return value, slope
