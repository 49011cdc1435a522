"""Which params a metric hangs on, as far as the runs can tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console import display
from mlops_console.comparison.model import Progress
from mlops_console.comparison.why.design import Design, bundles, design
from mlops_console.comparison.why.forest import LOOKED_AT, Fold, configurations, folds, units
from mlops_console.comparison.why.table import ParamTable, part_of
from mlops_console.records import FloatArray, IntArray

LEAST_RUNS: Final = 20
CONVINCING: Final = 0.01
"""Of the correlation between told and true; stricter than usual, as folds share runs with each other."""
_SHUFFLES: Final = 2
_ROWS_AT_ONCE: Final = 20_000
_FAR: Final = 10.0
"""So many interquartile ranges away is far out."""


@dataclass(frozen=True, slots=True)
class ParamImportance:
    """How much worse the metric of unseen runs is told without a param."""

    names: tuple[str, ...]
    """Several where they always move together: no run tells which of them it is."""
    importance: float
    """The loss of R2 when it is shuffled among the runs held out; about 0 where nothing hangs on it."""
    spread: float
    """Standard deviation of that over folds and shuffles."""
    share: float
    """Of all importance, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Importance:
    """The params by importance, or why nothing can be said."""

    params: tuple[ParamImportance, ...]
    """The most important first; empty where `refusal` says why."""
    refusal: str
    """Why the runs can't tell, a sentence; empty where they can."""
    score: float | None
    """R2 for runs that the forest hasn't seen; None: it didn't come to that."""
    correlation: float | None
    """Spearman's between what was told of unseen runs and what they had."""
    runs: int
    """How many were looked at."""
    notes: tuple[str, ...]
    """What was left out or done to the numbers, sentences."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question that can be put to a forest, or why it can't."""

    plan: Design | None
    values: FloatArray
    """What the forest is to tell: the metric (or its ranks) with a standard deviation of 1 around 0."""
    rows: IntArray
    """The runs that have a value."""
    refusal: str
    notes: tuple[str, ...]
    raw: FloatArray
    """The metric of the runs."""
    middle: float = 0.0
    scale: float = 1.0
    """`values` times this plus `middle` is the metric again; of use where it isn't ranked."""


def importance(params: ParamTable, values: FloatArray, progress: Progress | None = None) -> Importance:
    """Importance of params for a metric over a set of runs.

    A random forest (Breiman 2001, Random Forests, Machine Learning 45:5) is fitted on part of the runs and
    asked about the others; a param is as important as the answers get worse when its values are shuffled
    among those (permutation importance; Fisher, Rudin and Dominici 2019, JMLR 20:177). It says what tells
    the metric in these runs, not what causes it.

    Args:
        params: The params of the runs, from `table`.
        values: The metric of each run; runs without a finite one are left out.
        progress: Told the share done.
    """
    if progress is not None:
        progress(0.0)
    ready = prepare(params, values)
    if ready.plan is None:
        return Importance((), ready.refusal, None, None, len(ready.rows), ready.notes)
    plan, wanted = ready.plan, ready.values
    told = Told(len(wanted))
    groups: list[IntArray] | None = None
    lost: list[FloatArray] = []
    several = len(plan.columns) > LOOKED_AT
    for fold in folds(plan, wanted, progress):
        told.add(fold.held_out, fold.forest.predict(fold.forest.shown(plan.codes[fold.held_out])))
        if groups is None:
            groups = [np.array([at]) for at in range(len(plan.columns))] if several else None
            groups = groups or bundles(plan, np.arange(len(plan.columns)))
        lost.extend(_losses(plan, wanted, fold, groups))
    score, correlation, p = told.against(wanted, units(plan))
    refusal = unconvinced(score, p)
    ranked = () if refusal or groups is None else _ranked(plan, groups, np.array(lost))
    if progress is not None:
        progress(1.0)
    return Importance(ranked, refusal, score, correlation, len(wanted), ready.notes)


