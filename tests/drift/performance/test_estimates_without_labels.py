"""Calibration and confidence-based estimates, against scikit-learn and against labels drawn by chance."""

import numpy as np
import pytest

from mlops_console.comparison.predictions.ranks import auc
from mlops_console.comparison.predictions.tasks import Task
from mlops_console.drift.performance.calibrating import isotonic
from mlops_console.drift.performance.estimating import estimates
from mlops_console.drift.performance.metrics import readings
from mlops_console.drift.performance.scoring import Scored

TASK = Task("binary", ("0", "1"))


def scored(rng: np.random.Generator, rows: int, digits: int = 2) -> Scored:
    score = np.round(1 / (1 + np.exp(-rng.normal(0, 2, rows))), digits)
    y = (rng.random(rows) < score**1.3).astype(np.float64)
    return Scored(TASK, y, score, (score >= 0.5).astype(np.int64))


@pytest.mark.parametrize("digits", [1, 2, 6])
def test_the_calibration_is_scikit_learns(digits: int) -> None:
    from sklearn.isotonic import IsotonicRegression

    rows = scored(np.random.default_rng(digits), 3000, digits)
    assert rows.score is not None
    steps = isotonic(rows.score, rows.y)
    theirs = IsotonicRegression(out_of_bounds="clip").fit(rows.score, rows.y)
    asked = np.linspace(-0.2, 1.2, 500)
    assert steps.probability(asked) == pytest.approx(theirs.predict(asked), abs=1e-9)
    assert steps.rows.sum() == 3000


def test_many_scores_and_steps_stay_few() -> None:
    rng = np.random.default_rng(4)
    score = rng.random(200_000)
    steps = isotonic(score, (rng.random(200_000) < score).astype(np.float64))
    assert len(steps.share) <= 150
    assert np.abs(steps.probability(score) - score).mean() < 0.01


def test_estimates_are_the_mean_and_spread_over_labels_drawn_by_the_calibration() -> None:
    rng = np.random.default_rng(5)
    history, rows = scored(rng, 20_000), scored(rng, 1500)
    assert history.score is not None
    assert rows.score is not None
    steps = isotonic(history.score, history.y)
    found = estimates(rows, steps)
    p = steps.probability(rows.score)
    drawn: dict[str, list[float]] = {name: [] for name in found}
    for _ in range(400):
        y = (rng.random(len(p)) < p).astype(np.float64)
        for name, one in readings(Scored(TASK, y, rows.score, rows.said)).items():
            drawn[name].append(one.value)
    for name, values in drawn.items():
        spread = float(np.std(values))
        assert found[name].value == pytest.approx(float(np.mean(values)), abs=4 * spread / 20 + 1e-4), name
        assert 0.85 * spread < found[name].se < 1.6 * spread, name


def test_intervals_hold_what_came_true() -> None:
    rng = np.random.default_rng(6)
    held = dict.fromkeys(("auc", "accuracy", "recall", "brier"), 0)
    for _ in range(100):
        history, rows = scored(rng, 1500), scored(rng, 800)
        assert history.score is not None
        found = estimates(rows, isotonic(history.score, history.y))
        for name, one in readings(rows).items():
            if name in held:
                held[name] += found[name].low <= one.value <= found[name].high
    assert min(held.values()) >= 88


def test_intervals_of_realised_figures_hold_the_truth() -> None:
    rng = np.random.default_rng(7)
    many = scored(rng, 400_000)
    truth = readings(many)
    held = dict.fromkeys(truth, 0)
    for _ in range(150):
        at = rng.integers(0, 400_000, 500)
        for name, one in readings(many.at(at)).items():
            held[name] += one.low <= truth[name].value <= one.high
    assert {name: share for name, share in held.items() if share < 133} == {}
    assert many.score is not None
    assert truth["auc"].value == auc(many.y, many.score)
