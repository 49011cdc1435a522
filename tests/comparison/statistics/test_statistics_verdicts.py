"""What is said of ordinary and of odd runs, and that it never contradicts itself."""

import math

import numpy as np
import pytest

from mlops_console.comparison.statistics import Sample, holm, judge, judge_all
from mlops_console.comparison.statistics.words import BEYOND

NAN, INF = math.nan, math.inf
SEEDS = ("0", "1", "2", "3", "4")
LOW = [0.70, 0.72, 0.69, 0.74, 0.71]
HIGH = [0.80, 0.83, 0.81, 0.84, 0.82]


def said(a, b, goal="max", keys_a=(), keys_b=None, **options):
    keys_b = keys_a if keys_b is None else keys_b
    return judge(
        "acc", goal, Sample("old", np.array(a), keys_a), Sample("new", np.array(b), keys_b), **options
    )


@pytest.mark.parametrize(
    ("goal", "verdict"), [("max", "better"), ("min", "worse"), (None, "not shown to differ")]
)
@pytest.mark.parametrize("keys", [(), SEEDS])
def test_verdict_is_of_b_by_the_goal(goal, verdict, keys):
    one = said(LOW, HIGH, goal, keys)
    assert one.verdict == verdict
    assert one.difference == pytest.approx(np.mean(HIGH) - np.mean(LOW))
    assert one.mean_b - one.mean_a == pytest.approx(one.difference)
    assert one.p_holm == one.p < 0.05
    assert one.more == 0
    if goal is None:
        assert "nobody said" in one.because


def test_one_run_each_says_so():
    one = said([0.7], [0.9])
    assert one.difference == pytest.approx(0.2)
    assert (one.ci, one.p, one.effect_size, one.power, one.more) == (None,) * 5
    assert one.test == "none"
    assert one.verdict == "not shown to differ"
    assert one.because == "one run each: nothing can be said about chance; 3 seeds each would be a start"


@pytest.mark.parametrize(("a", "b", "who"), [([0.7], HIGH, "old"), (LOW, [0.9], "new")])
def test_one_run_against_several_has_an_interval_but_no_verdict(a, b, who):
    one = said(a, b)
    assert one.ci[0] < one.difference < one.ci[1]
    assert one.p is None
    assert one.verdict == "not shown to differ"
    assert f"only one run of {who}, whose spread" in one.because
    assert one.more == 2


def test_two_runs_each_are_too_few_for_a_verdict_however_far_apart():
    one = said([0.70, 0.71], [0.90, 0.91])
    assert one.ci[0] > 0
    assert one.p is None
    assert one.verdict == "not shown to differ"
    assert one.because == (
        "only 2 runs of old and 2 runs of new: too few for a verdict, for so few can look alike by chance; "
        "3 of each would be a start"
    )
    assert one.more == 1
    assert holm([one])[0] == one


@pytest.mark.parametrize(("a", "b", "who"), [([], HIGH, "old"), (LOW, [NAN, NAN], "new"), ([], [], "old")])
def test_no_run_with_a_number(a, b, who):
    one = said(a, b)
    assert one.because == f"no run of {who} has a number here"
    assert (one.difference, one.ci, one.p) == (None, None, None)
    assert one.n_b == np.isfinite(b).sum()


def test_a_run_without_a_number_is_named_and_left_out():
    one = said(LOW, [*HIGH[:4], NAN], keys_a=SEEDS)
    assert one.n_a == 5
    assert one.n_b == 4
    assert one.mean_b == pytest.approx(np.mean(HIGH[:4]))
    assert any("1 of 5 runs of new gave no number (NaN): 4" in note for note in one.notes)


def test_an_infinite_run_is_ranked_highest():
    one = said([1.0, 1.1, 1.2, 1.3, 1.4], [2.0, 2.1, 2.2, 2.3, INF], "min")
    assert one.test == "Mann-Whitney"
    assert one.p == pytest.approx(2 / math.comb(10, 5))
    assert one.verdict == "worse"
    assert one.ci[0] > 0
    assert any("1 of 5 runs of new is infinite" in note for note in one.notes)
    assert one.as_json()["mean_b"] is None


