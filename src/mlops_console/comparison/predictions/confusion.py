"""Metrics of predicted labels: all they need is how often each (truth, a's label, b's label) occurs."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.predictions.model import Codes
from mlops_console.records import FloatArray, IntArray

_SMALL: Final = 1_000_000
"""So many combinations are counted in a table; more by sorting the rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Combinations of truth and both predictions that occur, in a fixed order, and how often."""

    truth: IntArray
    a: IntArray
    b: IntArray
    counts: IntArray
    classes: int
    """Classes that were predicted or came true are 0 to this less one."""

    @property
    def rows(self) -> int:
        """Rows in all."""
        return int(self.counts.sum())

    def swapped(self) -> "Cells":
        """The same with a and b exchanged, in the order they would have had."""
        order = np.lexsort((self.a, self.b, self.truth))
        return Cells(self.truth[order], self.b[order], self.a[order], self.counts[order], self.classes)


def cells(y: FloatArray, a: Codes, b: Codes) -> Cells:
    """Count the combinations."""
    truth = y.astype(np.int64)
    classes = int(max(truth.max(initial=0), a.max(initial=0), b.max(initial=0))) + 1
    combined = (truth * classes + a) * classes + b
    if classes**3 <= _SMALL:
        counts = np.bincount(combined, minlength=classes**3)
        keys = np.flatnonzero(counts)
        counts = counts[keys]
    else:
        keys, counts = np.unique(combined, return_counts=True)
    return Cells(keys // classes**2, keys // classes % classes, keys % classes, counts, classes)


def values(
    metric: str, found: Cells, weights: npt.NDArray[Any], *, binary: bool
) -> tuple[FloatArray, FloatArray]:
    """The metric of a and of b, for each row of weights (one weight a cell), shape (draws,)."""
    truth = _summed(weights, found.truth, found.classes)
    out = []
    for said in (found.a, found.b):
        hits = _summed(weights * (said == found.truth), said, found.classes)
        out.append(_value(metric, truth, _summed(weights, said, found.classes), hits, binary=binary))
    return out[0], out[1]


def _summed(weights: npt.NDArray[Any], classes: IntArray, count: int) -> FloatArray:
    """Weights summed by class: (draws, cells) -> (draws, classes)."""
    out = np.zeros((len(weights), count))
    if not len(classes):
        return out
    order = np.argsort(classes, kind="stable")
    ranked = classes[order]
    starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    out[:, ranked[starts]] = np.add.reduceat(weights[:, order], starts, axis=1)
    return out


def _value(metric: str, truth: FloatArray, said: FloatArray, hits: FloatArray, *, binary: bool) -> FloatArray:
    """One metric from rows of each class, rows predicted to be of it, and those of them that are.

    As scikit-learn has them: a share of nothing is 0, averages over classes are plain ("macro") and over
    the classes that occur; MCC of several classes after J. Gorodkin, Computational Biology and Chemistry
    28 (2004) 367-374.
    """
    if metric == "accuracy":
        return _share(hits.sum(axis=1), truth.sum(axis=1))
    if metric == "mcc":
        rows = truth.sum(axis=1)
        covered = hits.sum(axis=1) * rows - (said * truth).sum(axis=1)
        spread = (rows**2 - (said**2).sum(axis=1)) * (rows**2 - (truth**2).sum(axis=1))
        return _share(covered, np.sqrt(np.maximum(spread, 0.0)))
    if metric == "balanced_accuracy":
        return _share(_share(hits, truth).sum(axis=1), (truth > 0).sum(axis=1))
    shares = {
        "precision": lambda: _share(hits, said),
        "recall": lambda: _share(hits, truth),
        "f1": lambda: _share(2 * hits, truth + said),
    }[metric]()
    if binary:
        return shares[:, 1] if shares.shape[1] > 1 else np.zeros(len(shares))
    return _share(shares.sum(axis=1), (truth + said > 0).sum(axis=1))


def _share(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> FloatArray:
    out = np.zeros(np.broadcast_shapes(part.shape, whole.shape))
    np.divide(part, whole, out=out, where=whole > 0)
    return out


def left_out(metric: str, found: Cells, *, binary: bool) -> FloatArray:
    """The difference of the metric without one row of each cell (jackknife), shape (cells,)."""
    size = max(1, 2_000_000 // max(1, len(found.counts)))
    parts = []
    for start in range(0, len(found.counts), size):
        chosen = np.arange(start, min(start + size, len(found.counts)))
        weights = np.repeat(found.counts[None, :], len(chosen), axis=0)
        weights[np.arange(len(chosen)), chosen] -= 1
        a, b = values(metric, found, weights, binary=binary)
        parts.append(b - a)
    return np.concatenate(parts) if parts else np.empty(0)
