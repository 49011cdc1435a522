"""Small baselines, made by hand: their figures by numpy."""

import numpy as np
import polars as pl

from mlops_console.drift.baseline.model import Baseline, Columns, Source
from mlops_console.drift.sample import Figures, LevelSample, NumericSample
from mlops_console.drift.tables.model import ColumnAbout


def figures(values):
    deciles = np.unique(np.quantile(values, np.arange(1, 10) / 10))
    counts = np.bincount(np.searchsorted(deciles, values), minlength=len(deciles) + 1).astype(np.int64)
    tails = np.quantile(values, [0.001, 0.999])
    quartiles = np.quantile(values, [0.25, 0.75])
    return Figures(
        len(values), float(values.mean()), float(values.std()), float(values.min()), float(values.max()),
        float(np.median(values)), (float(quartiles[0]), float(quartiles[1])), deciles, counts,
        (float(tails[0]), float(tails[1])),
        (int((values < tails[0]).sum()), int((values > tails[1]).sum())), len(np.unique(values)),
    )  # fmt: skip


def numbers(values, missing=0, infinite=0):
    values = np.sort(np.asarray(values, np.float64))
    known = figures(values) if len(values) else None
    return NumericSample(values, None, len(values) + missing + infinite, missing, infinite, known)


def levels(counts, missing=0, others=0):
    held = tuple(sorted(counts))
    many = np.array([counts[one] for one in held], np.int64)
    return LevelSample(held, many, int(many.sum()) + missing + others, missing, others, len(held) + others)


def baseline(samples=None, held=None, kinds=None, **more):
    if samples is None:
        rng = np.random.default_rng(3)
        samples = {
            "x": numbers(rng.normal(size=300)),
            "whole": numbers(rng.integers(0, 9, 290), missing=10),
            "state": levels({"CA": 200, "NY": 90}, missing=10),
        }
    rows = next(iter(samples.values())).rows if samples else 0
    kinds = kinds or {}
    about = tuple(
        ColumnAbout(
            name, "integer" if name == "whole" else "number",
            kinds.get(name, "numeric" if isinstance(one, NumericSample) else "categorical"),
        )
        for name, one in samples.items()
    )  # fmt: skip
    if held is None:
        held = (
            pl.DataFrame({"x": [0.5, 1.25, None], "state": ["CA", None, "NY"]})
            if rows > 3
            else pl.DataFrame()
        )
    said = {
        "name": "baseline churn@1", "rows": rows, "about": about, "profiles": samples, "held": held,
        "source": Source("data/x.parquet", "ab" * 32),
    }  # fmt: skip
    return Baseline(**{**said, "means": Columns(label="y"), "floors": {"x": 0.12}, **more})


def same_sample(one, other):
    if isinstance(one, LevelSample):
        assert (one.levels, one.rows, one.missing, one.others, one.distinct) == (
            other.levels, other.rows, other.missing, other.others, other.distinct,
        )  # fmt: skip
        assert one.counts.tolist() == other.counts.tolist()
        return
    assert (one.rows, one.missing, one.infinite, one.exact) == (
        other.rows, other.missing, other.infinite, other.exact,
    )  # fmt: skip
    assert one.values.tolist() == other.values.tolist()
    assert (one.counts is None) == (other.counts is None)
    if one.counts is not None:
        assert one.counts.tolist() == other.counts.tolist()
    assert (one.figures is None) == (other.figures is None)
    if one.figures is not None:
        for name in Figures.__slots__:
            mine, theirs = getattr(one.figures, name), getattr(other.figures, name)
            assert np.array_equal(mine, theirs), name


def same(one, other):
    assert (one.rows, one.about, one.source, one.means, one.floors, one.problems, one.performed) == (
        other.rows, other.about, other.source, other.means, other.floors, other.problems, other.performed,
    )  # fmt: skip
    assert one.profiles.keys() == other.profiles.keys()
    for name, sample in one.profiles.items():
        same_sample(sample, other.profiles[name])
    assert one.held.equals(other.held)
    assert one.held.schema == other.held.schema
