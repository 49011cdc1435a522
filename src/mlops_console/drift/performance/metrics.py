"""Metrics of one model on labelled rows, with what chance does to them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console.comparison.predictions.calibrating import wilson
from mlops_console.comparison.predictions.influence import losses
from mlops_console.comparison.predictions.naming import METRICS
from mlops_console.comparison.predictions.normal import quantile
from mlops_console.comparison.predictions.ranks import placements
from mlops_console.drift.model import Interval
from mlops_console.drift.performance.scoring import Scored
from mlops_console.records import FloatArray

_SHARES: Final = frozenset({"accuracy", "precision", "recall"})
_FEWEST: Final = 10
"""Of fewer rows no figure is given."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric with its chance."""

    value: float
    se: float
    low: float
    high: float
    n: int
    """Rows that it is a figure of: of recall the positive ones."""

    @property
    def interval(self) -> Interval:
        """As reports have it."""
        return Interval(self.value, self.low, self.high, self.n)


def worded(metric: str) -> str:
    """`AUC`, `mean absolute error`."""
    return {"auc": "AUC"}.get(metric, METRICS[metric].words)


def loss(metric: str, value: float) -> float:
    """What it gets wrong: the distance from the best there is."""
    return value if METRICS[metric].goal == "min" else 1.0 - value


def readings(rows: Scored) -> dict[str, Reading]:
    """Every metric that applies, of rows that are complete (`Scored.labelled`).

    Shares: E. B. Wilson's interval (1927). Area under the ROC curve: E. R. DeLong et al. (1988), its interval
    on the logit scale (M. S. Pepe 2003, section 5.2.2). All others are means or smooth functions of means:
    normal intervals by the rows' influence (A. C. Davison & D. V. Hinkley, Bootstrap Methods and their
    Application (1997), section 2.7.2).
    """
    n = len(rows.y)
    if n < _FEWEST:
        return {}
    if rows.task.kind == "regression":
        assert rows.score is not None
        # What overflows is no figure: `smooth` gives none then.
        with np.errstate(all="ignore"):
            found = {name: figure(rows.y, rows.score) for name, figure in _NUMBERS.items()}
        return {name: one for name, one in found.items() if one is not None}
    out: dict[str, Reading] = {}
    if rows.task.kind == "binary" and rows.score is not None:
        _put(out, "auc", area(rows.y, rows.score))
    if rows.said is not None:
        hard = _binary(rows.y, rows.said) if rows.task.kind == "binary" else _classes(rows.y, rows.said)
        out.update(hard)
    if rows.probable and rows.score is not None:
        for name in ("brier", "logloss"):
            _put(out, name, mean_of(losses(name, rows.y, rows.score)))
    return out


def _put(out: dict[str, Reading], name: str, found: Reading | None) -> None:
    if found is not None:
        out[name] = found


def mean_of(values: FloatArray) -> Reading | None:
    """A mean with its normal interval."""
    value, spread = float(values.mean()), float(values.std(ddof=1))
    return smooth(value, spread / math.sqrt(len(values)), len(values))


def smooth(value: float, se: float, n: int, high: float = math.inf) -> Reading | None:
    """With a normal interval; None where it overflows."""
    if not (math.isfinite(value) and math.isfinite(se)):
        return None
    reach = quantile() * se
    return Reading(value, se, value - reach, min(value + reach, high), n)


def share_of(hits: float, n: int) -> Reading | None:
    """A share with Wilson's interval."""
    if not n:
        return None
    low, high = wilson(round(hits), n)
    share = hits / n
    # Half a row on both sides: no share is certain because it was always so.
    kept = (hits + 0.5) / (n + 1)
    return Reading(share, math.sqrt(kept * (1 - kept) / n), low, high, n)


