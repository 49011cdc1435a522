# ruff: noqa: DTZ001 - times without a zone are what is looked at
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.tables import kinds as kinds_of
from mlops_console.drift.tables.model import Kinds
from mlops_console.drift.tables.opening import open_table
from mlops_console.drift.tables.sampling import sample_of

N = 100
ROWS = {
    "int": pl.Series([3, 1, 2, 2] * 25),
    "wide": pl.Series([7**i % 1_000_003 for i in range(N)]),
    "float": pl.Series([(i * 7919 % 1_000) / 7 for i in range(N)]),
    "money": pl.Series([Decimal("1.50")] * N),
    "level": pl.Series(["a", "b"] * 50),
    "category": pl.Series(["a", "b"] * 50, dtype=pl.Categorical),
    "enum": pl.Series(["a", "b"] * 50, dtype=pl.Enum(["a", "b"])),
    "flag": pl.Series([True, False] * 50),
    "born": pl.Series([date(1970, 1, 1) + timedelta(days=i * 37 % 89) for i in range(N)]),
    "at": pl.Series([datetime(2024, 1, 1) + timedelta(hours=i) for i in range(N)]),
    "clock": pl.Series([timedelta(minutes=i * 7 % 60) for i in range(N)]),
    "row": pl.Series(range(1_000, 1_000 + N)),
    "shuffled_row": pl.Series([i * 37 % N for i in range(N)]),
    "uuid": pl.Series([f"{i * 7919:032x}" for i in range(N)]),
    "comment": pl.Series([f"what customer {i} has to say" for i in range(N)]),
    "list": pl.Series([[1]] * N),
    "bytes": pl.Series([b"x"] * N),
    "nothing": pl.Series([None] * N, dtype=pl.Float64),
    "untyped": pl.Series([None] * N),
}
EXPECTED = {
    "int": ("numeric", "integer"), "wide": ("numeric", "integer"), "float": ("numeric", "decimal number"),
    "money": ("numeric", "decimal number"), "level": ("categorical", "text"),
    "category": ("categorical", "text"), "enum": ("categorical", "text"), "flag": ("boolean", "true/false"),
    "born": ("date", "date"), "at": ("time", "date and time"), "clock": ("date", "duration"),
    "row": ("key", "integer"), "shuffled_row": ("key", "integer"), "uuid": ("key", "text"),
    "comment": ("text", "text"), "list": ("other", "list"), "bytes": ("other", "bytes"),
    "nothing": ("numeric", "decimal number"), "untyped": ("categorical", "empty"),
}  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kinds") / "all.parquet"
    pl.DataFrame(ROWS).write_parquet(path)
    return path


def test_each_type_has_its_kind(file: Path) -> None:
    about = open_table(file).columns()
    assert {name: (one.kind, one.dtype) for name, one in about.items()} == EXPECTED
    assert list(about) == list(ROWS)


def test_what_is_not_judged_says_why_and_how_it_would_be(file: Path) -> None:
    about = open_table(file).columns()
    for name, one in about.items():
        assert bool(one.why_not) == (one.kind in ("key", "time", "other")), name
    assert "--numeric row judges it" in about["row"].why_not
    assert "--categorical uuid judges it" in about["uuid"].why_not
    assert "always moves" in about["at"].why_not


def test_kinds_go_before_what_values_say(file: Path) -> None:
    kinds = Kinds(
        numeric=frozenset({"row", "at", "level"}), categorical=frozenset({"int", "uuid"}),
        ignore=frozenset({"float"}), time="born", key="level",
    )  # fmt: skip
    about = open_table(file, kinds).columns()
    assert "float" not in about
    said = {name: about[name].kind for name in ("row", "at", "int", "uuid", "born", "level")}
    assert said == {
        "row": "numeric", "at": "date", "int": "categorical", "uuid": "categorical",
        "born": "time", "level": "numeric",
    }  # fmt: skip
    assert list(open_table(file, Kinds(only=frozenset({"int", "flag"}))).columns()) == ["int", "flag"]


def test_ids_are_told_by_all_rows_not_by_the_first(tmp_path: Path) -> None:
    rows = kinds_of.HEAD + 10
    unique = [f"id{i}" for i in range(rows)]
    numbered = list(range(rows))
    late = pl.DataFrame(
        {"id": unique, "almost": [*unique[:-1], "id0"], "row": numbered, "count": [*numbered[:-1], 5]}
    )
    late.write_parquet(tmp_path / "late.parquet")
    said = {name: one.kind for name, one in open_table(tmp_path / "late.parquet").columns().items()}
    assert said == {"id": "key", "almost": "text", "row": "key", "count": "numeric"}


@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=30, max_size=200))
def test_decimal_numbers_are_never_ids(values: list[float]) -> None:
    series = pl.Series("x", values)
    assert kinds_of.about("x", series.dtype, Kinds(), series).kind == "numeric"


@given(values=st.lists(st.one_of(st.none(), st.text(max_size=20)), max_size=60), seed=st.integers(0, 9))
def test_the_order_of_rows_does_not_matter_to_texts(values: list[str | None], seed: int) -> None:
    series = pl.Series("x", values, pl.String)
    one = kinds_of.about("x", series.dtype, Kinds(), series)
    other = kinds_of.about("x", series.dtype, Kinds(), series.shuffle(seed))
    assert one == other
    assert one.kind in ("categorical", "text", "key")


def test_dates_that_lie_outside_the_reference_tell_when() -> None:
    days = [date(2024, 1, 1) + timedelta(days=i * 7 % 60) for i in range(60)]
    reference = sample_of(pl.Series(days), "date")
    later = sample_of(pl.Series([day + timedelta(days=90) for day in days]), "date")
    assert kinds_of.always_moves(reference, later)  # type: ignore[arg-type]
    assert not kinds_of.always_moves(reference, reference)  # type: ignore[arg-type]
    assert not kinds_of.always_moves(reference, sample_of(pl.Series([None], dtype=pl.Date), "date"))  # type: ignore[arg-type]


def test_ten_thousand_columns_are_quick(tmp_path: Path) -> None:
    import time

    def cpu(columns: int) -> float:
        path = tmp_path / f"{columns}.parquet"
        pl.DataFrame({f"x{i}": np.arange(50) % 7 for i in range(columns)}).write_parquet(path)
        begun = time.process_time()
        table = open_table(path)
        for name in table.columns():
            table.sample(name)
        return time.process_time() - begun

    few, many = cpu(1_000), cpu(10_000)
    # Ten times as many take ten times as long; were it quadratic, a hundred times.
    assert many < 40 * max(few, 0.1)


def test_kinds_of_the_shared_sets() -> None:
    """Reference: the kinds in the data sets' own `expected.json`."""
    root = Path(__file__).parents[1] / "data"
    sets = sorted(root.glob("*/expected.json")) if root.exists() else []
    for file in sets:
        windows = json.loads(file.read_text())["scipy_direct"]["windows"]
        about = open_table(file.parent / "reference.parquet").columns()
        for name, said in next(iter(windows.values()))["features"].items():
            assert about[name].kind == said["kind"], (file.parent.name, name)
        assert "time" not in about or about["time"].kind == "time"
