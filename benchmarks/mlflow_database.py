"""What taking in an MLflow database costs, against MLflow's own client reading the same histories.

    python benchmarks/mlflow_database.py [--runs N] [--metrics N] [--steps N] [--turns N] [--mlflow PYTHON]

MLflow makes the database, its tables are then filled (as its client would, only faster). Measured in turns:

- `mlops-console scan` of the folder into a new store: runs, params, tags and every point (less a scan of an
  empty folder);
- `MlflowClient.get_metric_history` of every metric of some of the runs, scaled up to all (less starting
  Python and importing MLflow, which takes seconds: only what the calls take counts);
- our reader until the facts of all runs are there, against `MlflowClient.search_runs` of the same.

`--mlflow` names a Python that has MLflow (else this one). CPU seconds of the whole process tree.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import in_turns, leave, over, verdict

HERE = Path(__file__).resolve()
START_MS = 1_795_000_000_000
AT_LEAST = 10.0


def make(folder: Path, python: str, runs: int, metrics: int, steps: int) -> Path:
    """A database that MLflow made, with many points."""
    path = folder / "mlflow.db"
    made = "import sys; from mlflow import MlflowClient as C; C(sys.argv[1]).create_experiment('all')"
    subprocess.run([python, "-c", made, f"sqlite:///{path}"], check=True, capture_output=True, cwd=folder)
    base = sqlite3.connect(path)
    base.execute("PRAGMA synchronous=OFF")
    for number in range(runs):
        run = f"{number:032x}"
        began = START_MS + number * 600_000
        base.execute(
            "INSERT INTO runs(run_uuid, name, source_type, user_id, status, start_time, end_time, "
            "lifecycle_stage, artifact_uri, experiment_id) VALUES (?, ?, 'LOCAL', 'ana', 'FINISHED', ?, ?, "
            "'active', ?, 1)",
            (run, f"run {number}", began, began + 500_000, f"/srv/train/mlruns/1/{run}/artifacts"),
        )
        base.executemany(
            "INSERT INTO params(key, value, run_uuid) VALUES (?, ?, ?)",
            [(f"param_{k}", str(k / (number + 1)), run) for k in range(10)],
        )
        base.executemany(
            "INSERT INTO tags(key, value, run_uuid) VALUES (?, ?, ?)",
            [(f"tag_{k}", f"value {k}", run) for k in range(6)],
        )
        base.executemany(
            "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)",
            (
                (f"group_{k % 3}/metric_{k}", (k + 1) / (step + 1), began + step * 250, run, step)
                for step in range(steps)
                for k in range(metrics)
            ),
        )
        base.execute(
            "INSERT INTO latest_metrics(key, value, timestamp, step, is_nan, run_uuid) "
            "SELECT key, value, timestamp, step, 0, run_uuid FROM metrics WHERE run_uuid = ? AND step = ?",
            (run, steps - 1),
        )
    base.commit()
    base.close()
    return path


THEIRS = """
import sys, time
from mlflow import MlflowClient
client, runs = MlflowClient(sys.argv[1]), int(sys.argv[2])
client.search_runs(["1"], max_results=1)
began = time.process_time()
found, token = [], None
while token or not found:
    page = client.search_runs(["1"], max_results=1000, page_token=token)
    found += page
    token = page.token
    if not token:
        break
searched = time.process_time() - began
began, points = time.process_time(), 0
for run in found[:runs]:
    for key in run.data.metrics:
        points += len(client.get_metric_history(run.info.run_id, key))
print(searched, (time.process_time() - began) / max(points, 1), points)
"""

OURS = """
import sys, time
from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow import READER
from mlops_console.records import Source
source = Source("mlflow", "mlflow.db", ("mlflow.db",))
wanted, cursor, seen = int(sys.argv[2]), None, set()
began = time.process_time()
while len(seen) < wanted:
    chunk = READER.read(sys.argv[1], source, cursor, Budget(points=1))
    cursor = chunk.cursor
    seen.update(found.key for found in chunk.facts if found.name)
print(time.process_time() - began)
"""


def told(words: list[str]) -> list[float]:
    """The numbers that a program prints."""
    out = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return [float(word) for word in out.split()]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=100)
    options.add_argument("--metrics", type=int, default=10)
    options.add_argument("--steps", type=int, default=1000)
    options.add_argument("--sample", type=int, default=10, help="runs whose histories the client reads")
    options.add_argument("--turns", type=int, default=3)
    options.add_argument("--mlflow", default=sys.executable, help="a Python that has MLflow")
    args = options.parse_args()
    points = args.runs * args.metrics * args.steps
    with tempfile.TemporaryDirectory(prefix="mlflow-bench-") as folder:
        path = make(Path(folder), args.mlflow, args.runs, args.metrics, args.steps)
        uri = f"sqlite:///{path}"
        scan = [sys.executable, "-c", _SCAN, folder]
        empty = Path(folder, "empty")
        empty.mkdir()
        taken = in_turns({"scan": scan, "nothing": [*scan[:-1], str(empty)]}, args.turns)
        theirs = [told([args.mlflow, "-c", THEIRS, uri, str(args.sample)]) for _ in range(args.turns)]
        ours = [told([sys.executable, "-c", OURS, folder, str(args.runs)])[0] for _ in range(args.turns)]
    whole, client = over(taken, "scan", "nothing"), min(one[1] for one in theirs) * points
    print(f"{points:,} points of {args.runs:,} runs")
    print(f"  scan into a new store   {whole:7.2f} CPU s  {points / whole / 1e6:.2f} M points/CPU s")
    print(f"    with its start        {min(taken['scan']):7.2f} CPU s")
    print(f"  MLflow's histories      {client:7.2f} CPU s  (of {args.sample} runs, scaled)")
    print(
        f"  first facts of all runs {min(ours):7.3f} CPU s, search_runs {min(one[0] for one in theirs):.3f}"
    )
    print(f"  {client / whole:.1f} times faster")
    leave([verdict("share of the client's CPU", whole / client, 1 / AT_LEAST, "")])


_SCAN = """
import subprocess, sys, tempfile
with tempfile.TemporaryDirectory() as store:
    words = [sys.executable, "-m", "mlops_console", "--store", store + "/s.duckdb", "scan", sys.argv[1]]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""


if __name__ == "__main__":
    main()