def prepare(params: ParamTable, values: FloatArray, *, ranked: bool = True) -> Prepared:
    """See whether there is anything to learn, and bring it into a form that can be learned from.

    Values that lie far out would be all that a forest explains: the order of the runs is taken instead, or,
    where the metric's own unit is wanted (not `ranked`), they are drawn to the nearest that are not far out.
    """
    values = np.asarray(values, np.float64)
    rows = np.flatnonzero(np.isfinite(values))
    notes = list(_left_out(len(values), len(rows)))
    wanted = values[rows]

    def refused(why: str) -> Prepared:
        return Prepared(None, wanted, rows, why, tuple(notes), wanted)

    if len(rows) < LEAST_RUNS:
        return refused(f"{LEAST_RUNS} runs with this metric are needed, there are {len(rows)}")
    if (wanted == wanted[0]).all():
        return refused("the metric is the same in all runs")
    kept = part_of(params, rows)
    notes += _dropped(kept)
    if not kept.columns:
        return refused("no param varies between these runs")
    plan = design(kept)
    if len(plan.columns) > LOOKED_AT:
        count = display.count(len(plan.columns))
        notes.append(
            f"of {count} params only the {LOOKED_AT} that alone tell most were shown to each forest:"
            " one that matters only beside another may be missed"
        )
    kinds = int(configurations(plan).max()) + 1
    if kinds < 10:
        notes.append(f"there are only {kinds} different configurations, seeds apart")
    raw, far = wanted, far_out(wanted)
    if far:
        are = "run lies" if far == 1 else "runs lie"
        done = "so the order of the runs was explained" if ranked else "and was drawn nearer"
        notes.append(f"{display.count(far)} {are} far from the others, {done}")
        wanted = ranks(wanted) if ranked else drawn_in(wanted)
    # Squares of what is larger than 1e154 would be no numbers.
    size = float(np.abs(wanted).max()) or 1.0
    small = wanted / size
    middle, scale = float(small.mean()), float(small.std()) or 1.0
    return Prepared(plan, (small - middle) / scale, rows, "", tuple(notes), raw, middle * size, scale * size)


class Told:
    """What forests told of runs that they hadn't seen, a mean for each run."""

    def __init__(self, count: int) -> None:
        self._sums, self._counts = np.zeros(count), np.zeros(count)

    def add(self, rows: IntArray, told: FloatArray) -> None:
        """Take in what one forest told."""
        self._sums[rows] += told
        self._counts[rows] += 1

    def against(self, values: FloatArray, unit: IntArray) -> tuple[float, float, float]:
        """R2 and Spearman's correlation over runs, and its one-sided p over units of evidence."""
        from scipy import stats

        known = self._counts > 0
        told, wanted = self._sums[known] / self._counts[known], values[known]
        total = ((wanted - wanted.mean()) ** 2).sum()
        score = 1 - float(((wanted - told) ** 2).sum() / total) if total > 0 else 0.0
        if total <= 0 or (told == told[0]).all():
            return score, 0.0, 1.0
        correlation = float(stats.spearmanr(told, wanted).statistic)
        # Runs of one configuration are told alike: they are no evidence for each other.
        kinds, place, counts = np.unique(unit[known], return_inverse=True, return_counts=True)
        means = [np.bincount(place, side) / counts for side in (told, wanted)]
        if len(kinds) < 3 or any(np.ptp(side) <= 0 for side in means):
            return score, correlation, 1.0
        return score, correlation, float(stats.spearmanr(*means, alternative="greater").pvalue)


def unconvinced(score: float, p: float) -> str:
    """Why forests of this score are not to be asked, a sentence; empty where they may be."""
    if score <= 0:
        return f"the runs can't tell: params explain nothing of unseen runs (R2 {display.number(score, 2)})"
    if p > CONVINCING:
        said = f"R2 {display.number(score, 2)} for unseen runs may be chance"
        return f"the runs can't tell: {said} (p {display.number(p, 2)})"
    return ""


