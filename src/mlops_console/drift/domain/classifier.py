"""Trees that are asked, about rows they have not seen, which side these are from."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from mlops_console.records import FloatArray, IntArray

FOLDS: Final = 3
_TREES: Final = 30
_COLUMNS: Final = 200
"""So many columns at most are shown to the trees of a fold: those that differ most in its own rows."""
_PARTS: Final = 10
_NARROW: Final = 30
_WIDE: Final = 60
"""With more columns the rows are parted once, up to here three times."""
_SMALL: Final = 1_000
_WIDENED: Final = {1: 1.5, 3: 1.2, 5: 1.15}
"""By how many ways the rows were parted in: the standard deviation of areas where nothing differs, as a
multiple of the rank test's (`benchmarks/drift_estimates.py`)."""
_NAMED: Final = 40
"""Importance is asked of so many columns at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """How well trees tell the sides of rows apart that they have not seen."""

    area: float
    """Area under the ROC curve, the mean over the ways the rows were parted."""
    z: float
    """The rank test's standardised distance from guessing."""
    importance: FloatArray
    """By column: how much of the separation goes when the column's values are shuffled; zeros: not asked."""


def asked(values: FloatArray, side: IntArray, *, seed: int, explain: float) -> Answer:
    """Out-of-fold scores of gradient-boosted trees, tested.

    D. Lopez-Paz & M. Oquab, Revisiting classifier two-sample tests, ICLR 2017. The test is H. B. Mann & D. R.
    Whitney's (1947), with ties, within each fold and summed (P. van Elteren 1960), for scores of one fold's
    trees are no ranks among those of another's. What it takes for chance is widened: rows that are held out
    in one fold have been fitted on in the others. The rows are parted in several ways, for which fold a row
    falls in moves the area as much as which rows were drawn.

    Args:
        values: Rows by columns, not-a-number where missing.
        side: 0 reference, 1 current.
        seed: Of folds and shuffles.
        explain: Importance is asked from this area under the curve on.
    """
    import sklearn.ensemble  # noqa: F401 - only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits

    generator = np.random.default_rng(seed)
    ways = _ways(*values.shape)
    areas, total, variance = [], 0.0, 0.0
    importance = np.zeros(values.shape[1])
    # Sums of several threads come in another order each time.
    with threadpool_limits(limits=1):
        for way in range(ways):
            scores, fold = np.zeros(len(side)), _folds(side, generator)
            for at in range(FOLDS):
                seen, unseen = np.flatnonzero(fold != at), np.flatnonzero(fold == at)
                columns = _chosen(values, side, seen)
                trees = _grown(values[np.ix_(seen, columns)], side[seen], seed)
                rows = values[np.ix_(unseen, columns)]
                scores[unseen] = trees.decision_function(rows)
                above, spread = _ranked(side[unseen], scores[unseen])
                total, variance = total + above / ways, variance + spread / ways
                if way == 0 and _area(side[unseen], scores[unseen]) >= explain:
                    importance[columns] += _lost(trees, rows, side[unseen], scores[unseen], generator)
            areas.append(_area(side, scores))
    z = total / (math.sqrt(variance) * _WIDENED[ways]) if variance > 0 else 0.0
    return Answer(sum(areas) / ways, z, importance)


def _ways(rows: int, columns: int) -> int:
    """How often the rows are parted anew: as often as there is time for."""
    if columns <= _NARROW or (rows <= _SMALL and columns <= _WIDE):
        return 5
    return 3 if columns <= _WIDE else 1


def _ranked(side: IntArray, scores: FloatArray) -> tuple[float, float]:
    """Mann and Whitney's count less what guessing gives, and the variance of that."""
    m = int(side.sum())
    n = len(side) - m
    ties = np.unique(scores, return_counts=True)[1].astype(np.float64)
    size = m + n
    shrink = float((ties**3 - ties).sum()) / (size * (size - 1))
    return m * n * (_area(side, scores) - 0.5), m * n / 12 * (size + 1 - shrink)


def _folds(side: IntArray, generator: np.random.Generator) -> IntArray:
    out = np.zeros(len(side), np.int64)
    for which in (0, 1):
        rows = np.flatnonzero(side == which)
        out[generator.permutation(rows)] = np.arange(len(rows)) % FOLDS
    return out


def _grown(values: FloatArray, side: IntArray, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier

    return HistGradientBoostingClassifier(max_iter=_TREES, early_stopping=False, random_state=seed).fit(
        values, side
    )


def _chosen(values: FloatArray, side: IntArray, seen: IntArray) -> IntArray:
    """Which columns a fold is shown; told from the rows it is fitted on, or its answers would be too good."""
    many = values.shape[1]
    if many <= _COLUMNS:
        return np.arange(many)
    apart = np.array([_apart(values[seen, at], side[seen]) for at in range(many)])
    return np.sort(np.argsort(-apart, kind="stable")[:_COLUMNS])


def _apart(column: FloatArray, side: IntArray) -> float:
    """Total variation over ten parts of equal size, and missing."""
    missing = np.isnan(column)
    some = column[~missing]
    part = np.full(len(column), _PARTS, np.int64)
    if len(some):
        ordered = np.sort(some)
        edges = ordered[np.arange(1, _PARTS) * len(ordered) // _PARTS]
        part[~missing] = np.searchsorted(edges, some, side="right")
    one = np.bincount(part[side == 0], minlength=_PARTS + 1) / max(int((side == 0).sum()), 1)
    other = np.bincount(part[side == 1], minlength=_PARTS + 1) / max(int((side == 1).sum()), 1)
    return float(np.abs(one - other).sum()) / 2


def _area(side: IntArray, scores: FloatArray) -> float:
    from mlops_console.comparison.predictions.ranks import auc

    return auc(side.astype(np.float64), scores) or 0.5


def _distance(side: IntArray, scores: FloatArray) -> float:
    return float(scores[side == 1].mean() - scores[side == 0].mean())


def _lost(
    trees: Any, rows: FloatArray, side: IntArray, scores: FloatArray, generator: np.random.Generator
) -> FloatArray:
    """What each column's shuffling takes of the distance."""
    whole = _distance(side, scores)
    order = generator.permutation(len(rows))
    out = np.zeros(rows.shape[1])
    shuffled = rows.copy()
    for at in _asked_of(rows, side):
        shuffled[:, at] = rows[order, at]
        out[at] = whole - _distance(side, trees.decision_function(shuffled))
        shuffled[:, at] = rows[:, at]
    return np.maximum(out, 0.0)


def _asked_of(rows: FloatArray, side: IntArray) -> list[int]:
    if rows.shape[1] <= _NAMED:
        return list(range(rows.shape[1]))
    apart = np.array([_apart(rows[:, at], side) for at in range(rows.shape[1])])
    return sorted(np.argsort(-apart, kind="stable")[:_NAMED].tolist())
