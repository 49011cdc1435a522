"""Nearest runs, repetitions, duplicates, the last good run and change points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from mlops_console.comparison.differing.facts import flat
from mlops_console.comparison.why import finding, history
from mlops_console.comparison.why.finding import Identity
from mlops_console.comparison.why.table import table

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
many_params = st.lists(st.dictionaries(st.sampled_from(["a", "b", "c.seed", "lr"]), json_values), min_size=1)


def test_the_nearest_runs_and_what_differs():
    runs = [
        {"lr": 1e-3, "opt": "adam", "depth": 4, "seed": 1},
        {"lr": "0.001", "opt": "adam", "depth": 4, "seed": 2},
        {"lr": 1e-2, "opt": "adam", "depth": 4, "seed": 1},
        {"lr": 1e-1, "opt": "sgd", "depth": 8, "seed": 1},
        {"lr": 1e-3, "opt": "adam", "seed": 1},
    ]
    found = finding.nearest(table(runs), runs, 0)
    assert [near.run for near in found] == [1, 2, 4, 3]
    assert (found[0].distance, found[0].differing) == (0, ())
    # lr is spread over two decades, one of which is half of it; two params of three are the same.
    assert found[1].distance == pytest.approx(0.5 / 3)
    assert found[1].differing == (finding.Difference("lr", 1e-3, 1e-2),)
    assert found[2].differing == (finding.Difference("depth", 4, None),)
    assert (found[3].distance, found[3].total) == (1, 3)


def test_gower_as_published():
    """Gower's distance of mixed data as R's cluster::daisy(metric = "gower") computes it, by its formula."""
    runs = [{"x": 1.0, "k": "a"}, {"x": 3.0, "k": "a"}, {"x": 5.0, "k": "b"}]
    distances = {near.run: near.distance for near in finding.nearest(table(runs), runs, 0)}
    assert distances == {1: pytest.approx((0.5 + 0) / 2), 2: pytest.approx((1 + 1) / 2)}


def test_the_same_config_with_another_seed():
    runs = [
        {"lr": 0.1, "seed": 1},
        {"lr": "1e-1", "seed": 2},
        {"lr": 0.1, "seed": "1"},
        {"lr": 0.2, "seed": 1},
    ]
    assert finding.repetitions(runs, 0) == finding.Repetitions(("seed",), (1,), (2,))
    assert finding.configurations(runs).tolist() == [0, 0, 0, 1]


def test_duplicates_need_everything_to_be_the_same():
    one = Identity({"lr": 0.1}, "c1", ("d1",), {"auc": 0.9})
    twin = Identity({"lr": "0.1"}, "c1", ("d1",), {"auc": 0.9})
    odd = Identity({"lr": 0.1}, "c1", ("d1",), {"auc": 0.8})
    other = Identity({"lr": 0.1}, "c2", ("d1",), {"auc": 0.9})
    found = finding.duplicates([one, other, twin, odd])
    assert [(pair.runs, pair.kind) for pair in found] == [
        ((0, 2), "the same run twice"),
        ((0, 2, 3), "same inputs, other results"),
    ]
    assert found[0].words == "2 runs have the same params, code, data and metrics"
    assert found[1].words == "3 runs with the same params, code, data came out 2 ways"


def test_of_runs_that_say_little_little_is_said():
    blank = Identity({}, None, None, {})
    assert finding.duplicates([blank, blank]) == ()
    known = Identity({"lr": 1}, None, None, {"auc": float("nan")})
    (found,) = finding.duplicates([known, known])
    assert found.words == "2 runs have the same params (code and data not recorded) and metrics"


@given(many_params, st.data())
def test_no_params_are_too_odd_to_find_by(runs, data):
    runs = [flat(run) for run in runs]
    this = data.draw(st.integers(0, len(runs) - 1))
    for near in finding.nearest(table(runs), runs, this):
        assert 0 <= near.distance <= 1
    finding.repetitions(runs, this)
    assert finding.duplicates([Identity(run, None, None, {}) for run in runs]) == ()


def test_pettitt_is_the_largest_of_all_mann_whitney_statistics():
    values = np.random.default_rng(2).normal(size=120) + np.repeat([0, 0.8], [50, 70])
    found = history.change_point(values, "max")
    # U of Pettitt at t is 2 x (U of Mann and Whitney for the first t against the others) - t (n - t).
    u = [2 * stats.mannwhitneyu(values[:t], values[t:]).statistic - t * (120 - t) for t in range(1, 120)]
    k = np.abs(u).max()
    assert found.at == int(np.abs(u).argmax()) + 1
    assert found.p == pytest.approx(2 * np.exp(-6 * k**2 / (120**3 + 120**2)))
    assert found.worse is False


def test_of_few_runs_p_is_that_of_all_orders():
    import itertools

    values = [1.0, 2.0, 3.0, 10.0, 11.0, 12.0, 13.0]

    def clearest(order):
        return max(abs(2 * sum(order[:t]) - t * 8) for t in range(1, 7))

    k = clearest([1, 2, 3, 4, 5, 6, 7])
    exact = np.mean([clearest(order) >= k for order in itertools.permutations(range(1, 8))])
    assert history.change_point(np.array(values), "max").p == pytest.approx(exact, abs=0.02)


def test_change_points_are_seldom_seen_where_nothing_changed():
    rng = np.random.default_rng(4)
    seen = [history.change_point(rng.normal(size=n), "max").at is not None for n in (8, 12, 40, 120) * 100]
    assert np.mean(seen) <= 0.06


def test_a_regression_in_words():
    values = [0.91, 0.92, 0.91, np.nan, 0.915, 0.92, 0.80, 0.81, 0.79, 0.80, 0.81]
    found = history.change_point(np.array(values), "max")
    assert (found.at, found.worse) == (6, True)
    assert found.words.startswith("worse: .915 to .8, after 5 of 10 runs (Pettitt's test, p")
    assert history.change_point(np.array(values[:4]), "max").words == "6 runs are needed, there are 3"


def facts(commit, **params):
    return {"params": params, "code": {"git.commit": commit}, "costs": {"duration": 1}}


def test_what_changed_since_the_last_good_run():
    runs = [
        facts("c1", lr=0.1, batch=32, seed=1),
        facts("c1", lr=0.1, batch=64, seed=2),
        facts("c2", lr=0.1, batch=32, seed=3),
        facts("c3", lr=0.5, batch=64, warmup=10, seed=4),
        facts("c4", lr="0.50", batch=64, seed=5),
    ]
    found = history.since_last_good(runs, np.array([0.9, 0.91, 0.9, 0.5, np.nan]), "max", 0.85)
    assert (found.good, found.bad, found.commits) == (2, 3, "c2..c3")
    assert [(one.row.key, one.standing, one.words) for one in found.changed] == [
        ("lr", "suspect", "no good run had it, and all bad ones have"),
        ("git.commit", "suspect", "no good run had it"),
        ("batch", "cleared", "1 good run had that too"),
        ("warmup", "cleared", "1 of the bad run hasn't got it"),
    ]
    assert found.words == "2 runs worse than .85 since; 4 things changed, 2 of them suspect"


def test_where_no_limit_is_given_the_change_point_makes_one():
    runs = [facts("c1", lr=0.1)] * 6 + [facts("c2", lr=0.1)] * 6
    values = np.repeat([1.0, 3.0], 6) + np.tile([0, 0.1, 0.2], 4)
    found = history.since_last_good(runs, values, "min")
    assert (found.good, found.bad) == (5, 6)
    assert found.limit == pytest.approx(2.1)
    assert history.since_last_good(runs, values, "max").good is None
    assert "not worse than before" in history.since_last_good(runs, values, "max").words
    assert history.since_last_good([], np.array([]), "min").words == "there are no runs"
    assert history.since_last_good(runs, values, "min", 9).words == "the latest run is good"
    assert history.since_last_good(runs, values, "min", -9).words.startswith("no run was as good as")


@given(
    hnp.arrays(np.float64, st.integers(0, 14), elements=st.floats(allow_nan=True)), st.none() | st.floats()
)
def test_no_history_is_too_odd(values, limit):
    runs = [facts(f"c{at}", lr=float(value)) for at, value in enumerate(values)]
    for goal in ("min", "max"):
        assert history.since_last_good(runs, values, goal, limit).words
        assert history.change_point(values, goal).words
