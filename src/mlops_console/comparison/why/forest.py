"""Forests that are asked about runs which they haven't seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.model import Progress
from mlops_console.comparison.repeats import is_repeat
from mlops_console.comparison.why.design import Codes, Design, tells
from mlops_console.records import FloatArray, IntArray

LOOKED_AT: Final = 100
"""So many columns at most are shown to a forest; which, is chosen anew from each fold's own runs."""
_ROWS_PER_TREE: Final = 2500
_HELD_OUT: Final = 500
"""Runs that a forest is asked about, at most."""
_SMOOTHING: Final = 2.0
_MOST_PARTS: Final = 5


@dataclass(frozen=True, slots=True)
class Fold:
    """A forest, and runs that it hasn't seen."""

    forest: "Forest"
    held_out: IntArray
    seed: int
    progress: Progress
    """To be told how much of what is asked of this forest is done."""


@dataclass(frozen=True, slots=True)
class Forest:
    """A fitted forest over some columns."""

    trees: tuple[Any, ...]
    chosen: IntArray
    """The columns that it was shown."""
    orders: dict[int, FloatArray]
    """By column of levels: the mean of each among the runs it was fitted on; the last is for new ones."""

    def shown(self, codes: Codes) -> Codes:
        """Codes of all columns as this forest takes them."""
        part = np.ascontiguousarray(codes[:, self.chosen], np.float32)
        for place, column in enumerate(self.chosen.tolist()):
            means = self.orders.get(column)
            if means is not None:
                level = part[:, place].astype(np.int64)
                part[:, place] = means[np.where(level < len(means) - 1, level, len(means) - 2) + 1]
        return part

    def predict(self, shown: Codes) -> FloatArray:
        """The mean of the trees for rows as `shown` gives them."""
        total = np.zeros(len(shown))
        for tree in self.trees:
            total += tree.predict(shown)[:, 0]
        return total / len(self.trees)


def folds(
    plan: Design, values: FloatArray, progress: Progress | None = None, ever: IntArray | None = None
) -> Iterator[Fold]:
    """Fit a forest for each part of the runs on the others.

    Runs with the same params stay in one part where there are enough different ones, so that a
    configuration is never recognised. `ever` are columns that are shown to every forest.
    """
    count = len(values)
    count = len(values)
    parts, rounds, trees = (5, 3, 40) if count < 100 else (5, 2, 40) if count < 500 else (3, 1, 40)
    seed = plan.seed(values)
    for turn in range(rounds):
        rng = np.random.default_rng([seed, turn])
        belongs = _parts(plan, parts, rng)
        for part in range(parts):
            number = turn * parts + part
            told = _within(progress, number / (parts * rounds), (number + 1) / (parts * rounds))
            held_out, seen = np.flatnonzero(belongs == part), np.flatnonzero(belongs != part)
            if len(held_out) < 1 or len(seen) < 2:
                continue
            own = (seed + number) % (1 << 31)
            told(0.0)
            forest = _fit(plan, values, seen, trees, own, ever, _within(told, 0.0, 0.6))
            if len(held_out) > _HELD_OUT:
                held_out = rng.choice(held_out, _HELD_OUT, replace=False)
            yield Fold(forest, held_out, own, _within(told, 0.6, 1.0))


def _within(progress: Progress | None, begin: float, end: float) -> Progress:
    """What tells a part of the work as its place in the whole."""
    if progress is None:
        return lambda _: None
    whole = progress
    return lambda share: whole(begin + (end - begin) * share)


def configurations(plan: Design) -> IntArray:
    """Which configuration each run is of: equal numbers for params that are equal, seeds apart."""
    told = [at for at, names in enumerate(plan.names) if not all(map(is_repeat, names))]
    if not told:
        return np.zeros(len(plan.codes), np.int64)
    return np.unique(plan.codes[:, told], axis=0, return_inverse=True)[1].reshape(-1)


def units(plan: Design) -> IntArray:
    """What stays in one fold and is one piece of evidence: a configuration, or a run where few differ."""
    kind = configurations(plan)
    return kind if int(kind.max()) + 1 >= 2 * _MOST_PARTS else np.arange(len(kind))


def _parts(plan: Design, parts: int, rng: np.random.Generator) -> IntArray:
    unit = units(plan)
    found: IntArray = (rng.permutation(int(unit.max()) + 1) % parts)[unit]
    return found


def _fit(
    plan: Design,
    values: FloatArray,
    seen: IntArray,
    trees: int,
    seed: int,
    ever: IntArray | None,
    progress: Progress,
) -> Forest:
    from sklearn.ensemble import RandomForestRegressor

    codes, wanted = plan.codes[seen], values[seen]
    chosen = np.arange(codes.shape[1])
    if len(chosen) > LOOKED_AT:
        strength = tells(codes, wanted)
        if ever is not None:
            strength[ever] = np.inf
        chosen = np.sort(np.argsort(-strength, kind="stable")[:LOOKED_AT])
    orders = {
        column: _means(codes[:, column], wanted) for column in chosen.tolist() if not plan.ordered[column]
    }
    forest = Forest((), chosen, orders)
    shown = forest.shown(codes)
    fitted = RandomForestRegressor(
        max_features=0.5 if len(chosen) > 2 else 1.0,
        min_samples_leaf=5 if len(seen) >= 200 else 2,
        max_samples=_ROWS_PER_TREE if len(seen) > _ROWS_PER_TREE else None,
        random_state=seed,
        n_jobs=1,
        warm_start=True,
    )
    step = 10 if len(seen) >= 1000 else trees
    for grown in range(step, trees + 1, step):
        fitted.set_params(n_estimators=grown).fit(shown, wanted)
        progress(grown / trees)
    return Forest(tuple(one.tree_ for one in fitted.estimators_), chosen, orders)


def _means(codes: npt.NDArray[np.float32], values: FloatArray) -> FloatArray:
    """What stands for each level: its mean, drawn to that of all where it has few runs; -1 comes first."""
    level = codes.astype(np.int64) + 1
    counts = np.bincount(level)
    middle = values.mean()
    sums = np.bincount(level, weights=values)
    means = (sums + _SMOOTHING * middle) / (counts + _SMOOTHING)
    return np.append(means, middle)
