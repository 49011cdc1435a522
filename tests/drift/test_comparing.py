"""Two tables, or a table and a baseline, compared: what is told when, and what one failure costs."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_console.drift.baseline.making import make
from mlops_console.drift.comparing import compare, judged
from mlops_console.drift.judged_form import made, plain
from mlops_console.drift.matching import renamed
from mlops_console.drift.model import Measured, Rules
from mlops_console.drift.options import Options
from mlops_console.drift.reporting import report_json
from mlops_console.drift.tables.model import Kinds
from mlops_console.drift.tables.opening import open_table
from mlops_console.errors import DataError

FAST = Options(classifier=False, segments=None)


def frame(seed: int, n: int = 1_500) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "price": chance.gamma(2.0, 10.0, n),
            "shop": chance.choice(["north", "south", "west"], n),
            "open": chance.random(n) < 0.8,
            "note": [f"order {at} of {chance.integers(1e9)} for somebody" for at in range(n)],
            "day": pl.Series(chance.integers(18_000, 18_300, n)).cast(pl.Int32).cast(pl.Date),
        }
    )


@pytest.fixture
def tables(tmp_path):
    def made(reference: pl.DataFrame, current: pl.DataFrame, kinds: Kinds | None = None):
        for name, one in (("ref", reference), ("cur", current)):
            one.write_parquet(tmp_path / f"{name}.parquet")
        return tuple(open_table(tmp_path / f"{name}.parquet", kinds) for name in ("ref", "cur"))

    return made


def test_single_features_are_told_before_the_rest_is_worked_out(tables):
    told, shares = [], []
    report = compare(*tables(frame(1), frame(2)), told=told.append, progress=shares.append)
    [first] = told
    assert first.domain is None
    assert first.features == report.features
    assert report.domain is not None
    assert report.domain.auc is not None
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_kinds_are_those_of_the_types(tables):
    report = compare(*tables(frame(1), frame(2)), FAST)
    assert {one.measured.name: one.measured.kind for one in report.features} == {
        "price": "numeric", "shop": "categorical", "open": "boolean", "note": "text", "day": "date",
    }  # fmt: skip
    assert {one.verdict for one in report.features} == {"STABLE"}


def test_what_is_kept_of_a_window_is_read_back_and_judged_as_before(tables):
    current = frame(2).with_columns(price=pl.col("price") * 1.4, shop=pl.lit("east"))
    report = compare(*tables(frame(1), current), FAST)
    kept = json.loads(json.dumps([plain(one.measured) for one in report.features], allow_nan=False))
    again = [made(Measured, one) for one in kept]
    assert again == [one.measured for one in report.features]
    once_more = judged(again[::-1], Rules(), report.reference, report.current)
    assert once_more.features == report.features
    strict = judged(again, Rules(drift=0.02, watch=0.01), report.reference, report.current)
    assert strict.verdict == "DRIFT"


@pytest.mark.parametrize("form", [None, [], {}, {"name": "a"}, {"name": 1}])
def test_what_is_no_feature_is_no_feature(form):
    with pytest.raises(ValueError, match=r"no |without"):
        made(Measured, form)


def test_a_column_that_fails_costs_a_sentence_and_the_others_nothing(tables):
    reference, current = tables(frame(1), frame(2))
    usual = report_json(compare(reference, current, FAST))["features"]

    class Broken:
        """A reference of which one column can't be read."""

        def __getattr__(self, name):
            return getattr(reference, name)

        def sample(self, name, kind=None):
            if name == "price":
                raise DataError("page 7 is damaged")
            return reference.sample(name, kind)

    report = compare(Broken(), current, FAST)
    [problem] = report.problems
    assert problem == '"price" is not judged: page 7 is damaged.'
    found = report_json(report)["features"]
    assert found["price"]["verdict"] == "NOT JUDGED"
    assert "page 7" in found["price"]["because"]
    for name in set(usual) - {"price"}:
        # All but q: the family has fewer tests now.
        for key in ("verdict", "effect", "n_ref", "n_cur", *(k for k in usual[name] if k not in _OVER_ALL)):
            assert found[name][key] == usual[name][key]


_OVER_ALL = {"q", "because", "checks", "visible"}


