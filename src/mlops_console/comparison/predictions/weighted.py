"""Metrics of both models as functions of how often each row counts, for the bootstrap."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.predictions.confusion import cells as counted
from mlops_console.comparison.predictions.confusion import values
from mlops_console.comparison.predictions.influence import MEANS, SMOOTH, losses
from mlops_console.comparison.predictions.ranks import one_class
from mlops_console.comparison.predictions.tasks import Rows
from mlops_console.records import FloatArray

Statistic: TypeAlias = Callable[[npt.NDArray[np.uint8]], tuple[float, float]]
"""Row weights (a count each) to the metric of a and of b; not-a-number where it can't be computed."""
_One: TypeAlias = Callable[[npt.NDArray[np.uint8]], float]
_Counts: TypeAlias = npt.NDArray[Any]
BINS: Final = 10
"""Equal bins of scores, for the calibration error."""


def statistic(metric: str, rows: Rows) -> Statistic | str:
    """The metric of both models; or why it can't be computed, a sentence."""
    if not len(rows):
        return "there are no rows"
    if metric in ("auc", "ap"):
        positives = int((rows.y > 0.5).sum())
        if not 0 < positives < len(rows):
            return one_class(positives, len(rows))
    if rows.said_a is not None and rows.said_b is not None and metric in _LABELLED:
        return _labelled(metric, rows)
    assert rows.a is not None
    assert rows.b is not None
    make = _MAKERS[metric]
    a, b = make(rows.y, rows.a), make(rows.y, rows.b)
    return lambda weights: (a(weights), b(weights))


_LABELLED: Final = frozenset({"accuracy", "f1", "precision", "recall", "balanced_accuracy", "mcc"})


def _labelled(metric: str, rows: Rows) -> Statistic:
    assert rows.said_a is not None
    assert rows.said_b is not None
    binary = rows.task.kind == "binary"
    found = counted(rows.y, rows.said_a, rows.said_b)
    size = found.classes
    codes = (rows.y.astype(np.int64) * size + rows.said_a) * size + rows.said_b
    cell = np.searchsorted((found.truth * size + found.a) * size + found.b, codes)

    def compute(weights: npt.NDArray[np.uint8]) -> tuple[float, float]:
        drawn = np.bincount(cell, weights=weights, minlength=len(found.counts))
        a, b = values(metric, found, drawn[None, :], binary=binary)
        return float(a[0]), float(b[0])

    return compute


def _dot(one: FloatArray, other: npt.NDArray[Any]) -> float:
    """The sum of products, without the linear algebra library: its threads would fight the bootstrap's."""
    return float(np.einsum("i,i->", one, other))


class _Ranked:
    """Rows in the order of their scores, for what depends on the order only."""

    __slots__ = ("_ends", "_order", "_positives", "_truth")

    def __init__(self, y: FloatArray, scores: FloatArray) -> None:
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        last = np.append(ranked[1:] != ranked[:-1], True)
        self._order = order
        self._truth = (y[order] > 0.5).astype(np.uint8)
        self._positives = np.flatnonzero(self._truth)
        self._ends = None if last.all() else np.flatnonzero(last)

    def counts(self, weights: npt.NDArray[np.uint8]) -> tuple[_Counts, _Counts, _Counts, int]:
        """At each threshold that matters: positives it adds, positives and rows so far; and rows in all."""
        ranked = np.take(weights, self._order)
        rows = np.cumsum(ranked, dtype=np.int32)
        if self._ends is None:
            # Without ties only the positives' places matter.
            gained = np.take(ranked, self._positives)
            positives = np.cumsum(gained, dtype=np.int32)
            return gained, positives, np.take(rows, self._positives), int(rows[-1])
        positives = np.take(np.cumsum(ranked * self._truth, dtype=np.int32), self._ends)
        gained = np.diff(positives, prepend=np.int32(0))
        return gained, positives, np.take(rows, self._ends), int(rows[-1])

    @property
    def ties(self) -> bool:
        return self._ends is not None


def _average_precision(y: FloatArray, scores: FloatArray) -> _One:
    """Precision at each threshold, weighted by the recall it adds (as scikit-learn has it)."""
    ranking = _Ranked(y, scores)

    def compute(weights: npt.NDArray[np.uint8]) -> float:
        gained, positives, rows, _ = ranking.counts(weights)
        if not len(positives) or not positives[-1]:
            return float("nan")
        precision = positives / np.maximum(rows, 1)
        return _dot(precision, gained) / float(positives[-1])

    return compute


def _area(y: FloatArray, scores: FloatArray) -> _One:
    """Area under the ROC curve: of all pairs of a positive and a negative, those in order; ties half."""
    ranking = _Ranked(y, scores)

    def compute(weights: npt.NDArray[np.uint8]) -> float:
        gained, positives, rows, every = ranking.counts(weights)
        total = int(positives[-1]) if len(positives) else 0
        if not 0 < total < every:
            return float("nan")
        above = (rows - positives).astype(np.float64)
        if ranking.ties:
            above -= np.diff(above, prepend=0.0) / 2
        return 1.0 - _dot(above, gained) / total / (every - total)

    return compute


def _mean(metric: str) -> Callable[[FloatArray, FloatArray], _One]:
    def make(y: FloatArray, scores: FloatArray) -> _One:
        lost = losses(metric, y, scores)

        def compute(weights: npt.NDArray[np.uint8]) -> float:
            counts = weights.astype(np.float64)
            return _dot(counts, lost) / max(float(counts.sum()), 1.0)

        return compute

    return make


def _root(y: FloatArray, scores: FloatArray) -> _One:
    mean = _mean("mse")(y, scores)
    return lambda weights: float(np.sqrt(mean(weights)))


def _explained(y: FloatArray, scores: FloatArray) -> _One:
    mean, centre = _mean("mse")(y, scores), y - y.mean()

    def compute(weights: npt.NDArray[np.uint8]) -> float:
        counts = weights.astype(np.float64)
        rows = max(float(counts.sum()), 1.0)
        spread = _dot(counts, centre * centre) / rows - (_dot(counts, centre) / rows) ** 2
        return 1.0 - mean(weights) / spread if spread > 0 else float("nan")

    return compute


def _median(y: FloatArray, scores: FloatArray) -> _One:
    errors = np.abs(scores - y)
    order = np.argsort(errors, kind="stable")
    ranked = errors[order]

    def compute(weights: npt.NDArray[np.uint8]) -> float:
        upto = np.cumsum(np.take(weights, order), dtype=np.int64)
        if not upto[-1]:
            return float("nan")
        low, high = np.searchsorted(upto, ((upto[-1] + 1) // 2, upto[-1] // 2 + 1))
        return float(ranked[low] + ranked[high]) / 2

    return compute


def _calibration_error(y: FloatArray, scores: FloatArray) -> _One:
    """Mean distance of scores and outcomes over equal bins of scores, weighted by their rows."""
    bins = np.minimum((scores * BINS).astype(np.int64), BINS - 1)
    off = y - scores

    def compute(weights: npt.NDArray[np.uint8]) -> float:
        away = np.bincount(bins, weights=weights * off, minlength=BINS)
        return float(np.abs(away).sum() / max(int(weights.sum(dtype=np.int64)), 1))

    return compute


_MAKERS: Final[dict[str, Callable[[FloatArray, FloatArray], _One]]] = {
    "auc": _area,
    "ap": _average_precision,
    "ece": _calibration_error,
    "rmse": _root,
    "r2": _explained,
    "medae": _median,
    **{metric: _mean(metric) for metric in MEANS},
}
assert _MAKERS.keys() >= SMOOTH
