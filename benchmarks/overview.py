"""What the Overview costs over 50 projects, 100,000 runs, 200 versions and 500 judged windows.

    python benchmarks/overview.py [--keep FOLDER] [--only first,idle,refresh,attention,many] [--turns 7]

First paint: CPU of the console's own process, all its threads, from its start until something that needs
attention is drawn, over a real pseudo-terminal; an empty application of the toolkit takes turns with it.
Idle: CPU of an open console and of its children while nothing happens, when the first walk is over.
Refresh: the interface's loop looks at the clock every 2 ms while runs and verdicts arrive; a gap is wall time
and holds on an idle machine only, so that the CPU of the loop's thread within a stretch stands beside it.
Attention: ranking, listing, and a project with 5,000 matters.
"""

import argparse
import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from many_projects import Size, roots_of, store_of, write, write_run
from measuring import leave, verdict
from screens import EMPTY, Program, Pulse, until

MATTERS = "!!|! "
"""What stands before something that needs attention."""
SECONDS = 20.0
"""While which things arrive."""
REST = 20.0
"""Seconds after the end of the first walk in which what it caused comes to an end."""
IDLE = {"Overview": "1", "Drift": "5"}
"""Views, and the key to each."""
MANY = 5_000
WORDS = ("alpha", "bravo", "carbon", "delta", "ember", "fjord", "gravel", "harbor", "island", "jungle")


def main() -> None:
    """Make the set where it is not there, measure, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=Size.projects)
    parser.add_argument("--runs", type=int, default=Size.runs)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--turns", type=int, default=7)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--only", default="first,idle,refresh,attention,many")
    options = parser.parse_args()
    results: list[bool] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary) / "set"
        write(folder, Size(options.projects, options.runs))
        asked = options.only.split(",")
        if "first" in asked:
            results += first_paint(folder, options.turns)
        if "idle" in asked:
            results += [idle(folder, view, options.minutes) for view in IDLE]
        if "refresh" in asked:
            results += asyncio.run(refresh(folder))
        if "attention" in asked:
            results += attention(folder)
        if "many" in asked:
            results += many(Path(temporary))
    leave(results)


def console(folder: Path) -> list[str]:
    """The console on all that is watched."""
    return ["-m", "mlops_console", "--store", store_of(folder)]


def first_paint(folder: Path, turns: int) -> list[bool]:
    """CPU milliseconds of both, in turns."""
    ours, empty, walls = [], [], []
    for _ in range(turns + 1):
        program = Program(["-c", EMPTY])
        program.until_drawn("there is nothing")
        empty.append(program.cpu())
        program.close()
        # The picture of the last screen is shown at once, and is none.
        shutil.rmtree(f"{store_of(folder)}.state/screen", ignore_errors=True)
        program = Program(console(folder))
        program.until_drawn("Needs attention")
        frame = program.cpu()
        begun = program.taken.find(b"attention")
        program.until_drawn(MATTERS, since=begun)
        matter = program.cpu()
        program.until_drawn("!!", since=begun)
        ours.append((frame, matter, program.cpu()))
        walls.append((time.perf_counter() - program.began) * 1000)
        program.close()
    frame, matter, whole = (statistics.median(one) for one in zip(*ours[1:], strict=True))
    base = statistics.median(empty[1:])
    wall = statistics.median(walls[1:])
    print(
        f"      CPU ms: an empty application {base:.0f}, the frame {frame:.0f}, a matter {matter:.0f},"
        f" all {whole:.0f}"
    )
    print(f"      ratio {matter / base:.2f}, difference {matter - base:.0f} CPU ms; wall {wall:.0f} ms")
    limit = 1.25 * base + 300
    return [
        verdict("first paint of the Overview, its frame", frame, limit, "CPU ms"),
        verdict("first paint of the Overview with what needs attention", matter, limit, "CPU ms"),
    ]


def idle(folder: Path, view: str, minutes: float) -> bool:
    """CPU milliseconds a minute of a console that nobody touches, and of the processes that it started."""
    program = Program(console(folder), (160, 45))
    try:
        program.until_drawn("Needs attention")
        program.until_drawn("live", 600.0)
        program.send(IDLE[view])
        rested(program, REST)
        before, children, drawn = program.cpu(), cpu_of_children(program.pid), len(program.taken)
        rested(program, minutes * 60)
        own = (program.cpu() - before) / minutes
        later = cpu_of_children(program.pid)
        theirs = sum(used - children.get(pid, 0.0) for pid, used in later.items()) / minutes
        count = (len(program.taken) - drawn) / minutes
    finally:
        program.close()
    print(f"      {view}: children {theirs:.0f} CPU ms and {count:.0f} bytes to the terminal a minute")
    return verdict(f"an open console, {view}, nothing happens", own, 1_200, "CPU ms a minute")


def rested(program: Program, seconds: float) -> None:
    """Take what is drawn, for so long."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        program.read(min(left, 0.5))


