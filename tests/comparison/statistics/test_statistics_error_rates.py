"""A short run of `benchmarks/comparison_errors.py`; `docs/compare.md` has the long one."""

import pytest
from benchmarks import comparison_errors as simulation

REPEATS = 600


@pytest.mark.parametrize("world", simulation.WORLDS)
@pytest.mark.parametrize(("n", "paired"), [(2, False), (3, True), (5, False), (5, True), (10, True)])
def test_where_nothing_differs_little_is_called_better(world, n, paired):
    rates = simulation.alike(world, n, n, REPEATS, 11, paired=paired)
    # 5% promised, and four standard errors of 600 repeats
    assert rates.better <= REPEATS * 0.05 + 4 * (REPEATS * 0.05 * 0.95) ** 0.5
    if world == "normal" and n > 2:
        assert 0.93 - 0.035 <= rates.coverage <= 0.97 + 0.028


@pytest.mark.parametrize(
    ("world", "n_a", "n_b"), [("lognormal", 5, 30), ("rare second mode", 5, 30), ("two modes", 3, 10)]
)
def test_a_small_side_against_a_large_one(world, n_a, n_b):
    # By Welch's test alone these are 12%, 25% and 20%.
    rates = simulation.alike(world, n_a, n_b, REPEATS, 11, paired=False)
    assert rates.better + rates.worse <= REPEATS * 0.05 + 4 * (REPEATS * 0.05 * 0.95) ** 0.5


def test_a_family_of_five():
    assert simulation.families("normal", 5, 200, 11)[1] <= 0.05 + 4 * (0.05 * 0.95 / 200) ** 0.5


def test_many_skewed_differences_are_covered_better_than_by_t():
    ruled = simulation.other_shape("lognormal", 30, 60, 11)
    with simulation.always_t():
        plain = simulation.other_shape("lognormal", 30, 60, 11)
    assert ruled.coverage > plain.coverage


def test_power_is_what_the_formula_says():
    from mlops_console.comparison.statistics.design import Paired, Unpaired
    from mlops_console.comparison.statistics.power import power

    found = simulation.shifted(2.0, 5, REPEATS, 11, paired=False)
    assert found.share(found.better) == pytest.approx(power(Unpaired(1, 1, 5, 5), 2.0), abs=0.07)
    found = simulation.shifted(1.0, 10, REPEATS, 11, paired=True)
    assert found.share(found.better) == pytest.approx(power(Paired(1, 10), 1.0), abs=0.07)
