"""What holds for any values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlops_console.comparison.statistics import Sample, holm, judge

ANY = st.one_of(
    st.floats(width=64), st.integers(-3, 3).map(float), st.sampled_from([0.5, 1e300, -1e300, 5e-324])
)
USUAL = st.one_of(
    st.integers(-50, 50).map(lambda whole: whole / 8), st.floats(-100, 100).map(lambda x: round(x, 2))
)
KEYS = st.sampled_from(["", "0", "1", "2", "3", "4", "5", "6", "7", "8"])
GOAL = st.sampled_from(["min", "max", None])
MIRROR = {"better": "worse", "worse": "better"}


@st.composite
def samples(draw, values=ANY, most=12, fewest=0):
    """Two sides, with keys of which some match."""
    made = []
    for name in "ab":
        of = draw(st.lists(values, min_size=fewest, max_size=most))
        keys = draw(st.sampled_from(["none", "own", "drawn"]))
        match = {"none": (), "own": tuple(map(str, range(len(of))))}
        drawn = tuple(draw(KEYS) for _ in of) if keys == "drawn" else match[keys]
        made.append(Sample(name, np.array(of, dtype=float), drawn))
    return made


@given(samples(), GOAL, st.one_of(st.none(), st.floats()))
@settings(max_examples=400, deadline=None)
def test_anything_gives_a_judgement_that_agrees_with_itself(pair, goal, margin):
    one = judge("m", goal, *pair, margin=margin)
    assert one.because
    assert "nan" not in one.because
    assert one.n_a == np.count_nonzero(~np.isnan(pair[0].values))
    assert one.n_b == np.count_nonzero(~np.isnan(pair[1].values))
    assert one.difference is None or not math.isnan(one.difference)
    if one.p is not None:
        assert 0 <= one.p <= 1
        assert one.p_holm == one.p
    if one.power is not None:
        assert 0 <= one.power <= 1
    assert one.more is None or 0 <= one.more <= 1000
    if one.ci is not None:
        assert one.ci[0] <= one.difference <= one.ci[1]
        # p and interval are two views of one thing
        if one.p is not None and abs(one.p - 0.05) > 1e-9:
            assert (one.p < 0.05) == (not one.ci[0] <= 0 <= one.ci[1])
    if one.verdict in ("better", "worse"):
        assert goal
        assert min(one.n_a, one.n_b) >= 3
        assert one.p < 0.05
        assert one.verdict == ("better" if (one.difference > 0) == (goal == "max") else "worse")
    if goal is None:
        assert one.verdict in ("equivalent", "not shown to differ")
    assert holm([one]) == [one]


@given(samples(), GOAL)
@settings(max_examples=200, deadline=None)
def test_swapping_the_sides_mirrors_everything(pair, goal):
    one, other = judge("m", goal, *pair), judge("m", goal, *reversed(pair))
    assert other.verdict == MIRROR.get(one.verdict, one.verdict)
    assert (other.n_a, other.n_b, other.pairs) == (one.n_b, one.n_a, one.pairs)
    assert other.p == one.p
    assert other.more == one.more
    if one.difference is None:
        assert other.difference is None
    else:
        assert other.difference == -one.difference
    assert (one.ci is None) == (other.ci is None)
    if one.ci is not None:
        assert other.ci == (-one.ci[1], -one.ci[0])
    if one.effect_size is not None:
        assert other.effect_size == -one.effect_size


@given(samples(), GOAL, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_runs_does_not_matter(pair, goal, chance):
    shuffled = []
    for side in pair:
        order = list(range(len(side.values)))
        chance.shuffle(order)
        keys = tuple(side.keys[at] for at in order) if side.keys else ()
        shuffled.append(Sample(side.name, side.values[order], keys))
    assert judge("m", goal, *shuffled) == judge("m", goal, *pair)


@given(samples(USUAL, fewest=1), GOAL, st.sampled_from([0.25, 2.0, 1024.0]), st.integers(-64, 64))
@settings(max_examples=200, deadline=None)
def test_another_unit_says_the_same(pair, goal, scale, shift):
    moved = [Sample(side.name, side.values * scale + shift, side.keys) for side in pair]
    one, other = judge("m", goal, *pair), judge("m", goal, *moved)
    assert (other.verdict, other.test, other.pairs) == (one.verdict, one.test, one.pairs)
    assert (one.p is None) == (other.p is None)
    assert one.p is None or math.isclose(one.p, other.p, rel_tol=1e-6, abs_tol=1e-12)
    assert math.isclose(other.difference, one.difference * scale, rel_tol=1e-6, abs_tol=1e-9 * scale)
    if one.ci is not None:
        for mine, theirs in zip(one.ci, other.ci, strict=True):
            assert math.isclose(mine * scale, theirs, rel_tol=1e-6, abs_tol=1e-6 * scale)


@given(st.lists(samples(most=6), max_size=8), GOAL)
@settings(max_examples=60, deadline=None)
def test_a_family_only_ever_takes_verdicts_away(pairs, goal):
    alone = [judge("m", goal, *pair) for pair in pairs]
    together = holm(alone)
    assert holm(together) == together
    for one, other in zip(alone, together, strict=True):
        assert (other.p, other.ci, other.difference) == (one.p, one.ci, one.difference)
        assert other.p is None or other.p_holm >= other.p
        assert other.verdict in (one.verdict, "not shown to differ")
        if other.verdict != one.verdict:
            assert "Holm" in other.because
    tested = sorted((one for one in together if one.p is not None), key=lambda one: one.p)
    assert [one.p_holm for one in tested] == sorted(one.p_holm for one in tested)


@pytest.mark.parametrize("shift", [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08])
def test_power_rises_to_certainty_with_the_difference(shift):
    """Beyond what scipy's noncentral t knows of the other tail."""
    a = np.array([0.797, 0.799, 0.801, 0.803, 0.8])
    b = np.array([0.803, 0.798, 0.8, 0.799, 0.801])
    powers = [
        judge("m", "max", Sample("a", a, ()), Sample("b", b + by, ())).power for by in (shift, shift * 1.1)
    ]
    assert 0.9 < powers[0] <= powers[1] <= 1
