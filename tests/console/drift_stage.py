"""A monitor over fourteen days of payments, as verdicts on disk: the figures are made up, and agree.

Written the way a check writes them, so that the screen reads what it would read; no data is there to open.
"""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.console.models_stage import Standing
from tests.console.runs_stage import screen_text, settled, until
from textual.pilot import Pilot

from mlops_console.console.app import ConsoleApp
from mlops_console.console.drift import body as drift_body
from mlops_console.console.drift.body import DriftBody
from mlops_console.console.drift.screen import DriftScreen
from mlops_console.drift.judged_form import plain
from mlops_console.drift.model import (
    Domain,
    Interval,
    Measured,
    ModelReport,
    Performance,
    Raw,
    Segment,
    Side,
)
from mlops_console.records import Project
from mlops_console.settings import UserSettings
from mlops_console.workspace.drifting import monitors
from mlops_console.workspace.drifting.judged import JudgedFolder, key_of

NOW = 1_795_442_520_000_000
"""2026-11-23 14:02 UTC."""
DAY = 86_400_000_000
WISHES = """\
# What is watched here.

[monitors.fraud]
owner = "ana"
reference = "september.parquet"
current = "logs"
time = "at"
window = "day"
score = "score"
label = "fraud"
labels = "labels"
key = "id"
delay = "14d"
confirm = "2 of 3"
action = "Ask the travel desk."

[monitors.fraud.thresholds]
hour = { watch = 0.10, drift = 0.30 }
"""
EFFECTS = {
    "amount": (0.02, 0.41),
    "merchant_ct": (0.02, 0.27),
    "hour": (0.01, 0.12),
    "device_age": (0.01, 0.07),
    "channel": (0.01, 0.04),
    "n_prior": (0.01, 0.03),
    "country": (0.01, 0.03),
    "card_type": (0.01, 0.02),
    "ip_risk": (0.01, 0.02),
    "weekday": (0.01, 0.01),
}
"""Feature -> its effect on the first day and on the last."""
LEVELS = {
    "merchant_ct": ("grocery", "travel", "fuel", "online"),
    "channel": ("app", "web", "branch"),
    "country": ("DE", "FR", "PL", "NL"),
    "card_type": ("debit", "credit"),
}
DAYS = 14
ROWS = 96_300


def effect_of(name: str, day: int) -> float:
    """Quiet for eight days, then rising."""
    first, last = EFFECTS[name]
    return first if day < 8 else round(first + (last - first) * (day - 7) / (DAYS - 8), 4)


