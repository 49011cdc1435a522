"""Figures of the literature and of other software."""

import numpy as np
import pytest
from sklearn import metrics as sk

from mlops_console.comparison.predictions import Table, calibration, judge_rows, match
from mlops_console.comparison.predictions.proportions import from_counts
from mlops_console.comparison.predictions.slicing import benjamini_hochberg

RNG = np.random.default_rng(7)


def pair(labels, a, b, columns=None, **more):
    keys = np.arange(len(labels))
    return match(Table("a", keys, labels, a, columns or {}, **more), Table("b", keys, labels, b, **more))


def slow_delong(y: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Difference and variance by the definition, comparing every positive with every negative."""
    parts = []
    for scores in (a, b):
        ups, downs = scores[y == 1][:, None], scores[y == 0][None, :]
        wins = (ups > downs) + 0.5 * (ups == downs)
        parts.append((wins.mean(axis=1), wins.mean(axis=0), wins.mean()))
    tens, ones = np.cov(parts[0][0], parts[1][0]), np.cov(parts[0][1], parts[1][1])
    s = tens / (y == 1).sum() + ones / (y == 0).sum()
    return parts[1][2] - parts[0][2], s[0, 0] + s[1, 1] - 2 * s[0, 1]


@pytest.mark.parametrize("digits", [1, 2, 12])
def test_delong_with_ties_is_that_of_the_definition(digits: int) -> None:
    y = (RNG.random(300) < 0.3).astype(float)
    a = np.round(RNG.normal(size=300) + y, digits)
    b = np.round(a + RNG.normal(size=300) * 0.5, digits)
    found = judge_rows(pair(y, a, b), "auc")
    difference, variance = slow_delong(y, a, b)
    assert found.difference == pytest.approx(difference, rel=1e-10)
    assert found.ci is not None
    assert (found.ci[1] - found.ci[0]) / 2 / 1.959963984540054 == pytest.approx(variance**0.5, rel=1e-9)


def test_mcnemar_of_approval_ratings() -> None:
    # A. Agresti, Categorical Data Analysis, table 10.1: 794, 150, 86, 570; the exact p is statsmodels'
    # (mcnemar(..., exact=True): 3.716e-05), mid-p lies below it by the probability of the count seen.
    found = from_counts(86, 150, 1600)
    assert found.difference == pytest.approx(-0.04)
    assert found.p == pytest.approx(2.8934e-05, rel=1e-3)
    # Agresti's Wald interval for the same change is -.06 to -.02.
    assert found.ci == pytest.approx((-0.06, -0.02), abs=0.0015)


def test_few_rows_that_differ_are_judged_exactly() -> None:
    # Fagerland, Lydersen & Laake, Statistics in Medicine 33 (2014) 2850-2875: 21 children, 1 and 7 changes:
    # exact p .0703, Tango's interval -.517 to -.026.
    found = from_counts(1, 7, 21)
    assert found.p == pytest.approx(0.0703, abs=5e-5)
    assert found.ci == pytest.approx((-0.517, -0.026), abs=5e-4)
    assert found.test == "McNemar exact"


def test_metrics_of_two_classes_are_those_of_scikit_learn() -> None:
    y = (RNG.random(500) < 0.3).astype(int)
    a = np.round(1 / (1 + np.exp(-RNG.normal(size=500) - y + 0.5)), 2)
    b = RNG.random(500)
    hard = a >= 0.5
    expected = {
        "auc": sk.roc_auc_score(y, a),
        "ap": sk.average_precision_score(y, a),
        "logloss": sk.log_loss(y, a),
        "brier": sk.brier_score_loss(y, a),
        "accuracy": sk.accuracy_score(y, hard),
        "f1": sk.f1_score(y, hard),
        "precision": sk.precision_score(y, hard),
        "recall": sk.recall_score(y, hard),
        "balanced_accuracy": sk.balanced_accuracy_score(y, hard),
        "mcc": sk.matthews_corrcoef(y, hard),
    }
    matched = pair(y, a, b)
    for metric, value in expected.items():
        for method in ("usual", "bootstrap"):
            found = judge_rows(matched, metric, method=method)
            assert found.mean_a == pytest.approx(value, rel=1e-9), (metric, method)


def test_metrics_of_several_classes_are_those_of_scikit_learn() -> None:
    names = np.array(["bird", "cat", "dog", "fish"])
    y = RNG.integers(0, 4, 400)
    a = np.where(RNG.random(400) < 0.6, y, RNG.integers(0, 3, 400))
    b = np.where(RNG.random(400) < 0.5, y, RNG.integers(0, 4, 400))
    expected = {
        "accuracy": sk.accuracy_score(y, a),
        "f1": sk.f1_score(y, a, average="macro"),
        "precision": sk.precision_score(y, a, average="macro", zero_division=0),
        "recall": sk.recall_score(y, a, average="macro"),
        "balanced_accuracy": sk.balanced_accuracy_score(y, a),
        "mcc": sk.matthews_corrcoef(y, a),
    }
    for labels, one, other in ((y, a, b), (names[y], names[a], names[b])):
        for metric, value in expected.items():
            found = judge_rows(pair(labels, one, other), metric)
            assert found.mean_a == pytest.approx(value, rel=1e-12), metric
    assert "mean over 4 classes" in " ".join(judge_rows(pair(y, a, b), "f1").notes)


def test_metrics_of_numbers_are_those_of_scikit_learn() -> None:
    y = RNG.normal(size=300) * 10
    a, b = y + RNG.normal(size=300), y + RNG.normal(size=300) * 2
    expected = {
        "mae": sk.mean_absolute_error(y, a),
        "mse": sk.mean_squared_error(y, a),
        "rmse": sk.root_mean_squared_error(y, a),
        "r2": sk.r2_score(y, a),
        "medae": sk.median_absolute_error(y, a),
    }
    for metric, value in expected.items():
        found = judge_rows(pair(y, a, b), f"val_{metric}")
        assert found.mean_a == pytest.approx(value, rel=1e-9), metric
        assert found.verdict == "worse", metric


def test_the_mean_of_losses_is_judged_as_scipy_does() -> None:
    from scipy import stats

    y = RNG.normal(size=200)
    a, b = y + RNG.normal(size=200), y + RNG.normal(size=200) * 1.1
    found = judge_rows(pair(y, a, b), "mse")
    theirs = stats.ttest_rel((b - y) ** 2, (a - y) ** 2)
    assert found.difference is not None
    assert found.ci is not None
    # The freedom is Satterthwaite's for heavy tails, so never more than n - 1: the error is the same.
    assert found.difference == pytest.approx(((b - y) ** 2 - (a - y) ** 2).mean())
    low, high = theirs.confidence_interval()
    assert found.ci[0] <= low
    assert found.ci[1] >= high
    assert found.ci[1] - found.ci[0] < (high - low) * 1.1


def test_parts_of_the_brier_score_add_up() -> None:
    y = (RNG.random(2_000) < 0.4).astype(float)
    scores = np.clip(np.round(0.4 + 0.3 * (y - 0.4) + RNG.normal(size=2_000) * 0.2, 1), 0, 0.9) + 0.05
    found = calibration(Table("a", None, y, scores))
    assert found.brier == pytest.approx(sk.brier_score_loss(y, scores))
    assert found.reliability is not None
    assert found.resolution is not None
    assert found.uncertainty is not None
    # One score a bin: nothing varies within them, and Murphy's three parts are all.
    assert found.within == pytest.approx(0, abs=1e-12)
    assert found.brier == pytest.approx(found.reliability - found.resolution + found.uncertainty)
    assert sum(part.n for part in found.bins) == 2_000


def test_wilson_interval_of_a_bin() -> None:
    # E. B. Wilson's interval of 15 in 148: .0624 to .1605 (R. G. Newcombe, Stat. Med. 17 (1998) 857-872).
    y = np.repeat([1.0, 0.0], [15, 133])
    found = calibration(Table("a", None, y, np.full(148, 0.12)))
    assert found.bins[0].ci == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert found.ece == pytest.approx(abs(0.12 - 15 / 148))


def test_benjamini_hochberg_of_their_own_example() -> None:
    # Benjamini & Hochberg (1995), section 3.2: 15 p-values of which four are found at 5%.
    p = np.array([.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528,
                  .7590, 1.0])  # fmt: skip
    assert (benjamini_hochberg(p) <= 0.05).sum() == 4
