"""Whether trees can tell the rows of two windows apart. Reference answers: expected.json of the data sets."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from mlops_console.drift.domain import domain
from mlops_console.drift.tables.model import Kinds, Table
from mlops_console.drift.tables.opening import open_table

DATA = Path(__file__).parent / "data"
WINDOWS = [
    ("bikeshare", "2011-05"), ("bikeshare", "2011-12"), ("breast-cancer-aa", "aa"), ("car-loan", "00"),
    ("car-loan", "09"), ("nyc-flights", "2013-03"), ("seattle-weather", "2013"), ("seattle-weather", "2015"),
]  # fmt: skip


def as_table(folder: Path, name: str, frame: pl.DataFrame, kinds: Kinds | None = None) -> Table:
    place = folder / f"{name}.parquet"
    frame.write_parquet(place)
    return open_table(place, kinds or Kinds())


@pytest.mark.parametrize(("name", "window"), WINDOWS)
def test_the_area_is_that_of_the_reference_answers(name: str, window: str) -> None:
    folder = DATA / name
    expected = json.loads((folder / "expected.json").read_text())["scipy_direct"]["windows"][window]
    features = list(json.loads((folder / "meta.json").read_text())["features"])
    found = domain(
        open_table(folder / "reference.parquet"), open_table(folder / f"current-{window}.parquet"), features
    )
    assert found.auc == pytest.approx(expected["domain_classifier"]["auc"], abs=0.03)
    assert found.drifted is (expected["domain_classifier"]["auc"] > 0.6)
    assert bool(found.features) is found.drifted


def crossed(rng: np.random.Generator, rows: int, sign: float) -> pl.DataFrame:
    """Two columns that each look the same whatever the sign, and others that say nothing."""
    x = rng.normal(size=rows)
    return pl.DataFrame(
        {
            "a": rng.normal(size=rows),
            "x": x,
            "b": rng.exponential(size=rows),
            "y": sign * x + 0.05 * rng.normal(size=rows),
            "c": rng.choice(["u", "v", "w"], rows),
        }
    )


def test_a_drift_of_two_columns_together_is_seen_and_both_are_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    before = as_table(tmp_path, "before", crossed(rng, 3000, 1.0))
    after = as_table(tmp_path, "after", crossed(rng, 3000, -1.0))
    found = domain(before, after, ["a", "x", "b", "y", "c"])
    assert found.drifted
    assert found.auc is not None
    assert found.auc > 0.95
    assert {name for name, _ in found.features[:2]} == {"x", "y"}
    assert sum(share for _, share in found.features[:2]) > 0.9
    assert "x (" in found.because
    assert "y (" in found.because


@pytest.mark.parametrize("rows", [60, 200, 1000])
def test_rows_of_one_source_stay_unseparated(tmp_path: Path, rows: int) -> None:
    rng = np.random.default_rng(rows)
    alarms = 0
    for at in range(6):
        one, other = (as_table(tmp_path, f"{name}{at}", crossed(rng, rows, 1.0)) for name in ("one", "other"))
        alarms += domain(one, other, ["a", "x", "b", "y", "c"]).drifted
    assert alarms == 0


def test_the_same_rows_give_the_same_answer(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    before, after = (as_table(tmp_path, str(sign), crossed(rng, 400, sign)) for sign in (1.0, -1.0))
    names = ["a", "x", "b", "y", "c"]
    assert repr(domain(before, after, names)) == repr(domain(before, after, names))


def test_few_rows_are_not_asked(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    before, after = (
        as_table(tmp_path, "one", crossed(rng, 400, 1.0)),
        as_table(tmp_path, "other", crossed(rng, 49, -1.0)),
    )
    found = domain(before, after, ["a", "x"])
    assert (found.auc, found.drifted, found.rows) == (None, False, 49)
    assert "50 rows a side" in found.because
    assert domain(before, after, ["gone"]).auc is None
    assert domain(before, after, []).auc is None


def test_what_orders_and_numbers_rows_takes_no_part(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)

    def frame(start: int) -> pl.DataFrame:
        return crossed(rng, 500, 1.0).with_columns(
            pl.Series("id", range(start, start + 500)),
            pl.Series("at", range(start, start + 500)),
        )

    kinds = Kinds(time="at", key="id")
    before, after = as_table(tmp_path, "one", frame(0), kinds), as_table(tmp_path, "other", frame(500), kinds)
    found = domain(before, after, ["id", "at", "a", "x", "b"])
    assert not found.drifted
    assert found.auc == pytest.approx(0.5, abs=0.09)


def test_hostile_values_take_nothing_from_the_others(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    before, after = crossed(rng, 600, 1.0), crossed(rng, 600, -1.0)
    more = {
        "null": pl.Series([None] * 600, dtype=pl.Float64),
        "same": pl.Series([1.0] * 600),
        "list": pl.Series([[1, 2]] * 600),
        "infinite": pl.Series([float("inf"), float("-inf"), 1e308, float("nan"), -1e308] * 120),
    }
    plain = domain(as_table(tmp_path, "1", before), as_table(tmp_path, "2", after), ["x", "y"])
    with_more = domain(
        as_table(tmp_path, "3", before.with_columns(**more)),
        as_table(tmp_path, "4", after.with_columns(**more)),
        ["x", "null", "same", "list", "y"],
    )
    assert (with_more.auc, with_more.features) == (plain.auc, plain.features)
    spiked = domain(
        as_table(tmp_path, "5", before.with_columns(**more)),
        as_table(tmp_path, "6", after.with_columns(**more)),
        ["x", "y", "infinite"],
    )
    assert spiked.drifted


@pytest.mark.parametrize(
    ("one", "other"),
    [(pl.Int64, pl.String), (pl.String, pl.Float64), (pl.Int64, pl.Float64), (pl.Boolean, pl.String)],
)  # fmt: skip
def test_the_same_values_in_another_type_are_the_same(
    tmp_path: Path, one: pl.DataType, other: pl.DataType
) -> None:
    rng = np.random.default_rng(4)
    drawn = [rng.integers(0, 2, 400).tolist() for _ in range(2)]
    tables = []
    for at, (values, dtype) in enumerate(zip(drawn, (one, other), strict=True)):
        if {one, other} == {pl.Boolean, pl.String}:
            series = pl.Series("v", [bool(v) for v in values]).cast(dtype)
        else:
            series = pl.Series("v", values).cast(dtype)
        tables.append(as_table(tmp_path, str(at), pl.DataFrame({"v": series, "w": rng.normal(size=400)})))
    found = domain(tables[0], tables[1], ["v", "w"])
    assert not found.drifted
    assert found.auc == pytest.approx(0.5, abs=0.1)


def test_so_many_columns_are_bounded_and_the_answer_still_found(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)

    def frame(shift: float) -> pl.DataFrame:
        values = rng.normal(size=(300, 2100)) + shift * (np.arange(2100) == 1500)
        return pl.DataFrame(values, schema=[f"f{at}" for at in range(2100)])

    found = domain(
        as_table(tmp_path, "1", frame(0)), as_table(tmp_path, "2", frame(3)), [f"f{at}" for at in range(2100)]
    )
    assert found.drifted
    assert found.features[0][0] == "f1500"
    assert "first 2,000 of 2,100" in found.because
    quiet = domain(
        as_table(tmp_path, "3", frame(0)), as_table(tmp_path, "4", frame(0)), [f"f{at}" for at in range(2000)]
    )
    assert not quiet.drifted
