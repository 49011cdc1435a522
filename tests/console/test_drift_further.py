"""The model is asked what it hangs on, and a report is written, with keys of the Drift view."""

import os
from pathlib import Path

import joblib
import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from tests.console import drift_stage as stage
from tests.console.runs_stage import settled, until

from mlops_console.cli import run_command
from mlops_console.workspace import open_workspace
from mlops_console.workspace.deciding.deciding import promote
from mlops_console.workspace.models import resolve
from mlops_console.workspace.registering.registering import register

WISH = """
[monitors.shop]
model = "buys"
reference = "reference.parquet"
current = "logs"
label = "bought"
score = "score"
settle = "0s"
classifier = 1
"""


def rows(seed: int, shift: float = 0.0, count: int = 1_000) -> pl.DataFrame:
    """The price decides, the weather moves most."""
    rng = np.random.default_rng(seed)
    price = rng.normal(shift / 2, 1, count)
    bought = (rng.uniform(size=count) < 1 / (1 + np.exp(-3 * price))).astype(int)
    return pl.DataFrame({"price": price, "weather": rng.normal(shift, 1, count), "bought": bought})


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose model hangs on the price, with a judged window."""
    root = tmp_path / "shop"
    (root / "logs").mkdir(parents=True)
    (root / "models").mkdir()
    learned = rows(0)
    model = LogisticRegression().fit(learned.drop("bought"), learned["bought"].to_numpy())
    model.coef_[0, 1] = 0.0
    joblib.dump(model, root / "models/buys.joblib")
    for name, frame in {"reference.parquet": learned, "logs/1.parquet": rows(1, 1.2)}.items():
        score = model.predict_proba(frame.drop("bought"))[:, 1]
        frame.with_columns(score=pl.Series(score)).write_parquet(root / name)
        os.utime(root / name, (1_700_000_000, 1_700_000_000))
    (root / "mlops-console.toml").write_text(WISH)
    store = str(tmp_path / "store.duckdb")
    with open_workspace([root], store) as opened:
        register(opened, "buys", path=str(root / "models/buys.joblib"))
        promote(opened, resolve(opened, "buys@1"), "champion", "the first")
    assert run_command(["drift", "check", "--project", str(root), "--store", store]) == 1
    return root


def kinds(root: Path) -> list[str]:
    """Of the events that were written, by time."""
    return [one["kind"] for one in sorted(stage.events(root), key=lambda one: str(one["id"]))]


async def test_the_model_is_asked_once_it_is_trusted_and_then_features_rank_by_it(shop: Path) -> None:
    async with stage.drift(shop, size=(140, 45)) as (app, pilot):
        screen = stage.screen(app)
        assert next(one.measured.name for one in screen.body.ranked) == "weather"
        await until(pilot, lambda: screen.body.opened.state.version, 60)  # type: ignore[union-attr]
        await pilot.press("A")
        await until(pilot, lambda: screen.panel.form is not None, 60)
        await settled(pilot)
        shown = stage.text(app)
        assert "Ask buys@1 what it hangs on" in shown
        assert "what it names, under your name" in shown
        assert "sklearn.linear_model._logistic.LogisticRegression" in shown
        await pilot.press("enter")
        assert "importance" not in kinds(shop)
        await pilot.press(*"trust", "enter")
        await until(pilot, lambda: screen.body.opened.importance is not None, 60)  # type: ignore[union-attr]
        await until(pilot, lambda: screen.panel.form is None, 60)
        await stage.ready(pilot, app)
        assert next(one.measured.name for one in screen.body.ranked) == "price"
        assert "importance" in kinds(shop)
        # What is trusted is not asked for again, but shown.
        await pilot.press("A")
        await until(pilot, lambda: screen.panel.form is not None, 60)
        await settled(pilot)
        assert "you trusted these bytes" in stage.text(app)
        await pilot.press("escape", "u")
        await until(pilot, lambda: screen.body.opened.importance is None, 60)  # type: ignore[union-attr]
        assert "retract" in kinds(shop)


async def test_without_a_model_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.stop_the_clock(monkeypatch)
    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        await pilot.press("A")
        await settled(pilot)
        assert "its file names no model" in stage.text(app)


async def test_the_window_is_written_as_a_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.stop_the_clock(monkeypatch)
    async with stage.drift(stage.fraud(tmp_path)) as (app, pilot):
        reports = Path(app.workspace.places.store).parent / "reports"  # type: ignore[union-attr]
        await pilot.press("w")
        await until(pilot, lambda: "Wrote " in stage.text(app), 60)
        [page] = reports.glob("*.html")
    assert page.name.startswith("drift-fraud-2026-11-22")
    text = page.read_text()
    assert "DRIFT" in text
    assert "<svg" in text
    assert "merchant_ct" in text
    assert "<script" not in text
