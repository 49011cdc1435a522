"""The Compare screen among the runs of a sweep whose metric is made from two of its params."""

import contextlib
import json
import math
import os
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.console.compare_stage import judged, text
from tests.console.runs_stage import copied, settled, until
from textual.pilot import Pilot

from mlops_console.console.app import ConsoleApp
from mlops_console.console.compare.screen import CompareScreen
from mlops_console.settings import UserSettings
from mlops_console.workspace import open_workspace
from mlops_console.workspace.comparing.model import Asked
from mlops_console.workspace.details import resolve
from mlops_console.workspace.runs import RunQuery, load

LONG_AGO = 1_700_000_000


def write_run(
    folder: Path, name: str, params: Mapping[str, Any], metrics: Mapping[str, Any], at: int
) -> None:
    """One plain run."""
    run = folder / name
    run.mkdir(parents=True)
    (run / "params.json").write_text(json.dumps(params))
    (run / "metrics.jsonl").write_text(json.dumps({"step": 1, **metrics}) + "\n")
    for file in (*run.iterdir(), run):
        os.utime(file, (LONG_AGO + 60 * at, LONG_AGO + 60 * at))


def sweep(count: int = 60) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(name, params, metrics): auc is best at lr .01 and better with adam; latency follows depth."""
    draw = random.Random(5)
    found = []
    for at in range(count):
        params = {
            "lr": 10 ** draw.uniform(-4, -1), "opt": draw.choice(["adam", "sgd"]),
            "depth": draw.randint(2, 9), "noise": draw.random(), "kind": "net", "seed": at % 3,
        }  # fmt: skip
        gain = 0.05 if params["opt"] == "adam" else 0.0
        auc = 0.85 - 0.03 * (math.log10(params["lr"]) + 2) ** 2 + gain + draw.gauss(0, 0.003)
        found.append((f"s-{at:03d}", params, {"auc": auc, "latency": 2.0 * params["depth"] + draw.random()}))
    return found


def read_runs(where: Path, runs: Sequence[tuple[str, Mapping[str, Any], Mapping[str, Any]]]) -> Path:
    """A store that knows these runs."""
    for at, (name, params, metrics) in enumerate(runs):
        write_run(where / "sweep", name, params, metrics, at)
    store = where / "store.duckdb"
    with open_workspace([where / "sweep"], str(store)) as workspace:
        workspace.scan()
    return store


@contextlib.asynccontextmanager
async def among(
    store: Path, where: Path, names: Sequence[str], size: tuple[int, int] = (120, 36), **settings: Any
) -> AsyncIterator[tuple[ConsoleApp, Pilot[Any]]]:
    """The screen of the named runs, among all of the store."""
    where.mkdir(exist_ok=True)
    opening = copied(store, where)
    with open_workspace([], str(store), watch=False) as workspace:
        runs = tuple(resolve(workspace, name) for name in names)
        every = tuple(map(str, load(workspace, RunQuery(), []).ids))

    class App(ConsoleApp):
        def first_screen(self) -> CompareScreen:
            return CompareScreen(Asked(runs), among=every)

    app = App(opening, settings=UserSettings(**settings))
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: judged(app), 40)
            await settled(pilot)
            yield app, pilot
    finally:
        app.close_workspace()


async def said(app: ConsoleApp, pilot: Pilot[Any], words: str, *keys: str) -> str:
    """The screen, once these words are on it after these keys."""
    await pilot.press(*keys)
    try:
        await until(pilot, lambda: words in " ".join(text(app).split()), 20)
    except AssertionError:
        raise AssertionError(f"{words!r} never came:\n{text(app)}") from None
    await settled(pilot)
    return text(app)
