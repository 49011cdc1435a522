"""Columns of which it is known whether and how they drift: the load of `benchmarks/drift_alarms.py`.

`QUIET` are twenty features that do not drift, mixed as real tables are: 60% numbers (ties, heavy tails,
zeros, nulls among them), 40% levels (2 to 1,000).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mlops_console.drift.judging.checks import checks_of
from mlops_console.drift.measures.registry import statistics_of
from mlops_console.drift.model import Kind, Measured
from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import LevelSample, NumericSample, level_sample, numeric_sample
from mlops_console.drift.tables.model import ColumnAbout
from mlops_console.records import FloatArray

if TYPE_CHECKING:
    import polars as pl

QUIET = (
    "normal", "normal", "lognormal", "lognormal", "uniform", "uniform", "counts", "counts", "zeros", "nulls",
    "heavy", "heavy", "even 5", "even 5", "even 2", "even 8", "zipf 50", "zipf 50", "zipf 1000", "even 6",
)  # fmt: skip
MOVED = (
    "mean .3",
    "mean .3",
    "mean .3",
    "scale 1.5",
    "scale 1.5",
    "scale 1.5",
    "mix .12",
    "mix .12",
    "mix .12",
)
TINY = "mean .02"
_EVEN_AT: Mapping[str, int] = {"even 2": 2, "even 5": 5, "even 6": 6, "even 8": 8}


def numbers(recipe: str, rows: int, current: bool, rng: np.random.Generator) -> FloatArray:
    """Values of a column of numbers; NaN where there is none."""
    z = rng.standard_normal(rows)
    if recipe.startswith("mean "):
        return z + (float(recipe[5:]) if current else 0.0)
    if recipe.startswith("scale "):
        return z * (float(recipe[6:]) if current else 1.0)
    if recipe == "lognormal":
        return np.asarray(np.exp(z))
    if recipe == "uniform":
        return rng.random(rows) * 100
    if recipe == "counts":
        return rng.poisson(3, rows).astype(float)
    if recipe == "zeros":
        return np.where(rng.random(rows) < 0.7, 0.0, np.abs(z))
    if recipe in ("nulls", "nulls to .2"):
        share = 0.2 if current and recipe != "nulls" else 0.05
        return np.where(rng.random(rows) < share, np.nan, z)
    if recipe == "heavy":
        return rng.standard_t(3, rows)
    if recipe == "tail":
        return np.where(z > 2.0537, z * 4, z) if current else z
    if recipe == "bimodal":
        x = np.exp(0.5 * z)
        other = np.exp(1.2 + 0.3 * rng.standard_normal(rows))
        return np.where(rng.random(rows) < 0.1, other, x) if current else x
    assert recipe == "normal"
    return z


def shares(recipe: str, current: bool) -> FloatArray | None:
    """How often each level is; None: the recipe makes numbers."""
    if recipe.startswith("zipf "):
        p = 1.0 / np.arange(1, int(recipe[5:]) + 1)
    elif recipe in _EVEN_AT:
        p = np.linspace(2, 1, _EVEN_AT[recipe])
    elif recipe == "mix .12":
        move = 0.12 if current else 0.0
        p = np.array([0.35 - move, 0.25, 0.15 + move, 0.15, 0.10])
    elif recipe == "mix_5":
        p = np.array([0.3 if current else 0.4, 0.25, 0.2, 0.1, 0.05])
        p[1:] *= (1 - p[0]) / p[1:].sum()
    elif recipe == "mix_2":
        p = np.array([0.36, 0.64] if current else [0.30, 0.70])
    elif recipe == "new level":
        p = np.append(np.linspace(2, 1, 8) / 12 * (0.97 if current else 1.0), 0.03 if current else 0.0)
    elif recipe == "gone level":
        p = np.linspace(2, 1, 6)
        p[2] *= not current
    else:
        return None
    return np.asarray(p / p.sum())


def sample(recipe: str, rows: int, current: bool, rng: np.random.Generator) -> NumericSample | LevelSample:
    """One side of a column."""
    p = shares(recipe, current)
    if p is None:
        return numeric_sample(numbers(recipe, rows, current, rng))
    counts = rng.multinomial(rows, p)
    there = np.flatnonzero(counts)
    return level_sample([f"v{at}" for at in there], counts[there], rows, 0)


def measured(
    name: str, reference: NumericSample | LevelSample, current: NumericSample | LevelSample
) -> Measured:
    """What comparing keeps of a feature."""
    kind: Kind = "numeric" if isinstance(reference, NumericSample) else "categorical"
    about = ColumnAbout(name, "decimal number" if kind == "numeric" else "text", kind)
    pair = Pair(reference, current)
    statistics = statistics_of(pair)
    return Measured(
        name, kind, reference.n, current.n, reference.missing / max(1, reference.rows),
        current.missing / max(1, current.rows), statistics,
        checks_of(about, about, pair, statistics),
    )  # fmt: skip


def window(recipes: Iterable[str], n: int, m: int, rng: np.random.Generator) -> list[Measured]:
    """A window of features by recipe, named `<place> <recipe>`."""
    return [
        measured(f"{at} {recipe}", sample(recipe, n, False, rng), sample(recipe, m, True, rng))
        for at, recipe in enumerate(recipes)
    ]


def said(features: Sequence[Measured]) -> str:
    """For a failure: what was measured."""
    return "\n".join(
        f"{one.name}: {[(raw.name, raw.effect, raw.p) for raw in one.checks]}" for one in features
    )


def real_window(folder: Path, window: str) -> list[Measured]:
    """A window of the real data sets, `car-loan/05`: the features of its `meta.json`."""
    import polars as pl

    name, _, which = window.partition("/")
    features = json.loads((folder / name / "meta.json").read_text(encoding="utf-8"))["features"]
    reference = pl.read_parquet(folder / name / "reference.parquet", columns=list(features))
    current = pl.read_parquet(folder / name / f"current-{which}.parquet", columns=list(features))
    return [
        measured(one, *(_of(side[one], features[one]) for side in (reference, current))) for one in features
    ]


def _of(series: "pl.Series", kind: str) -> NumericSample | LevelSample:
    import polars as pl

    known = series.drop_nulls()
    if kind == "numeric":
        return numeric_sample(known.cast(pl.Float64).to_numpy(), series.null_count())
    counted = known.cast(pl.String).value_counts()
    return level_sample(counted[:, 0].to_list(), counted[:, 1].to_list(), len(series), series.null_count())
