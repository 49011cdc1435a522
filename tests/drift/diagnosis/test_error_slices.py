"""Slices with the worst error: planted ones are found with the right figures, quiet windows name none."""

import json

import numpy as np
import polars as pl
import pytest
from scipy.stats import false_discovery_control
from sklearn.metrics import accuracy_score, log_loss, mean_absolute_error, roc_auc_score

from mlops_console.comparison.predictions.tasks import Task
from mlops_console.drift.comparing import compare
from mlops_console.drift.diagnosis.cutting import Cut, candidates, cut
from mlops_console.drift.diagnosis.slices import slices
from mlops_console.drift.judged_form import made, plain
from mlops_console.drift.model import Measured, ModelReport
from mlops_console.drift.options import Options
from mlops_console.drift.performance.scoring import Scored
from mlops_console.drift.tables.opening import open_table

N = 3_000
BINARY = Task("binary", ("0", "1"))


def binary(seed, wrong=None, rate=0.5):
    """Calibrated scores that know nothing of any column; where `wrong`, so many labels are turned round."""
    rng = np.random.default_rng(seed)
    score = rng.uniform(size=N)
    y = (rng.uniform(size=N) < score).astype(float)
    if wrong is not None:
        y[wrong] = np.where(rng.uniform(size=int(wrong.sum())) < rate, 1 - y[wrong], y[wrong])
    return Scored(BINARY, y, score, (score >= 0.5).astype(np.int64))


def parted(seed, levels=4, name="plan"):
    codes = np.random.default_rng(seed).integers(0, levels, N)
    return Cut(name, codes, tuple(f"{name} = {at}" for at in range(levels)))


def test_a_planted_slice_is_found_with_its_figures():
    by = parted(1)
    inside = by.codes == 2
    rows = binary(2, inside)
    theirs = {
        "accuracy": lambda at: accuracy_score(rows.y[at], rows.said[at]),
        "auc": lambda at: roc_auc_score(rows.y[at], rows.score[at]),
        "logloss": lambda at: log_loss(rows.y[at], rows.score[at]),
    }
    for metric, figure in theirs.items():
        [found, *others] = slices(rows, metric, [by, parted(3, name="quiet")])
        assert not others
        assert (found.by, found.level, found.metric) == ("plan", "plan = 2", metric)
        # Source: sklearn.metrics on these rows, and on the others.
        assert found.figure.value == pytest.approx(figure(inside), abs=1e-12)
        assert found.rest == pytest.approx(figure(~inside), abs=1e-12)
        assert (found.figure.n, found.share) == (inside.sum(), pytest.approx(inside.mean()))
        assert found.figure.low < found.figure.value < found.figure.high
        assert found.worse == pytest.approx(abs(figure(inside) - figure(~inside)))
        assert "on the others: worse by" in found.because


def test_numbers_by_the_same_rule():
    rng = np.random.default_rng(0)
    by = parted(5)
    inside = by.codes == 1
    y, error = rng.normal(size=N), rng.normal(size=N) * np.where(inside, 2.0, 1.0)
    rows = Scored(Task("regression"), y, y + error, None)
    for metric, name in (("mae", "mae"), ("r2", "rmse"), ("rmse", "rmse")):
        [found] = slices(rows, metric, [by])
        assert (found.level, found.metric) == ("plan = 1", name)
    [found] = slices(rows, "mae", [by])
    assert found.figure.value == pytest.approx(mean_absolute_error(y[inside], rows.score[inside]), abs=1e-12)


def test_the_correction_is_benjamini_and_hochbergs(monkeypatch):
    from mlops_console.drift.diagnosis import slices as module

    seen = []
    ours = module.benjamini_hochberg
    monkeypatch.setattr(module, "benjamini_hochberg", lambda p: (seen.append((p, ours(p))), seen[-1][1])[1])
    slices(binary(1), "logloss", [parted(at, 10, f"c{at}") for at in range(8)])
    [(p, q)] = seen
    assert len(p) == 80
    # Source: scipy.stats.false_discovery_control.
    assert q == pytest.approx(false_discovery_control(p), abs=1e-12)


def test_quiet_windows_name_none():
    named = [
        bool(slices(binary(seed), metric, [parted(1_000 * seed + at, 6, f"c{at}") for at in range(6)]))
        for seed in range(60)
        for metric in ("accuracy", "logloss")
    ]
    # At a rate of 5% so many at most, three standard deviations above what is expected.
    assert sum(named) <= 0.05 * len(named) + 3 * (0.05 * 0.95 * len(named)) ** 0.5


def test_small_parts_and_few_rows_are_not_judged():
    codes = np.where(np.arange(N) < 49, 0, 1)
    rows = binary(1, codes == 0, 1.0)
    assert slices(rows, "accuracy", [Cut("c", codes, ("c = a", "c = b"))]) == ()
    few = rows.at(np.arange(99))
    assert slices(few, "accuracy", [Cut("c", codes[:99], ("c = a", "c = b"))]) == ()


def test_numbers_are_cut_at_the_references_fifths():
    measured = Measured(
        "x", "numeric", 100, 100, 0, 0,
        shapes={"edges": list(range(11)), "reference": [0, *[10] * 10, 0], "current": [0] * 12},
    )  # fmt: skip
    found = cut(measured, pl.Series("x", [0.5, 2.0, 2.1, 9.0, 100.0, None]), 1)
    assert found.names == ("x <= 2", "2 < x <= 4", "4 < x <= 6", "6 < x <= 8", "x > 8")
    assert found.codes.tolist() == [0, 0, 1, 4, 4, 5]


def test_people_say_which_columns_part_the_rows():
    known = [Measured(name, "numeric", 1, 1, 0, 0) for name in ("a", "b")] + [
        Measured("t", "time", 1, 1, 0, 0)
    ]
    assert [one.name for one in candidates(known, (), {"a", "b", "t"})] == ["a", "b"]
    assert [one.name for one in candidates(known, ("z", "b", "gone"), {"a", "b", "z"})] == ["z", "b"]


def write(path, seed, wrong):
    rng = np.random.default_rng(seed)
    score, plan = rng.uniform(size=N), rng.choice(["free", "gold"], N, p=[0.8, 0.2])
    y = rng.uniform(size=N) < score
    if wrong:
        y = np.where(plan == "gold", rng.uniform(size=N) < 0.5, y)
    frame = {
        "key": np.arange(N),
        "x": rng.normal(size=N),
        "plan": plan,
        "score": score,
        "late": y.astype(int),
    }
    pl.DataFrame(frame).write_parquet(path)
    return str(path)


def test_a_whole_comparison_tells_and_keeps_them(tmp_path):
    sides = [open_table(write(tmp_path / f"{at}.parquet", at, at == 1)) for at in range(2)]
    report = compare(*sides, Options(label="late", score="score", key="key", classifier=False))
    assert [(one.by, one.level) for one in report.model.slices] == [("plan", "plan = gold")]
    kept = json.loads(json.dumps(plain(report.model)))
    assert made(ModelReport, kept) == report.model
    del kept["slices"]
    assert made(ModelReport, kept).slices == ()
