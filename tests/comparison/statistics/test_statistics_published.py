"""Figures of others: R's documented examples, textbooks, statsmodels."""

import math

import numpy as np
import pytest
from scipy import stats

from mlops_console.comparison.model import Judgement
from mlops_console.comparison.statistics import Sample, holm, judge, power, ranks, student
from mlops_console.comparison.statistics.design import Paired, Unpaired

# R's data set `sleep` (Student 1908): extra hours of sleep under two drugs, ten patients.
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
PATIENTS = tuple(map(str, range(1, 11)))
# R, ?wilcox.test: depression before and after treatment (Hollander and Wolfe 1973, p. 29).
BEFORE = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
AFTER = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
# R, ?wilcox.test: permeability of a placental membrane (Hollander and Wolfe 1973, p. 69).
TERM = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
EARLY = [1.15, 0.88, 0.90, 0.74, 1.21]


def sides(a, b, keys_a=(), keys_b=None):
    return Sample("a", np.array(a), keys_a), Sample("b", np.array(b), keys_a if keys_b is None else keys_b)


def test_paired_t_of_sleep_as_r_prints_it():
    # t.test(extra ~ group, data = sleep, paired = TRUE): t = -4.0621, df = 9, p-value = 0.002833,
    # interval -2.4598858 -0.7001142, mean difference -1.58 (R has group 1 less group 2)
    said = judge("extra", "max", *sides(SLEEP_1, SLEEP_2, PATIENTS))
    assert said.test == "paired t"
    assert said.pairs == said.n_a == said.n_b == 10
    assert said.difference == pytest.approx(1.58)
    assert said.ci == pytest.approx((0.7001142, 2.4598858), abs=5e-8)
    assert said.p == pytest.approx(0.002833, abs=5e-7)
    assert said.verdict == "better"
    assert said.effect == "Cohen dz"
    assert said.effect_size == pytest.approx(4.0621 / math.sqrt(10), abs=1e-5)


def test_welch_t_of_sleep_as_r_prints_it():
    # t.test(extra ~ group, data = sleep): t = -1.8608, df = 17.776, p-value = 0.07939,
    # interval -3.3654832 0.2054832
    said = judge("extra", "max", *sides(SLEEP_1, SLEEP_2))
    assert said.test == "Welch t"
    assert said.pairs is None
    assert said.ci == pytest.approx((-0.2054832, 3.3654832), abs=5e-8)
    assert said.p == pytest.approx(0.07939, abs=5e-6)
    assert said.verdict == "not shown to differ"


def test_signed_rank_of_depression_as_r_prints_it():
    # wilcox.test(x, y, paired = TRUE, alternative = "greater"): V = 40, p-value = 0.01953, exact;
    # the two-sided p is twice that. Hollander and Wolfe give -0.46 as the estimate of the shift.
    found = ranks.signed_rank([after - before for before, after in zip(BEFORE, AFTER, strict=True)])
    assert found.p == pytest.approx(2 * 0.01953125)
    assert found.difference == pytest.approx(-0.46)
    assert found.effect_size == pytest.approx((5 - 40) / 45)
    assert found.ci[1] < 0


def test_signed_rank_interval_of_a_course_book():
    # Iowa State, Stat 403, membrane: ten permeability constants, 55 Walsh averages; estimate 1.385, interval
    # from the 9th to the 47th, 1.13 to 1.67.
    found = ranks.signed_rank([0.90, 1.13, 1.89, 1.14, 1.45, 1.38, 1.91, 1.64, 0.83, 1.46])
    assert found.difference == pytest.approx(1.385)
    assert found.ci == pytest.approx((1.13, 1.67), abs=0.006)


def test_rank_sum_of_permeability_as_r_prints_it():
    # wilcox.test(x, y, alternative = "g"): W = 35, p-value = 0.1272, exact; two-sided by scipy 1.17:
    # mannwhitneyu(x, y, method="exact") gives 0.2544122544122544. Hollander and Wolfe's estimate is 0.305.
    found = ranks.rank_sum(EARLY, TERM)
    assert found.p == pytest.approx(0.2544122544122544)
    assert found.difference == pytest.approx(0.305)
    assert found.effect_size == pytest.approx(2 * 35 / 50 - 1)


@pytest.mark.parametrize("n", [6, 20, 50, 51, 80])
def test_signed_rank_agrees_with_scipy(n):
    values = np.random.default_rng(n).normal(0.3, 1, n)
    method = "exact" if n <= 50 else "approx"
    theirs = stats.wilcoxon(values, method=method, correction=n > 50).pvalue
    assert ranks.signed_rank(values.tolist()).p == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(("n_a", "n_b"), [(4, 4), (3, 20), (50, 50), (50, 17), (51, 9), (80, 60)])
def test_rank_sum_agrees_with_scipy(n_a, n_b):
    rng = np.random.default_rng(n_a * n_b)
    a, b = rng.normal(size=n_a), rng.normal(0.4, 1, n_b)
    method = "exact" if max(n_a, n_b) <= 50 else "asymptotic"
    theirs = stats.mannwhitneyu(a, b, method=method, use_continuity=True).pvalue
    assert ranks.rank_sum(a.tolist(), b.tolist()).p == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(("n_a", "n_b"), [(3, 3), (5, 4), (3, 6), (10, 13)])
def test_welch_agrees_with_scipy(n_a, n_b):
    rng = np.random.default_rng(n_a * n_b)
    a, b = rng.normal(size=n_a), rng.normal(1, 3, n_b)
    theirs = stats.ttest_ind(b, a, equal_var=False)
    said = judge("m", "min", *sides(a, b))
    assert said.p == pytest.approx(theirs.pvalue, rel=1e-9)
    assert said.ci == pytest.approx(tuple(theirs.confidence_interval()), rel=1e-9)


