"""A small real project with every kind of row, and the console over it, for tests of the Runs screen."""

import json
import math
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from mlops_console.console.app import ConsoleApp
from mlops_console.console.runs.screen import RunsScreen
from mlops_console.console.widgets.table import Table
from mlops_console.settings import UserSettings
from mlops_console.workspace import open_workspace
from mlops_console.workspace.opening import Workspace

LONG_AGO = 1_700_000_000
MODELS = ("lgbm", "xgb", "mlp")


def write_run(folder: Path, number: int, *, steps: int = 12, name: str | None = None) -> Path:
    """One plain run: parameters and a table of metrics."""
    run = folder / (name or f"sweep-{number:03d}")
    run.mkdir(parents=True)
    lr = (1e-3, 3e-3, 1e-2)[number % 3]
    (run / "params.json").write_text(
        json.dumps({"model": MODELS[number % 3], "lr": lr, "depth": 3 + number % 4})
    )
    end = 0.7 + 0.005 * number
    rows = [f"{s},{1 - end + math.exp(-s / 3):.4f},{end - 0.2 * math.exp(-s / 3):.4f}" for s in range(steps)]
    (run / "metrics.csv").write_text("step,val/loss,val/auc\n" + "\n".join(rows) + "\n")
    for file in (*run.iterdir(), run):
        os.utime(file, (LONG_AGO + 60 * number, LONG_AGO + 60 * number))
    return run


def write_project(root: Path, runs: int = 12) -> Path:
    """A project of so many runs."""
    for number in range(runs):
        write_run(root, number)
    return root


class Read(Workspace):
    """A workspace whose folders have been read; it watches nothing."""

    def start(self) -> None:
        """Nothing is watched in these tests."""


def read_project(where: Path, runs: int = 12) -> Path:
    """Write and read a project; returns the store."""
    root = write_project(where / "churn", runs)
    store = where / "store.duckdb"
    with open_workspace([root], str(store)) as workspace:
        workspace.scan()
    return store


def copied(store: Path, where: Path) -> Callable[[], Workspace]:
    """Opens a copy of a store that has been read."""
    own = where / "own.duckdb"
    shutil.copy(store, own)
    root = store.parent / "churn"
    return lambda: Read([root] if root.exists() else [], str(own))


@asynccontextmanager
async def console(
    opening: Callable[[], Workspace], size: tuple[int, int] = (120, 36), rows: int = 1, **settings: Any
) -> AsyncIterator[tuple[ConsoleApp, Pilot[Any]]]:
    """The console, once it shows at least so many rows."""
    app = ConsoleApp(opening, settings=UserSettings(**settings))
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: runs_screen(app).answer is not None and table(app).sheet.count >= rows)
            await settled(pilot)
            yield app, pilot
    finally:
        app.close_workspace()


async def until(pilot: Pilot[Any], holds: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for a condition."""
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came to hold")


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until no worker runs and everything posted has been handled."""
    await pilot.pause()
    await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers))
    await pilot.pause()


def runs_screen(app: ConsoleApp) -> RunsScreen:
    """The Runs screen, whatever stands over it."""
    stacks = app._screen_stacks.values()
    return next(screen for stack in stacks for screen in stack if isinstance(screen, RunsScreen))


def table(app: ConsoleApp) -> Table:
    """Its table."""
    return runs_screen(app).table


def screen_text(app: ConsoleApp) -> list[str]:
    """What the screen shows, row by row."""
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips(app)]


def strips(app: ConsoleApp) -> list[Any]:
    """The drawn rows."""
    return app.screen._compositor.render_strips()


def names(app: ConsoleApp) -> list[str]:
    """The names of the runs in view order."""
    answer = runs_screen(app).answer
    assert answer is not None
    sheet = table(app).sheet
    values = answer.frame.values["name"]
    return [str(values[row]) for line in range(sheet.count) if (row := sheet.row(line)) >= 0]