def test_infinite_pairs_go_the_same_way():
    keys = tuple("abcdef")
    one = said([1, 2, 3, 4, 5, INF], [2, 3.5, 4.1, 5.2, 6.3, INF], keys_a=keys)
    assert one.test == "Wilcoxon signed-rank"
    assert one.verdict == "not shown to differ"
    assert one.p > 0.05


def test_everything_infinite():
    assert said([INF] * 3, [INF] * 3).difference == 0.0
    assert said([INF] * 3, [-INF] * 3).difference == -INF
    assert said([INF, -INF, 1], [-INF, INF, 2]).verdict == "not shown to differ"


def test_runs_that_never_vary_leave_nothing_to_judge():
    one = said([0.9] * 5, [0.95] * 5, keys_a=SEEDS)
    assert one.difference == pytest.approx(0.05)
    assert one.p is None
    assert one.verdict == "not shown to differ"
    assert one.because == (
        "every run of old gave .9, every run of new .95: exact for these runs, but without any variation "
        "chance can't be judged"
    )
    assert said([0.1 + 0.2, 0.3, 0.3], [0.3, 0.3, 0.3]).p is None
    assert "every run of both gave 10" in said([10, 10, 10], [10, 10, 10]).because


def test_identical_pairs_are_equivalent():
    one = said(LOW, LOW, keys_a=SEEDS)
    assert one.verdict == "equivalent"
    assert one.difference == 0.0
    assert one.because == "all 5 pairs are identical: the difference is exactly 0"
    assert said(LOW, LOW).verdict == "not shown to differ"


def test_a_constant_difference_is_judged_by_ranks_not_called_certain():
    keys = tuple(map(str, range(7)))
    values = np.array([0.1, 0.3, 0.2, 0.6, 0.5, 0.9, 0.4])
    assert said(values[:3], values[:3] + 0.1, keys_a=keys[:3]).p == pytest.approx(0.25)
    one = said(values, values + 0.1, keys_a=keys)
    assert one.test == "Wilcoxon signed-rank"
    assert one.p == pytest.approx(2 / 2**7)
    assert one.ci == pytest.approx((0.1, 0.1))
    assert one.verdict == "better"


def test_whole_numbers():
    one = said(np.array([100, 103, 98, 101]), np.array([110, 113, 108, 114]))
    assert one.difference == 10.75
    assert one.verdict == "better"


class TestPairing:
    def test_order_does_not_matter(self):
        one = said(LOW, HIGH, keys_a=SEEDS)
        other = said(LOW, HIGH[::-1], keys_a=SEEDS, keys_b=SEEDS[::-1])
        assert one == other
        assert one.pairs == 5

    def test_three_pairs_are_enough_two_are_not(self):
        assert said(LOW[:3], HIGH[:3], keys_a=SEEDS[:3]).pairs == 3
        assert said(LOW[:2], HIGH[:2], keys_a=SEEDS[:2]).test == "Welch t"

    def test_a_key_that_occurs_twice_never_pairs(self):
        keys = ("0", "0", "1", "2", "3")
        assert said(LOW, HIGH, keys_a=keys).pairs is None
        assert said(LOW, HIGH, keys_a=("", "", "", "", "")).pairs is None

    def test_runs_without_partner_are_left_out_where_that_costs_little(self):
        rng = np.random.default_rng(0)
        keys = tuple(map(str, range(12)))
        a, b = rng.normal(size=12), rng.normal(size=11)
        one = said(a, b, keys_a=keys, keys_b=keys[1:])
        assert one.pairs == 11
        assert (one.n_a, one.n_b) == (12, 11)
        assert one.mean_b - one.mean_a == pytest.approx(one.difference)
        assert "1 of 12 runs of old have no partner and are left out" in one.notes

    def test_and_kept_where_it_costs_much(self):
        one = said(LOW, HIGH, keys_a=SEEDS, keys_b=("0", "1", "2", "8", "9"))
        assert one.pairs is None
        assert one.test == "Welch t"
        (note,) = one.notes
        assert note.startswith("3 pairs among 5 and 5 runs: too few to leave the others out for")


