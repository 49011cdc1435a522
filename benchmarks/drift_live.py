"""An open console's monitors: from the last byte of a new window to its being shown; what monitors cost.

    python benchmarks/drift_live.py [--rows 100000] [--columns 20] [--turns 5] [--keep FOLDER]

A window is a Parquet file of mixed columns beside a reference of as many rows; the classifier is asked. The
time ends when the workspace has told of it and the state that views show has the window. Wall time means
little on a busy machine: what the child computes is told beside it as CPU seconds. Half of the windows find
the child ready, the others find none: it is let go of when there is no work. Its memory is its share of the
system's (PSS), for several consoles on one machine have a child each.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from measuring import leave, verdict

from mlops_console.analysis import line
from mlops_console.workspace import open_workspace
from mlops_console.workspace.drifting.states import listing as states

LIMIT = 3.0
MEMORY = 220.0
"""Megabytes of a child that has judged."""
TICK = 0.001
TURNS = 7
WISH = """\
[monitors.live]
reference = "reference.parquet"
current = "logs"
time = "at"
window = "day"
"""


def frame(seed: int, rows: int, columns: int, day: datetime) -> pl.DataFrame:
    """Numbers of several shapes, levels, gaps; and when each row was."""
    rng = np.random.default_rng(seed)
    made: dict[str, object] = {"at": [day + timedelta(seconds=80_000 * at / rows) for at in range(rows)]}
    for place in range(columns):
        match place % 4:
            case 0:
                made[f"c{place}"] = rng.normal(50, 10, rows)
            case 1:
                made[f"c{place}"] = rng.lognormal(3, 1, rows).round(2)
            case 2:
                made[f"c{place}"] = rng.choice(["a", "b", "c", "d", "e"], rows)
            case _:
                values = rng.integers(0, 1_000, rows).astype(float)
                values[rng.random(rows) < 0.05] = np.nan
                made[f"c{place}"] = values
    return pl.DataFrame(made)


def cpu_of(pid: int | None) -> float:
    """User and system seconds of a process so far."""
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int | None) -> float:
    """Megabytes that are a process's own, and its share of what others use too; 0: there is none."""
    if pid is None:
        return 0.0
    said = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(said.partition("\nPss:")[2].split()[0]) / 1e3


def until(what: object, seconds: float = 300.0) -> None:
    """Wait for it."""
    ends = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        if time.monotonic() > ends:
            raise SystemExit("it did not come to that")
        time.sleep(0.005)


def windows(folder: Path, rows: int, columns: int, amount: int) -> tuple[Path, list[Path]]:
    """A project with two judged days, and the files of the days that come."""
    first = datetime(2024, 5, 1, tzinfo=UTC)
    project = folder / "shop"
    (project / "logs").mkdir(parents=True)
    (project / "mlops-console.toml").write_text(WISH)
    frame(0, rows, columns, first - timedelta(days=1)).write_parquet(project / "reference.parquet")
    old = time.time() - 3_600
    for day in range(2):
        place = project / f"logs/{day:02d}.parquet"
        frame(day + 1, rows, columns, first + timedelta(days=day)).write_parquet(place)
        os.utime(place, (old, old))
    waiting = [folder / f"{day:02d}.parquet" for day in range(2, 2 + amount)]
    for day, place in enumerate(waiting, 2):
        frame(day + 1, rows, columns, first + timedelta(days=day)).write_parquet(place)
    return project, waiting


def live(folder: Path, rows: int, columns: int, turns: int) -> list[bool]:
    """New windows, one after the other."""
    project, waiting = windows(folder, rows, columns, 2 * turns)
    told = threading.Event()
    wall: dict[bool, list[float]] = {True: [], False: []}
    cpu: dict[bool, list[float]] = {True: [], False: []}
    memory, usual = [], line._IDLE
    with open_workspace([project], str(folder / "store.duckdb"), watch=True) as workspace:
        workspace.subscribe(lambda changed: told.set() if changed.drift else None)
        workspace.start()
        until(lambda: len(states.states(workspace)[0].windows) == 2)
        for number, place in enumerate(waiting, 3):
            ready = number - 3 < turns
            line._IDLE = usual if ready else 1.0
            time.sleep(1.0)
            if not ready:
                until(lambda: workspace.analyst.pid() is None)
            told.clear()
            before = cpu_of(workspace.analyst.pid())
            shutil.copyfile(place, project / "logs" / place.name)
            begun = time.perf_counter()
            until(lambda: told.is_set() and len(states.states(workspace)[0].windows) == number)  # noqa: B023
            wall[ready].append(time.perf_counter() - begun)
            cpu[ready].append(cpu_of(workspace.analyst.pid()) - before)
            memory.append(memory_of(workspace.analyst.pid()))
            if number - 2 == turns:  # What comes next is judged by another child.
                line._IDLE = 1.0
                told.clear()
                workspace.analyst.ask("get ready", {"request": {"classifier": False}})
        until(lambda: workspace.analyst.pid() is None)
    line._IDLE = usual
    found = []
    for ready, how in ((True, "with the child ready"), (False, "with none")):
        seconds, cpus = (", ".join(f"{one:.2f}" for one in each[ready]) for each in (wall, cpu))
        print(f"{how}: seconds {seconds}; load {os.getloadavg()[0]:.1f}; CPU of the child {cpus}")
        what = f"{rows:,} x {columns} judged and shown after its last byte {how}, median"
        found.append(verdict(what, statistics.median(wall[ready]), LIMIT, "s"))
    found.append(verdict("memory of a child that has judged (none is kept)", max(memory), MEMORY, "MB"))
    return found


class Gaps(threading.Thread):
    """A thread that wants to go on every millisecond, as an interface does, and notes when it could not."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest = 0.0
        self.ended = threading.Event()

    def run(self) -> None:
        """Tick."""
        last = time.perf_counter()
        while not self.ended.is_set():
            time.sleep(TICK)
            now = time.perf_counter()
            self.longest, last = max(self.longest, now - last), now


def standing(folder: Path) -> list[bool]:
    """50 monitors x 10 windows as `many_projects.py` writes them: cold with what is kept, and again."""
    from many_projects import Size, store_of, write

    write(folder, Size(runs=200))
    roots = sorted(folder.glob("project-*"))
    with open_workspace(roots, store_of(folder)) as workspace:
        states.states(workspace)
    taken: dict[str, list[float]] = {"cold": [], "warm": []}
    waited: dict[str, list[float]] = {"cold": [], "warm": []}
    for _ in range(TURNS):
        with open_workspace(roots, store_of(folder)) as workspace:
            for project in workspace.projects:
                workspace.decisions.registry(project.key)
            for name in ("cold", "warm"):
                gaps = Gaps()
                gaps.start()
                begun = time.process_time()
                count = len(states.states(workspace))
                taken[name].append((time.process_time() - begun) * 1e3)
                gaps.ended.set()
                gaps.join()
                waited[name].append(gaps.longest * 1e3)
    found = []
    for name, limit in (("cold", 400.0), ("warm", 30.0)):
        middle = statistics.median(taken[name])
        found.append(verdict(f"{count} monitors x 10 windows, {name}", middle, limit, "CPU ms"))
        longest = statistics.median(waited[name])
        found.append(verdict(f"longest time that another thread waited, {name}", longest, 50, "ms"))
    return found


def main() -> None:
    """Both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="where the fifty projects are written, or lie already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        results = live(Path(folder), options.rows, options.columns, options.turns)
        results += standing(options.keep or Path(folder, "busy"))
    leave(results)


if __name__ == "__main__":
    main()
