"""What is taken back on the Models view: aliases, consents, versions, notes and tags; and what is adopted."""

from typing import Any

import pytest
from tests.console.models_stage import models, registered_store, text
from tests.console.runs_stage import screen_text, settled, until

from mlops_console.console.widgets.panel import Panel
from mlops_console.workspace import open_workspace


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


async def say(pilot: Any, command: str) -> None:
    await pilot.press("colon", *command, "enter")
    await settled(pilot)


async def test_an_alias_is_taken_off_with_a_reason_and_rolled_back_on(tmp_path):
    async with models(registered_store(tmp_path), tmp_path) as (app, pilot):
        await say(pilot, "remove champion")
        assert "champion stands nowhere" in screen_text(app)[-1]
        await say(pilot, "promote champion")
        await until(pilot, lambda: "way back" in text(app), 60)
        await pilot.press(*"good", "enter", *"v2", "enter")
        await until(pilot, lambda: "promoted v2 to champion" in text(app), 60)
        await say(pilot, "remove")
        assert "Take champion off v2" in text(app)
        await pilot.press(*"no model is better", "enter", *"champion", "enter")
        await until(pilot, lambda: "champion stands nowhere now" in screen_text(app)[-1], 60)
        assert app.screen.query_one(Panel).form is None
        await until(pilot, lambda: app.screen.body.held.holder("champion") is None, 60)
        await pilot.press("R")
        assert "Roll champion of churn back to v2" in text(app)
        await pilot.press(*"it was", "enter")
        await until(pilot, lambda: app.screen.body.held.holder("champion") is not None, 60)


async def test_a_word_that_a_gate_may_fail_is_taken_back(tmp_path):
    gates = '[models.churn.gates.champion]\nrequire = ["val/auc >= 0.99"]\n'
    async with models(registered_store(tmp_path, gates), tmp_path) as (app, pilot):
        await say(pilot, "withdraw")
        assert "You have said nothing of v2 as champion" in screen_text(app)[-1]
        await pilot.press("tab", "a", *"ranked only", "enter")
        await until(pilot, lambda: bool(app.screen.body.held.model.approvals), 60)
        await until(pilot, lambda: app.screen.query_one(Panel).form is None)
        await say(pilot, "withdraw")
        assert "ranked only" in text(app)
        await pilot.press(*"they are not", "enter")
        await until(pilot, lambda: not app.screen.body.held.model.approvals, 60)
        await until(pilot, lambda: "taken back for v2" in screen_text(app)[-1], 60)


async def test_a_version_is_withdrawn_unless_an_alias_stands_on_it(tmp_path):
    async with models(registered_store(tmp_path), tmp_path, (80, 24)) as (app, pilot):
        await say(pilot, "retract")
        await pilot.press(*"trained on the test rows", "enter", *"v2", "enter")
        await until(pilot, lambda: "withdrawn" in text(app) and "v2 is withdrawn" in text(app), 60)
        await until(pilot, lambda: bool(app.screen.body.version.retracted), 60)
        await pilot.press("W")
        assert "this version was withdrawn" in screen_text(app)[-1]


async def test_notes_and_tags_of_a_version_are_undone_and_come_again(tmp_path):
    async with models(registered_store(tmp_path), tmp_path) as (app, pilot):
        await pilot.press("u")
        assert "nothing said yet" in screen_text(app)[-1]
        await say(pilot, "note watch the north")
        await until(pilot, lambda: [one.text for one in version(app).notes] == ["watch the north"], 60)
        await say(pilot, "tag shadow=yes")
        await until(pilot, lambda: tags(app) == {"shadow": "yes"}, 60)
        await say(pilot, "tag shadow=no")
        await until(pilot, lambda: tags(app) == {"shadow": "no"}, 60)
        await pilot.press("u")
        await until(pilot, lambda: tags(app) == {"shadow": "yes"}, 60)
        await pilot.press("u", "u")
        await until(pilot, lambda: not tags(app) and not version(app).notes, 60)
        await until(pilot, lambda: "Undone: note on churn@2" in screen_text(app)[-1], 60)
        await pilot.press("ctrl+r", "ctrl+r")
        await until(pilot, lambda: tags(app) == {"shadow": "yes"} and len(version(app).notes) == 1, 60)


def version(app: Any) -> Any:
    return app.screen.body.version


def tags(app: Any) -> dict[str, str]:
    return {one.name: one.value for one in version(app).tags}


async def test_what_mlflow_has_registered_is_shown_then_adopted(tmp_path, corpus):
    root = corpus("mlflow/filestore-models-v3")
    store = root.parent / "store.duckdb"
    with open_workspace([root], str(store)) as workspace:
        workspace.scan()
    async with models(store, tmp_path, complete=False) as (app, pilot):
        await until(pilot, lambda: ":adopt fraud-scorer" in text(app), 60)
        await say(pilot, "adopt")
        await until(pilot, lambda: "Adopt 1 version of fraud-scorer from MLflow" in text(app), 60)
        assert "as v1, takes champion, takes prod" in text(app)
        await pilot.press(*"ours now", "enter")
        await until(pilot, lambda: "Adopted fraud-scorer@1" in screen_text(app)[-1], 60)
        await until(pilot, lambda: "fraud-scorer, 1 so far" in text(app), 60)
        await say(pilot, "adopt")
        assert "isn't ours already" in screen_text(app)[-1]
