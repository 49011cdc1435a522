"""Figures and curves of metrics against scipy, numpy and what can be counted by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import integrate, stats

from mlops_console.comparison.why import curves, metrics
from mlops_console.comparison.why.metrics import Series

anything = st.floats(allow_nan=True, allow_infinity=True)
series_of_anything = st.builds(
    Series,
    st.just("a"),
    hnp.arrays(np.float64, st.integers(0, 12), elements=anything),
    hnp.arrays(np.float64, st.integers(0, 12), elements=anything),
    st.none() | hnp.arrays(np.float64, st.integers(0, 12), elements=anything),
)


def series(values, steps=None, times=None, name="a"):
    values = np.asarray(values, float)
    steps = np.arange(float(len(values))) if steps is None else np.asarray(steps, float)
    return Series(name, steps, values, None if times is None else np.asarray(times, float))


def test_best_goes_by_the_goal_and_is_where_it_was_first_reached():
    one = series([0.5, 0.2, 0.9, 0.2, np.nan])
    assert (metrics.best(one, "min").value, metrics.best(one, "min").step) == (0.2, 1)
    assert (metrics.best(one, "max").value, metrics.best(one, "max").step) == (0.9, 2)
    assert "1 of 5 values are no numbers" in metrics.best(one, "max").note
    assert metrics.best(one, None).value is None
    assert "more or less is better" in metrics.best(one, None).note


def test_last_is_what_was_recorded_last_even_after_a_resume():
    resumed = series([1.0, 0.5, 0.25, 0.6], steps=[0, 1, 2, 1])
    assert (metrics.last(resumed).value, metrics.last(resumed).step) == (0.6, 1)
    assert metrics.at_step(resumed, 1).value == 0.6


def test_a_last_value_that_is_no_number_is_said():
    found = metrics.last(series([0.5, 0.4, np.nan]))
    assert np.isnan(found.value)
    assert found.note == "the last value is nan; the last number was .4 at step 1"


def test_at_a_step_says_at_which():
    one = series([1, 2, 3], steps=[0, 10, 20])
    assert metrics.at_step(one, 10) == metrics.Figure("a", 2.0, 10.0)
    assert metrics.at_step(one, 19).value == 2
    assert metrics.at_step(one, 19).note == "at step 10, the nearest before 19"
    assert metrics.at_step(one, -1).value is None
    assert "begins at step 0" in metrics.at_step(one, -1).note


def test_the_area_is_that_of_scipy():
    rng = np.random.default_rng(1)
    steps = np.cumsum(rng.integers(1, 9, 200)).astype(float)
    values = rng.normal(size=200)
    expected = integrate.trapezoid(values, steps) / (steps[-1] - steps[0])
    assert metrics.area(series(values, steps)).value == pytest.approx(expected)
    shuffled = rng.permutation(200)
    assert metrics.area(series(values[shuffled], steps[shuffled])).value == pytest.approx(expected)
    assert metrics.area(series([0, 10], [0, 10]), 2, 4).value == pytest.approx(3)


def test_one_point_has_a_last_and_a_best_and_no_area():
    (table,) = metrics.figures([series([0.5])], "max")
    assert (table.last.value, table.best.value, table.at_step.value) == (0.5, 0.5, 0.5)
    assert table.area.value is None
    assert table.area.note == "one point has no area"


def test_without_a_step_runs_are_read_at_the_last_one_they_share():
    short, long = series([1, 2, 3]), series([1, 2, 3, 4, 5], name="b")
    assert [table.at_step.step for table in metrics.figures([short, long], "min")] == [2, 2]


@pytest.mark.usefixtures("calm")
def test_many_long_runs_are_quick_enough_to_ask_on_a_key():
    import time

    steps, rng = np.arange(10_000.0), np.random.default_rng(0)
    runs = [Series(str(k), steps, rng.normal(size=10_000)) for k in range(50)]
    begun = time.process_time()
    metrics.figures(runs, "min")
    aligned = [curves.by_step(run) for run in runs]
    curves.band(aligned)
    for one in aligned[1:]:
        curves.difference(one, aligned[0])
    assert time.process_time() - begun < 0.5


@given(series_of_anything, st.sampled_from(["min", "max", None]), anything)
def test_no_series_is_too_odd(one, goal, step):
    for figure in (metrics.last(one), metrics.best(one, goal), metrics.at_step(one, step), metrics.area(one)):
        assert figure.value is not None or figure.note
    metrics.figures([one, one], goal)


@given(series_of_anything, series_of_anything)
def test_no_pair_of_curves_is_too_odd(one, other):
    made = [curves.by_step(one), curves.by_time(one), curves.by_metric(one, other)]
    for curve in made:
        assert (curve.x[1:] > curve.x[:-1]).all()
        assert len(curve.x) == len(curve.y)
        assert len(curve.x) or curve.note
        found = curves.difference(curve, curves.by_step(other))
        assert len(found.x) or found.note
    for spread in ("sd", "range", "quartiles"):
        found = curves.band(made, spread)
        assert len(found.x) == len(found.middle) == len(found.low) == len(found.high) == len(found.n)
        assert len(found.x) or found.note


def test_time_begins_with_the_first_point():
    found = curves.by_time(series([3, 2, 1], times=[1000.0, 1002.5, np.nan]))
    assert found.x.tolist() == [0, 2.5]
    assert found.note == "1 of its points have no time"


def test_against_another_metric_by_what_it_was():
    loss, tokens = series([3, 2, 1], [0, 10, 20]), series([100, 200], [5, 15])
    found = curves.by_metric(loss, tokens)
    assert found.x.tolist() == [100, 200]
    assert found.y.tolist() == [2, 1]
    assert curves.by_metric(loss, series([1], [99])).note == "the two metrics have no step in common"


def test_a_sparse_series_is_subtracted_where_both_are():
    dense = curves.by_step(series(np.arange(11.0)))
    sparse = curves.by_step(series([0, 10], [2, 6]))
    found = curves.difference(dense, sparse)
    assert found.x.tolist() == [2, 3, 4, 5, 6]
    assert found.y.tolist() == [2 - 0, 3 - 2.5, 4 - 5, 5 - 7.5, 6 - 10]
    assert found.note == "only from 2 to 6, where both are"


def test_disjoint_steps_are_said():
    found = curves.difference(curves.by_step(series([1, 2])), curves.by_step(series([1, 2], [5, 6])))
    assert not len(found.x)
    assert found.note == "no common range: one is from 0 to 1, the base from 5 to 6"


def test_bands_are_those_of_numpy_and_scipy():
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(7, 30))
    lines = [curves.by_step(series(row)) for row in rows]
    found = curves.band(lines)
    assert found.middle == pytest.approx(rows.mean(axis=0))
    assert found.high - found.middle == pytest.approx(stats.tstd(rows, axis=0))
    found = curves.band(lines, "quartiles")
    assert np.vstack([found.low, found.middle, found.high]) == pytest.approx(
        np.quantile(rows, [0.25, 0.5, 0.75], axis=0)
    )
    found = curves.band(lines, "range")
    assert found.low == pytest.approx(rows.min(axis=0))
    assert found.words == "mean, least and largest of 7 runs"


def test_a_shorter_run_leaves_the_band_and_the_number_says_so():
    found = curves.band([curves.by_step(series([1, 1, 1, 1])), curves.by_step(series([3, np.nan]))])
    assert found.n.tolist() == [2, 1, 1, 1]
    assert found.middle.tolist() == [2, 1, 1, 1]
    assert np.isnan(found.low[1:]).all()
    empty = curves.band([curves.by_step(series([np.nan]))])
    assert empty.note == "none of the runs has numbers"


def test_the_order_of_runs_changes_no_band():
    rng = np.random.default_rng(5)
    lines = [curves.by_step(series(rng.normal(size=20), rng.permutation(60)[:20])) for _ in range(5)]
    one, other = curves.band(lines, "quartiles"), curves.band(lines[::-1], "quartiles")
    assert one.x.tolist() == other.x.tolist()
    assert one.middle == pytest.approx(other.middle)


numbers = hnp.arrays(np.float64, st.integers(2, 12), elements=st.integers(-50, 50).map(float))


@given(numbers, st.integers(-9, 9), st.sampled_from([0.5, 2.0, 4.0]))
def test_figures_follow_a_shift_and_a_scale(values, shift, scale):
    one, other = series(values), series(values * scale + shift)
    assert metrics.area(other).value == pytest.approx(metrics.area(one).value * scale + shift)
    assert metrics.best(other, "min").step == metrics.best(one, "min").step
    assert metrics.best(series(-values), "max").step == metrics.best(one, "min").step


@given(numbers, numbers)
def test_a_difference_turns_its_sign_with_its_sides(one, other):
    forth = curves.difference(curves.by_step(series(one)), curves.by_step(series(other)))
    back = curves.difference(curves.by_step(series(other)), curves.by_step(series(one)))
    assert forth.y == pytest.approx(-back.y)
    assert forth.x.tolist() == back.x.tolist()