class TestMargin:
    def test_within_the_margin_is_equivalent(self):
        one = said(LOW, [value + 0.001 for value in reversed(LOW)], margin=0.05)
        assert one.verdict == "equivalent"
        assert one.margin == 0.05
        assert "90% interval" in one.because
        assert one.more == 0

    def test_a_difference_that_is_shown_but_too_small_to_matter(self):
        one = said(LOW, [value + 0.001 + at / 1e5 for at, value in enumerate(LOW)], keys_a=SEEDS, margin=0.05)
        assert one.p < 0.05
        assert one.verdict == "equivalent"
        assert "too small to matter" in one.because

    def test_no_verdict_from_two_runs(self):
        assert said([1, 1.001], [1, 1.001], margin=5).verdict == "not shown to differ"

    def test_no_goal_is_needed(self):
        assert said(LOW, LOW[::-1], None, margin=0.1).verdict == "equivalent"

    def test_more_runs_settle_it_one_way_or_the_other(self):
        wide = said(LOW, LOW[::-1], margin=0.02)
        assert wide.verdict == "not shown to differ"
        assert 0 < wide.more < 50
        assert said(LOW, LOW[::-1]).more is None

    @pytest.mark.parametrize("margin", [0.0, -1.0, NAN, INF])
    def test_a_margin_that_is_none(self, margin):
        one = said(LOW, HIGH, margin=margin)
        assert one.margin is None
        assert one.verdict == "better"
        assert any("margin" in note for note in one.notes)


class TestFamily:
    def test_the_correction_takes_away_what_an_interval_shows_and_says_so(self):
        rng = np.random.default_rng(3)
        base = Sample("base", np.array([0.0, 1.0, 2.0, 3.0, 4.0]))
        near = Sample("near", np.array([3.0, 4.0, 5.0, 4.5, 3.5]))
        alone = judge("m", "max", base, near)
        assert alone.verdict == "better"
        family = judge_all("m", "max", base, [near, *(Sample(str(i), rng.normal(2, 1, 5)) for i in range(9))])
        assert family[0].p == alone.p
        assert family[0].p_holm > 0.05
        assert family[0].ci == alone.ci
        assert family[0].ci[0] > 0
        assert family[0].verdict == "not shown to differ"
        assert "by itself" in family[0].because
        assert "after Holm's correction for 10 comparisons" in family[0].because
        assert family[0].more > 0
        assert holm(family[:1]) == [alone]

    def test_what_has_no_p_is_no_test(self):
        base = Sample("base", np.array(LOW))
        others = [
            Sample("one", np.array([0.5])),
            Sample("high", np.array(HIGH)),
            Sample("none", np.array([])),
        ]
        lone, high, nothing = judge_all("m", "max", base, others)
        assert high.p_holm == high.p
        assert lone.p_holm is nothing.p_holm is None

    def test_twice_is_once(self):
        rng = np.random.default_rng(1)
        base, *others = (Sample(str(at), rng.normal(at / 3, 1, 6)) for at in range(6))
        once = judge_all("m", "min", base, others)
        assert holm(once) == once

    def test_of_nothing(self):
        assert holm([]) == []
        assert judge_all("m", "min", Sample("a", np.array(LOW)), []) == []

    def test_judgements_of_rows_keep_their_reason_where_the_verdict_holds(self):
        from dataclasses import replace

        rows = replace(said(LOW, HIGH), unit="rows", because="DeLong said so", n_a=1, n_b=1)
        assert holm([rows])[0].because == "DeLong said so"
        weak = replace(rows, p=0.03)
        taken = holm([weak, replace(weak, p=0.5, verdict="not shown to differ")])[0]
        assert taken.verdict == "not shown to differ"
        assert "Holm" in taken.because


