"""A proposal is begun where it is shown: a training that is followed and stopped, a rollback, labels."""

import csv
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.console import drift_stage as stage
from tests.console.models_stage import DAY, Book, moved, registered
from tests.console.runs_stage import settled, until
from textual.pilot import Pilot

from mlops_console.console.app import ConsoleApp
from mlops_console.console.going import open_place
from mlops_console.console.models.screen import ModelsScreen
from mlops_console.console.widgets.panel import Form
from mlops_console.drift.model import ModelReport, Segment
from mlops_console.workspace.attention.model import Place
from mlops_console.workspace.drifting import unlabelled
from mlops_console.workspace.drifting.unlabelled import Unlabelled

RETRAIN = """
[models.churn.retrain]
command = ["sh", "-c", "echo learning {window}; while [ ! -e enough ]; do sleep 0.05; done"]
"""
HARM = "Realised AUC .900 on 96,300 rows, .968 on the reference."


@pytest.fixture
def harmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A monitor of `churn`, whose newest window says HARMFUL of v2, with a third of its labels."""
    told = stage.performance

    def performance(day: int) -> ModelReport:
        report = told(day)
        if day < stage.DAYS - 1:
            return report
        first = report.performance[0]
        worse = replace(first, realised=first.estimated, labelled=0.3, verdict="worse")
        return replace(report, verdict="HARMFUL", because=HARM, performance=(worse,))

    stage.stop_the_clock(monkeypatch)
    monkeypatch.setattr(stage, "performance", performance)
    wishes = stage.WISHES.replace("[monitors.fraud]", '[monitors.fraud]\nmodel = "churn"', 1)
    root = stage.fraud(tmp_path, wishes=wishes + RETRAIN)
    book = Book(root, stage.NOW)
    run = {"path": "run", "native": "", "native_id": None, "name": "run", "id": None}
    one = registered(book, 1, run, 0.9, 9 * DAY, "bo")
    moved(book, one, None, "bo", 8 * DAY)
    two = registered(book, 2, run, 0.91, 7 * DAY, "ana")
    moved(book, two, one, "ana", 6 * DAY)
    return root


def form_of(app: ConsoleApp) -> Form | None:
    """What the panel on the screen shows."""
    form: Form | None = app.screen.panel.form if hasattr(app.screen, "panel") else None
    return form


async def nothing_is_trusted_unseen(app: ConsoleApp, pilot: Pilot[Any]) -> None:
    await pilot.resize_terminal(120, 12)
    await pilot.press("F")
    await until(pilot, lambda: "too long to be read here" in stage.text(app), 60)
    assert form_of(app) is None
    await pilot.resize_terminal(120, 36)


async def test_a_model_is_trained_anew_from_the_proposal(harmed: Path) -> None:
    async with stage.drift(harmed) as (app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: "What could be done" in stage.text(app), 60)
        shown = stage.text(app)
        for row in ("Train anew", "Collect labels", "Roll back"):
            assert row in shown
        named = next(line for line in shown.splitlines() if "Train anew" in line)
        assert named.split()[-1] == "F"
        assert "$ mlops-console retrain churn --monitor fraud --reason" in shown

        await nothing_is_trusted_unseen(app, pilot)
        await pilot.press("F")
        await until(pilot, lambda: form_of(app) is not None, 60)
        await settled(pilot)
        shown = stage.text(app)
        assert "Train churn anew" in shown
        assert "echo learning 2026-11-22" in shown
        assert str(harmed) in shown
        assert "{window}" in shown  # what is trusted is the file's text
        await pilot.press(*"trust", "enter", "enter")
        assert not (harmed / ".mlops-console/trainings").exists()
        await pilot.press(*"mend", "enter")
        await until(pilot, lambda: form_of(app) is None, 60)

        # The same key shows it while it runs, and lets it be stopped.
        await pilot.press("F")
        await until(pilot, lambda: "» running" in stage.text(app), 60)
        await until(pilot, lambda: "learning 2026-11-22" in stage.text(app), 60)
        assert "answers fraud, 2026-11-22: mend" in stage.text(app)
        await pilot.press("K")
        await until(pilot, lambda: form_of(app) is not None, 60)
        await pilot.press(*"enough", "enter")
        await until(pilot, lambda: form_of(app) is None, 60)
        [ended] = [one["body"] for one in stage.events(harmed) if one["kind"] == "retrained"]
        assert ended["outcome"] == "stopped"

        # On the model's page it is one row, which leads to what it printed.
        app.show_view("models")
        await until(pilot, lambda: "trained it anew for fraud: stopped" in stage.text(app), 60)
        assert "began to train" not in stage.text(app)
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: "Training of churn" in stage.text(app), 60)
        assert "learning 2026-11-22" in stage.text(app)
        # So does what the overview says of it.
        await pilot.press("escape", "5")
        [began] = [one for one in stage.events(harmed) if one["kind"] == "retrain"]
        assert app.workspace is not None
        open_place(app, Place("models", app.workspace.projects[0].key, "churn", began["id"]))
        await until(pilot, lambda: "Training of churn" in stage.text(app), 60)


async def test_a_rollback_is_asked_for_at_once_by_the_key_as_it_is_bound(harmed: Path) -> None:
    async with stage.drift(harmed, size=(80, 24)) as (app, pilot):
        app.settings = replace(app.settings, keys={"models.rollback": "f6,R"})
        await pilot.press("P")
        await until(pilot, lambda: "What could be done" in stage.text(app), 60)
        # All that is said of the last step comes into view with it.
        await pilot.press("G")
        await until(pilot, lambda: "--to 1 --reason" in stage.text(app), 60)
        named = next(line for line in stage.text(app).splitlines() if "Roll back" in line)
        assert named.split()[-1] == "f6"
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, ModelsScreen) and form_of(app) is not None, 60)
        await settled(pilot)
        assert "Roll champion of churn back from v2 to v1" in stage.text(app)
        await pilot.press("enter", "escape")
        assert not [one for one in stage.events(harmed) if one["body"].get("way") == "rollback"]


async def test_rows_that_lack_a_label_become_a_file(harmed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part = Segment("amount", "merchant_group", "travel", 0.04, 0.19, 0.58)
    text = 'id,amount,fraud\n"a,1",3.5,\nb,4.5,\n'
    rows = Unlabelled(("id", "amount", "fraud"), part, 2, 1, 67_410, 12_000, 96_300, text)
    monkeypatch.setattr(unlabelled, "unlabelled", lambda *_: rows)
    async with stage.drift(harmed) as (app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: "What could be done" in stage.text(app), 60)
        await pilot.press("C")
        await until(pilot, lambda: form_of(app) is not None, 60)
        await settled(pilot)
        shown = stage.text(app)
        assert "67,410 of 96,300 lack a label; the first 2 are written" in shown
        assert "1 of merchant_group = travel, where amount moved" in shown
        assert "id, amount; fraud is empty, to be filled in" in shown
        await pilot.press("enter")
        await until(pilot, lambda: "Wrote 2 rows to " in stage.text(app), 60)
    [file] = (harmed.parent / "reports").glob("*.csv")
    assert file.name == "unlabelled-fraud-2026-11-22.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [*csv.reader(file.read_text().splitlines())][1:] == [["a,1", "3.5", ""], ["b", "4.5", ""]]
