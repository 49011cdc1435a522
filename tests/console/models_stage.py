"""A project with a registered model, as it stands after some weeks of two people deciding about it."""

import contextlib
import json
import os
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.console.runs_stage import read_project, screen_text, settled, until
from textual.pilot import Pilot

from mlops_console.console.app import ConsoleApp
from mlops_console.console.audit import listing, telling
from mlops_console.console.models import asking, body, effects, history, versions
from mlops_console.console.models.gates import Judged
from mlops_console.console.models.screen import ModelsScreen
from mlops_console.journal.event import Event
from mlops_console.journal.places import month_of
from mlops_console.journal.serial import packed
from mlops_console.journal.ulid import milliseconds_of
from mlops_console.promotion.model import GateResult
from mlops_console.settings import UserSettings
from mlops_console.workspace import open_workspace
from mlops_console.workspace.details import resolve
from mlops_console.workspace.opening import Workspace
from mlops_console.workspace.registering.registering import register

NOW = 1_795_442_520_000_000
"""2026-11-23 14:02 UTC."""
MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
VERSIONS = (
    (10, 6, ".9088", 96 * DAY, "ana"),
    (11, 7, ".9097", 70 * DAY, "cy"),
    (12, 8, ".9140", 44 * DAY, "ana"),
    (13, 9, ".9120", 31 * DAY, "bo"),
    (14, 10, ".9131", 13 * DAY, "bo"),
    (15, 11, ".9171", 41 * MINUTE, "ana"),
)
WISHES = """\
[models.churn]
owner = "ana"
metric = "val/auc"
goal = "max"

[models.churn.gates.champion]
require = ["val/auc >= 0.85", "val/auc >= champion - 0.002"]

[models.churn.gates.challenger]
require = ["val/auc >= 0.80"]
"""


PLAIN = """\
[models.churn]
metric = "val/auc"
goal = "max"
"""


class Book:
    """Writes events into a project's journal, by whom and when is wanted."""

    def __init__(self, root: Path, now: int = 0) -> None:
        self._folder = root / ".mlops-console" / "journal"
        self._clock, self._parents = 0, ()
        self._now = now or time.time_ns() // 1000

    def write(
        self,
        kind: str,
        body: Mapping[str, Any],
        by: str,
        ago: int,
        evidence: Mapping[str, Any] | None = None,
        parents: tuple[str, ...] | None = None,
    ) -> Event:
        """One event, so many microseconds ago; `parents` other than the newest make it one of two at once."""
        at = self._now - ago
        self._clock += 1
        event, data = packed(
            clock=self._clock,
            parents=self._parents if parents is None else parents,
            at=at,
            milliseconds=at // 1000,
            by=by,
            uid=os.getuid(),
            host="gpu-box",
            kind=kind,
            body=body,
            evidence=evidence or {},
        )
        folder = self._folder / month_of(milliseconds_of(event.id))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{event.id}-{event.uid}.json").write_bytes(data)
        self._parents = (event.sha256,) if parents is None else (*self._parents, event.sha256)
        return event


def registered(
    book: Book, number: int, run: Mapping[str, Any], auc: float, ago: int, by: str, model: str = "churn"
) -> Event:
    """A version."""
    sha = f"{number:02x}4be1c07" + "0" * 55
    return book.write(
        "register",
        {
            "model": model,
            "version": number,
            "origin": "run",
            "run": dict(run),
            "artifact": f"{run['path']}/model.pkl",
            "files": [{"path": "model.pkl", "size": 18_200_000, "sha256": sha}],
            "sha256": sha,
            "size": 18_200_000,
            "format": "sklearn",
            "copied": False,
            "signature": None,
            "from": None,
            "reason": "best of the sweep",
            "params": {"model": "lgbm", "lr": 3.1e-3, "depth": 8},
            "metrics": {
                "val/auc": {"last": auc, "min": auc - 0.2, "max": auc, "count": 12},
                "val/loss": {"last": 1 - auc, "min": 1 - auc, "max": 1.0, "count": 12},
            },
            "summary": {},
            "datasets": [{"name": "customers", "version": "v12", "sha256": "71fe0c2"}],
            "code": {"commit": "9a1c2e4f00aa", "dirty": False},
            "environment": {"python": "3.11.4"},
            "tags": {},
            "status": "finished",
            "started": None,
            "ended": None,
        },
        by,
        ago,
    )


