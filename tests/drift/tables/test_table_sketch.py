"""The truth about ranks, quantiles and counts: numpy on all the values."""

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_console.drift.sample import LevelSample, NumericSample, numeric_sample
from mlops_console.drift.tables.moments import Moments
from mlops_console.drift.tables.opening import open_table
from mlops_console.drift.tables.pinned import Pins
from mlops_console.drift.tables.sketch import Sketch
from mlops_console.drift.tables.streaming import Levels, Numbers

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SHAPES = st.sampled_from(["normal", "lognormal", "counts", "zeros", "ascending", "two"])


def made(shape: str, rows: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    z = rng.standard_normal(rows)
    return {
        "normal": z, "lognormal": np.exp(3 * z), "counts": np.round(z * 3), "two": np.round(rng.random(rows)),
        "zeros": np.where(rng.random(rows) < 0.7, 0, np.abs(z)), "ascending": np.arange(rows) / 7,
    }[shape]  # fmt: skip


def ranks(values: np.ndarray, counts: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.append(0, np.cumsum(counts))[np.searchsorted(values, at, "right")]


@settings(max_examples=40)
@given(
    shape=SHAPES,
    rows=st.integers(1, 5_000),
    batches=st.integers(1, 40),
    size=st.integers(8, 200),
    seed=st.integers(0, 99),
)
def test_no_rank_is_further_off_than_is_said(
    shape: str, rows: int, batches: int, size: int, seed: int
) -> None:
    values = made(shape, rows, seed)
    sketch = Sketch(size)
    for batch in np.array_split(values, batches):
        sketch.add(np.sort(batch))
    summary = sketch.finished(size)
    assert summary.counts.sum() == rows
    assert (summary.counts > 0).all()
    assert (np.diff(summary.values) > 0).all()
    true = np.searchsorted(np.sort(values), values, "right")
    assert np.abs(ranks(summary.values, summary.counts, values) - true).max() <= summary.off
    # What the method promises: a cut is half a cell, a row goes through log2(batches) + 2 of them.
    assert summary.off <= (math.log2(batches) + 3) * (rows / size + 2) / 2 + batches
    if not sketch.cut:
        assert summary.off == 0
        assert sketch.distinct(len(summary.values)) == len(np.unique(values))


def test_distinct_values_are_estimated_well() -> None:
    sketch = Sketch(1_000)
    for first in range(0, 200_000, 20_000):
        sketch.add(np.arange(first, first + 20_000) % 150_000 * 0.5)
    assert sketch.distinct(len(sketch.finished(1_000).values)) == pytest.approx(150_000, rel=0.06)


@given(
    values=st.lists(FINITE, min_size=1, max_size=60),
    edges=st.lists(FINITE, min_size=1, max_size=9),
    size=st.integers(2, 20),
)
def test_rows_between_known_edges_are_exact(values: list[float], edges: list[float], size: int) -> None:
    ordered, pins, sketch = np.sort(np.array(values)), Pins(np.array(edges)), Sketch(size)
    for batch in np.array_split(np.array(values), 4):
        pins.add(np.sort(batch))
        sketch.add(np.sort(batch))
    fitted = pins.fitted(sketch.finished(size), float(ordered[0]), float(ordered[-1]))
    assert (np.diff(fitted.values) > 0).all()
    through = np.append(0, np.cumsum(fitted.counts))
    for edge in edges:
        for side in ("left", "right"):
            assert through[np.searchsorted(fitted.values, edge, side)] == np.searchsorted(ordered, edge, side)


@given(values=st.lists(FINITE, min_size=1, max_size=60), batches=st.integers(1, 6))
def test_moments_of_batches_are_those_of_the_whole(values: list[float], batches: int) -> None:
    """Reference: exact fractions."""
    from fractions import Fraction

    moments = Moments()
    for batch in np.array_split(np.array(values), batches):
        moments.add(np.sort(batch))
    exact = [Fraction(one) for one in values]
    mean = sum(exact) / len(exact)
    var = sum((one - mean) ** 2 for one in exact) / len(exact)
    largest = max(abs(one) for one in exact) or Fraction(1)
    # Relative to the largest value: that is what float64 can say of a sum.
    assert abs(Fraction(moments.mean) - mean) <= largest * Fraction(1, 10**12)
    assert abs(Fraction(moments.sd) - Fraction(math.sqrt(var / largest**2)) * largest) <= largest * Fraction(
        1, 10**7
    )


def test_a_column_in_pieces_is_the_column(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    column = np.concatenate([rng.normal(size=300), [np.nan, np.inf, -np.inf, 1e308], np.zeros(50)])
    whole, pieces = numeric_sample(column, 0), Numbers("numeric", 1_000)
    for batch in np.array_split(column, 7):
        pieces.add(pl.Series(batch))
    found = pieces.finished()
    assert found.exact
    assert pieces.bound == 0
    assert (found.rows, found.missing, found.infinite, found.n) == (whole.rows, 1, 2, whole.n)
    assert np.repeat(found.values, found.counts).tolist() == whole.values.tolist()
    ours, theirs = found.figures, whole.figures
    assert ours is not None
    assert theirs is not None
    assert ours.mean == pytest.approx(theirs.mean, rel=1e-12)
    assert ours.sd == pytest.approx(theirs.sd, rel=1e-9)
    assert ours.decile_counts.tolist() == theirs.decile_counts.tolist()
    assert (ours.outside, ours.distinct, ours.minimum, ours.maximum) == (
        theirs.outside, theirs.distinct, theirs.minimum, theirs.maximum,
    )  # fmt: skip
    assert ours.deciles == pytest.approx(theirs.deciles, rel=1e-12)
    assert (ours.median, *ours.quartiles) == pytest.approx((theirs.median, *theirs.quartiles), rel=1e-12)


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
def test_a_table_that_does_not_fit(tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from mlops_console.drift.tables import opening, streaming

    monkeypatch.setattr(streaming, "PIECE", 500)
    monkeypatch.setattr(opening, "HELD", 1_000)
    rng = np.random.default_rng(3)
    frame = pl.DataFrame({"x": rng.normal(size=30_000), "c": rng.choice(["a", "b", "c"], 30_000)})
    path = tmp_path / f"t.{form}"
    {"parquet": frame.write_parquet, "csv": frame.write_csv, "jsonl": frame.write_ndjson}[form](path)
    table = open_table(path, fits_rows=1_000)
    assert (table.exact, table.rows) == (False, 30_000)
    exact = np.sort(frame["x"].to_numpy())
    x, c = table.sample("x"), table.sample("c")
    assert isinstance(x, NumericSample)
    assert x.figures is not None
    assert x.figures.mean == pytest.approx(exact.mean(), rel=1e-9)
    assert x.figures.deciles == pytest.approx(np.quantile(exact, np.arange(1, 10) / 10), abs=0.01)
    assert isinstance(c, LevelSample)
    assert dict(zip(c.levels, c.counts.tolist(), strict=True)) == dict(frame["c"].value_counts().iter_rows())
    pinned = table.samples(["x"], pinned={"x": numeric_sample(exact * 1.1 + 0.1).figures})["x"]
    assert isinstance(pinned, NumericSample)
    edges = numeric_sample(exact * 1.1 + 0.1).figures.deciles  # type: ignore[union-attr]
    counts = pinned.counts if pinned.counts is not None else np.ones(len(pinned.values), np.int64)
    assert ranks(pinned.values, counts, edges).tolist() == np.searchsorted(exact, edges, "right").tolist()
    drawn = table.some_rows(["c", "x"], 2_000)
    assert drawn.equals(open_table(path).some_rows(["c", "x"], 2_000))


def test_levels_beyond_the_cap_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from mlops_console.drift import sample
    from mlops_console.drift.tables import streaming

    monkeypatch.setattr(streaming, "MOST_LEVELS", 10)
    monkeypatch.setattr(sample, "MOST_LEVELS", 10)
    levels = Levels("categorical")
    for first in range(0, 300, 30):
        levels.add(pl.Series([f"{i:03}" for i in range(first, first + 30)] + ["often"] * 5 + [None]))
    found = levels.finished()
    assert len(found.levels) == 10
    assert dict(zip(found.levels, found.counts.tolist(), strict=True))["often"] == 50
    assert (found.rows, found.missing) == (360, 10)
    assert found.counts.sum() + found.others == 350
    assert found.distinct == 301