def measured(name: str, effect: float, rows: int = ROWS) -> Measured:
    """A feature with this effect."""
    checks = (
        Raw("distribution", effect, 0.0 if effect > 0.02 else 0.4, 0.01, f"{effect:.0%} of rows moved"),
        Raw("missing", 0.001, 0.2, 0.001, ".1% of rows have no value"),
    )
    statistics: dict[str, Any] = {"psi": round(effect**1.2, 4), "ks": effect, "total_variation": effect}
    if name in LEVELS:
        levels = LEVELS[name]
        before = [4_000 // (at + 1) for at in range(len(levels))]
        now = [*before]
        now[1] += int(10_000 * effect)
        shapes: dict[str, Any] = {
            "levels": list(levels), "reference": before, "current": now, "others": [0, 0],
        }  # fmt: skip
        kind: Any = "categorical"
    else:
        edges = np.linspace(0.0, 210.0, 22)
        middles = (edges[1:] + edges[:-1]) / 2
        shapes = {"edges": [round(float(edge), 4) for edge in edges]}
        for side, shift in (("reference", 0.0), ("current", 75 * effect)):
            heights = np.exp(-(((middles - 60 - shift) / 35) ** 2))
            shapes[side] = [0, *np.rint(10_000 * heights).astype(int).tolist(), 0]
        statistics |= {
            "wasserstein": 75 * effect,
            "median_ref": 61.0,
            "median_cur": round(61 + 75 * effect, 1),
            "mean_ref": 63.0,
            "mean_cur": round(63 + 75 * effect, 1),
            "sd_ref": 25.0,
            "sd_cur": 26.0,
            "tails_ref": 0.002,
            "tails_cur": 0.004,
        }
        kind = "numeric"
    return Measured(
        name, kind, 412_000, rows, 0.0, 0.001 if name != "hour" else 0.011, statistics, checks,
        "decimal number" if kind == "numeric" else "text", "decimal number" if kind == "numeric" else "text",
        shapes=shapes,
    )  # fmt: skip


def performance(day: int) -> ModelReport:
    """Labels for the first days; after that only an estimate."""
    reference = Interval(0.968, 0.966, 0.970, 412_000)
    drop = 0.0 if day < 8 else 0.011 * (day - 7) / (DAYS - 8)
    estimated = Interval(0.968 - drop, 0.964 - drop, 0.972 - drop, ROWS)
    realised = Interval(0.967, 0.962, 0.972, ROWS) if day < 6 else None
    because = "AUC .967 by labels, .968 on the reference." if realised else "AUC is estimated: no labels yet."
    first = Performance(
        "auc", "max", reference, realised, estimated, 1.0 if realised else 0.0,
        "same" if realised else "unknown", because,
    )  # fmt: skip
    loss = Interval(0.21, 0.20, 0.22, 412_000)
    second = Performance("logloss", "min", loss, realised and loss)
    verdict: Any = "STABLE" if realised else "UNVERIFIED"
    return ModelReport(verdict, because, (first, second), 0.01, supported=day < 8)


def harmed() -> ModelReport:
    """Labels say that the model does worse."""
    reference, now = Interval(0.968, 0.966, 0.970, 412_000), Interval(0.902, 0.897, 0.907, ROWS)
    because = "Realised AUC .902 on 96,300 rows, .968 on the reference: worse by .066."
    one = Performance("auc", "max", reference, now, None, 1.0, "worse", because)
    return ModelReport("HARMFUL", because, (one,), 0.01)


def write_window(
    root: Path, day: int, *, monitor: str = "fraud", features: Any = None, rows: int = ROWS,
    model: ModelReport | None = None,
) -> None:  # fmt: skip
    """The verdict on a day."""
    start = NOW - (NOW % DAY) - (DAYS - day) * DAY
    name = datetime.fromtimestamp(start / 1e6, UTC).strftime("%Y-%m-%d")
    made = features or [measured(one, effect_of(one, day), rows) for one in EFFECTS]
    segment = Segment(
        "amount", "merchant_group", "travel", 0.04, 0.19, 0.58, "merchant_group=travel 4% to 19% of rows"
    )
    drifted = day >= 9
    form = {
        "form": 1,
        "monitor": monitor,
        "window": {"name": name, "start": start, "end": start + DAY, "files": []},
        "labels": "",
        "by": "ana",
        "host": "gpu-box",
        "at": start + DAY + 3_600_000_000,
        "reference": plain(Side(412_000, 12, "september.parquet")),
        "current": plain(Side(rows, 12, f"{monitor} {name}")),
        "features": [plain(one) for one in made],
        "floors": {},
        "domain": plain(
            Domain(0.5 + 0.03 * max(0, day - 7), 0.3, 2_000, drifted=False, because="AUC is low.")
        ),
        "model": plain(model or performance(day)),
        "segments": [plain(segment)] if drifted else [],
        "problems": [],
        "drifted": drifted,
    }
    project = Project("p", root.name, str(root), 0, 0)
    folder = JudgedFolder(project, monitor, _places(root))
    assert folder.keep(key_of(name, [day, rows], "same").file, form)


def _places(root: Path) -> Any:
    from mlops_console.settings import places

    return places(str(root.parent / "store.duckdb"))


def fraud(where: Path, days: int = DAYS, wishes: str = WISHES) -> Path:
    """The project with so many judged days; its folder."""
    root = where / "payments"
    root.mkdir()
    (root / "logs").mkdir()
    (root / "mlops-console.toml").write_text(wishes, encoding="utf-8")
    for day in range(days):
        write_window(root, day)
    for file in root.rglob("*"):
        os.utime(file, (NOW / 1e6, NOW / 1e6))
    return root


def stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is NOW."""
    monkeypatch.setattr(drift_body, "now_us", lambda: NOW)
    monkeypatch.setattr(monitors, "now", lambda: NOW)


@asynccontextmanager
async def drift(
    root: Path, size: tuple[int, int] = (120, 36), theme: str = "dark", glyphs: str = "unicode"
) -> AsyncIterator[tuple[ConsoleApp, Pilot[Any]]]:
    """The console on the Drift view over this project, once all is known."""
    settings = UserSettings(theme=theme, glyphs=glyphs)
    store = str(root.parent / "store.duckdb")
    app = ConsoleApp(lambda: Standing([root], store), settings=settings)
    try:
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.workspace is not None, 60.0)
            app.show_view("drift")
            await until(
                pilot, lambda: isinstance(app.screen, DriftScreen) and app.screen.query(DriftBody), 60.0
            )
            await ready(pilot, app)
            yield app, pilot
    finally:
        app.close_workspace()


def screen(app: ConsoleApp) -> DriftScreen:
    """The Drift screen."""
    return next(one for one in app.screen_stack if isinstance(one, DriftScreen))


async def ready(pilot: Pilot[Any], app: ConsoleApp) -> None:
    """Everything that is looked at has come."""
    await until(pilot, lambda: screen(app).body.complete, 60.0)
    await settled(pilot)


def text(app: ConsoleApp) -> str:
    """What is on the screen."""
    return "\n".join(screen_text(app))


def events(root: Path) -> list[dict[str, Any]]:
    """What the journal of the project holds."""
    files = sorted((root / ".mlops-console" / "journal").rglob("*.json"))
    return [json.loads(file.read_bytes()) for file in files]