class TestWhichTest:
    def test_ordinal_values(self):
        rng = np.random.default_rng(0)
        assert said(rng.integers(0, 4, 12), rng.integers(0, 4, 12)).test == "Mann-Whitney"

    def test_a_diverged_run_does_not_hide_a_difference(self):
        a = [0.31, 0.30, 0.32, 0.33, 0.29, 0.305, 0.315, 0.325]
        b = [0.41, 0.40, 0.42, 0.43, 0.39, 0.405, 0.415, 1e6]
        one = said(a, b, "min")
        assert one.test == "Mann-Whitney"
        assert one.verdict == "worse"
        assert one.difference == pytest.approx(0.1, abs=0.01)
        assert one.effect == "Cliff delta"
        assert any("Hodges-Lehmann" in note for note in one.notes)
        paired = said(a, b, "min", tuple(map(str, range(8))))
        assert paired.test == "Wilcoxon signed-rank"
        assert paired.effect == "rank-biserial correlation"
        assert paired.verdict == "worse"

    def test_among_a_few_runs_it_is_named(self):
        one = said([*LOW[:4], 1e6], HIGH, keys_a=SEEDS)
        assert one.test == "paired t"
        assert any("far from the others" in note for note in one.notes)

    def test_many_skewed_values(self):
        rng = np.random.default_rng(5)
        one = said(rng.lognormal(0, 1.2, 40), rng.normal(1, 1, 30))
        assert one.test == "Welch t and studentised bootstrap"
        assert one == said(*(rng_again(5)))
        keys = tuple(map(str, range(40)))
        a = rng.normal(size=40)
        assert said(a, a + rng.lognormal(size=40), keys_a=keys).test == "paired t and studentised bootstrap"

    def test_a_small_side_against_a_large_one_is_guarded(self):
        rng = np.random.default_rng(2)
        b = rng.normal(size=30)
        one = said([0.5, 0.5001, 0.4999], b)
        assert one.test == "Welch t, guarded"
        half = (one.ci[1] - one.ci[0]) / 2
        assert half > 2 * b.std(ddof=1) * math.sqrt(1 / 3 + 1 / 30) * 0.9


def rng_again(seed):
    rng = np.random.default_rng(seed)
    return rng.lognormal(0, 1.2, 40), rng.normal(1, 1, 30)


def test_a_tiny_difference_needs_more_runs_than_anybody_has():
    one = said([1.0, 2.0, 3.0, 4.0], [1.01, 2.0, 3.0, 4.0])
    assert one.more is None
    assert BEYOND in one.notes


def test_runs_that_it_still_takes():
    one = said([1.0, 2.0, 3.0], [2.0, 3.0, 4.5])
    # power.t.test(delta = 1.1667, sd = sqrt((1 + 1.5833) / 2), power = .8): n = 15.9
    assert one.more == 16 - 3
    assert 0.1 < one.power < 0.3


def test_keys_must_fit():
    with pytest.raises(ValueError, match="2 keys for 5 values of old"):
        Sample("old", np.array(LOW), ("0", "1"))


def test_numbers_at_the_edge_of_what_floats_hold():
    assert said([1e308, 1.1e308, 1.2e308], [1.5e308, 1.6e308, 1.7e308]).verdict == "better"
    assert said([-1.7e308] * 2 + [-1.6e308], [1.7e308] * 2 + [1.6e308]).difference == INF
    assert said([1e-308, 1.1e-308, 1.2e-308], [2e-308, 2.1e-308, 2.2e-308]).verdict == "better"
    assert said([0.0, 0.0, 4e-51], [0.0] * 9, margin=1e104).verdict == "equivalent"
    assert said([1e300, 2e300, 4e300], [5e300, 2e300, 3e300], margin=1e-300).verdict == "not shown to differ"