def moved(
    book: Book,
    to: Event,
    before: Event | None,
    by: str,
    ago: int,
    way: str = "promote",
    reason: str = "",
    alias: str = "champion",
    parents: tuple[str, ...] | None = None,
) -> Event:
    """A move of an alias, with its gates."""
    gates = [one.as_json() for one in results() if one.verdict == "pass"] if way == "promote" else []
    return book.write(
        "alias",
        {
            "model": to.body["model"],
            "alias": alias,
            "version_id": to.id,
            "version": to.body["version"],
            "from_version_id": before.id if before else None,
            "from_version": before.body["version"] if before else None,
            "way": way,
            "reason": reason,
            "overridden": [],
            "gates": gates,
        },
        by,
        ago,
        parents=parents,
    )


def consented(book: Book, to: Event, by: str, ago: int, reason: str, *gates: str) -> Event:
    """An approval; with gates: that they may fail."""
    body: dict[str, Any] = {
        "model": to.body["model"],
        "version_id": to.id,
        "version": to.body["version"],
        "alias": "champion",
        "reason": reason,
    }
    if gates:
        body["gates"] = list(gates)
    return book.write("allow" if gates else "approve", body, by, ago)


def results() -> tuple[GateResult, ...]:
    """What the gates say of v15: one fails."""
    return (
        GateResult(
            "require: val/auc >= champion - .002",
            "pass",
            ".9171",
            ">= .9111",
            "It is .0060 above.",
            "12 steps",
        ),
        GateResult("significant", "pass", ".006", "p < .05", "Better than v14 beyond chance.", "5 seeds"),
        GateResult("slices", "pass", "−.006", ">= −.010", "The worst slice is tenure < 3 m.", "tenure < 3 m"),
        GateResult(
            "clean_git", "pass", "clean", "clean", "The commit has no changes beside it.", "commit 9a1c2e4"
        ),
        GateResult(
            "kpi: ece",
            "fail",
            ".0191",
            "<= .0150",
            "Calibration is off by .0041 more than the floor allows:"
            " scores above .7 promise more than comes true.",
            "bins 15",
        ),
        GateResult(
            "integrity",
            "pass",
            "intact",
            "intact",
            "Every byte is what was registered.",
            "1 file",
            always=True,
        ),
    )


EVIDENCE = {
    "slices": [
        {"name": "tenure < 3 m", "n": 1930, "difference": -0.006, "ci": [-0.011, 0.002]},
        {"name": "region = north", "n": 4112, "difference": 0.012, "ci": [0.004, 0.02]},
    ],
    "judgements": [{"metric": "val/auc", "difference": 0.004, "ci": [0.0011, 0.0069], "n": "5 seeds"}],
}


def write_decided(root: Path, store: Path, allowed: bool = True) -> None:
    """Weeks of decisions about `churn`, made by the runs of the project."""
    (root / "mlops-console.toml").write_text(WISHES)
    book = Book(root, NOW)
    runs = {}
    with open_workspace([], str(store)) as workspace:
        for number in range(12):
            name = f"sweep-{number:03d}"
            runs[number] = {
                "path": name,
                "native": "",
                "native_id": None,
                "name": name,
                "id": resolve(workspace, name),
            }
    done: dict[int, Event] = {}
    champion: Event | None = None
    for number, run, auc, ago, by in VERSIONS:
        done[number] = registered(book, number, runs[run], float(auc), ago, by)
        if number in (11, 12, 13, 14):
            if number == 14:
                consented(book, done[14], "ana", ago - 12 * HOUR, "slices look good")
            moved(book, done[number], champion, by, ago - DAY, reason="auc +.0011, p .01")
            before, champion = champion, done[number]
            if number == 12:
                champion = before
                assert before is not None
                moved(book, before, done[12], "ana", ago - 3 * DAY, "rollback", "fraud spike")
    moved(book, done[15], None, "ana", 38 * MINUTE, alias="challenger", reason="shadow for a week")
    if allowed:
        said = "scores are ranked, never thresholded"
        consented(book, done[15], "bo", 10 * MINUTE, said, "kpi: ece")


