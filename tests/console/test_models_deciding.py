"""Deciding on the Models view, with real journals and gates: what the panel says, waits for, and writes."""

import json
import os
from typing import Any

import pytest
from tests.console import models_stage, snapshots
from tests.console.models_stage import (
    DAY,
    NOW,
    Book,
    asking,
    judged_as,
    models,
    moved,
    read_decided,
    registered_store,
    results,
    text,
)
from tests.console.runs_stage import runs_screen, screen_text, settled, until

from mlops_console.console.widgets.panel import Panel
from mlops_console.workspace import open_workspace


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


async def promote(app: Any, pilot: Any, version: int, alias: str = "champion") -> None:
    await pilot.press("colon", *f"promote {alias}", "enter")
    await until(pilot, lambda: app.screen.query_one(Panel).form is not None)
    await until(pilot, lambda: "way back" in text(app))
    await pilot.press(*"good", "enter", *f"v{version}")


async def test_promoting_waits_for_the_version_and_shows_what_the_journal_says(tmp_path):
    store = registered_store(tmp_path)
    async with models(store, tmp_path) as (app, pilot):
        await promote(app, pilot, 1)
        assert 'Enter waits for "v2"' in text(app)
        await pilot.press("enter")
        assert "champion stands" not in text(app)
        await pilot.press("backspace", "2")
        assert "Enter promote" in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "✓ champion" in text(app), 60)
        assert app.screen.query_one(Panel).form is None
        await until(pilot, lambda: "promoted v2 to champion: good" in text(app))
    pointer = store.parent / "churn" / ".mlops-console/models/churn/aliases/champion.json"
    assert json.loads(pointer.read_text())["version"] == 2


async def test_rolling_back_is_one_key_and_a_reason(tmp_path):
    store = registered_store(tmp_path)
    async with models(store, tmp_path) as (app, pilot):
        await pilot.press("R")
        assert "champion stands nowhere" in screen_text(app)[-1]
        await pilot.press("j")
        await promote(app, pilot, 1)
        await pilot.press("enter")
        await until(pilot, lambda: "promoted v1 to champion" in text(app), 60)
        await pilot.press("k")
        await promote(app, pilot, 2)
        await pilot.press("enter")
        await until(pilot, lambda: "promoted v2 to champion (was v1)" in text(app), 60)
        await pilot.press("R")
        assert "Roll champion of churn back from v2 to v1" in text(app)
        await pilot.press("enter")
        assert app.screen.query_one(Panel).form is not None, "it waits for a reason"
        await pilot.press(*"worse", "enter")
        await until(pilot, lambda: "∅ rolled back" in text(app), 60)
        assert app.screen.body.held.holder("champion").number == 1


