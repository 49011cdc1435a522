"""From two runs' files to a verdict."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from mlops_console.comparison.predictions import Table, judge_rows, match, slices
from mlops_console.readers.predictions import Predictions, read


def table(name: str, folder: Path, file: str) -> Table:
    found = read(str(folder), file)
    assert isinstance(found, Predictions)
    return Table(name, found.keys, found.labels, found.scores, found.columns, found.predicted)


@pytest.mark.parametrize("words", [False, True])
def test_a_csv_file_beside_a_parquet_file(tmp_path: Path, words: bool) -> None:
    rng = np.random.default_rng(8)
    n = 2_000
    y = rng.integers(0, 2, n)
    plan = rng.choice(["free", "pro"], n)
    signal = rng.normal(size=n) + 1.5 * y
    a = 1 / (1 + np.exp(-signal))
    b = 1 / (1 + np.exp(-(signal + rng.normal(size=n) * np.where(plan == "free", 3, 0.1))))
    label = np.where(y, "yes", "no") if words else y
    keys = [f"c-{at}" for at in range(n)] if words else list(range(n))
    frame = pl.DataFrame({"id": keys, "y_true": label, "y_score": a, "plan": plan})
    frame.write_csv(tmp_path / "a.csv")
    frame.with_columns(y_score=pl.Series(b)).sample(fraction=0.9, shuffle=True, seed=1).write_parquet(
        tmp_path / "b.parquet"
    )
    matched = match(table("logreg", tmp_path, "a.csv"), table("mlp", tmp_path, "b.parquet"))
    assert (matched.matched, matched.only_a) == (1_800, 200)
    found = judge_rows(matched, "test/auc")
    assert found.verdict == "worse"
    assert found.because.startswith("lower by ")
    assert "200 rows are only in logreg" in found.notes
    parts = slices(matched, "test/auc").slices
    assert [(one.name, one.verdict) for one in parts] == [
        ("plan = free", "worse"),
        ("plan = pro", "not shown to differ"),
    ]