def test_dates_that_only_say_when_rows_were_made_are_not_judged(tables):
    later = frame(2).with_columns(pl.col("day") + pl.duration(days=400))
    report = compare(*tables(frame(1), later), FAST)
    day = next(one for one in report.features if one.measured.name == "day")
    assert day.verdict == "NOT JUDGED"
    assert "always moves" in day.because
    assert report.verdict == "STABLE"


def test_a_baseline_stands_for_its_data(tables):
    reference, current = tables(frame(1), frame(2).with_columns(price=pl.col("price") * 1.5))
    with_data, with_baseline = (compare(one, current, FAST) for one in (reference, make(reference)))
    assert [one.verdict for one in with_data.features] == [one.verdict for one in with_baseline.features]
    for one, other in zip(with_data.features, with_baseline.features, strict=True):
        assert one.effect == pytest.approx(other.effect, abs=1 / 1024)


def test_options_hold_for_a_baseline_that_was_made_without_them(tables):
    reference, current = tables(frame(1), frame(2))
    options = replace(FAST, kinds=Kinds(ignore=frozenset({"note"}), only=frozenset({"note", "shop", "day"})))
    report = compare(make(reference), current, options)
    assert {one.measured.name for one in report.features} == {"shop", "day"}


def test_a_reference_that_moves_in_time_raises_the_limits(tables):
    chance, n = np.random.default_rng(3), 6_000
    when = pl.datetime_range(
        pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 1) + pl.duration(hours=n - 1), "1h", eager=True
    )
    season = np.repeat([0.0, 1.0], n // 12).tolist() * 6
    reference = pl.DataFrame({"at": when, "load": chance.normal(season, 1.0), "noise": chance.normal(size=n)})
    current = reference.slice(n // 12, n // 12).with_columns(pl.col("load") + 0.02)
    report = compare(*tables(reference, current), FAST)
    floors = report.rules.floors
    assert 0.10 < floors["load"] <= 0.30
    assert "noise" not in floors
    by_itself = compare(*tables(reference, current), replace(FAST, floors=False))
    assert by_itself.rules.floors == {}


@pytest.mark.parametrize("which", [(True, True), (True, False), (False, True)])
def test_tables_that_do_not_fit_are_judged_as_those_that_do(tmp_path, which):
    current = frame(2, 6_000).with_columns(price=pl.col("price") * 1.3, shop=pl.lit("east"))
    for name, one in (("ref", frame(1, 6_000)), ("cur", current)):
        one.write_parquet(tmp_path / f"{name}.parquet", row_group_size=1_000)
    paths = [tmp_path / "ref.parquet", tmp_path / "cur.parquet"]
    whole = compare(*map(open_table, paths), FAST)
    sides = [
        open_table(path, fits_rows=100 if streamed else None)
        for path, streamed in zip(paths, which, strict=True)
    ]
    report = compare(*sides, FAST)
    assert (report.reference.exact, report.current.exact) == tuple(not one for one in which)
    found = {one.measured.name: one for one in report.features}
    assert set(found) == {one.measured.name for one in whole.features}
    for one in whole.features:
        assert found[one.measured.name].verdict == one.verdict
        assert found[one.measured.name].effect == pytest.approx(one.effect, abs=1 / 512)


def test_importance_ranks_what_moved(tables):
    current = frame(2).with_columns(price=pl.col("price") * 1.5, open=pl.col("open") & (pl.col("price") > 12))
    plain = compare(*tables(frame(1), current), FAST)
    weighted = compare(*tables(frame(1), current), replace(FAST, importance={"price": 9.0, "open": 1.0}))
    assert {one.measured.name for one in plain.features[:2]} == {"price", "open"}
    assert weighted.features[0].measured.name == "price"


@given(
    st.lists(st.text(max_size=8), unique=True, max_size=6),
    st.lists(st.text(max_size=8), unique=True, max_size=6),
)
def test_likely_names_are_given_once(gone, extra):
    extra = [name for name in extra if name not in gone]
    found = renamed(gone, extra)
    assert set(found) <= set(gone)
    assert set(found.values()) <= set(extra)
    assert len(set(found.values())) == len(found)


def test_only_like_names_are_likely():
    assert renamed(["amount", "city"], ["amout", "CITY", "zip"]) == {"amount": "amout", "city": "CITY"}
    assert renamed(["amount"], ["country"]) == {}
