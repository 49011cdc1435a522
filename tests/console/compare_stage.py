"""The Compare screen on the sample project of flights: four candidates, five seeds each."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.console.runs_stage import copied, screen_text, settled, until
from textual.pilot import Pilot

from mlops_console.console.app import ConsoleApp
from mlops_console.console.compare.screen import CompareScreen
from mlops_console.settings import UserSettings
from mlops_console.workspace import open_workspace
from mlops_console.workspace.comparing.model import Asked
from mlops_console.workspace.details import resolve

FLIGHTS = Path(__file__).parents[2] / "sample_projects" / "flight-delays"


def read_flights(where: Path) -> Path:
    """A store that knows the flights."""
    store = where / "store.duckdb"
    with open_workspace([FLIGHTS], str(store)) as workspace:
        workspace.scan()
    return store


def named(*beginnings: str) -> list[str]:
    """Names of the sample's runs, in the order in which they were made."""
    found = [json.loads((run / "run.json").read_text())["name"] for run in sorted(FLIGHTS.glob("runs/*"))]
    return [name for name in found if name.rpartition("-s")[0] in beginnings or name in beginnings]


@contextlib.asynccontextmanager
async def comparing(
    store: Path,
    where: Path,
    names: list[str],
    size: tuple[int, int] = (120, 36),
    by: str | None = None,
    **settings: Any,
) -> AsyncIterator[tuple[ConsoleApp, Pilot[Any]]]:
    """The screen, with what was judged."""
    opening = copied(store, where)
    with open_workspace([], str(store), watch=False) as workspace:
        runs = tuple(resolve(workspace, name) for name in names)

    class App(ConsoleApp):
        def first_screen(self) -> CompareScreen:
            return CompareScreen(Asked(runs, by=by))

    app = App(opening, settings=UserSettings(**settings))
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: judged(app), 40)
            await settled(pilot)
            yield app, pilot
    finally:
        app.close_workspace()


def judged(app: ConsoleApp) -> bool:
    """Whether everything that was asked for is there."""
    screen = app.screen
    return isinstance(screen, CompareScreen) and screen.body.complete


def text(app: ConsoleApp) -> str:
    """The screen as text."""
    return "\n".join(screen_text(app))