def cpu_of_children(pid: int) -> dict[int, float]:
    """CPU milliseconds so far of each process that this one started."""
    threads = list(Path(f"/proc/{pid}/task").iterdir())
    children = [int(one) for thread in threads for one in (thread / "children").read_text().split()]
    return {child: time.clock_gettime(((~child) << 3) | 2) * 1000 for child in children}


async def refresh(folder: Path) -> list[bool]:
    """The interface's gaps while runs and verdicts arrive."""
    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import open_workspace

    roots = roots_of(folder)
    app = ConsoleApp(lambda: open_workspace(roots, store_of(folder), watch=True), view="overview")
    async with app.run_test(size=(160, 45)) as pilot:
        await until(lambda: "Needs attention" in text_of(app) and "!" in text_of(app))
        await pilot.pause(15.0)
        idle = Pulse()
        await asyncio.sleep(SECONDS / 2)
        idle.stop()
        pulse = Pulse()
        arriving = subprocess.Popen([sys.executable, __file__, "arrive", str(folder)])
        while arriving.poll() is None:
            await asyncio.sleep(0.05)
        await asyncio.sleep(3.0)
        pulse.stop()
    app.close_workspace()
    print(f"      nothing arrives: {idle.told()}")
    print(f"      runs and verdicts arrive: {pulse.told()}; load {os.getloadavg()[0]:.1f}")
    return [
        verdict("the interface's loop is busy at a stretch", max(pulse.busy), 50, "CPU ms"),
        verdict("its longest gap, over idle", max(pulse.wall) - max(idle.wall), 50, "ms"),
    ]


def text_of(app: Any) -> str:
    """What the screen shows."""
    return "\n".join(
        "".join(segment.text for segment in line) for line in app.screen._compositor.render_strips()
    )


def arrive(folder: Path) -> None:
    """Two runs a second, and now and then a day of data with its verdict; all of it goes again."""
    rng, roots = random.Random(time.time_ns()), roots_of(folder)
    days = sorted(one for one in (folder / "later").rglob("*") if one.is_file())
    made, end = [], time.monotonic() + SECONDS
    while time.monotonic() < end:
        made.append(write_run(rng.choice(roots) / "runs", rng, time.time() - 30, time.time()))
        if days:
            there = folder / days[0].relative_to(folder / "later")
            there.parent.mkdir(parents=True, exist_ok=True)
            made.append(Path(shutil.copy2(days.pop(0), there)))
        time.sleep(0.5)
    for one in made:
        shutil.rmtree(one) if one.is_dir() else one.unlink()


def attention(folder: Path) -> list[bool]:
    """What the list costs over all of it, cold and again."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.attention.listing import attention as listed

    with open_workspace(roots_of(folder), store_of(folder)) as workspace:
        costs = []
        for _ in range(6):
            began = time.process_time()
            found = listed(workspace)
            costs.append((time.process_time() - began) * 1000)
    again = statistics.median(costs[1:])
    print(f"      {len(found.items)} matters: cold {costs[0]:.0f}, again {again:.0f} CPU ms")
    return [verdict("attention over all projects, again", again, 100, "CPU ms")]


def many(temporary: Path) -> list[bool]:
    """Five thousand matters: runs that failed, each by an error of its own."""
    root, store = temporary / "many", str(temporary / "many.duckdb")
    failing(root)
    subprocess.run([sys.executable, "-m", "mlops_console", "--store", store, "scan", str(root)], check=True)
    words = [sys.executable, "-m", "mlops_console", "--store", store, "attention", "--json"]
    answer = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    program = Program(["-m", "mlops_console", "--store", store, "--view", "overview", str(root)])
    program.until_drawn("Needs attention")
    program.until_drawn(MATTERS)
    program.settle(3.0)
    keys = [program.press(key)[0] for key in ["j"] * 20]
    page = program.press("G")[0]
    program.close()
    print(f"      {len(answer.splitlines()):,} matters; G {page:.0f} CPU ms")
    return [verdict(f"a key among {MANY:,} matters", statistics.median(keys), 20, "CPU ms")]


def failing(root: Path) -> None:
    """Runs of this morning that failed, with as many errors in words."""
    rng = random.Random(1)
    for at in range(MANY):
        ended = time.time() - 3600 - at
        folder = write_run(root / "runs", rng, ended - 60, ended, running=True)
        error = " ".join(WORDS[at // 10**place % 10] for place in range(4))
        (folder / "end.json").write_text(
            f'{{"ended": {ended}, "status": "failed", "exit": 1,'
            f' "error": {{"type": "OSError", "message": "no such table: {error}"}}}}'
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["arrive"]:
        arrive(Path(sys.argv[2]))
    else:
        main()
