"""Figures of measures against scipy's and numpy's own, which the product does not import."""

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial.distance import jensenshannon

from mlops_console.drift.baseline.thinning import thinned
from mlops_console.drift.kolmogorov import one_sample_p, two_sample_p
from mlops_console.drift.measures.registry import statistics_of
from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import NumericSample, level_sample, numeric_sample

values = st.lists(
    st.floats(-100, 100) | st.integers(-3, 3).map(float) | st.floats(-1e300, 1e300), min_size=1, max_size=60
)


def compare(reference: np.ndarray, current: np.ndarray) -> None:
    found = statistics_of(Pair(numeric_sample(reference), numeric_sample(current)))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        ks = stats.ks_2samp(reference, current)
        area = stats.wasserstein_distance(reference, current)
        ranks = stats.mannwhitneyu(current, reference, method="asymptotic")
        deciles = np.unique(np.quantile(reference, np.arange(1, 10) / 10))
    assert found["ks"] == pytest.approx(ks.statistic, rel=1e-9)
    p = ks.pvalue
    if p > 0.999 and max(len(reference), len(current)) <= 60:
        # Its exact sum can round to more than one there, and it takes its approximation instead.
        p = counted_p(len(reference), len(current), ks.statistic)
    assert found["ks_p"] == pytest.approx(p, rel=1e-6, abs=1e-300)
    assert found["wasserstein"] == pytest.approx(area, rel=1e-9)
    assert found["mannwhitney"] == ranks.statistic
    assert found["mannwhitney_p"] == pytest.approx(ranks.pvalue, rel=1e-6, abs=1e-300)
    assert found["decile_edges"] == deciles.tolist()
    p = np.bincount(np.searchsorted(deciles, reference), minlength=len(deciles) + 1) / len(reference)
    q = np.bincount(np.searchsorted(deciles, current), minlength=len(deciles) + 1) / len(current)
    assert found["js_distance_base2"] == pytest.approx(jensenshannon(p, q, 2), rel=1e-9, abs=1e-9)
    assert found["total_variation"] == pytest.approx(np.abs(p - q).sum() / 2, rel=1e-9, abs=1e-15)


