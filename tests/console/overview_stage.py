"""The overview over four projects on a November afternoon, for tests of its screen."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.console.runs_stage import Read, settled, until
from textual.pilot import Pilot

from mlops_console.console.app import ConsoleApp
from mlops_console.console.overview import asking
from mlops_console.console.overview.asking import Needed
from mlops_console.console.overview.screen import OverviewScreen
from mlops_console.journal.event import Event
from mlops_console.journal.registry import Snooze, Version
from mlops_console.records import Project
from mlops_console.settings import UserSettings
from mlops_console.wishes.model import Kpi, Monitor
from mlops_console.workspace.attention.model import Attention, Item, Place
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Standing
from mlops_console.workspace.drifting.states.model import Brief, Health, MonitorState
from mlops_console.workspace.kpis.model import KpiState
from mlops_console.workspace.opening import Workspace
from mlops_console.workspace.overview import clock
from mlops_console.workspace.overview.model import (
    Act,
    Disk,
    Figures,
    Lively,
    LiveRun,
    Produced,
    ProjectRow,
)

NOW = 1_795_442_520_000_000
"""2026-11-23 14:02 UTC."""
MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
PARTS = ("figures", "attention", "production", "lively", "projects", "activity")


def project(name: str) -> Project:
    return Project(f"key-{name}", name, f"/data/{name}", 1, 1)


CHURN, FRAUD, LTV, RECSYS = (project(name) for name in ("churn", "fraud", "ltv", "recsys"))


def item(kind: str, level: str, of: Project, subject: str, what: str, ago: int, **more: Any) -> Item:
    """One matter."""
    key = more.pop("key", f"{kind}:{subject}")
    place = more.pop("place", Place("models", of.key, subject, "", f"mlops-console models {subject}"))
    return Item(key, kind, level, of, subject, what, since=NOW - ago, place=place, **more)  # type: ignore[arg-type]


def items() -> tuple[Item, ...]:
    """Four of them, the worst first."""
    moved = "amount has moved: PSI .41, limit .25, rising for 3 days"
    effect = "affects v31 in production, estimated auc -.011 [-.019, -.004]"
    there = Place("drift", FRAUD.key, "amounts", "amount", "mlops-console drift windows amounts")
    error = "6 runs stopped with the same error: out of GPU memory"
    failed = Place("runs", CHURN.key, "status:failed", "", "mlops-console runs --where status:failed")
    late = "no new data for 9 days, expected daily"
    ready = "v15 is ready to promote: 5 of 6 gates pass, bo allowed the sixth"
    model = Place("models", CHURN.key, "churn", "15")
    return (
        item("drift", "bad", FRAUD, "fraud", moved, 2 * HOUR, effect=effect, owner="ana", place=there),
        item("errors", "warn", CHURN, "churn", error, 26 * MINUTE, place=failed),
        item("stale", "warn", LTV, "ltv", late, DAY, place=Place("drift", LTV.key, "spending")),
        item("gate", "ask", CHURN, "churn", ready, 10 * MINUTE, place=model),
    )


def watching(of: Project, name: str, health: Health, because: str, ago: int) -> MonitorState:
    """A monitor of a model."""
    watched = Watched(of, Monitor(name, model=of.name))
    values = (0.02, 0.03, 0.02, 0.05, 0.11, 0.2, 0.41)
    briefs = tuple(
        Brief(f"2026-11-{16 + at}", NOW - (7 - at) * DAY, "OK", value, "amount", False, False, 900)
        for at, value in enumerate(values)
    )
    standing = Standing(watched, None, 0, because)
    return MonitorState(watched, health, because, NOW - ago, standing, briefs, 1, 12, f"{of.name}@1")


def version(model: str, number: int) -> Version:
    """A version."""
    event = Event(1, f"e{number}", number, (), NOW - 9 * DAY, "ana", 1000, "box", "register", {})
    return Version(
        f"e{number}", model, number, number, event, "run", "", 0, "sklearn", (), False, None, None, None
    )


def produced(
    of: Project, number: int, value: float, floor: float | None, past: tuple[float, ...], **more: Any
) -> Produced:
    """A model in production."""
    kpi = Kpi("main", more.get("metric", "auc"), more.get("goal", "max"), floor, owner="ana")
    state = KpiState(
        of, of.name, kpi, number, value, None, "labels of today", NOW, "kept", (), (), None, None, None
    )
    return Produced(
        of, of.name, version(of.name, number), NOW - 12 * DAY, False, "ana", kpi.metric, kpi.goal, value,
        state, more.get("monitor"), 1, past, "kpi",
    )  # fmt: skip


def models() -> tuple[Produced, ...]:
    """Three."""
    return (
        produced(FRAUD, 31, 0.968, 0.965, (.98, .981, .98, .979, .978, .975, .97, .968),
                 monitor=watching(FRAUD, "amounts", "drift", "amount has moved", 2 * HOUR)),
        produced(LTV, 7, 3.12, 3.4, (3.2, 3.3, 3.1, 3.0, 3.1, 3.12), metric="mae", goal="min",
                 monitor=watching(LTV, "spending", "stale", "no window for 9 days", 9 * DAY)),
        produced(CHURN, 14, 0.913, 0.9, (.91, .908, .913, .909, .915, .913),
                 monitor=watching(CHURN, "customers", "ok", "nothing drifted", DAY)),
    )  # fmt: skip


def runs() -> Lively:
    """Two on their way, one silent, one broken."""

    def run(name: str, of: Project, kind: Any, status: str, ago: int, **more: Any) -> LiveRun:
        return LiveRun(
            f"{name}-id", name, of, status, more.pop("reason", ""), kind, NOW - ago, NOW - ago // 2, **more
        )  # type: ignore[arg-type]

    found = (
        run("mlp-wide", CHURN, "running", "running", 5 * MINUTE, done=41, total=60, unit="epochs"),
        run("lgbm-deep", FRAUD, "running", "running", 4 * MINUTE, done=512, total=640, unit="steps"),
        run("night", RECSYS, "silent", "unknown", 9 * HOUR),
        run("sweep-051", CHURN, "failed", "failed", HOUR, reason="CUDA out of memory"),
    )
    return Lively(found, 2, 1, 6)


def rows() -> tuple[ProjectRow, ...]:
    """Four."""
    up = (0.8, 0.82, 0.85, 0.85, 0.88, 0.9, 0.9, 0.91, 0.912, 0.915, 0.915, 0.917)
    return (
        ProjectRow(CHURN, 4_210, NOW - 4 * MINUTE, 0, "auc", "max", 0.9171, "8790aaaa1111", up),
        ProjectRow(RECSYS, 76_854, NOW - 12 * MINUTE, 1, "ndcg", "max", 0.4312, "5520aaaa1111", up),
        ProjectRow(FRAUD, 18_034, NOW - 2 * HOUR, 0, "auc", "max", 0.9811, "7121aaaa1111", up),
        ProjectRow(LTV, 902, NOW - 9 * DAY, 0, "mae", "min", 3.02, "0417aaaa1111", tuple(reversed(up))),
    )  # fmt: skip


def acts() -> tuple[Act, ...]:
    """What was done today."""
    told = (
        (10, "bo", "allowed v15 past a gate", CHURN), (21, "", "12 runs ended, sweep7", CHURN),
        (41, "ana", "registered churn v15", CHURN), (152, "cy", "archived 14 runs", RECSYS),
        (290, "bo", "acknowledged amounts", FRAUD),
    )  # fmt: skip
    return tuple(
        Act(NOW - ago * MINUTE, by, what, of, f"id{ago}" if by else "") for ago, by, what, of in told
    )


def figures() -> Figures:
    """The day."""
    return Figures(
        (60, 70, 64, 80, 90, 95, 97, 120, 128, 120, 110, 104, 97, 128),
        (0, 1, 0, 1, 2, 1, 0, 3, 1, 0, 1, 1, 2, 6),
        128, (0, 1, 1, 2, 2, 3, 1, 2, 4, 3, 2, 2), 1, Disk(41_000_000_000, 500_000_000_000), 4, 100_000,
    )  # fmt: skip


def snoozed(one: Item) -> Item:
    """A matter that is snoozed for a week."""
    said = Snooze("s1", one.what, NOW + 7 * DAY, "the new feed comes on Monday", "bo", NOW - HOUR)
    return replace(one, snoozed=said, history=(said,))


def answers(**other: Any) -> dict[str, Any]:
    """What each question is answered."""
    found: dict[str, Any] = {
        "figures": figures(), "attention": Attention(items()), "production": models(), "lively": runs(),
        "projects": rows(), "activity": acts(),
    }  # fmt: skip
    return found | other


def staged(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]) -> None:
    """Have the questions answered so; `told` may change meanwhile."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr("platform.node", lambda: "lab")
    for part in PARTS:

        def answer(workspace: Workspace, part: str = part) -> Any:
            said = told[part]
            said = said(workspace) if callable(said) else said
            if part == "attention" and isinstance(said, Attention):
                return Needed(said, False, 4, 3)
            return said

        if part == "attention":
            monkeypatch.setattr(
                asking.Listing, "whole", lambda self, workspace, answer=answer: answer(workspace)
            )
            continue
        monkeypatch.setattr(asking, part, answer)

    def beginning(listing: asking.Listing, workspace: Workspace) -> Attention | None:
        said = told.get("beginning")
        return said(workspace) if callable(said) else said

    monkeypatch.setattr(asking.Listing, "beginning", beginning)


def opening(where: Path) -> Callable[[], Workspace]:
    """Opens a workspace on an empty project."""
    root = where / "churn"
    root.mkdir(exist_ok=True)
    return lambda: Read([root], str(where / "overview.duckdb"))


@asynccontextmanager
async def console(
    where: Path,
    size: tuple[int, int] = (120, 36),
    opens: Callable[[], Workspace] | None = None,
    **settings: Any,
) -> AsyncIterator[tuple[ConsoleApp, Pilot[Any]]]:
    """The console on the overview, once every part has come."""
    app = ConsoleApp(opens or opening(where), settings=UserSettings(**settings), view="overview")
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: screen(app).body.complete, 60)
            await settled(pilot)
            yield app, pilot
    finally:
        app.close_workspace()


def screen(app: ConsoleApp) -> OverviewScreen:
    """The overview, whatever stands over it."""
    stacks = app._screen_stacks.values()
    return next(one for stack in stacks for one in stack if isinstance(one, OverviewScreen))
