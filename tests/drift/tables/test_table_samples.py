# ruff: noqa: DTZ001 - times without a zone are what is looked at
import math
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.baseline.thinning import thinned
from mlops_console.drift.sample import LevelSample, NumericSample, numeric_sample, quantiles_of
from mlops_console.drift.tables.sampling import sample_of

ANY = st.one_of(st.none(), st.floats(), st.sampled_from([0.0, -0.0, 1e308, -1e308, 5e-324]))


def numeric(series: pl.Series, kind: str = "numeric") -> NumericSample:
    found = sample_of(series, kind)  # type: ignore[arg-type]
    assert isinstance(found, NumericSample)
    return found


def levels(series: pl.Series, kind: str = "categorical") -> LevelSample:
    found = sample_of(series, kind)  # type: ignore[arg-type]
    assert isinstance(found, LevelSample)
    return found


@given(st.lists(ANY, max_size=100))
def test_every_row_is_counted_once_and_figures_are_finite(values: list[float | None]) -> None:
    found = numeric(pl.Series("x", values, pl.Float64))
    finite = sorted(one for one in values if one is not None and math.isfinite(one))
    assert found.values.tolist() == finite
    assert found.missing == sum(one is None or math.isnan(one) for one in values)
    assert found.infinite == sum(one is not None and math.isinf(one) for one in values)
    assert found.rows == len(values) == found.missing + found.infinite + found.n
    if found.figures is not None:
        figures = found.figures
        assert math.isfinite(figures.mean)
        assert math.isfinite(figures.sd)
        assert figures.minimum == finite[0]
        assert figures.maximum == finite[-1]


@pytest.mark.parametrize(
    ("values", "dtype", "kind", "expected"),
    [
        ([2**53 + 1, -(2**63)], pl.Int64, "numeric", [-(2.0**63), 2.0**53]),
        ([2**64 - 1], pl.UInt64, "numeric", [2.0**64]),
        ([True, False, None], pl.Boolean, "numeric", [0.0, 1.0]),
        ([date(1970, 1, 2), None], pl.Date, "date", [86_400.0]),
        ([datetime(1970, 1, 1, 0, 0, 1, 500_000)], pl.Datetime("us"), "date", [1.5]),
        ([datetime(1970, 1, 1, 0, 0, 2)], pl.Datetime("ns"), "date", [2.0]),
        ([datetime(1970, 1, 1, tzinfo=UTC)], pl.Datetime("ms", "Europe/Vienna"), "date", [0.0]),
        ([time(1, 0, 0, 500_000)], pl.Time, "date", [3_600.5]),
        ([timedelta(minutes=1)], pl.Duration("ms"), "date", [60.0]),
        (["ab", "äö€", None, ""], pl.String, "text", [0.0, 2.0, 3.0]),
        (["1", " 2.5", "x", None], pl.String, "numeric", [1.0, 2.5]),
        (["2024-01-01", "?"], pl.String, "date", [1_704_067_200.0]),
        ([None, None], pl.Null, "numeric", []),
        ([[1], [2]], pl.List(pl.Int64), "numeric", []),
    ],
)
def test_what_counts_as_a_number(values: list, dtype: pl.DataType, kind: str, expected: list) -> None:
    found = numeric(pl.Series("x", values, dtype), kind)
    assert found.values.tolist() == expected
    assert found.rows == len(values)
    assert found.missing == len(values) - len(expected)


@given(st.lists(st.one_of(st.none(), st.text(max_size=5)), max_size=80))
def test_levels_are_counted_and_sorted(values: list[str | None]) -> None:
    found = levels(pl.Series("x", values, pl.String))
    assert list(found.levels) == sorted({one for one in values if one is not None})
    assert found.counts.tolist() == [values.count(level) for level in found.levels]
    assert (found.rows, found.missing) == (len(values), values.count(None))


@pytest.mark.parametrize(
    ("values", "dtype", "kind", "expected"),
    [
        ([1, 2, 2, None], pl.Int8, "categorical", {"1": 1, "2": 2}),
        ([1.0, 2.5, float("nan"), None], pl.Float64, "categorical", {"1": 1, "2.5": 1}),
        ([True, None], pl.Boolean, "boolean", {"true": 1}),
        ([1, 0, 1], pl.Int64, "boolean", {"false": 1, "true": 2}),
        ([1, 2], pl.Int64, "boolean", {"1": 1, "2": 1}),
        (["a", "b"], pl.Categorical, "categorical", {"a": 1, "b": 1}),
        ([date(2024, 1, 1)], pl.Date, "categorical", {"2024-01-01": 1}),
        ([[1]], pl.List(pl.Int64), "categorical", {}),
        ([None], pl.Null, "boolean", {}),
    ],
)
def test_what_a_level_is_called(values: list, dtype: pl.DataType, kind: str, expected: dict) -> None:
    found = levels(pl.Series("x", values, dtype), kind)
    assert dict(zip(found.levels, found.counts.tolist(), strict=True)) == expected
    assert found.rows - found.missing == sum(expected.values())


def test_too_many_levels_are_counted_together() -> None:
    many = [f"{i:06}" for i in range(100_050)]
    found = levels(pl.Series([*many, "000000"]))
    assert len(found.levels) == 100_000
    assert (found.others, found.distinct, found.missing) == (50, 100_050, 0)
    assert found.counts[0] == 2
    assert found.counts.sum() + found.others == found.rows


def test_levels_of_any_length_are_kept_short() -> None:
    found = levels(pl.Series(["x" * 5_000, "x" * 6_000]))
    assert len(found.levels) == 1
    assert found.counts.tolist() == [2]
    assert len(found.levels[0]) < 1_100


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=50))
def test_whole_numbers_of_any_size(values: list[int]) -> None:
    """Reference: Python's own conversion to float, and its mean over fractions."""
    from fractions import Fraction

    found = numeric(pl.Series("x", values, pl.Int64))
    assert found.values.tolist() == sorted(float(one) for one in values)
    assert found.figures is not None
    mean = float(sum(Fraction(float(one)) for one in values) / len(values))
    assert found.figures.mean == pytest.approx(
        mean, rel=1e-12, abs=max(abs(float(one)) for one in values) * 1e-15
    )
    assert np.isfinite(found.figures.sd)


def test_quantiles_by_what_was_kept() -> None:
    """Against numpy: to the last digit where every value is there."""
    values = np.random.default_rng(3).gamma(2.0, 5.0, 20_000).round(2)
    at, whole = np.array([0.05, 0.5, 0.95]), numeric_sample(values)
    wanted = np.quantile(values, at)
    assert quantiles_of(whole, at).tolist() == wanted.tolist()
    levels, counts = np.unique(values, return_counts=True)
    counted = replace(whole, values=levels, counts=counts)
    assert quantiles_of(counted, at) == pytest.approx(wanted, rel=1e-12)
    kept = thinned(whole, 1_024)
    assert not kept.exact
    assert np.searchsorted(np.sort(values), quantiles_of(kept, at)) / 20_000 == pytest.approx(at, abs=2e-3)
    one = replace(whole, values=np.array([7.0]), counts=np.array([5]))
    assert quantiles_of(one, at).tolist() == [7.0, 7.0, 7.0]
