"""A baseline against the data that it was made from: on real windows it says the same, figure by figure."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.stats import ks_2samp, wasserstein_distance

from mlops_console.drift.baseline.form import packed, unpacked
from mlops_console.drift.baseline.making import make
from mlops_console.drift.baseline.thinning import thinned
from mlops_console.drift.comparing import compare
from mlops_console.drift.options import Options
from mlops_console.drift.sample import NumericSample, level_sample, numeric_sample
from mlops_console.drift.tables.opening import open_table

DATA = Path(__file__).parents[1] / "data"
SETS = sorted(place.parent.name for place in DATA.glob("*/reference.parquet"))
EXACT = frozenset(
    ("psi", "js_distance_base2", "hellinger", "total_variation", "l_infinity", "chi2", "chi2_p", "cramers_v")
)
"""What rests on counts of deciles and levels alone."""


@pytest.mark.parametrize("name", SETS)
def test_verdicts_are_those_of_the_raw_reference_on_every_window(name):
    raw = open_table(DATA / name / "reference.parquet")
    baseline = unpacked(packed(make(raw)), "baseline")
    windows = sorted((DATA / name).glob("current-*.parquet"))
    assert windows
    asked = Options(classifier=False, segments=None)
    for window in windows:
        exact = compare(raw, open_table(window), asked)
        found = compare(baseline, open_table(window), asked)
        assert (found.verdict, found.problems) == (exact.verdict, exact.problems), window
        features = {one.measured.name: one for one in found.features}
        for one in exact.features:
            other = features[one.measured.name]
            assert other.verdict == one.verdict, (window, one.measured.name)
            assert [c.verdict for c in other.checks] == [c.verdict for c in one.checks], window
            own, theirs = one.measured.statistics, other.measured.statistics
            assert {key: theirs.get(key) for key in EXACT} == {key: own.get(key) for key in EXACT}
            if own.get("ks") is not None:
                assert abs(theirs["ks"] - own["ks"]) < 1 / 1024


def test_the_classifier_sees_the_rows_that_it_would_have_drawn():
    raw = open_table(DATA / "bikeshare" / "reference.parquet")
    baseline = unpacked(packed(make(raw)), "baseline")
    window = open_table(DATA / "bikeshare" / "current-2011-10.parquet")
    asked = Options(segments=None)
    one, other = compare(raw, window, asked).domain, compare(baseline, window, asked).domain
    assert (other.auc, other.p, other.features) == (one.auc, one.p, one.features)


def columns():
    rng = np.random.default_rng(5)
    n = 60_000
    yield "normal", rng.normal(size=n)
    yield "cauchy", rng.standard_cauchy(n)
    yield "mostly zero", np.where(rng.random(n) < 0.7, 0.0, rng.lognormal(size=n))
    yield "rounded", np.round(rng.normal(size=n), 3)
    yield "heavy values", np.where(rng.random(n) < 0.5, rng.integers(0, 40, n), rng.normal(20, 9, n))


@pytest.mark.parametrize(
    ("name", "values"), list(columns()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_thinning_keeps_distances_and_counts(name, values):
    """Against scipy, on a window that is moved by a little."""
    exact = numeric_sample(values)
    found = thinned(exact, 4_096)
    assert isinstance(found, NumericSample)
    assert found.figures is exact.figures
    assert len(found.values) <= 4_096
    assert found.counts.sum() == len(values)
    assert (np.diff(found.values) > 0).all()
    assert (found.values[0], found.values[-1]) == (values.min(), values.max())
    moved = values[:9_000] + 0.1 * np.quantile(np.abs(values), 0.5)
    spread = np.repeat(found.values, found.counts)
    ks = [ks_2samp(one, moved, method="asymp").statistic for one in (values, spread)]
    assert abs(ks[0] - ks[1]) < 1 / 4_032
    w1 = [wasserstein_distance(one, moved) for one in (values, spread)]
    assert w1[1] == pytest.approx(w1[0], rel=0.03)


def test_columns_of_few_values_lose_nothing():
    values = np.random.default_rng(1).poisson(3, 50_000).astype(float)
    found = thinned(numeric_sample(values), 4_096)
    expected = np.unique(values, return_counts=True)
    assert found.exact
    assert found.values.tolist() == expected[0].tolist()
    assert found.counts.tolist() == expected[1].tolist()


def test_of_many_levels_the_commonest_are_kept_and_the_rest_counted():
    counts = {f"level {at:05}": 1 + at % 7 for at in range(9_000)}
    rows = sum(counts.values()) + 5
    found = thinned(level_sample(list(counts), list(counts.values()), rows, 5), 4_096)
    assert (len(found.levels), found.distinct, found.rows, found.missing) == (4_096, 9_000, rows, 5)
    assert found.others == rows - 5 - int(found.counts.sum())
    assert found.counts.min() >= 4
    assert list(found.levels) == sorted(found.levels)


def test_a_wide_table_stays_small(tmp_path):
    rng = np.random.default_rng(2)
    wide = pl.DataFrame({f"c{at}": rng.normal(size=700) for at in range(1_500)})
    wide.write_parquet(tmp_path / "wide.parquet")
    made = make(open_table(tmp_path / "wide.parquet"))
    assert len(packed(made)) < 20 << 20
    assert made.held.height * made.held.width <= 1 << 22
