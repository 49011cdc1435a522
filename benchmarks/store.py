"""What the store costs: CPU to take points in, bytes a point, CPU of a history, a live batch, an opening.

    python benchmarks/store.py [--points 10_000_000] [--runs 100_000] [--json]

CPU seconds of this process; the values look like `gen_runs.py`'s: float32 curves with noise, regular steps.
"""

import argparse
import json
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mlops_console.records import Chunk, Points, Project, RunFacts, RunKey, Source, Status
from mlops_console.settings import places
from mlops_console.store import Read, Store, open_store, points_of

METRICS = [
    "train/loss",
    "val/loss",
    "train/acc",
    "val/acc",
    "lr",
    "grad_norm",
    "f1",
    "auc",
    "rmse",
    "throughput",
]
START = time.time_ns() // 1000
PROJECT = Project("feedc0ffee00", "benchmark", "/nowhere", 1, 1)


def curves(seed: int, metrics: int, steps: int) -> np.ndarray:
    rng = np.random.default_rng([7, seed])
    t = np.arange(steps)
    out = np.empty((metrics, steps), np.float32)
    for m in range(metrics):
        scale, tau, end = rng.uniform(0.5, 3), rng.uniform(0.05, 0.6) * steps, rng.uniform(0.05, 0.5)
        out[m] = scale * np.exp(-t / tau) + end + rng.normal(0, 0.03, steps)
    return out.astype(np.float64)


def read(run: int, values: np.ndarray, first: int = 0, *, status: Status | None = Status.FINISHED) -> Read:
    metrics, steps = values.shape
    key = RunKey(f"tb/run_{run:06d}")
    step = np.arange(first, first + steps, dtype=np.int64)
    wall = START + run * 600_000_000 + step * 250_000
    names = METRICS if metrics <= 10 else [f"extra/m{i:03d}" for i in range(metrics)]
    points = Points(
        tuple((key, name) for name in names[:metrics]), np.full(metrics, steps),
        np.tile(step, metrics), np.tile(wall, metrics), values.ravel(),
    )  # fmt: skip
    facts = RunFacts(
        key, name=f"run {run}", status=status, started=START + run * 600_000_000, active=int(wall[-1]),
        params={"lr": 10 ** -(run % 5), "batch_size": 2 ** (run % 7), "optimizer": "adam", "seed": run % 5},
    )  # fmt: skip
    source = Source("tensorboard", key.path, (f"{key.path}/events.out.tfevents.{run}",))
    return Read(PROJECT.key, source, b"f" * 32, Chunk((facts,), points, (), b"c" * 40), first == 0)


def batches(runs: int, metrics: int, steps: int, size: int) -> Iterator[list[Read]]:
    batch: list[Read] = []
    for run in range(runs):
        batch.append(read(run, curves(run, metrics, steps)))
        if len(batch) * metrics * steps >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def cpu() -> float:
    return time.process_time()


def fresh(folder: Path) -> Store:
    store = open_store(places(str(folder / "store.duckdb")))
    store.put_project(PROJECT)
    return store


def bulk(folder: Path, points: int) -> dict[str, float]:
    runs = points // 10_000
    store, spent = fresh(folder), 0.0
    for batch in batches(runs, 10, 1000, 700_000):
        began = cpu()
        store.apply(batch)
        spent += cpu() - began
    began = cpu()
    store.close()
    spent += cpu() - began
    size = (folder / "store.duckdb").stat().st_size
    store = open_store(store.places)
    connection = store.connect()
    rng = np.random.default_rng(3)
    asked = []
    for _ in range(20):
        ids = [int(i) for i in rng.integers(1, runs * 10, 10)]
        began = cpu()
        found = points_of(connection, ids)
        asked.append(cpu() - began)
        assert all(len(value) == 1000 for _, _, value in found.values())
    store.close()
    return {
        "cpu_s_per_10m_points": spent * 1e7 / points,
        "bytes_per_point": size / points,
        "history_10_runs_cpu_ms": float(np.median(asked)) * 1e3,
        "history_10_runs_cpu_ms_worst": max(asked) * 1e3,
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
    }


def live(folder: Path, known_runs: int, rounds: int) -> dict[str, float]:
    """200 runs of 10 metrics log one or two points each, every batch, beside `known_runs` settled ones."""
    store = fresh(folder)
    for batch in batches(known_runs, 10, 5, 50_000):
        store.apply(batch)
    runs = range(known_runs, known_runs + 200)
    curve = {run: curves(run, 10, 4 * rounds + 10) for run in runs}
    at = dict.fromkeys(runs, 2)
    store.apply([read(run, curve[run][:, :2], status=Status.RUNNING) for run in runs])
    spent = []
    for turn in range(rounds):
        batch = []
        for run in runs:
            more = 1 + (run + turn) % 2
            batch.append(read(run, curve[run][:, at[run] : at[run] + more], at[run], status=Status.RUNNING))
            at[run] += more
        began = cpu()
        store.apply(batch)
        store.sweep(time.time_ns() // 1000, lambda process: None)
        spent.append((cpu() - began) * 1e3)
    began = cpu()
    for _ in range(100):
        store.sweep(time.time_ns() // 1000, lambda process: None)
    sweep = (cpu() - began) * 10
    size = (folder / "store.duckdb").stat().st_size
    store.close()
    return {
        "live_batch_cpu_ms": float(np.mean(spent)), "live_batch_cpu_ms_p95": float(np.percentile(spent, 95)),
        "live_batch_cpu_ms_worst": max(spent), "sweep_200_running_cpu_ms": sweep, "live_file_mb": size / 1e6,
    }  # fmt: skip


def opening(folder: Path, runs: int) -> dict[str, float]:
    store = fresh(folder)
    began = cpu()
    for batch in batches(runs, 30 if runs > 5000 else 10, 3, 90_000):
        store.apply(batch)
    filled = cpu() - began
    store.close()
    began = cpu()
    store = open_store(store.places)
    connection = store.connect()
    connection.rows("SELECT count(*) FROM runs")
    opened = cpu() - began
    began = cpu()
    store.sweep(time.time_ns() // 1000, lambda process: None)
    first = cpu() - began
    began = cpu()
    for _ in range(100):
        store.sweep(time.time_ns() // 1000, lambda process: None)
    idle = (cpu() - began) * 10
    store.close()
    return {
        f"open_{runs}_runs_cpu_ms": opened * 1e3, f"first_write_{runs}_runs_cpu_ms": first * 1e3,
        f"idle_sweep_{runs}_runs_cpu_ms": idle, f"fill_{runs}_runs_cpu_s": filled,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", action="store_true")
    wish = parser.parse_args()
    open_store_warm = Path(tempfile.mkdtemp(prefix="store-benchmark-"))
    figures: dict[str, float] = {}
    for name, work in (
        ("bulk", lambda folder: bulk(folder, wish.points)),
        ("live", lambda folder: live(folder, 10_000, wish.rounds)),
        ("open-1000", lambda folder: opening(folder, 1_000)),
        ("open-all", lambda folder: opening(folder, wish.runs)),
    ):
        if wish.only in name:
            folder = open_store_warm / name
            folder.mkdir()
            figures.update(work(folder))
            shutil.rmtree(folder)
    shutil.rmtree(open_store_warm)
    if wish.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:36} {value:12.3f}")


if __name__ == "__main__":
    main()
