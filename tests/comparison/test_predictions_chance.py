"""Intervals cover what they claim; equal models are seldom told apart. The benchmark has more."""

import numpy as np
import pytest

from mlops_console.comparison.predictions import Table, judge_rows, match, slices

REPEAT = 300


def scored(rows: int, rng: np.random.Generator, gap: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y = (rng.random(rows) < 0.3).astype(int)
    shared = rng.normal(size=rows)
    a, b = (
        1 / (1 + np.exp(-(shared + rng.normal(size=rows) * 0.3 + strength * y - 0.8)))
        for strength in (1.5, 1.5 - gap)
    )
    return y, a, b


def pair(y: np.ndarray, a: np.ndarray, b: np.ndarray, columns: dict | None = None):
    keys = np.arange(len(y))
    return match(Table("a", keys, y, a, columns or {}), Table("b", keys, y, b))


# 300 repetitions know a share of 5% to a standard error of 1.3 points: three of them are allowed for.
@pytest.mark.parametrize("metric", ["auc", "accuracy", "logloss", "f1", "brier", "rmse", "mcc", "recall"])
@pytest.mark.parametrize("rows", [200, 1_000])
def test_equal_models_are_seldom_told_apart(metric: str, rows: int) -> None:
    rng = np.random.default_rng(rows)
    verdicts = [judge_rows(pair(*scored(rows, rng, 0.0)), metric).verdict for _ in range(REPEAT)]
    assert verdicts.count("better") / REPEAT <= 0.025 + 3 * 0.009
    assert verdicts.count("worse") / REPEAT <= 0.025 + 3 * 0.009


@pytest.mark.parametrize("metric", ["auc", "accuracy", "logloss", "f1"])
def test_intervals_cover_the_true_difference(metric: str) -> None:
    rng = np.random.default_rng(17)
    real = judge_rows(pair(*scored(300_000, np.random.default_rng(1), 0.3)), metric).difference
    assert real is not None
    covered = 0
    for _ in range(REPEAT):
        found = judge_rows(pair(*scored(500, rng, 0.3)), metric)
        assert found.ci is not None
        covered += found.ci[0] <= real <= found.ci[1]
    assert covered / REPEAT == pytest.approx(0.95, abs=3 * 0.013)


@pytest.mark.parametrize("metric", ["auc", "accuracy"])
def test_slices_of_equal_models_are_seldom_told_apart(metric: str) -> None:
    rng = np.random.default_rng(23)
    wrong = 0
    for _ in range(100):
        columns = {"number": rng.normal(size=1_000), "word": rng.integers(0, 5, 1_000)}
        found = slices(pair(*scored(1_000, rng, 0.0), columns), metric)
        wrong += any(one.verdict != "not shown to differ" for one in found.slices)
    assert wrong <= 5 + 3 * 2.2
