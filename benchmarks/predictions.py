"""What judging two models row by row costs, and whether its intervals and verdicts hold what they claim.

    python benchmarks/predictions.py [--rows 1000000] [--simulate] [--repeat 1000] [--metrics auc,f1]

Without `--simulate`: CPU and wall seconds of one pair of models on `--rows` rows. With it: for pairs of equal
and of unequal models, how often the 95% interval covers the true difference, and how often a pair of equal
models gets a verdict (both over `--repeat` data sets a line), then how often any slice does. A line's own
error is about 0.7 points at 1,000 data sets. The limits are on 200, 1,000 and 5,000 rows, 30% positive.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from measuring import leave, verdict

from mlops_console.comparison.predictions import Table, judge_rows, match, slices
from mlops_console.readers.predictions import read

SIZES = (200, 1_000, 5_000)
CLAIMED = ("auc", "accuracy", "logloss", "f1")
OTHERS = ("brier", "ap", "ece", "precision", "recall", "balanced_accuracy", "mcc", "rmse", "r2", "medae")


def scored(rows: int, rng: np.random.Generator, share: float, gap: float, noise: float) -> tuple:
    """Labels, and two models that see the same signal each with noise of its own; the second `gap` less."""
    y = (rng.random(rows) < share).astype(int)
    shared = rng.normal(size=rows)
    a, b = (
        1 / (1 + np.exp(-(shared + rng.normal(size=rows) * noise + strength * y - 0.8)))
        for strength in (1.5, 1.5 - gap)
    )
    return y, a, b


def pair(y: np.ndarray, a: np.ndarray, b: np.ndarray, columns: dict | None = None) -> object:
    keys = np.arange(len(y))
    return match(Table("a", keys, y, a, columns or {}), Table("b", keys, y, b))


def spent(what: str, limit: float, work: Callable[[], object]) -> bool:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return verdict(f"{what} ({wall:.1f} s of wall time)", cpu, limit, "CPU s")


def costs(rows: int) -> list[bool]:
    """CPU seconds; the limits are what two cores have in the time that was promised."""
    rng = np.random.default_rng(1)
    y, a, b = scored(rows, rng, 0.3, 0.1, 0.3)
    columns = {f"number{at}": rng.normal(size=rows) for at in range(6)}
    columns |= {f"word{at}": (rng.integers(0, 5, rows).astype(np.int32), tuple("abcde")) for at in range(4)}
    order = rng.permutation(rows)
    tables = Table("a", np.arange(rows), y, a, columns), Table("b", order, y[order], b[order])
    matched = match(*tables)
    held = [
        spent("matching by key", 5, lambda: match(*tables)),
        spent("AUC difference by DeLong", 20, lambda: judge_rows(matched, "auc")),
    ]
    held += [
        spent(f"{m}: 1,000 resamples", 60, lambda m=m: judge_rows(matched, m, method="bootstrap"))
        for m in ("auc", "ap", "ece", "medae")
    ]
    held += [spent(m, 2, lambda m=m: judge_rows(matched, m)) for m in ("accuracy", "f1", "logloss")]
    held += [
        spent(f"{m} on 50 slices", 10, lambda m=m: slices(matched, m))
        for m in ("auc", "accuracy", "logloss", "f1")
    ]
    return held + reading(y, a)


def reading(y: np.ndarray, scores: np.ndarray) -> list[bool]:
    import polars as pl

    with TemporaryDirectory() as folder:
        frame = pl.DataFrame({"id": np.arange(len(y)), "y_true": y, "score": scores})
        frame = frame.with_columns(plan=pl.Series(["pro", "free"] * (len(y) // 2) + ["pro"] * (len(y) % 2)))
        frame.write_csv(Path(folder) / "preds.csv")
        frame.write_parquet(Path(folder) / "preds.parquet")
        return [
            spent(f"reading {name}", 5, lambda n=name: read(folder, n))
            for name in ("preds.csv", "preds.parquet")
        ]


def truth(metric: str, share: float, gap: float, noise: float) -> float:
    """The difference itself, on very many rows (equal models: none)."""
    if not gap:
        return 0.0
    found = [
        judge_rows(pair(*scored(1_000_000, np.random.default_rng(seed), share, gap, noise)), metric)
        for seed in (91, 92)
    ]
    return float(np.mean([one.difference for one in found]))


def simulated(metrics: list[str], repeat: int) -> list[bool]:
    held = []
    print("metric             rows  positive  models   noise   covers  b called better  worse")
    for metric in metrics:
        for share, gap, noise in ((0.3, 0.0, 0.3), (0.3, 0.3, 0.3), (0.1, 0.0, 0.1), (0.1, 0.3, 0.3)):
            real = truth(metric, share, gap, noise)
            for rows in SIZES:
                covers, better, worse = rates(metric, rows, repeat, real, (share, gap, noise))
                kind = "unequal" if gap else "equal  "
                how_often = f"{covers:8.1%} {better:16.1%} {worse:6.1%}"
                print(f"{metric:18}{rows:5}{share:9.0%}   {kind} {noise:7} {how_often}", flush=True)
                if share == 0.3 and metric in CLAIMED:
                    held.append(0.93 <= covers <= 0.97)
    return held


def rates(metric: str, rows: int, repeat: int, real: float, how: tuple) -> tuple[float, float, float]:
    rng = np.random.default_rng([rows, int(how[0] * 10), int(how[1] * 10)])
    covers, verdicts = 0, []
    for _ in range(repeat):
        found = judge_rows(pair(*scored(rows, rng, *how)), metric)
        low, high = found.ci or (-np.inf, np.inf)
        covers += low <= real <= high
        verdicts.append(found.verdict)
    return covers / repeat, verdicts.count("better") / repeat, verdicts.count("worse") / repeat


def sliced(metrics: list[str], repeat: int) -> list[bool]:
    """How often equal models are told apart on any of some 30 slices."""
    held = []
    for metric in metrics:
        for rows in (1_000, 5_000):
            rng = np.random.default_rng(rows)
            wrong = 0
            for _ in range(repeat):
                columns = {f"number{at}": rng.normal(size=rows) for at in range(3)}
                columns |= {f"word{at}": rng.integers(0, 5, rows) for at in range(3)}
                found = slices(pair(*scored(rows, rng, 0.3, 0.0, 0.3), columns), metric)
                wrong += any(one.verdict != "not shown to differ" for one in found.slices)
            held.append(verdict(f"{metric}, {rows} rows: any slice called", 100 * wrong / repeat, 6, "%"))
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--simulate", action="store_true")
    parser.add_argument("--repeat", type=int, default=1_000)
    parser.add_argument("--metrics", default=",".join(CLAIMED + OTHERS))
    asked = parser.parse_args()
    if not asked.simulate:
        leave(costs(asked.rows))
    metrics = asked.metrics.split(",")
    held = simulated(metrics, asked.repeat)
    leave(held + sliced([m for m in metrics if m in CLAIMED], asked.repeat))


if __name__ == "__main__":
    main()