def counted_p(n: int, m: int, d: float) -> float:
    """The share of all orders of n and m values whose distance is d or more, counted one by one."""
    reach = round(d * n * m)
    inside = [[0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if abs(i * m - j * n) < reach:
                before = (inside[i - 1][j] if i else 0) + (inside[i][j - 1] if j else 0)
                inside[i][j] = before if i or j else 1
    return float(1 - Fraction(inside[n][m], math.comb(n + m, n)))


@given(values, values)
def test_any_numbers(one: list[float], other: list[float]) -> None:
    compare(np.array(one), np.array(other))


@pytest.mark.parametrize(
    ("n", "m", "digits"), [(5000, 300, 9), (9000, 10_000, 1), (12_000, 700, 2), (70_000, 3_000, 9)]
)
def test_many_numbers_with_and_without_ties(n: int, m: int, digits: int) -> None:
    random = np.random.default_rng(n)
    compare(random.normal(size=n).round(digits), random.normal(0.05, 1.1, m).round(digits))


@pytest.mark.parametrize("size", [1e-300, 1e-150, 1e150, 1e300])
def test_numbers_of_any_size(size: float) -> None:
    random = np.random.default_rng(3)
    one, other = random.normal(size=400), random.normal(0.4, 1, 300)
    plain = statistics_of(Pair(numeric_sample(one), numeric_sample(other)))
    found = statistics_of(Pair(numeric_sample(one * size), numeric_sample(other * size)))
    for name in ("ks", "ks_p", "wasserstein_norm_sd", "wasserstein_norm_iqr", "psi", "cliffs_delta"):
        assert found[name] == pytest.approx(plain[name], rel=1e-9)
    assert found["wasserstein"] == pytest.approx(plain["wasserstein"] * size, rel=1e-9)


def test_the_largest_numbers_stay_numbers() -> None:
    found = statistics_of(Pair(numeric_sample(np.array([1e308, -1e308, 0, 1])), numeric_sample(np.zeros(3))))
    assert found["wasserstein"] == pytest.approx(5e307)
    assert found["sd_ref"] == pytest.approx(1e308 / 2**0.5)


@settings(max_examples=60)
@given(st.integers(1, 400), st.integers(1, 400), st.floats(0, 1))
def test_p_values_of_two_samples(n: int, m: int, share: float) -> None:
    lcm = np.lcm(n, m)
    steps = max(1, round(share * lcm))
    # What scipy says of two samples that lie so far apart: it takes the distance from the samples alone.
    _, d, p = stats._stats_py._attempt_exact_2kssamp(n, m, np.gcd(n, m), steps / lcm, "two-sided")
    assert two_sample_p(d, n, m) == pytest.approx(p, rel=1e-6, abs=1e-300)


@pytest.mark.parametrize(("n", "m"), [(10_000, 10_000), (10_000, 9_000), (7_919, 10_000), (10_000, 1)])
@pytest.mark.parametrize("z", [0.5, 0.9, 1.36, 3.0, 9.0, 18.0])
def test_p_values_of_large_exact_samples(n: int, m: int, z: float) -> None:
    lcm = np.lcm(n, m)
    steps = round(z * np.sqrt((n + m) / (n * m)) * lcm)
    if steps <= lcm:
        _, d, p = stats._stats_py._attempt_exact_2kssamp(n, m, np.gcd(n, m), steps / lcm, "two-sided")
        assert two_sample_p(d, n, m) == pytest.approx(p, rel=1e-6, abs=1e-300)


@pytest.mark.parametrize("n", [1, 2, 5, 50, 140, 141, 999, 1000, 1001, 5_000, 100_000, 1_000_001, 10**8])
def test_p_values_of_one_sample(n: int) -> None:
    for z in (*np.linspace(0.1, 4, 27), 6, 9, 14, 19, 19.3):
        d = float(z / n**0.5)
        expected = stats.kstwo.sf(d, n)
        assert one_sample_p(d, n) == pytest.approx(expected, rel=1e-6, abs=1e-300), (n, z)


@pytest.mark.parametrize(
    ("one", "other"), [([5, 3, 0, 9], [1, 3, 4, 9]), ([9], [4]), ([1, 0], [0, 1]), ([400, 2], [9, 9])]
)
def test_levels(one: list[int], other: list[int]) -> None:
    names = "abcd"[: len(one)]
    found = statistics_of(
        Pair(level_sample(*kept(names, one), sum(one), 0), level_sample(*kept(names, other), sum(other), 0))
    )
    table = np.array([one, other])
    expected = stats.chi2_contingency(table[:, table.sum(0) > 0], correction=False)
    assert found["chi2"] == pytest.approx(expected.statistic, rel=1e-9)
    assert found["chi2_p"] == pytest.approx(expected.pvalue, rel=1e-6)
    assert found["chi2_dof"] == expected.dof
    assert found["js_distance_nats"] == pytest.approx(jensenshannon(*table), rel=1e-9, abs=1e-12)
    assert found["new_levels"] == [x for x, a, b in zip(names, one, other, strict=True) if b and not a]
    assert found["gone_levels"] == [x for x, a, b in zip(names, one, other, strict=True) if a and not b]


def kept(names: str, counts: list[int]) -> tuple[list[str], list[int]]:
    there = [(name, count) for name, count in zip(names, counts, strict=True) if count]
    return [name for name, _ in there], [count for _, count in there]


@pytest.mark.parametrize("kind", ["normal", "cauchy", "zeros", "whole", "stamps"])
@pytest.mark.parametrize("rows", [3_000, 150_000])
def test_a_thinned_reference_tells_nearly_the_same(kind: str, rows: int) -> None:
    random = np.random.default_rng(rows)
    made = {
        "normal": lambda k, s: random.normal(s, 1, k),
        "cauchy": lambda k, s: random.standard_cauchy(k) + s,
        "zeros": lambda k, s: np.where(random.random(k) < 0.6, 0, random.exponential(1 + s, k)),
        "whole": lambda k, s: random.poisson(20 + s, k).astype(float),
        "stamps": lambda k, s: 1.7e9 + random.random(k) * 1e6 * (1 + s),
    }[kind]
    reference, current = numeric_sample(made(100_000, 0.0)), numeric_sample(made(rows, 0.1))
    small = thinned(reference, 4096)
    assert isinstance(small, NumericSample)
    for a, b in ((small, current), (current, small)):
        exact = statistics_of(Pair(*(reference if one is small else one for one in (a, b))))
        found = statistics_of(Pair(a, b))
        assert found["ks"] == pytest.approx(exact["ks"], abs=1 / 1024)
        assert found["cliffs_delta"] == pytest.approx(exact["cliffs_delta"], abs=1 / 1024)
        assert found["wasserstein"] == pytest.approx(exact["wasserstein"], rel=0.02)
        assert found["mannwhitney_p"] == pytest.approx(exact["mannwhitney_p"], rel=0.5, abs=1e-3)
        assert found.keys() == exact.keys()


def test_steps_and_the_walk_through_both_agree() -> None:
    random = np.random.default_rng(8)
    few, many = numeric_sample(random.normal(size=50)), numeric_sample(random.normal(0.2, 1, size=5_000))
    expected = stats.wasserstein_distance(few.values, many.values)
    for one, other in ((few, many), (many, few)):
        assert statistics_of(Pair(one, other))["wasserstein"] == pytest.approx(expected, rel=1e-12)
