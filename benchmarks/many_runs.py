"""A store of many runs, written straight through `Store.apply`: what the table is measured on.

python benchmarks/many_runs.py STORE [--runs 100000] [--metrics 20]
"""

import argparse
import time
from pathlib import Path

import numpy as np

from mlops_console.records import Chunk, Points, Project, RunFacts, RunKey, Source, Status
from mlops_console.settings import places
from mlops_console.store import Read, open_store

MODELS = ("lgbm", "xgb", "mlp", "ridge")
STATUSES = (Status.FINISHED, Status.FINISHED, Status.FINISHED, Status.FAILED, Status.KILLED, Status.FINISHED)
NAMES = ("auc", "f1", "logloss", "ece")
STEPS = 12
BATCH = 2000


def chunk_of(first: int, count: int, metrics: int, now: int, draw: np.random.Generator) -> Chunk:
    """Runs `first` to `first + count` with their params and short histories."""
    keys = [RunKey(f"sweep{i // 1000:03d}/r{i:06d}") for i in range(first, first + count)]
    facts = tuple(
        RunFacts(
            key,
            name=f"sweep{i // 1000:03d}-{i % 1000:03d}",
            status=STATUSES[i % len(STATUSES)],
            started=now - (i + 1) * 7_000_000,
            ended=now - (i + 1) * 7_000_000 + 251_000_000,
            active=now - (i + 1) * 7_000_000 + 251_000_000,
            params={
                "model": MODELS[i % 4],
                "lr": float(f"{10 ** draw.uniform(-4, -1):.1e}"),
                "depth": int(draw.integers(3, 13)),
                "seed": i % 5,
                "batch_size": int(2 ** draw.integers(4, 9)),
                "dropout": round(float(draw.uniform(0, 0.5)), 2),
            },
        )
        for i, key in enumerate(keys, first)
    )
    names = [NAMES[m] if m < len(NAMES) else f"val/m{m:02d}" for m in range(metrics)]
    series = tuple((key, name) for key in keys for name in names)
    size = len(series) * STEPS
    step = np.tile(np.arange(STEPS), len(series))
    ends = draw.uniform(0.5, 1.0, len(series)).repeat(STEPS)
    value = np.round(ends - (ends - 0.5) * np.exp(-step / 3) + draw.normal(0, 0.004, size), 4)
    wall = np.full(size, now - 10**9, np.int64) + step * 10**6
    return Chunk(
        facts, Points(series, np.full(len(series), STEPS), step.astype(np.int64), wall, value), (), b"done"
    )


def write(store: str, runs: int, metrics: int) -> None:
    """Fill a store that does not exist yet."""
    now = time.time_ns() // 1000
    draw = np.random.default_rng(7)
    root = Path(store).resolve().parent / "many-runs"
    root.mkdir(exist_ok=True)
    status = root.stat()
    project = Project("0123456789ab", "many-runs", str(root), status.st_dev, status.st_ino)
    opened = open_store(places(store))
    try:
        opened.put_project(project)
        for first in range(0, runs, BATCH):
            count = min(BATCH, runs - first)
            source = Source("plain", f"block{first:06d}", (f"block{first:06d}",))
            opened.apply([Read(project.key, source, b"x", chunk_of(first, count, metrics, now, draw))])
    finally:
        opened.close()


def main() -> None:
    """Write a store."""
    parser = argparse.ArgumentParser()
    parser.add_argument("store")
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--metrics", type=int, default=20)
    options = parser.parse_args()
    began = time.process_time()
    write(options.store, options.runs, options.metrics)
    print(f"{options.runs:,} runs in {time.process_time() - began:.1f} CPU s")


if __name__ == "__main__":
    main()