def area(y: FloatArray, score: FloatArray) -> Reading | None:
    """Area under the ROC curve; None: a class has fewer than two rows."""
    m = int((y > 0.5).sum())
    n = len(y) - m
    if min(m, n) < 2:
        return None
    found = placements(y, score)
    value = found.auc
    se = math.sqrt(float(found.positive.var(ddof=1) / m + found.negative.var(ddof=1) / n))
    # A perfect ranking has no variance to see; so much has one that differs in a single pair of neighbours.
    se = max(se, 1.0 / (2 * math.sqrt(m * n) * math.sqrt(min(m, n))))
    if not 0 < value < 1:
        return Reading(value, se, max(0.0, value - 4 * se), min(1.0, value + 4 * se), len(y))
    middle, reach = math.log(value / (1 - value)), quantile() * se / (value * (1 - value))
    low, high = (1 / (1 + math.exp(-min(max(at, -700.0), 700.0))) for at in (middle - reach, middle + reach))
    return Reading(value, se, low, high, len(y))


def _binary(y: FloatArray, said: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> dict[str, Reading]:
    truth, positive = y > 0.5, said == 1
    both, n = int((truth & positive).sum()), len(y)
    real, called = int(truth.sum()), int(positive.sum())
    right = n - real - called + 2 * both
    out: dict[str, Reading] = {}
    _put(out, "accuracy", share_of(right, n))
    _put(out, "precision", share_of(both, called))
    _put(out, "recall", share_of(both, real))
    # F1 is a smooth function of the share of hits among rows that are, or were called, positive.
    among = share_of(both, real + called - both)
    if among is not None:
        slope = 2 / (1 + among.value) ** 2
        low, high = (2 * at / (1 + at) for at in (among.low, among.high))
        out["f1"] = Reading(2 * among.value / (1 + among.value), among.se * slope, low, high, among.n)
    spared = share_of(n - real - called + both, n - real)
    if spared is not None and "recall" in out:
        one = out["recall"]
        se = math.hypot(one.se, spared.se) / 2
        _put(out, "balanced_accuracy", smooth((one.value + spared.value) / 2, se, n, 1.0))
    return out


def _classes(y: FloatArray, said: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> dict[str, Reading]:
    places = y.astype(np.int64)
    right = places == said
    out: dict[str, Reading] = {}
    _put(out, "accuracy", share_of(int(right.sum()), len(y)))
    counts = np.bincount(places)
    hits = np.bincount(places, weights=right)
    each = [share_of(float(h), int(c)) for h, c in zip(hits, counts, strict=True) if c]
    recalls = [one for one in each if one is not None]
    value = sum(one.value for one in recalls) / len(recalls)
    se = math.sqrt(sum(one.se**2 for one in recalls)) / len(recalls)
    _put(out, "balanced_accuracy", smooth(value, se, len(y), 1.0))
    return out


def _mae(y: FloatArray, said: FloatArray) -> Reading | None:
    return mean_of(losses("mae", y, said))


def _rmse(y: FloatArray, said: FloatArray) -> Reading | None:
    found = mean_of(losses("mse", y, said))
    if found is None:
        return None
    value = math.sqrt(found.value)
    return smooth(value, found.se / (2 * value) if value > 0 else 0.0, found.n)


def _r2(y: FloatArray, said: FloatArray) -> Reading | None:
    squared, away = losses("mse", y, said), (y - y.mean()) ** 2
    spread = float(away.mean())
    if not (math.isfinite(spread) and spread > 0):
        return None
    ratio = float(squared.mean()) / spread
    influence = (squared - ratio * away) / spread
    return smooth(1.0 - ratio, float(influence.std(ddof=1)) / math.sqrt(len(y)), len(y), 1.0)


_NUMBERS: Final[Mapping[str, Callable[[FloatArray, FloatArray], Reading | None]]] = {
    "mae": _mae, "rmse": _rmse, "r2": _r2,
}  # fmt: skip


def apart(metric: str, reference: Reading, other: Reading) -> float:
    """The standardised difference of two independent readings, other less reference.

    Shares by the variance of what both have together, which holds its level where a share is near 0 or 1.
    """
    difference = other.value - reference.value
    if metric in _SHARES:
        n, m = reference.n, other.n
        whole = (reference.value * n + other.value * m) / (n + m)
        se = math.sqrt(max(whole * (1 - whole), 0.0) * (1 / n + 1 / m))
    else:
        se = math.hypot(reference.se, other.se)
    if se <= 1e-15:
        return 0.0 if abs(difference) <= 1e-15 else math.copysign(40.0, difference)
    return difference / se