def test_one_run_against_several_is_a_prediction_interval():
    # Crawford and Howell (1998): (x - mean) / (s sqrt((n + 1) / n)) with n - 1 degrees of freedom.
    several = [0.70, 0.72, 0.69, 0.74, 0.71]
    half = stats.t(4).ppf(0.975) * np.std(several, ddof=1) * math.sqrt(6 / 5)
    said = judge("m", "max", *sides(several, [0.9]))
    assert said.ci == pytest.approx((0.9 - np.mean(several) - half, 0.9 - np.mean(several) + half))
    assert said.p is None
    assert said.verdict == "not shown to differ"


@pytest.mark.parametrize(
    ("freedom", "published"), [(2, 0.5642), (3, 0.7236), (4, 0.7979), (5, 0.8408), (10, 0.9228), (20, 0.9619)]
)
def test_correction_of_hedges_table(freedom, published):
    # Hedges (1981), table 1 (rounded to four digits); 1 - 3 / (4 m - 1) is his approximation.
    assert student.correction(freedom) == pytest.approx(published, abs=2e-4)


def test_hedges_g_of_a_textbook():
    # Borenstein et al. (2009), Introduction to Meta-Analysis, chapter 4: means 103, 100, deviations 5.5 and
    # 4.5, 50 each: d = 0.5970, J = 0.9923, g = 0.5924.
    rng = np.random.default_rng(7)

    def exactly(mean, sd):
        values = rng.normal(size=50)
        return mean + sd * (values - values.mean()) / values.std(ddof=1)

    said = judge("m", "max", *sides(exactly(100, 4.5), exactly(103, 5.5)))
    assert said.effect == "Hedges g"
    assert said.effect_size == pytest.approx(0.5924, abs=1e-4)


def plain(p):
    return Judgement("m", "a", "b", "max", 1.0, (0.5, 1.5), p, None, "", 5, 5, "Welch t", "better", "")


def test_holm_as_published():
    # The worked example of Wikipedia's article on the method, and statsmodels 0.15:
    # multipletests([.01, .04, .03, .005], method="holm")
    said = holm([plain(p) for p in (0.01, 0.04, 0.03, 0.005)])
    assert [one.p_holm for one in said] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert [one.verdict for one in said] == ["better", "not shown to differ", "not shown to differ", "better"]


def test_holm_of_fifteen():
    # Benjamini and Hochberg (1995), section 3.2, 15 p-values; adjusted by statsmodels 0.15.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    p += [0.6528, 0.7590, 1.0]
    adjusted = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1]
    assert [one.p_holm for one in holm([plain(one) for one in p])] == pytest.approx(adjusted)


@pytest.mark.parametrize(("margin", "p", "verdict"), [
    (3.2, 0.03634373528051224, "equivalent"),
    (3.0, 0.05597891453224451, "not shown to differ"),
])  # fmt: skip
def test_equivalence_of_two_sides_as_statsmodels_has_it(margin, p, verdict):
    # statsmodels 0.15: ttost_ind(b, a, -margin, margin, usevar="unequal")
    assert (p < 0.05) == (verdict == "equivalent")
    assert judge("extra", "max", *sides(SLEEP_1, SLEEP_2), margin=margin).verdict == verdict


@pytest.mark.parametrize(("margin", "p", "verdict"), [
    (2.4, 0.032129020721430555, "equivalent"),
    (2.2, 0.07270018543329006, "better"),
])  # fmt: skip
def test_equivalence_of_pairs_as_statsmodels_has_it(margin, p, verdict):
    # statsmodels 0.15: ttost_paired(b, a, -margin, margin)
    assert (p < 0.05) == (verdict == "equivalent")
    assert judge("extra", "max", *sides(SLEEP_1, SLEEP_2, PATIENTS), margin=margin).verdict == verdict


def test_power_as_r_prints_it():
    # power.t.test(n = 20, delta = 1, sd = 1): power = 0.8689528
    assert power.power(Unpaired(1.0, 1.0, 20, 20), 1.0) == pytest.approx(0.8689528, abs=5e-7)
    # statsmodels 0.15: TTestPower().power(0.5, 20, 0.05)
    assert power.power(Paired(1.0, 20), 0.5) == pytest.approx(0.5645044184390203)
    # TTestIndPower().power(0.8, 5, 0.05, ratio=2) with the pooled test, which knows the spreads to be equal
    assert 0.24 < power.power(Unpaired(1.0, 1.0, 5, 10), 0.8) < 0.272658610063354


@pytest.mark.parametrize(("design", "difference", "needed"), [
    (Unpaired(1.0, 1.0, 3, 3), 0.5, 64),  # power.t.test(delta = .5, power = .8): n = 63.76576
    (Unpaired(1.0, 1.0, 3, 3), 1.0, 17),  # power.t.test(delta = 1, power = .8): n = 16.71477
    (Paired(1.0, 3), 0.5, 34),  # power.t.test(delta = .5, power = .8, type = "paired"): n = 33.36713
    (Paired(1.0, 40), 0.5, 40),
])  # fmt: skip
def test_runs_needed_as_r_prints_them(design, difference, needed):
    had = design.n if isinstance(design, Paired) else design.n_a
    assert power.more_to_differ(design, difference) == needed - had


def test_runs_needed_by_ranks_as_noether_has_them():
    # Noether (1987): (1.96 + 0.8416)^2 / (6 (p - 1/2)^2) on each side; P(a < b) = 0.7 needs 33.
    assert power.more_by_rank(0.7, 5, 5, paired=False) == 33 - 5
    assert power.more_by_rank(0.7, 5, 5, paired=True) == 66 - 5
