"""How much CPU MLflow's file store takes: the first table of its runs, and all of their points.

    python benchmarks/mlflow.py [--runs N] [--metrics N] [--steps N] [--rounds N] [--gen GEN_RUNS]
                                [--mlflow PYTHON] [--keep FOLDER]

In turns, on one store of runs:

- `mlops-console scan` into a new store, the whole process tree: all points;
- the same until the store has said all runs with their facts: the first table;
- both once more on an empty folder, to know what starting takes;
- our reader alone;
- the peer, where `--mlflow` names a Python that has it: `mlflow.search_runs` of all runs, without its import.

CPU seconds of process trees, medians over the rounds. `mlflow_database.py` measures the SQLite store.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from measuring import cpu_seconds, leave, read_to_the_end, verdict

HERE = Path(__file__).resolve()
TABLE_FASTER = 20.0
POINTS_A_SECOND = 1.2e6
START = 1_700_000_000_000
SEARCH = """
import os, sys, time
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
import mlflow
mlflow.set_tracking_uri("file://" + os.path.abspath(sys.argv[1]))
started = time.process_time()
found = mlflow.search_runs(experiment_ids=["1"], max_results=100_000)
print(len(found), time.process_time() - started)
"""


def write_run(root: Path, number: int, metrics: int, steps: int) -> None:
    run = f"f{number:07x}{'0' * 16}{number * 2654435761 & 0xFFFFFFFF:08x}"
    base = root / "mlruns/1" / run
    values = np.random.default_rng([7, number]).normal(1, 0.1, (metrics, steps)).astype("f4").tolist()
    texts: dict[str, str] = {
        f"metrics/group_{k % 3}/metric_{k}": "".join(
            f"{START + 250 * step} {value:.7g} {step}\n" for step, value in enumerate(row)
        )
        for k, row in enumerate(values)
    }
    texts |= {f"params/param_{k}": str(number % (k + 2)) for k in range(10)}
    texts |= {"tags/mlflow.user": "ana", "tags/mlflow.runName": f"run-{number}", "tags/team": "pricing"}
    texts["meta.yaml"] = (
        f"artifact_uri: file:///srv/mlruns/1/{run}/artifacts\nend_time: {START + 250 * steps}\n"
        f"entry_point_name: ''\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: {run}\n"
        f"run_name: run-{number}\nrun_uuid: {run}\nsource_name: ''\nsource_type: 4\nsource_version: ''\n"
        f"start_time: {START}\nstatus: 3\ntags: []\nuser_id: ana\n"
    )
    (base / "artifacts").mkdir(parents=True)
    for name, text in texts.items():
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text(text)


def make(root: Path, runs: int, metrics: int, steps: int, generator: str | None) -> None:
    if generator:
        sizes = ["--runs", str(runs), "--metrics", str(metrics), "--steps", str(steps)]
        subprocess.run([sys.executable, generator, str(root), *sizes, "--formats", "mlflow"], check=True)
        return
    for number in range(runs):
        write_run(root, number, metrics, steps)
    (root / "mlruns/1/meta.yaml").write_text(
        "artifact_location: file:///srv/mlruns/1\nexperiment_id: '1'\nlifecycle_stage: active\nname: bench\n"
    )


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def first_table(root: str, runs: int) -> None:
    """Scan until all runs are in the store; prints the CPU seconds of this process and of the child."""
    from mlops_console.ingest import intake as intakes
    from mlops_console.ingest.intake import Intake
    from mlops_console.workspace import open_workspace

    intakes._UNDER_WAY = 1  # the child reads no points yet while the last facts are being stored
    added: set[str] = set()
    publish = Intake.publish

    def watched(intake: Intake, changed: object) -> None:
        publish(intake, changed)
        added.update(changed.added)
        if len(added) >= runs and intake.child is not None:
            say(intake.child.pid)

    def say(child: int | None) -> None:
        print(time.process_time() + (cpu_of(child) if child else 0.0), flush=True)
        os._exit(0)

    with tempfile.TemporaryDirectory() as place:
        close = Intake.close_child
        if not runs:
            Intake.close_child = lambda intake: (
                say(intake.child.pid if intake.child else None) or close(intake)
            )
        Intake.publish = watched
        with open_workspace([root], f"{place}/store.duckdb") as workspace:
            workspace.scan(lambda words: None)
    raise SystemExit("not all runs were found")


def read_all(root: str) -> None:
    """Read every run with our reader, in this process."""
    from mlops_console.readers.mlflow import READER

    for path in sorted(Path(root).glob("mlruns/1/*/")):
        if path.is_dir():
            read_to_the_end(READER, root, path.relative_to(root).as_posix())


def said(words: list[str]) -> float:
    """The last number that a process says."""
    return float(subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()[-1])


def scan(root: Path) -> float:
    with tempfile.TemporaryDirectory() as place:
        store = f"{place}/store.duckdb"
        return cpu_seconds([sys.executable, "-m", "mlops_console", "--store", store, "scan", str(root)])


def measure(root: Path, empty: Path, runs: int, rounds: int, peer: str | None) -> dict[str, float]:
    ours = [sys.executable, str(HERE)]
    taken: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, seconds in (
            ("scan", lambda: scan(root)),
            ("scan of nothing", lambda: scan(empty)),
            ("first table", lambda: said([*ours, "--first-table", str(root), str(runs)])),
            ("first table of nothing", lambda: said([*ours, "--first-table", str(empty), "0"])),
            ("reader", lambda: cpu_seconds([*ours, "--read", str(root)])),
            ("reader of nothing", lambda: cpu_seconds([*ours, "--read", str(empty)])),
        ):
            taken.setdefault(name, []).append(seconds())
        if peer:
            taken.setdefault("search_runs", []).append(said([peer, "-c", SEARCH, str(root / "mlruns")]))
    return {name: median(seconds) for name, seconds in taken.items()}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=1000)
    options.add_argument("--metrics", type=int, default=10)
    options.add_argument("--steps", type=int, default=1000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--gen", help="a generator of runs to use instead of the one here")
    options.add_argument("--mlflow", help="a Python that has mlflow")
    options.add_argument("--keep", help="folder for the set, kept and used again")
    options.add_argument("--first-table", nargs=2, help=argparse.SUPPRESS)
    options.add_argument("--read", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.first_table:
        first_table(asked.first_table[0], int(asked.first_table[1]))
    if asked.read:
        read_all(asked.read)
        return
    with tempfile.TemporaryDirectory(prefix="mlflow-bench-") as place:
        root, empty = Path(asked.keep or f"{place}/set"), Path(place, "empty")
        empty.mkdir()
        if not (root / "mlruns").exists():
            make(root, asked.runs, asked.metrics, asked.steps, asked.gen)
        found = measure(root, empty, asked.runs, asked.rounds, asked.mlflow)
    for name, seconds in found.items():
        print(f"  {name:24s} {seconds:7.2f} CPU s")
    millions = asked.runs * asked.metrics * asked.steps / 1e6
    alone = found["reader"] - found["reader of nothing"]
    print(f"  our reader alone: {millions / alone:.1f} million points a CPU second")
    limit = 1e6 / POINTS_A_SECOND
    holds = [verdict("all points, a million of them", found["scan"] / millions, limit, "CPU s")]
    if asked.mlflow:
        table = found["first table"] - found["first table of nothing"]
        whole = found["search_runs"] / found["first table"]
        print(f"  first table, starting included: 1/{whole:.1f} of the peer's CPU")
        what = "first table over starting, of mlflow.search_runs' CPU"
        holds.append(verdict(what, 100 * table / found["search_runs"], 100 / TABLE_FASTER, "%"))
    leave(holds)


if __name__ == "__main__":
    main()
