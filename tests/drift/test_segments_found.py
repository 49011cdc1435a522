"""Which part of the rows explains that a feature moved."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from mlops_console.drift.model import Feature, Kind, Measured
from mlops_console.drift.segments import segments
from mlops_console.drift.tables.model import Table
from mlops_console.drift.tables.opening import open_table


def moved(name: str, kind: Kind = "numeric", verdict: str = "DRIFT") -> Feature:
    return Feature(Measured(name, kind, 1, 1, 0.0, 0.0), verdict, 0.2, 0.001, "")  # type: ignore[arg-type]


def payments(folder: Path, name: str, rows: int, travel: float, pro: float = 0.0) -> Table:
    rng = np.random.default_rng([rows, int(100 * travel)])
    group = np.where(rng.random(rows) < travel, "travel", rng.choice(["food", "home"], rows))
    plan = rng.choice(["pro", "free", "basic"], rows, p=[0.2, 0.5, 0.3])
    frame = pl.DataFrame(
        {
            "amount": rng.normal(10, 2, rows) + 30 * (group == "travel"),
            "clicks": rng.normal(5, 1, rows) + pro * (plan == "pro"),
            "merchant_group": group,
            "plan": plan,
            "noise": rng.normal(size=rows),
            "list": [[1]] * rows,
        }
    )
    frame.write_parquet(folder / f"{name}.parquet")
    return open_table(folder / f"{name}.parquet")


def test_who_moved_and_where_it_moved(tmp_path: Path) -> None:
    before, after = payments(tmp_path, "1", 12_000, 0.04), payments(tmp_path, "2", 4000, 0.19, pro=3)
    found = segments(before, after, [moved("amount"), moved("clicks")])
    assert {(one.feature, one.by, one.level) for one in found} == {
        ("amount", "merchant_group", "travel"),
        ("clicks", "plan", "pro"),
    }
    share, within = sorted(found, key=lambda one: one.feature)
    assert share.explains > 0.9
    assert share.share_ref == pytest.approx(0.04, abs=0.01)
    assert share.share_cur == pytest.approx(0.19, abs=0.02)
    assert share.because.startswith("merchant_group=travel 4% -> 1")
    assert "of the move of amount" in share.because
    assert (share.how, within.how) == ("grew", "moved within")
    assert within.because.startswith("clicks moved only in plan=pro (")
    assert found == segments(before, after, [moved("amount"), moved("clicks")])


def test_by_names_the_columns_that_may_explain(tmp_path: Path) -> None:
    before, after = payments(tmp_path, "1", 8000, 0.04), payments(tmp_path, "2", 4000, 0.19)
    assert segments(before, after, [moved("amount")], by=["plan", "noise", "gone", "list"]) == ()
    assert segments(before, after, [moved("amount")], leave={"merchant_group"}) == ()


def test_nothing_is_told_where_nothing_moved_or_rows_are_few(tmp_path: Path) -> None:
    same = payments(tmp_path, "1", 8000, 0.04), payments(tmp_path, "2", 4000, 0.04)
    assert segments(*same, [moved("amount"), moved("clicks")]) == ()
    few = payments(tmp_path, "3", 99, 0.5)
    assert segments(same[0], few, [moved("amount")]) == ()
    assert segments(*same, [moved("amount", verdict="STABLE")]) == ()
    assert segments(*same, [moved("gone"), moved("list", "other")]) == ()


def test_few_rows_are_an_indication(tmp_path: Path) -> None:
    before, after = payments(tmp_path, "1", 500, 0.04), payments(tmp_path, "2", 400, 0.3)
    found = segments(before, after, [moved("amount")])
    assert found[0].level == "travel"
    assert "told from 400 rows a side: an indication" in found[0].because


def test_values_beyond_all_that_was_known_are_no_part_of_the_usual_ones(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)

    def sights(name: str, miles: float) -> Table:
        origin = rng.choice(["EWR", "JFK", "LGA"], 6000)
        clear = np.where(rng.random(6000) < 0.9, 10.0, rng.uniform(0.1, 9, 6000))
        frame = pl.DataFrame({"visib": np.where(origin == "EWR", clear * miles, clear), "origin": origin})
        frame.write_parquet(tmp_path / f"{name}.parquet")
        return open_table(tmp_path / f"{name}.parquet")

    (found,) = segments(sights("1", 1), sights("2", 1.609), [moved("visib")])
    assert (found.by, found.level) == ("origin", "EWR")
    assert found.because.startswith("visib moved only in origin=EWR (3")
