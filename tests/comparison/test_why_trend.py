"""Trends, fronts and the best so far against scipy and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from mlops_console.comparison.why.front import best_so_far, pareto
from mlops_console.comparison.why.trend import MOST, trend

anything = st.floats(allow_nan=True, allow_infinity=True)
arrays = hnp.arrays(np.float64, st.shared(st.integers(0, 15), key="n"), elements=anything)
few = hnp.arrays(np.float64, st.shared(st.integers(0, 15), key="n"), elements=st.integers(0, 4).map(float))


def test_the_slope_is_that_of_theil_and_sen_and_the_correlation_spearmans():
    rng = np.random.default_rng(0)
    x, y = rng.uniform(0, 10, 40), rng.normal(size=40)
    y = 3 * x + y
    y[0] = 1e6
    found, line, rank = trend(x, y), stats.theilslopes(y, x), stats.spearmanr(x, y)
    assert found.slope == pytest.approx(line.slope)
    assert found.ci == pytest.approx((line.low_slope, line.high_slope))
    assert found.intercept == pytest.approx(line.intercept)
    assert (found.correlation, found.p) == pytest.approx((rank.statistic, rank.pvalue))
    assert found.words.startswith("rises with it (rank correlation .")


def test_sens_slope_as_published():
    """Hollander, Wolfe and Chicken (2014), example 9.1 (cloud seeding): slope -.056."""
    x, y = [1, 2, 3, 4, 5], [1.26, 1.27, 1.12, 1.16, 1.03]
    assert trend(np.array(x), np.array(y)).slope == pytest.approx(-0.056, abs=0.0005)


def test_few_runs_are_judged_by_all_orders():
    x, y = np.arange(5.0), np.array([1.0, 2, 3, 4, 5])
    assert trend(x, y).p == pytest.approx(2 / 120)
    tied = np.array([1.0, 1, 2, 2, 3])
    exact = stats.permutation_test(
        (tied,), lambda a: stats.spearmanr(x, a).statistic, permutation_type="pairings", n_resamples=np.inf
    ).pvalue
    assert trend(x, tied).p == pytest.approx(exact)


def test_on_logarithmic_axes():
    x = 10 ** np.linspace(-5, -1, 30)
    found = trend(x, 2 * x**0.5, log_x=True, log_y=True)
    assert found.slope == pytest.approx(0.5)
    assert found.at(np.array([-2.0])) == pytest.approx([np.log10(0.2)])
    with_zero = trend(np.append(x, 0), np.append(x, 1), log_x=True)
    assert with_zero.left_out == 1
    assert with_zero.words.endswith("1 have no place here")


def test_what_has_no_trend_says_why():
    assert trend(np.ones(5), np.arange(5)).words == "all points are at the same x"
    assert trend(np.arange(5), np.ones(5)).words == "all points are at the same height"
    assert trend(np.arange(2), np.ones(2)).words == "4 points are needed for a trend, there are 2"
    rng = np.random.default_rng(5)
    assert trend(rng.normal(size=30), rng.normal(size=30)).words.startswith("not shown to move with it")


def test_many_runs_have_nearly_the_slope_of_all_pairs():
    rng = np.random.default_rng(1)
    x = rng.normal(size=10_000)
    found = trend(x, 2 * x + rng.normal(size=10_000))
    assert len(x) > MOST
    assert found.ci[0] < 2 < found.ci[1]
    assert found.n == 10_000


@given(arrays, arrays, st.booleans(), st.booleans())
def test_no_points_are_too_odd_for_a_trend(x, y, log_x, log_y):
    found = trend(x, y, log_x=log_x, log_y=log_y)
    assert found.words
    assert found.slope is None or np.isfinite(found.slope)


@given(few, few)
def test_shifting_changes_no_slope(x, y):
    one, other = trend(x, y), trend(x + 7, y - 3)
    assert (one.slope is None) == (other.slope is None)
    if one.slope is not None:
        assert one.slope == pytest.approx(other.slope)
        assert one.p == pytest.approx(other.p)


def beaten(points, at):
    others = np.delete(points, at, axis=0)
    return bool(((others <= points[at]).all(axis=1) & (others < points[at]).any(axis=1)).any())


@given(few, few)
def test_the_front_is_what_no_run_beats(x, y):
    points = np.array([x, y]).T
    front = pareto(points, ("min", "min"))
    assert sorted(front.members.tolist()) == [at for at in range(len(points)) if not beaten(points, at)]
    mirrored = pareto(points * [1, -1], ("min", "max"))
    assert mirrored.members.tolist() == front.members.tolist()


@given(arrays, arrays)
def test_no_points_are_too_odd_for_a_front(x, y):
    front = pareto(np.array([x, y]).T, ("min", "max"))
    assert front.words
    assert np.isfinite(x[front.members]).all()
    found = best_so_far(x, y, "max")
    assert found.words
    assert (found.values[1:] >= found.values[:-1]).all()


def test_ties_stay_on_the_front_and_runs_without_numbers_do_not():
    front = pareto(np.array([[1, 2], [1, 2], [2, 1], [2, 2], [np.nan, 0]]), ("min", "min"))
    assert front.members.tolist() == [0, 1, 2]
    assert front.words == "3 of 4 runs are beaten by none in both; 1 have no number for both"


def test_the_best_so_far():
    times, values = np.array([3.0, 1, 2, 4, 5, np.nan]), np.array([0.7, 0.5, np.nan, 0.6, 0.7, 0.9])
    found = best_so_far(times, values, "max")
    assert found.times.tolist() == [1, 3, 4, 5]
    assert found.values.tolist() == [0.5, 0.7, 0.7, 0.7]
    assert found.improved.tolist() == [1, 0]
    assert found.words == ".7 is the best of 4 runs; none of the 2 since was better"
