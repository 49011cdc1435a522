"""How a metric moves with one param while the others stay as they are."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console.comparison.model import Progress
from mlops_console.comparison.why.design import Design
from mlops_console.comparison.why.forest import folds, units
from mlops_console.comparison.why.importance import Told, prepare, unconvinced
from mlops_console.comparison.why.table import Column, ParamTable
from mlops_console.records import FloatArray, IntArray

PLACES: Final = 16
"""So many places on the grid of a numeric param, at most."""
_ROWS: Final = 200
"""So many runs stand for all when a param is moved."""
UNSET: Final = "not set"


@dataclass(frozen=True, slots=True)
class Place:
    """One value of the param, or a stretch of them."""

    value: float | None
    """The number; None for a level or where it isn't set."""
    label: str
    """The level, `not set`, or empty for a number."""
    effect: float
    """What the forests tell for it on average over the other params, in the metric's unit."""
    low: float
    """A tenth of the runs would be told less than that, as their other params differ."""
    high: float
    """A tenth would be told more."""
    unsure: float
    """Standard deviation of the effect between forests that saw other runs."""
    runs: int
    """How many runs have this value (or one nearer to it than to the next place)."""
    observed: float | None
    """Their mean; None without any."""


@dataclass(frozen=True, slots=True)
class Marginal:
    """The marginal effect of a param, or why there is none."""

    name: str
    places: tuple[Place, ...]
    """In order of the numbers, or of the levels by how often they occur."""
    numeric: bool
    log: bool
    """Whether the numbers are best drawn on a logarithmic axis."""
    score: float | None
    """R2 of the forests for runs that they haven't seen."""
    refusal: str
    notes: tuple[str, ...]


def marginal(params: ParamTable, values: FloatArray, name: str, progress: Progress | None = None) -> Marginal:
    """The effect of one param, as partial dependence over forests fitted on parts of the runs.

    Friedman 2001, Greedy function approximation, Annals of Statistics 29:1189; `low` and `high` are those
    of the individual curves (Goldstein et al. 2015, JCGS 24:44). It shows what goes along with the param in
    these runs; where params move together, more than one of them is in it.
    """
    if progress is not None:
        progress(0.0)
    column = params.column(name)
    if column is None:
        known = params.dropped.get(name)
        said = {"constant": "it is the same in all runs", "all different": "nearly every run has another one"}
        why = said[known] if known else "no run has this param"
        return Marginal(name, (), False, False, None, why, ())
    ready = prepare(params, values, ranked=False)
    plan = ready.plan
    numeric = column.levels is None
    at = None if plan is None else _place_of(plan, name)
    if plan is None or at is None:
        why = ready.refusal or "it is the same in all runs that have the metric"
        return Marginal(name, (), numeric, column.log, None, why, ready.notes)
    own = Column(name, column.values[ready.rows], column.levels, column.log)
    grid = _grid(plan.codes[:, at].astype(np.int64), own)
    told, curves = Told(len(ready.values)), []
    rows = _some(len(ready.values), plan.seed(ready.values))
    moved = np.tile(plan.codes[rows], (len(grid), 1))
    moved[:, at] = np.repeat([code for code, _ in grid], len(rows))
    for fold in folds(plan, ready.values, progress, np.array([at])):
        shown = fold.forest.shown(plan.codes[fold.held_out])
        told.add(fold.held_out, fold.forest.predict(shown))
        curves.append(fold.forest.predict(fold.forest.shown(moved)).reshape(len(grid), -1))
    score, _, p = told.against(ready.values, units(plan))
    refusal = unconvinced(score, p)
    with np.errstate(over="ignore", invalid="ignore"):
        unscaled = np.array(curves) * ready.scale + ready.middle
        places = () if refusal else _places(unscaled, grid, own, ready.raw)
    if progress is not None:
        progress(1.0)
    notes = list(ready.notes)
    if len(plan.names[at]) > 1:
        others = ", ".join(other for other in plan.names[at] if other != name)
        notes.append(f"it always moves with {others}: which of them it is can't be told")
    return Marginal(name, places, numeric, column.log, score, refusal, tuple(notes))


def _place_of(plan: Design, name: str) -> int | None:
    return next((at for at, names in enumerate(plan.names) if name in names), None)


def _some(count: int, seed: int) -> IntArray:
    if count <= _ROWS:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, _ROWS, replace=False))


def _grid(codes: IntArray, column: Column) -> list[tuple[int, IntArray]]:
    """The codes that the param is set to, each with the runs that belong to it."""
    kinds, inverse, counts = np.unique(codes, return_inverse=True, return_counts=True)
    if column.levels is not None:
        order = sorted(range(len(kinds)), key=lambda at: (-int(counts[at]), at))
        return [(int(kinds[at]), np.flatnonzero(inverse == at)) for at in order]
    known = kinds[kinds >= 0]
    if len(known) > PLACES:
        # Places of equal weight: where there are many runs, there are many places.
        weight = np.cumsum(counts[kinds >= 0])
        wanted = (np.arange(PLACES) + 0.5) / PLACES * weight[-1]
        chosen = np.unique(np.searchsorted(weight, wanted))
        known = known[chosen]
    nearest = np.abs(codes[:, None] - known[None, :]).argmin(axis=1)
    nearest[codes < 0] = -1
    grid = [(int(code), np.flatnonzero(nearest == at)) for at, code in enumerate(known)]
    missing = np.flatnonzero(codes < 0)
    return [*grid, (-1, missing)] if len(missing) else grid


def _places(
    curves: FloatArray, grid: list[tuple[int, IntArray]], column: Column, values: FloatArray
) -> tuple[Place, ...]:
    """Places from what each forest (first axis) told for each of them (second) and each run (third)."""
    told = curves.mean(axis=0)
    low, high = np.quantile(told, [0.1, 0.9], axis=1)
    effects = curves.mean(axis=2)
    unsure = effects.std(axis=0, ddof=1) if len(curves) > 1 else np.zeros(len(grid))
    found = []
    for at, (code, runs) in enumerate(grid):
        number, label = None, ""
        if code < 0:
            label = UNSET
        elif column.levels is not None:
            label = column.levels[code]
        else:
            number = float(np.median(column.values[runs]))
        observed = float(values[runs].mean()) if len(runs) else None
        effect = float(effects[:, at].mean())
        found.append(
            Place(
                number,
                label,
                effect,
                float(low[at]),
                float(high[at]),
                float(unsure[at]),
                len(runs),
                observed,
            )
        )
    return tuple(found)