def _losses(plan: Design, values: FloatArray, fold: Fold, groups: Sequence[IntArray]) -> list[FloatArray]:
    """For each shuffle: how much the squared error grows for every group, in units of the variance."""
    rng = np.random.default_rng(fold.seed)
    shown = fold.forest.shown(plan.codes[fold.held_out])
    wanted = values[fold.held_out]
    usual = float(((fold.forest.predict(shown) - wanted) ** 2).mean())
    place = {column: at for at, column in enumerate(fold.forest.chosen.tolist())}
    asked = [(at, [place[one] for one in group.tolist() if one in place]) for at, group in enumerate(groups)]
    asked = [(at, columns) for at, columns in asked if columns]
    shuffles = _SHUFFLES if len(wanted) >= 50 else 2 * _SHUFFLES
    found = [np.zeros(len(groups)) for _ in range(shuffles)]
    together = max(1, _ROWS_AT_ONCE // max(1, len(wanted)))
    jobs = [(turn, at, columns) for turn in range(shuffles) for at, columns in asked]
    for start in range(0, len(jobs), together):
        part = jobs[start : start + together]
        stacked = np.tile(shown, (len(part), 1))
        for number, (_, _, columns) in enumerate(part):
            rows = slice(number * len(shown), (number + 1) * len(shown))
            stacked[rows, columns] = shown[rng.permutation(len(shown))][:, columns]
        errors = (fold.forest.predict(stacked).reshape(len(part), -1) - wanted) ** 2
        for (turn, at, _), error in zip(part, errors.mean(axis=1), strict=True):
            found[turn][at] = error - usual
        fold.progress(min(1.0, (start + together) / len(jobs)))
    return found


def _ranked(plan: Design, groups: Sequence[IntArray], lost: FloatArray) -> tuple[ParamImportance, ...]:
    means, spreads = lost.mean(axis=0), lost.std(axis=0, ddof=1)
    whole = float(np.maximum(means, 0).sum())
    found = [
        ParamImportance(
            tuple(name for column in group.tolist() for name in plan.names[column]),
            float(means[at]),
            float(spreads[at]),
            float(max(0.0, means[at]) / whole) if whole > 0 else 0.0,
        )
        for at, group in enumerate(groups)
    ]
    return tuple(sorted(found, key=lambda one: (-one.importance, one.names)))


def _left_out(whole: int, kept: int) -> list[str]:
    lost = whole - kept
    if not lost:
        return []
    return [f"{display.count(lost)} of {display.count(whole)} runs have no number for it and were left out"]


def _dropped(params: ParamTable) -> list[str]:
    constant = sum(why == "constant" for why in params.dropped.values())
    unique = sum(why == "all different" for why in params.dropped.values())
    found = []
    if constant:
        found.append(f"{display.counted(constant, 'param')} the same in all runs left out")
    if unique:
        found.append(f"{display.counted(unique, 'param')} different in nearly every run left out")
    aside = [column.name for column in params.columns if column.aside]
    if aside:
        found.append(f"words among the numbers of {', '.join(aside[:3])} counted as not set")
    return found


def far_out(values: FloatArray) -> int:
    """How many values lie so far from the others that they alone would be explained."""
    low, high = _fences(values)
    return int(((values < low) | (values > high)).sum())


def drawn_in(values: FloatArray) -> FloatArray:
    """The values with those that lie far out drawn to the nearest that don't."""
    low, high = _fences(values)
    inside = values[(values >= low) & (values <= high)]
    return np.clip(values, inside.min(), inside.max())


def _fences(values: FloatArray) -> tuple[float, float]:
    # Halves, as the difference of two large numbers may be none.
    low, middle, high = np.quantile(values / 2, [0.25, 0.5, 0.75])
    width = high - low
    if width <= 0:
        # More than half of the runs are equal: the others are what there is to explain.
        width = float(np.mean(np.abs(values / 2 - middle)))
    with np.errstate(over="ignore"):
        return float(low - _FAR * width) * 2, float(high + _FAR * width) * 2


def ranks(values: FloatArray) -> FloatArray:
    """Ranks from 1, ties sharing their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    found: FloatArray = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return found
