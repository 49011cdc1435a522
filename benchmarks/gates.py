"""What gates cost: every gate but commands, on a version of a real project, in a store of many runs.

    python benchmarks/gates.py [--megabytes 200] [--rounds 9]

A project of two candidates with five seeds each and their predictions; a model file of so many megabytes; all
gates listed. *Cold* is the first look of a user: the files are hashed, the analysis child starts, imports its
statistics and works them out. *First* is the same in a new process that has its memory (the child's answers
and the files' hashes are kept). *Again* is once more in one process: what a panel does while it is open.
CPU seconds of the process and its children hold on a busy machine; wall times are printed beside them.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import leave, verdict

FLIGHTS = Path(__file__).parents[1] / "sample_projects/flight-delays"
FILE = """
[models.delays]
metric = "test/auc"
goal = "max"
[models.delays.kpis.caught]
metric = "test/auc"
goal = "max"
floor = 0.6
[models.delays.gates.champion]
require = ["test/auc >= 0.6", "test/auc >= champion - 0.002"]
significant = true
slices = 0.5
kpis = true
approvals = 0
clean_git = true
environment = true
data = true
safe = true
size = "2 GB"
finished = true
card = true
"""


def made(folder: Path, megabytes: int) -> Path:
    """The project, its versions registered, the first of them champion."""
    import shutil

    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.deciding import promote
    from mlops_console.workspace.models import resolve
    from mlops_console.workspace.registering.registering import register

    project = folder / "flights"
    shutil.copytree(FLIGHTS / "runs", project / "runs")
    for run in ("gbm-no-weather-s1", "gbm-s1"):
        (found,) = (project / "runs").glob(f"*-{run}")
        with (found / "large.bin").open("wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1 << 20))
    with open_workspace([project], str(folder / "kept/store.duckdb")) as workspace:
        workspace.scan()
        for run in ("gbm-no-weather-s1", "gbm-s1"):
            register(workspace, "delays", run=run, artifact="large.bin")
        promote(workspace, resolve(workspace, "delays@1"), "champion", "the incumbent")
    (project / "mlops-console.toml").write_text(FILE)
    return project


def used() -> float:
    """CPU seconds of this process and of children that ended."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def judging(store: str, rounds: int) -> None:
    """In a process of its own: CPU and wall of each call, a line each."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.judging.judging import judge
    from mlops_console.workspace.models import resolve

    with open_workspace((), store) as workspace:
        resolved = resolve(workspace, "delays@2")
        for _ in range(rounds):
            cpu, wall = used(), time.perf_counter()
            found = judge(workspace, resolved, "champion")
            wall = time.perf_counter() - wall
            print(used() - cpu, wall, len(found.results), sum(one.verdict == "pass" for one in found.results))


def asked(store: str, rounds: int) -> list[tuple[float, float]]:
    """CPU and wall seconds of each call in a new process."""
    words = [sys.executable, __file__, "--judging", store, "--rounds", str(rounds)]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    lines = [line.split() for line in said.splitlines()]
    print(f"      {lines[-1][3]} of {lines[-1][2]} gates pass")
    return [(float(line[0]), float(line[1])) for line in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--judging", metavar="STORE", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.judging:
        judging(chosen.judging, chosen.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        made(Path(folder), chosen.megabytes)
        store = f"{folder}/kept/store.duckdb"
        cold = asked(store, 1)[0]
        firsts = [asked(store, 1)[0] for _ in range(max(3, chosen.rounds // 3))]
        again = asked(store, chosen.rounds)[1:]
        print(f"      cold: {cold[0]:.2f} s of CPU without children, {cold[1]:.2f} s wall")
        figures = []
        for name, found in (("first in a process", firsts), ("again", again)):
            cpu, wall = (statistics.median(one[at] for one in found) for at in (0, 1))
            print(f"      {name}: {wall * 1e3:.0f} ms wall")
            figures.append(verdict(f"gates, {name}", cpu * 1e3, 200, "ms of CPU"))
    leave(figures)


if __name__ == "__main__":
    main()
