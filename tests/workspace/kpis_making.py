"""A project whose model is scored in production day by day, and whose labels a monitor knows."""

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.workspace.decisions_making import moved, registered
from tests.workspace.monitor_making import OLD

from mlops_console.cli import run_command
from mlops_console.journal.event import Event
from mlops_console.workspace import Workspace, open_workspace

WISH = """\
[models.churn]
owner = "ana"

[models.churn.kpis.hits]
purpose = "Who would leave is called first."
metric = "test/accuracy"
goal = "max"
floor = 0.8
target = 0.85
review = "30d"
worth = 120_000
currency = "EUR"
per = "month"

[monitors.calls]
model = "churn"
reference = "reference.parquet"
current = "logs"
time = "at"
window = "day"
score = "p"
label = "left"
classifier = 1
features = ["amount"]
"""
HITS = (0.9, 0.7, 0.82)
"""Shares of rows that the model has right, by day."""
ROWS = 1_000
DAY = 86_400_000_000


def micros(day: int, hour: int = 0) -> int:
    """Epoch microseconds in May 2024."""
    return int(datetime(2024, 5, day, hour, tzinfo=UTC).timestamp() * 1e6)


def frame(day: int, share: float, *, labels: bool = True) -> pl.DataFrame:
    """Rows of a day; of these the model has exactly this share right."""
    rng = np.random.default_rng(day)
    truth = np.arange(ROWS) % 2
    right = np.arange(ROWS) < round(share * ROWS)
    said = np.where(right, truth, 1 - truth)
    p = np.where(said == 1, 0.8, 0.2) + rng.uniform(-0.05, 0.05, ROWS)
    first = datetime(2024, 5, day, tzinfo=UTC)
    columns: dict[str, object] = {
        "at": [first + timedelta(seconds=80) * at for at in range(ROWS)],
        "amount": rng.normal(50, 10, ROWS),
        "p": p,
        "left": pl.Series([int(one) if labels else None for one in truth], dtype=pl.Int64),
    }
    return pl.DataFrame(columns)


def judged(folder: Path, wish: str = WISH, hits: tuple[float, ...] = HITS) -> Path:
    """The project, its days judged by `drift check`."""
    project = folder / "shop"
    (project / "logs").mkdir(parents=True)
    (project / "mlops-console.toml").write_text(wish)
    pl.concat([frame(20 + one, 0.85) for one in range(5)]).write_parquet(project / "reference.parquet")
    for day, share in enumerate(hits, 1):
        put(project, day, share)
    check(project, folder)
    return project


def put(project: Path, day: int, share: float, *, labels: bool = True) -> None:
    """The rows of one day, as if they had come long ago."""
    file = project / f"logs/{day:02d}.parquet"
    frame(day, share, labels=labels).write_parquet(file)
    os.utime(file, (OLD, OLD))


def check(project: Path, folder: Path) -> None:
    """Judge what is new."""
    asked = ["drift", "check", "--project", str(project), "--store", str(folder / "s.duckdb")]
    assert run_command(asked) in (0, 1)


def opened(folder: Path) -> Workspace:
    """The workspace over it."""
    return open_workspace([folder / "shop"], str(folder / "s.duckdb"))


def version(workspace: Workspace, value: float | None = None, **more: float) -> Event:
    """The next version, registered with these figures."""
    figures = {**({} if value is None else {"test/accuracy": value}), **more}
    metrics = {key: {"last": one, "min": one, "max": one, "count": 1} for key, one in figures.items()}
    return registered(workspace, metrics=metrics)


def champion(workspace: Workspace, event: Event, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alias moved at a time of its own."""
    with monkeypatch.context() as clock:
        clock.setattr(time, "time_ns", lambda: at * 1_000)
        moved(workspace, event)
