# ruff: noqa: DTZ001 - times without a zone are what is looked at
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.tables.instants import MISSING, microseconds
from mlops_console.drift.tables.opening import open_table
from mlops_console.drift.tables.selection import Rows
from mlops_console.errors import DataError, UsageError

MASKS = st.lists(st.booleans(), max_size=60)


def numbers(mask: list[bool]) -> list[int]:
    return [at for at, inside in enumerate(mask) if inside]


@given(MASKS)
def test_runs_are_the_rows_of_a_mask(mask: list[bool]) -> None:
    rows = Rows.where(np.array(mask, bool))
    assert rows.numbers().tolist() == numbers(mask)
    assert rows.count == sum(mask)


@given(MASKS, MASKS)
def test_rows_of_rows(outer: list[bool], inner: list[bool]) -> None:
    rows = Rows.where(np.array(outer, bool))
    kept = [one for one, inside in zip(numbers(outer), inner, strict=False) if inside]
    chosen = np.array(inner[: sum(outer)], bool)
    assert rows.of(Rows.where(chosen)).numbers().tolist() == kept
    picked = np.flatnonzero(chosen)
    assert rows.of(Rows(picked, picked + 1)).numbers().tolist() == kept


@given(MASKS, st.integers(0, 60), st.integers(0, 60))
def test_rows_within_a_piece(mask: list[bool], first: int, rows: int) -> None:
    found = Rows.where(np.array(mask, bool)).within(first, first + rows)
    assert found.numbers().tolist() == [at - first for at in numbers(mask) if first <= at < first + rows]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("windows")
    times = [datetime(2024, 3, 30) + timedelta(hours=i) for i in range(72)]
    frame = pl.DataFrame({"at": times, "x": range(72), "c": ["a", "b", "c"] * 24})
    frame[:40].write_parquet(folder / "1.parquet", row_group_size=7)
    frame[40:].write_csv(folder / "2.csv", datetime_format="%Y-%m-%dT%H:%M:%S")
    return folder


def us(*when: int) -> int:
    return int((datetime(*when) - datetime(1970, 1, 1)).total_seconds() * 1e6)


def test_a_window_by_time_goes_over_files(folder: Path) -> None:
    window = open_table(folder).between("at", us(2024, 3, 31), us(2024, 4, 1))
    assert window.frame(["x"])["x"].to_list() == list(range(24, 48))
    assert window.rows == 24
    again = window.between("at", us(2024, 3, 31, 12), us(2025, 1, 1)).part(2, 3)
    assert again.frame(["x", "c"])["x"].to_list() == [38, 39, 40]
    assert again.sample("c").rows == 3


def test_days_begin_where_the_zone_says(folder: Path) -> None:
    # 31 March 2024 has 23 hours in Vienna: clocks go from 2 to 3, so that 2:00 never was.
    window = open_table(folder).between("at", us(2024, 3, 30, 23), us(2024, 3, 31, 22), "Europe/Vienna")
    assert window.frame(["x"])["x"].to_list() == [24, 25, *range(27, 48)]


def test_a_window_of_rows_out_of_order(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    order = rng.permutation(500)
    frame = pl.DataFrame({"at": order * 1_000, "x": order})
    frame.write_parquet(tmp_path / "t.parquet", row_group_size=30)
    window = open_table(tmp_path / "t.parquet").between("at", us(1970, 1, 1), 100_000 * 10**6)
    assert window.frame(["x"])["x"].to_list() == [one for one in order if one < 100]
    assert sum(piece.height for piece in window.batches(["x"], 7)) == 100
    assert window.some_rows(["x"], 10).equals(window.some_rows(["x"], 10))
    assert set(window.some_rows(["x"], 10)["x"]) <= set(range(100))


def test_an_empty_window_has_columns(folder: Path) -> None:
    window = open_table(folder).part(5, 0)
    assert window.rows == 0
    assert set(window.columns()) == {"at", "x", "c"}
    assert window.sample("x").rows == 0
    assert window.sample("c").rows == 0
    assert window.some_rows(["x"], 5).height == 0
    assert list(window.batches(["x"], 5)) == []


@pytest.mark.parametrize(
    ("values", "zone", "expected"),
    [
        ([1_700_000_000, None], "UTC", [1_700_000_000_000_000, MISSING]),
        ([1_700_000_000_000], "UTC", [1_700_000_000_000_000]),
        ([1_700_000_000_000_000], "UTC", [1_700_000_000_000_000]),
        ([1_700_000_000_000_000_000], "UTC", [1_700_000_000_000_000]),
        ([1_700_000_000.5, float("inf"), float("nan")], "UTC", [1_700_000_000_500_000, MISSING, MISSING]),
        (["2024-01-01T00:00:00Z", "never"], "Asia/Tokyo", [us(2024, 1, 1), MISSING]),
        (["2024-01-01"], "Asia/Tokyo", [us(2023, 12, 31, 15)]),
        (["never"], "UTC", [MISSING]),
    ],
)
def test_whatever_tells_when(values: list, zone: str, expected: list[int]) -> None:
    assert microseconds(pl.Series("at", values), zone).tolist() == expected


def test_what_tells_no_time(folder: Path) -> None:
    with pytest.raises(UsageError, match="no time zone Mars/Olympus"):
        open_table(folder).instants("at", "Mars/Olympus")
    with pytest.raises(DataError, match="tells no times"):
        microseconds(pl.Series("at", [[1]]), "UTC")
    with pytest.raises(DataError, match="has no column when") as caught:
        open_table(folder).instants("when")
    assert "at" in caught.value.hint
