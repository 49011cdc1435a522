"""What the Compare screen costs: from `c` to the full screen, in one process without a terminal.

    python benchmarks/compare_screen.py [--runs 100000] [--steps 10000] [--keep FOLDER]

Two marked runs of many, and fifty runs with two hundred metrics. Wall time is what a person waits, and holds
only on an idle machine; CPU is that of the whole process until the last chart is there. The gap is the
longest time for which the interface did nothing, looked at every 2 ms; the same is measured with nothing to
do.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from comparing import wide
from measuring import leave, verdict

from mlops_console.console.app import ConsoleApp
from mlops_console.console.compare.screen import CompareScreen
from mlops_console.console.runs.screen import RunsScreen
from mlops_console.workspace import Workspace, open_workspace

ROUNDS = 9
SIZE = (160, 45)


class Pulse:
    """The longest time between two looks at the clock on the interface's own loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._task = asyncio.ensure_future(self._beat())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(0.002)
            now = time.perf_counter()
            self.longest = max(self.longest, now - self._last - 0.002)
            self._last = now

    def stop(self) -> float:
        """Milliseconds."""
        self._task.cancel()
        return self.longest * 1000


async def _until(pilot: Any, holds: Callable[[], object], seconds: float = 60.0) -> None:
    end = time.perf_counter() + seconds
    while not holds():
        if time.perf_counter() > end:
            raise SystemExit("it never came")
        await asyncio.sleep(0.001)


def _drawn(app: ConsoleApp) -> bool:
    """Differences and curves are there; statistics may come later."""
    screen = app.screen
    return (
        isinstance(screen, CompareScreen)
        and screen.is_mounted
        and screen.body.view is not None
        and (screen.body.curves.complete)
    )


async def measure(
    opening: Callable[[], Workspace], keys: tuple[str, ...], rounds: int
) -> list[tuple[float, ...]]:
    """(wall, CPU, gap, idle gap) in milliseconds of each round, the first one left out."""
    app = ConsoleApp(opening)
    found = []
    async with app.run_test(size=SIZE) as pilot:
        runs = app.screen
        assert isinstance(runs, RunsScreen)
        await _until(pilot, lambda: runs.answer is not None and runs.table.sheet.count)
        await pilot.press(*keys)
        await pilot.pause(1.0)
        for _ in range(rounds + 1):
            idle = Pulse()
            await asyncio.sleep(0.5)
            quiet = idle.stop()
            pulse, cpu, began = Pulse(), time.process_time(), time.perf_counter()
            app.simulate_key("c")
            await _until(pilot, lambda: _drawn(app))
            await asyncio.sleep(0)
            found.append(
                (
                    (time.perf_counter() - began) * 1000,
                    (time.process_time() - cpu) * 1000,
                    pulse.stop(),
                    quiet,
                )
            )
            await _until(pilot, lambda: app.screen.body.complete)
            await pilot.press("escape")
            await pilot.pause(0.2)
    app.close_workspace()
    return found


def judged(what: str, found: list[tuple[float, ...]], wall: float, gap: float | None) -> list[bool]:
    """Say the medians; hold them against the limits."""
    first, rest = found[0], found[1:]
    middle = [statistics.median(one) for one in zip(*rest, strict=True)]
    print(
        f"      {what}: first {first[0]:.0f} ms; then wall {middle[0]:.0f} CPU {middle[1]:.0f} ms, ", end=""
    )
    print(f"gap {middle[2]:.0f} ms (idle {middle[3]:.0f}); load {os.getloadavg()[0]:.1f}")
    results = [verdict(f"{what}, the median", middle[0], wall, "ms")]
    if gap is not None:
        results.append(
            verdict(f"{what}: the interface's longest gap over idle", middle[2] - middle[3], gap, "ms")
        )
    return results


def main() -> None:
    """Make the stores where they are not there, measure, judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(options.keep or temporary)
        store = folder / f"{options.runs}" / "store.duckdb"
        if not store.exists():
            store.parent.mkdir(parents=True)
            maker = str(Path(__file__).with_name("many_runs.py"))
            subprocess.run([sys.executable, maker, str(store), "--runs", str(options.runs)], check=True)
        many = asyncio.run(
            measure(lambda: open_workspace([], str(store), watch=False), ("space", "space"), ROUNDS)
        )
        results = judged(f"two marked of {options.runs:,} runs", many, 150, None)
        wide(folder, options.steps).close()
        fifty = asyncio.run(
            measure(lambda: open_workspace([], str(folder / "wide.duckdb"), watch=False), ("*",), ROUNDS)
        )
        results += judged(f"50 runs x 200 metrics x {options.steps:,} steps", fifty, 1000, 50)
    leave(results)


if __name__ == "__main__":
    main()
