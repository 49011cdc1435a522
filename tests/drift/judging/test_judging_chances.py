"""The chances behind verdicts, against scipy.stats and against drawing at random."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mlops_console.drift.judging import power
from mlops_console.drift.judging.chances import at_most, more_than, shares_differ, sum_reaches, wholly_there
from mlops_console.drift.judging.homogeneity import homogeneous, moved
from mlops_console.drift.judging.ordered import ordered_p


@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_hypergeometric_chances_are_those_of_scipy(n: int, m: int, data: st.DataObject) -> None:
    drawn = data.draw(st.integers(0, n + m))
    x = data.draw(st.integers(0, n))
    wanted = stats.hypergeom.cdf(x, n + m, n, drawn)
    assert at_most(x, n, m, drawn) == pytest.approx(wanted, rel=1e-9, abs=1e-300)


@given(st.integers(1, 3_000), st.integers(1, 3_000), st.data())
def test_one_sided_shares_are_fishers(n: int, m: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    wanted = stats.fisher_exact([[a, n - a], [b, m - b]], "less").pvalue
    assert more_than(a, n, b, m) == pytest.approx(wanted, rel=1e-7, abs=1e-300)
    assert shares_differ(a, n, b, m) == pytest.approx(shares_differ(b, m, a, n))


def test_many_rows_are_tested_as_few_are() -> None:
    exact = 2 * stats.hypergeom.cdf(50_000, 2_000_000, 1_000_000, 101_000)
    assert shares_differ(50_000, 1_000_000, 51_000, 1_000_000) == pytest.approx(exact, rel=0.02)


def test_a_level_seen_once_is_no_evidence() -> None:
    assert wholly_there(np.array([1]), 50_000, 5_000)[0] == pytest.approx(1 / 11)
    assert sum_reaches(1.0, np.array([1.0]), np.array([1 / 11]), np.array([1])) == pytest.approx(1 / 11)


def test_the_bound_of_rows_in_new_levels_is_never_too_small() -> None:
    rng = np.random.default_rng(3)
    totals, n, m = np.repeat([1, 2, 3, 5], [300, 100, 50, 20]), 800, 200
    labels = np.concatenate([np.repeat(np.arange(len(totals)), totals), np.full(n + m - totals.sum(), -1)])
    seen = []
    for _ in range(4_000):
        here = rng.permutation(labels)[:m]
        counts = np.bincount(here[here >= 0], minlength=len(totals))
        seen.append(int(counts[counts == totals].sum()))
    sizes, times = np.unique(totals, return_counts=True)
    for value in np.quantile(seen, [0.9, 0.99, 0.999]):
        bound = sum_reaches(float(value), sizes.astype(float), wholly_there(sizes, n, m), times)
        assert bound >= np.mean(np.array(seen) >= value)
    assert np.mean(seen) == pytest.approx(float(np.dot(sizes * wholly_there(sizes, n, m), times)), rel=0.02)


def test_common_levels_are_pearsons_chi_square() -> None:
    one, other = np.array([400, 250, 200, 100, 50]), np.array([130, 90, 80, 60, 15])
    wanted = stats.chi2_contingency([one, other], correction=False)
    assert homogeneous(one, other).p == pytest.approx(wanted.pvalue, rel=1e-9)
    assert homogeneous(one, other).dof == wanted.dof


@pytest.mark.parametrize(
    ("shares", "n", "m"),
    [
        (np.ones(1_000), 2_000, 2_000),
        (1 / np.arange(1, 1_001), 2_000, 2_000),
        (1 / np.arange(1, 51), 1_000, 200),
        (np.ones(3_000), 500, 500),
    ],
    ids=["even 1,000", "zipf 1,000", "zipf 50", "mostly alone"],
)
def test_rare_levels_keep_the_level_of_the_test(shares: np.ndarray, n: int, m: int) -> None:
    rng, p = np.random.default_rng(15), shares / shares.sum()
    found, effects = [], []
    for _ in range(1_000):
        one, other = rng.multinomial(n, p), rng.multinomial(m, p)
        found.append(homogeneous(one, other).p or 1.0)
        effects.append(moved(one, other)[0])
    assert 0.03 < np.mean(np.array(found) < 0.05) < 0.07
    assert np.mean(np.array(found) < 0.005) < 0.012
    assert np.median(effects) < 0.06


def test_the_smooth_part_keeps_its_level_and_is_all_there_is_of_few_bins() -> None:
    rng = np.random.default_rng(6)
    found = []
    for _ in range(3_000):
        one, other = np.sort(rng.random(284)), rng.random(285)
        edges = np.quantile(one, np.arange(1, 10) / 10)
        counts = [np.bincount(np.searchsorted(edges, side), minlength=10) for side in (one, other)]
        found.append(ordered_p(*counts) or 1.0)
    assert 0.04 < np.mean(np.array(found) < 0.05) < 0.06
    table = np.array([30, 60, 20, 10]), np.array([25, 70, 30, 4])
    assert ordered_p(*table) == pytest.approx(stats.chi2_contingency(table).pvalue, rel=1e-9)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=30))
def test_counts_of_any_kind_give_numbers(counts: list[tuple[int, int]]) -> None:
    one, other = (np.array([pair[side] for pair in counts]) for side in (0, 1))
    if not one.sum() or not other.sum():
        return
    effect, plain = moved(one, other)
    assert 0.0 <= effect <= plain <= 1.0 + 1e-12
    for p in (homogeneous(one, other).p, ordered_p(one, other)):
        assert p is None or 0.0 <= p <= 1.0


def test_visible_effects_are_seen_four_times_of_five() -> None:
    rng, n, m, level = np.random.default_rng(8), 5_000, 2_000, 0.001
    visible = power.visible_levels(n, m, level, 4)
    assert visible is not None
    p = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
    # In proportion to the shares: the move that is hardest to see.
    up = np.array([1, 0, 1, 0, 0], bool)
    q = np.where(up, p * (1 + visible / 0.5), p * (1 - visible / 0.5))
    drawn = ((rng.multinomial(n, p), rng.multinomial(m, q / q.sum())) for _ in range(600))
    seen = [(homogeneous(*sides).p or 1.0) < level for sides in drawn]
    assert 0.75 < np.mean(seen) < 0.86
    numbers = power.visible_numbers(n, m, level)
    assert numbers is not None
    crossed = []
    for _ in range(200):
        one, other = rng.random(n), rng.random(m)
        other = np.where(other < 0.5, other * (1 - 2 * numbers) if numbers < 0.5 else 0.0, other)
        crossed.append(stats.ks_2samp(one, other, method="asymp").pvalue < level)
    assert np.mean(crossed) > 0.7


@given(st.floats(1e-6, 0.05), st.integers(50, 10**6), st.integers(50, 10**6), st.integers(1, 500))
def test_what_levels_show_at_another_level_is_found_again(level: float, n: int, m: int, dof: int) -> None:
    known = power.visible_levels(n, m, power.LEVEL, dof)
    wanted = power.visible_levels(n, m, level, dof)
    assert known is not None
    if known < 1.0:
        assert power.of_levels(known, n, m, level) == pytest.approx(wanted, rel=1e-3)


def test_nothing_is_visible_without_rows() -> None:
    assert power.visible_numbers(0, 10, 0.05) is None
    assert power.visible_levels(10, 0, 0.05, 3) is None
    assert power.visible_share(0, 0, 0.1, 0.05) is None
    assert math.isfinite(power.noncentrality(1e-12, 1e6))