async def test_a_failing_gate_is_in_the_way_until_somebody_lets_it_fail(tmp_path):
    gates = '[models.churn.gates.champion]\nrequire = ["val/auc >= 0.99"]\n'
    async with models(registered_store(tmp_path, gates), tmp_path) as (app, pilot):
        assert "✗" in text(app)
        await pilot.press("P")
        await until(pilot, lambda: "Promote v2 to" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Not yet: val/auc >= 0.99" in text(app))
        await pilot.press(*"good", "enter", *"v2", "enter")
        assert "Not yet" in text(app)
        await pilot.press("escape", "tab", "a")
        assert "shown for ever" in text(app)
        await pilot.press(*"ranked only", "enter")
        await until(pilot, lambda: "allowed v2 to become champion without" in text(app), 60)
        await promote(app, pilot, 2)
        await until(pilot, lambda: "allowed by" in text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "✓ champion" in text(app), 60)
        assert "overriding" in " ".join(one.sentence for one in app.screen.body.history.entries)


async def test_who_must_still_approve_is_said(tmp_path):
    gates = "[models.churn.gates.champion]\napprovals = 1\n"
    async with models(registered_store(tmp_path, gates), tmp_path) as (app, pilot):
        await pilot.press("colon", *"promote champion", "enter")
        await until(pilot, lambda: all(said in text(app) for said in ("1 more must", "by nobody yet")), 60)
        await pilot.press("escape", "a")
        assert "somebody else must approve" in screen_text(app)[-1]


async def test_anothers_decision_appears_and_the_panel_says_so(tmp_path):
    store = registered_store(tmp_path, versions=3)
    root = store.parent / "churn"
    async with models(store, tmp_path) as (app, pilot):
        await promote(app, pilot, 3)
        held = app.screen.body.held
        first = held.model.version(1)
        with open_workspace([root], str(tmp_path / "other.duckdb")) as other:
            other.decisions.append(
                other.projects[0].key,
                "alias",
                {
                    "model": "churn", "alias": "champion", "version_id": first.id, "version": 1,
                    "from_version_id": None, "from_version": None, "way": "promote", "reason": "mine",
                    "overridden": [], "gates": [],
                },
            )  # fmt: skip
        await until(pilot, lambda: "promoted v1 to champion: mine" in text(app), 60)
        await until(pilot, lambda: "v1, champion for" in text(app))
        assert app.screen.query_one(Panel).form is not None, "what was typed stays"
        await pilot.press("enter")
        await until(pilot, lambda: "promoted v3 to champion (was v1)" in text(app), 60)


async def test_a_move_that_lost_is_told_with_the_next_step(tmp_path, monkeypatch):
    from mlops_console.errors import JournalError

    def refused(*_: Any) -> None:
        raise JournalError("bo moved champion to churn@1 meanwhile (2s ago)", "look at what is there now")

    async with models(registered_store(tmp_path), tmp_path) as (app, pilot):
        monkeypatch.setattr(asking, "promote", refused)
        await promote(app, pilot, 2)
        await pilot.press("enter")
        await until(pilot, lambda: "bo moved champion to churn@1 meanwhile" in text(app))
        assert "look at what is there now" in text(app)
        assert app.screen.query_one(Panel).form is not None


async def test_a_contested_move_is_shown_with_who_and_when(tmp_path, monkeypatch):
    models_stage.stop_the_clock(monkeypatch)
    monkeypatch.setattr(asking, "judged", judged_as(results()))
    store = read_decided(tmp_path)
    root = store.parent / "churn"
    with open_workspace([root], str(store)) as workspace:
        registry = workspace.decisions.registry(workspace.projects[0].key)
        churn = registry.models["churn"]
        fourteen, fifteen = (churn.version(number).registered for number in (14, 15))
        thirteen = churn.version(13).registered
        heads = registry.heads
    book = Book(root, NOW)
    book._clock = 90
    moved(book, fifteen, fourteen, "ana", 120_000_000, reason="best", parents=heads)
    book._clock = 90
    moved(book, thirteen, fourteen, "bo", 60_000_000, reason="safer", parents=heads)
    async with models(store, tmp_path) as (app, _):
        said = text(app)
        assert "champion is contested" in said
        assert "ana moved it to v15 at 14:00" in said
        assert "bo moved it to v13 at 14:01" in said


async def test_the_panel_leaves_the_evidence_readable(tmp_path, monkeypatch):
    models_stage.stop_the_clock(monkeypatch)
    monkeypatch.setattr(asking, "judged", judged_as(results()))
    async with models(read_decided(tmp_path), tmp_path) as (app, pilot):
        await pilot.press("P")
        await until(pilot, lambda: "way back" in text(app))
        await pilot.press(*"ranks better", "enter", *"v1")
        await settled(pilot)
        said = text(app)
        assert "kpi: ece" in said
        assert "scores are ranked, never thresholded" in said
        snapshots.check(app, "models-promote-120x36")
        await pilot.press("up", "up")
        assert app.screen.body.gates.result.gate == "slices"
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        snapshots.check(app, "models-promote-80x24")


async def test_a_run_is_registered_from_the_list(tmp_path):
    store = registered_store(tmp_path, versions=1)
    root = store.parent / "churn"
    (root / "sweep-003" / "model.json").write_text('{"weights": [1, 2, 3]}')
    async with models(store, tmp_path) as (app, pilot):
        await pilot.press("2", "P")
        await until(pilot, lambda: bool(runs_screen(app).query(Panel)) and "Register run" in text(app))
        assert "churn (next is v2)" in text(app)
        await pilot.press("tab", *"nothing.bin", "tab", "enter")
        await until(pilot, lambda: "this run has no 'nothing.bin'" in text(app), 60)
        await pilot.press("shift+tab", "ctrl+u", *"model.json", "tab", "enter")
        await until(pilot, lambda: "Registered churn v2" in screen_text(app)[-1], 60)
        await pilot.press("4")
        await until(pilot, lambda: "churn, 2 so far" in text(app), 60)
        version = app.screen.body.held.model.version(2)
        assert version.registered.uid == os.getuid()
        assert DAY


async def test_a_run_is_registered_from_its_page_and_the_keys_go_back_to_it(tmp_path):
    store = registered_store(tmp_path, versions=1)
    (store.parent / "churn" / "sweep-003" / "model.json").write_text('{"weights": [1, 2, 3]}')
    async with models(store, tmp_path, (80, 24)) as (app, pilot):
        await pilot.press("2", "enter")
        await until(pilot, lambda: "sweep-003" in screen_text(app)[0], 60)
        await pilot.press("P")
        await until(pilot, lambda: "Register run" in text(app), 60)
        await pilot.press("escape", "P")
        await until(pilot, lambda: "Register run" in text(app), 60)
        await pilot.press("tab", "ctrl+u", *"model.json", "tab", *"looks right", "enter")
        await until(pilot, lambda: "Registered churn v2" in screen_text(app)[-1], 60)
        await pilot.press("tab")
        await settled(pilot)
        assert app.screen.body.tab == 1
