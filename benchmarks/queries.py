"""What the interface process pays to ask the store for runs, in CPU milliseconds; no ingest, no drawing.

python benchmarks/queries.py [--runs 100000] [--metrics 20] [--rounds 5] [--store FILE]

Each figure is the median over three fresh processes of what all threads of the process used (after the first
load: of the median over rounds). The store is made by `many_runs.py` if it is not there.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from measuring import leave, verdict

LIMITS = {
    "first load of the columns proposed": 150,
    "sort by a number": 100,
    "sort by name": 100,
    "filter: metric": 60,
    "filter: param and status": 60,
    "filter: a bare word": 60,
    "200 runs changed": 60,
}
"""CPU ms at 100,000 runs."""
SECOND_START = {"which columns there are": 40, "first load of the columns proposed": 40}
"""CPU ms at 1,000 runs."""


def cpu_ms(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return 1000 * (time.process_time() - started)


def once(store: str, rounds: int) -> dict[str, float]:
    """All figures of this process."""
    from mlops_console.records import Changed
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.columns import default_columns
    from mlops_console.workspace.runs import RunQuery, load

    with open_workspace((), store) as workspace:
        found: dict[str, list[float]] = {}

        def ask(what: str, query: RunQuery) -> None:
            def work() -> None:
                frame = load(workspace, query, columns)
                for key in frame.values:
                    frame.values[key]

            found.setdefault(what, []).append(cpu_ms(work))

        started = time.process_time()
        columns = default_columns(workspace)
        found["which columns there are"] = [1000 * (time.process_time() - started)]
        workspace.shelf.clear()
        ask("first load of the columns proposed", RunQuery())
        ids = load(workspace, RunQuery(), columns).ids
        metric = next(c for c in columns if c.family == "metric")
        param = next(c for c in columns if c.family == "param" and c.kind == "number")
        for number in range(rounds):
            ask("sort by a number", RunQuery(sort=((metric.key, number % 2 == 0),)))
            ask("sort by name", RunQuery(sort=(("name", number % 2 == 0),)))
            ask("filter: metric", RunQuery(f"{metric.name}>.9"))
            ask("filter: param and status", RunQuery(f"{param.name}>0 status:finished"))
            ask("filter: a bare word", RunQuery("sweep04"))
            workspace.shelf.note(Changed(frozenset(ids[number * 200 : number * 200 + 200].tolist())))
            ask("200 runs changed", RunQuery())
    return {what: statistics.median(times) for what, times in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--metrics", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--store")
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.once:
        print(json.dumps(once(asked.store, asked.rounds)))
        return
    with tempfile.TemporaryDirectory() as folder:
        store = asked.store or str(Path(folder) / "store.duckdb")
        if not Path(store).exists():
            maker = str(Path(__file__).with_name("many_runs.py"))
            options = ["--runs", str(asked.runs), "--metrics", str(asked.metrics)]
            subprocess.run([sys.executable, maker, store, *options], check=True)
        answers = []
        for _ in range(3):
            words = [sys.executable, __file__, "--once", "--store", store, "--rounds", str(asked.rounds)]
            answers.append(
                json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
            )
    limits = LIMITS if asked.runs > 10_000 else SECOND_START
    medians = {what: statistics.median(answer[what] for answer in answers) for what in answers[0]}
    leave([verdict(what, medians[what], limits.get(what, 1000), "CPU ms") for what in medians])


if __name__ == "__main__":
    main()
