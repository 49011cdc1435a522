"""What comparing costs: two runs among many, fifty runs with many metrics, importance, rows of predictions.

    python benchmarks/comparing.py [--runs 100000] [--steps 10000] [--rows 1000000] [--keep FOLDER]

CPU seconds hold on a busy machine, wall times only on an idle one: both are printed, CPU is judged (the wait
of the child's work is the child's own CPU). Each figure is the median of rounds in one process.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measuring import leave, verdict

from mlops_console.comparison.why.finding import Identity
from mlops_console.records import Chunk, Points, RunFacts, RunKey, Source, Status
from mlops_console.store import Read
from mlops_console.workspace import Workspace, open_workspace
from mlops_console.workspace.columns import FIELDS
from mlops_console.workspace.comparing.asking import compare
from mlops_console.workspace.comparing.influence import importance
from mlops_console.workspace.comparing.judging import over_runs
from mlops_console.workspace.comparing.model import Asked
from mlops_console.workspace.comparing.predicting import over_rows
from mlops_console.workspace.runs import RunQuery, load

ROUNDS = 7
WIDE_RUNS, WIDE_METRICS = 50, 200
SWEEP_RUNS, SWEEP_PARAMS = 10_000, 40


def measured(what: str, work: Callable[[], object], limit: float, rounds: int = ROUNDS) -> bool:
    """The median CPU and wall milliseconds of some rounds, after one that warms up."""
    first = _timed(work)
    taken = [_timed(work) for _ in range(rounds)]
    cpu, wall = (statistics.median(one) for one in zip(*taken, strict=True))
    print(f"      {what}: first {first[0]:.0f} ms CPU {first[1]:.0f} ms; then {wall:.0f} ms wall")
    return verdict(what, cpu, limit, "ms CPU")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def childs_cpu(workspace: Workspace, what: str, work: Callable[[], object], limit: float) -> bool:
    """CPU seconds of the analysis child over one job that was never asked before, its start apart."""
    workspace.analyst.ask("duplicates", {"runs": (Identity({"at": time.time_ns()}, None, None, {}),)})
    pid = workspace.analyst.pid()
    before, began = _cpu_of(pid), time.perf_counter()
    work()
    print(f"      {what}: {time.perf_counter() - began:.1f} s wall")
    return verdict(what, _cpu_of(pid) - before, limit, "s CPU of the child")


def _cpu_of(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def wide(folder: Path, steps: int) -> Workspace:
    """Fifty runs with two hundred metrics of so many steps."""
    (folder / "wide").mkdir(exist_ok=True)
    workspace = open_workspace([folder / "wide"], str(folder / "wide.duckdb"))
    if load(workspace, RunQuery(), [FIELDS["name"]]).total:
        return workspace
    draw = np.random.default_rng(3)
    for number in range(WIDE_RUNS):
        key = RunKey(f"run{number:02d}")
        names = [f"val/m{at}_{('loss', 'auc')[at % 2]}" for at in range(WIDE_METRICS)]
        value = np.round(draw.normal(size=WIDE_METRICS * steps), 3)
        step = np.tile(np.arange(steps), WIDE_METRICS)
        points = Points(
            tuple((key, name) for name in names), np.full(WIDE_METRICS, steps), step,
            np.full(len(step), 10**15), value,
        )  # fmt: skip
        facts = RunFacts(key, status=Status.FINISHED, params={"lr": number / 50, "seed": number % 5})
        read = Read(
            workspace.projects[0].key, Source("plain", key.path, (f"{key.path}/log.csv",)), b"mark",
            Chunk((facts,), points, (), b"done"),
        )  # fmt: skip
        workspace.tell(workspace.store.apply([read]))
    return workspace


def sweep(folder: Path) -> Workspace:
    """Ten thousand runs with forty params, of which three tell the metric."""
    (folder / "sweep").mkdir(exist_ok=True)
    workspace = open_workspace([folder / "sweep"], str(folder / "sweep.duckdb"))
    if load(workspace, RunQuery(), [FIELDS["name"]]).total:
        return workspace
    draw = np.random.default_rng(5)
    told = draw.uniform(size=(SWEEP_RUNS, SWEEP_PARAMS)).round(4)
    values = (
        told[:, 0] + 2 * (told[:, 1] - 0.5) ** 2 + 0.5 * (told[:, 2] > 0.5) + draw.normal(0, 0.1, SWEEP_RUNS)
    )
    keys = [RunKey(f"r{number}") for number in range(SWEEP_RUNS)]
    facts = tuple(
        RunFacts(key, status=Status.FINISHED, params={f"p{at}": value for at, value in enumerate(row)})
        for key, row in zip(keys, told.tolist(), strict=True)
    )
    points = Points(
        tuple((key, "auc") for key in keys), np.ones(SWEEP_RUNS, np.int64), np.zeros(SWEEP_RUNS, np.int64),
        np.full(SWEEP_RUNS, 10**15), values,
    )  # fmt: skip
    read = Read(
        workspace.projects[0].key,
        Source("plain", ".", ("log.csv",)),
        b"mark",
        Chunk(facts, points, (), b"done"),
    )
    workspace.tell(workspace.store.apply([read]))
    return workspace


def predicted(folder: Path, rows: int) -> Workspace:
    """Two runs with a Parquet file of predictions each."""
    import polars as pl

    draw = np.random.default_rng(9)
    label = (draw.uniform(size=rows) < 0.3).astype(np.int64)
    for name, skill in (("a", 0.5), ("b", 0.52)):
        run = folder / "rows" / name
        run.mkdir(parents=True, exist_ok=True)
        (run / "metrics.jsonl").write_text('{"step": 0, "auc": 0.7}\n')
        score = 1 / (1 + np.exp(-(skill * label + draw.normal(size=rows))))
        table = pl.DataFrame({"id": np.arange(rows), "label": label, "score": score})
        table.write_parquet(run / "predictions.parquet")
    workspace = open_workspace([folder / "rows"], str(folder / "rows.duckdb"))
    workspace.scan()
    return workspace


def ids_of(workspace: Workspace, limit: int) -> tuple[str, ...]:
    """The newest runs."""
    return tuple(load(workspace, RunQuery(limit=limit), [FIELDS["name"]]).ids)


def many(folder: Path, runs: int) -> list[bool]:
    """Two and fifty runs among many."""
    store = folder / f"{runs}" / "store.duckdb"
    if not store.exists():
        store.parent.mkdir(parents=True)
        maker = Path(__file__).with_name("many_runs.py")
        subprocess.run(
            [sys.executable, str(maker), str(store), "--runs", str(runs), "--metrics", "8"], check=True
        )
    with open_workspace((), str(store)) as workspace:
        two, fifty = ids_of(workspace, 2), ids_of(workspace, 50)
        return [
            measured(f"two of {runs:,} runs, to differences and metrics",
                     lambda: compare(workspace, Asked(two)), 150),
            measured(f"fifty of {runs:,} runs", lambda: compare(workspace, Asked(fifty)), 400),
        ]  # fmt: skip


def main() -> None:
    """Make what is not there yet, measure, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(options.keep or temporary)
        results = many(folder, options.runs)
        with wide(folder, options.steps) as workspace:
            ids = ids_of(workspace, WIDE_RUNS)
            what = (
                f"{WIDE_RUNS} runs x {WIDE_METRICS} metrics x {options.steps:,} steps, to the metrics table"
            )
            results.append(measured(what, lambda: compare(workspace, Asked(ids)), 1000))
        with sweep(folder) as workspace:
            ids = ids_of(workspace, SWEEP_RUNS)
            what = f"importance over {SWEEP_RUNS:,} runs x {SWEEP_PARAMS} params"
            results.append(childs_cpu(workspace, what, lambda: importance(workspace, ids, "auc"), 5))
        with predicted(folder, options.rows) as workspace:
            comparison = compare(workspace, Asked(ids_of(workspace, 2), metrics=("auc",)))
            what = f"an AUC's difference on {options.rows:,} rows"
            results.append(childs_cpu(workspace, what, lambda: over_rows(workspace, comparison), 10))
            results.append(measured("the same asked again", lambda: over_rows(workspace, comparison), 50))
            results.append(measured("over runs, asked again", lambda: over_runs(workspace, comparison), 20))
    print(f"      most memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB")
    leave(results)


if __name__ == "__main__":
    main()