def read_decided(where: Path, allowed: bool = True) -> Path:
    """The store of such a project."""
    store = read_project(where)
    write_decided(store.parent / "churn", store, allowed)
    return store


def registered_store(where: Path, gates: str = "", versions: int = 2) -> Path:
    """A project in which versions of `churn` were registered from files that are there."""
    store = read_project(where, 4)
    root = store.parent / "churn"
    (root / "mlops-console.toml").write_text(PLAIN + gates)
    with open_workspace([root], str(store)) as workspace:
        for number in range(versions):
            path = root / f"sweep-{number:03d}" / "model.json"
            path.write_text(json.dumps({"number": number, "weights": list(range(50))}))
            register(workspace, "churn", run=f"sweep-{number:03d}", artifact="model.json", reason="a try")
    return store


class Standing(Workspace):
    """A workspace whose folders have been read; it watches no runs, but follows decisions."""

    def start(self) -> None:
        """Only decisions are followed."""
        self.decisions.follow()


def stop_the_clock(monkeypatch: Any) -> None:
    """It is NOW, in UTC; and whoever an event names wrote its file, for there is one OS user here."""
    monkeypatch.setattr("mlops_console.journal.serial.proves", lambda *_: True)
    monkeypatch.setattr(telling, "local", lambda at: datetime.fromtimestamp(at / 1e6, UTC))
    for module in (versions, history, effects, body, listing):
        monkeypatch.setattr(module, "now_us", lambda: NOW)


def judged_as(answers: tuple[GateResult, ...]) -> Any:
    """Stands in for the gates, which have tests of their own."""

    def judged(workspace: Any, held: Any, version: Any, alias: str, commands: bool) -> Judged:
        champion = held.holder("champion")
        number = champion.number if champion is not None and champion is not version else None
        shown = answers if version.number == 15 and alias == "champion" else answers[:1] + answers[-1:]
        return Judged(version.id, alias, shown, number, EVIDENCE, (), commands)

    return judged


@contextlib.asynccontextmanager
async def models(
    store: Path, where: Path, size: tuple[int, int] = (120, 36), complete: bool = True, **settings: Any
) -> AsyncIterator[tuple[ConsoleApp, Pilot[Any]]]:
    """The Models view, with what its gates say."""
    import shutil

    own = where / "own.duckdb"
    shutil.copy(store, own)
    roots = [path for path in sorted(store.parent.iterdir()) if path.is_dir() and ".duckdb" not in path.name]
    app = ConsoleApp(lambda: Standing(roots, str(own)), settings=UserSettings(**settings))
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.press("4")
            if complete:
                await until(pilot, lambda: shown(app), 60)
            await settled(pilot)
            yield app, pilot
    finally:
        app.close_workspace()


def shown(app: ConsoleApp) -> bool:
    """Whether everything that was asked for is there."""
    screen = app.screen
    return isinstance(screen, ModelsScreen) and screen.is_mounted and screen.body.complete


def text(app: ConsoleApp) -> str:
    """The screen as text."""
    return "\n".join(screen_text(app))


__all__ = [
    "asking",
    "judged_as",
    "models",
    "read_decided",
    "registered_store",
    "results",
    "stop_the_clock",
    "text",
]
