"""Runs to look at beside one: the nearest by params, the same with another seed, the same twice."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from mlops_console import display
from mlops_console.comparison.differing.rows import natural
from mlops_console.comparison.differing.same import meaning, same
from mlops_console.comparison.repeats import is_repeat
from mlops_console.comparison.why.table import ParamTable
from mlops_console.records import FloatArray, IntArray, Json

_SHOWN: Final = 12
Kind: TypeAlias = Literal["the same run twice", "same inputs, other results"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A param in which two runs differ; None where one has none."""

    key: str
    mine: Json
    theirs: Json


@dataclass(frozen=True, slots=True)
class Near:
    """A run near to another by its params."""

    run: int
    """Index into the runs that were given."""
    distance: float
    """0: the same params, 1: as far as any two can be."""
    differing: tuple[Difference, ...]
    """The params that differ, seeds apart, what weighs most first; at most twelve of them."""
    total: int
    """How many differ."""


@dataclass(frozen=True, slots=True)
class Repetitions:
    """The runs with the params of one, seeds apart."""

    seeds: tuple[str, ...]
    """The params that count as seeds."""
    other_seed: tuple[int, ...]
    same_seed: tuple[int, ...]
    """Runs with the same seed too: repeated, or recorded twice."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a run the same as another."""

    params: Mapping[str, Json]
    code: str | None
    """The commit and what wasn't committed; None: not recorded."""
    data: tuple[str, ...] | None
    """Hashes of its data, in order; None: not recorded."""
    metrics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Runs that are the same."""

    runs: tuple[int, ...]
    kind: Kind
    words: str


def nearest(
    params: ParamTable, runs: Sequence[Mapping[str, Json]], this: int, most: int = 10
) -> tuple[Near, ...]:
    """The runs nearest to one by their params, and what differs.

    Gower's distance (Gower 1971, Biometrics 27:857): the mean over params of how far apart the values are,
    as a share of the range in this set (on a log scale where the numbers are spread so), 1 for other
    levels and where only one of the two has a value. Seeds don't count.

    Args:
        params: The table of all the runs.
        runs: Their flat params as they were recorded, in the same order.
        this: Which of them is asked about.
        most: So many runs at most.
    """
    columns = [column for column in params.columns if not is_repeat(column.name)]
    apart = np.zeros((len(columns), params.count))
    counts = np.zeros((len(columns), params.count), bool)
    for at, column in enumerate(columns):
        values = np.log(column.values) if column.log else column.values
        apart[at], counts[at] = _apart(values, this, levels=column.levels is not None)
    used = counts.sum(axis=0)
    distances = np.divide((apart * counts).sum(axis=0), used, out=np.zeros(params.count), where=used > 0)
    order = np.argsort(distances, kind="stable")
    order = order[order != this][:most]
    found = []
    for run in order.tolist():
        weights = {column.name: float(apart[at, run]) for at, column in enumerate(columns)}
        different = _different(runs[this], runs[run], weights)
        found.append(Near(run, float(distances[run]), tuple(different[:_SHOWN]), len(different)))
    return tuple(found)


def _apart(values: FloatArray, this: int, *, levels: bool) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    mine, missing = values[this], np.isnan(values)
    if np.isnan(mine):
        return np.ones(len(values)), ~missing
    if levels:
        return np.where(missing | (values != mine), 1.0, 0.0), np.ones(len(values), bool)
    numbers = values[np.isfinite(values)]
    width = float(np.ptp(numbers / 2)) * 2 if len(numbers) else 0.0
    with np.errstate(invalid="ignore", over="ignore"):
        far = np.abs(values - mine) / width if width > 0 else np.where(values == mine, 0.0, 1.0)
    far = np.where(values == mine, 0.0, np.where(np.isfinite(far), np.minimum(far, 1.0), 1.0))
    return np.where(missing, 1.0, far), np.ones(len(values), bool)


def _different(
    mine: Mapping[str, Json], theirs: Mapping[str, Json], weights: Mapping[str, float]
) -> list[Difference]:
    keys = [
        key
        for key in {**mine, **theirs}
        if not is_repeat(key)
        and ((key in mine) != (key in theirs) or not same(mine.get(key), theirs.get(key)))
    ]
    keys.sort(key=lambda key: (-weights.get(key, 0.0), natural(key)))
    return [Difference(key, mine.get(key), theirs.get(key)) for key in keys]


def configuration(params: Mapping[str, Json]) -> Hashable:
    """What is equal for runs of one configuration: all params but seeds, by what they mean."""
    return frozenset((key, meaning(value)) for key, value in params.items() if not is_repeat(key))


def configurations(runs: Sequence[Mapping[str, Json]]) -> IntArray:
    """A number for each run: equal for runs of one configuration, counted in order of appearance."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(configuration(run), len(numbers)) for run in runs], np.int64)


def repetitions(runs: Sequence[Mapping[str, Json]], this: int) -> Repetitions:
    """The runs with the same params as one, by whether their seeds are the same too."""
    mine = configuration(runs[this])
    kin = [at for at, run in enumerate(runs) if at != this and configuration(run) == mine]
    own = _seeds(runs[this])
    names = sorted({key for at in (this, *kin) for key in runs[at] if is_repeat(key)}, key=natural)
    other = tuple(at for at in kin if _seeds(runs[at]) != own)
    return Repetitions(tuple(names), other, tuple(at for at in kin if _seeds(runs[at]) == own))


def _seeds(params: Mapping[str, Json]) -> Hashable:
    return frozenset((key, meaning(value)) for key, value in params.items() if is_repeat(key))


def duplicates(runs: Sequence[Identity]) -> tuple[Duplicate, ...]:
    """Runs with the same params (seeds too), code and data: recorded twice, or not reproducible.

    Runs of which neither code nor data is known are only called the same when their metrics are, and
    only if they have some.
    """
    inputs: dict[Hashable, list[int]] = {}
    for at, run in enumerate(runs):
        params = frozenset((key, meaning(value)) for key, value in run.params.items())
        inputs.setdefault((params, run.code, run.data), []).append(at)
    found: list[Duplicate] = []
    for members in inputs.values():
        if len(members) < 2:
            continue
        results: dict[Hashable, list[int]] = {}
        for at in members:
            results.setdefault(frozenset((k, meaning(v)) for k, v in runs[at].metrics.items()), []).append(at)
        first = runs[members[0]]
        alike = [part for result, part in results.items() if len(part) > 1 and result]
        found += [Duplicate(tuple(part), "the same run twice", _words(first, len(part))) for part in alike]
        if len(results) > 1 and (first.code is not None or first.data is not None):
            words = f"{len(members)} runs with the same params{_known(first)} came out {len(results)} ways"
            found.append(Duplicate(tuple(members), "same inputs, other results", words))
    return tuple(found)


def _words(first: Identity, count: int) -> str:
    return f"{display.count(count)} runs have the same params{_known(first)} and metrics"


def _known(run: Identity) -> str:
    known = [", code"] if run.code is not None else []
    known += [", data"] if run.data is not None else []
    missing = [name for name, value in (("code", run.code), ("data", run.data)) if value is None]
    return "".join(known) + (f" ({' and '.join(missing)} not recorded)" if missing else "")
