"""From the write of a line to its being visible: told by a change, found by a query, while many runs write.

    python benchmarks/live.py [--writers 200] [--rate 5] [--seconds 20]

One process of writers appends JSON lines and CSV rows, and TensorBoard records where tensorboardX is
installed; what was logged is the time itself. Prints latencies in milliseconds and CPU shares of a core.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from mlops_console.ingest import Pipeline
from mlops_console.records import Changed, Project
from mlops_console.settings import places
from mlops_console.store import Store, open_store
from mlops_console.wishes.model import WatchWishes


def writers(root: Path, count: int, rate: float, start: float, seconds: float) -> None:
    """Every run logs `rate` times a second; the value is the time of the write, so that a query can tell."""
    files = [opened(root, number) for number in range(count)]
    step = 0
    while time.time() < start:
        time.sleep(0.01)
    while time.time() < start + seconds:
        step += 1
        for number, (kind, file) in enumerate(files):
            now = time.time() - start
            if kind == "tb":
                file.add_scalar("at", now, step)
                file.flush()
            elif kind == "csv":
                file.write(f"{step},{now!r}\n")
            else:
                file.write(json.dumps({"step": step, "at": now}) + "\n")
            pause = start + (step - 1 + (number + 1) / count) / rate - time.time()
            if pause > 0.001:
                time.sleep(pause)
    for _, file in files:
        file.close()


def opened(root: Path, number: int):
    """A run's folder with its first line: a third of each kind."""
    folder = root / "runs" / f"run_{number:04d}"
    folder.mkdir(parents=True, exist_ok=True)
    if number % 3 == 2:
        try:
            from tensorboardX import SummaryWriter
        except ImportError:
            number = 0
        else:
            return "tb", SummaryWriter(str(folder), flush_secs=1_000)
    kind, name = (("csv", "metrics.csv"), ("jsonl", "metrics.jsonl"))[number % 3 % 2]
    file = (folder / name).open("a", buffering=1)
    file.write("step,at\n0,0.0\n" if kind == "csv" else '{"step": 0, "at": 0.0}\n')
    return kind, file


def cpu(pid: int | str) -> float:
    """CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Eye:
    """Sees each run's newest value as soon as a change is told."""

    def __init__(self, store: Store, bell: threading.Event, start: float) -> None:
        self.latencies: list[float] = []
        self.changes = 0
        self.seen: dict[int, float] = {}
        self._connection = store.connect()
        self._bell = bell
        self._start = start

    def look(self, seconds: float) -> None:
        """Ask at every change, until so many seconds after the start."""
        while time.time() < self._start + seconds:
            if not self._bell.wait(1.0):
                continue
            self._bell.clear()
            rows = self._connection.rows("SELECT series_id, last_value FROM series")
            now = time.time() - self._start
            self.changes += 1
            for series, value in rows:
                if value and value != self.seen.get(series):
                    self.seen[series] = value
                    if value > 2.0:
                        self.latencies.append(now - value)
        self._connection.close()


def measure(folder: Path, count: int, rate: float, seconds: float) -> dict[str, object]:
    """Start the writers, then the pipeline; look."""
    root = folder / "project"
    root.mkdir()
    found = root.stat()
    project = Project("0123456789ab", "live", str(root), found.st_dev, found.st_ino)
    store = open_store(places(str(folder / "store.duckdb")))
    store.put_project(project)
    bell = threading.Event()

    def hear(changed: Changed) -> None:
        if changed.runs:
            bell.set()

    pipe = Pipeline(store, lambda _: WatchWishes(), hear)
    start = time.time() + 4.0
    process = multiprocessing.get_context("spawn").Process(
        target=writers, args=(root, count, rate, start, seconds)
    )
    process.start()
    while len(list(root.glob("runs/*"))) < count:
        time.sleep(0.05)
    pipe.start([project])
    eye = Eye(store, bell, start)
    while time.time() < start:
        time.sleep(0.01)
    child = Path("/proc/self/task").joinpath(str(pipe._thread.native_id), "children").read_text().split()[0]
    parent_cpu, child_cpu = cpu("self"), cpu(child)
    eye.look(seconds)
    parent_cpu, child_cpu = cpu("self") - parent_cpu, cpu(child) - child_cpu
    health = pipe.health
    process.join()
    pipe.stop()
    store.close()
    p50, p95, p99 = (
        round(float(q) * 1000) for q in np.quantile(eye.latencies or [np.nan], [0.5, 0.95, 0.99])
    )
    return {
        "writers": count,
        "runs_seen": len(eye.seen),
        "samples": len(eye.latencies),
        "p50_ms": p50,
        "p95_ms": p95,
        "p99_ms": p99,
        "changes_seen": eye.changes,
        "parent_cpu_share": round(parent_cpu / seconds, 3),
        "child_cpu_share": round(child_cpu / seconds, 3),
        "watching": health.watching,
        "of": health.watchable,
    }


def main() -> None:
    """Write, watch, ask, print one JSON object."""
    words = argparse.ArgumentParser()
    words.add_argument("--writers", type=int, default=200)
    words.add_argument("--rate", type=float, default=5.0)
    words.add_argument("--seconds", type=float, default=20.0)
    options = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="live-") as folder:
        print(json.dumps(measure(Path(folder), options.writers, options.rate, options.seconds)))


if __name__ == "__main__":
    main()
