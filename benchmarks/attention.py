"""What the list of what needs attention costs: over a large store, and with thousands of matters.

    python benchmarks/attention.py [--store STORE] [--runs 100000]

With --store an existing one is asked (copy it first, for it may be open); else one of many runs is written.
Figures are CPU milliseconds of this process, the best of five.
"""

import argparse
import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import many_runs

from mlops_console.cli.attention import item_json
from mlops_console.cli.printing import out_json
from mlops_console.records import Project
from mlops_console.workspace import open_workspace
from mlops_console.workspace.attention import runs
from mlops_console.workspace.attention.listing import attention
from mlops_console.workspace.attention.model import Attention, Item, Place
from mlops_console.workspace.attention.ranking import KINDS, LEVELS, each_once, ranked
from mlops_console.workspace.opening import Workspace

ITEMS = 5_000
TIMES = 5


def best(work: Callable[[], object]) -> float:
    """CPU milliseconds of the quickest of several times."""
    took = []
    for _ in range(TIMES):
        begun = time.process_time()
        work()
        took.append(1_000 * (time.process_time() - begun))
    return min(took)


def of_store(workspace: Workspace) -> None:
    begun = time.process_time()
    found = attention(workspace)
    first = 1_000 * (time.process_time() - begun)
    print(
        f"{len(found.items):,} matters, {len(workspace.projects)} projects; {found.problems or 'no problem'}"
    )
    print(f"first list of a process        {first:7.0f} CPU ms")
    print(f"list                           {best(lambda: attention(workspace)):7.1f} CPU ms")
    asked = asked_of(workspace)
    print(f"  what runs ask                {best(lambda: list(runs.items(asked, []))):7.1f} CPU ms   (60)")


def asked_of(workspace: Workspace) -> runs.Asked:
    return runs.Asked(workspace, tuple(workspace.projects), time.time_ns() // 1_000, {}, {})


def thousands() -> None:
    kinds, levels = list(KINDS), list(LEVELS)
    project = Project("0123456789ab", "many", "/many", 0, 0)
    items = [
        Item(f"errors:{n}", kinds[n % len(kinds)], levels[n % 3], project, f"run {n}", "failed: " + "x" * 60,  # type: ignore[arg-type]
             "affects v3", n * 7_919 % ITEMS, "ana", Place("run", project.key, f"{n:012x}", command="show"))
        for n in range(ITEMS)
    ]  # fmt: skip
    found = Attention(ranked(each_once(items)))

    def printed() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            for item in found.items:
                out_json(item_json(item))

    print(f"{ITEMS:,} matters ranked           {best(lambda: ranked(each_once(items))):7.1f} CPU ms   (50)")
    print(f"{ITEMS:,} matters as JSON Lines    {best(printed):7.1f} CPU ms")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store")
    parser.add_argument("--runs", type=int, default=100_000)
    asked = parser.parse_args()
    thousands()
    if asked.store:
        with open_workspace((), asked.store) as workspace:
            of_store(workspace)
        return
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "store.duckdb")
        many_runs.write(store, asked.runs, 2)
        with open_workspace((), store) as workspace:
            of_store(workspace)


if __name__ == "__main__":
    main()
