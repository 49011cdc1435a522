"""Deploying from the Models view, to real folders: what the panel says, what is served, how it ended."""

import json
from typing import Any

import pytest
from tests.console.models_stage import models, registered_store, text
from tests.console.runs_stage import screen_text, settled, until

from mlops_console.console.models.targets import TargetList
from mlops_console.console.widgets.panel import Panel
from mlops_console.wishes.model import Command
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.trust import trust

TARGET = '[models.churn.targets.lab]\nfolder = "served"\nkeep = 3\n'


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


async def deploy(app: Any, pilot: Any, version: int) -> None:
    await pilot.press("W")
    await until(pilot, lambda: "switches" in text(app), 60)
    await pilot.press(*f"v{version}", "enter")


async def test_deploying_says_what_it_does_waits_for_the_version_and_shows_where_it_stands(tmp_path):
    store = registered_store(tmp_path, TARGET)
    served = store.parent / "churn" / "served"
    async with models(store, tmp_path) as (app, pilot):
        await until(pilot, lambda: "nothing yet" in text(app), 60)
        await pilot.press("W")
        await until(pilot, lambda: "current from nothing to v2" in text(app), 60)
        assert "nobody promoted it" in text(app)
        await pilot.press("enter")
        assert 'Enter waits for "v2"' in text(app)
        assert not served.exists()
        await pilot.press(*"v2", "enter")
        await until(pilot, lambda: "v2 is current in lab" in screen_text(app)[-1], 60)
        assert app.screen.query_one(Panel).form is None
        await until(pilot, lambda: "v2, as deployed" in text(app), 60)
        await until(pilot, lambda: "deployed v2 to lab" in text(app), 60)
        (current,) = (served / "current").iterdir()
        assert json.loads(current.read_text())["number"] == 1
        await pilot.press("j")
        await deploy(app, pilot, 1)
        await until(pilot, lambda: "v1, as deployed" in text(app), 60)


async def test_production_that_somebody_edited_is_named(tmp_path):
    store = registered_store(tmp_path, TARGET)
    served = store.parent / "churn" / "served"
    async with models(store, tmp_path) as (app, pilot):
        await deploy(app, pilot, 2)
        await until(pilot, lambda: "v2, as deployed" in text(app), 60)
        (current,) = (served / "current").iterdir()
        current.parent.chmod(0o755)
        current.chmod(0o644)
        current.write_text("{}")
        app.screen.body.look_at_targets()
        await until(pilot, lambda: "lab is not what was deployed" in text(app), 60)
        assert "! differs" in text(app)


async def test_a_health_command_that_says_no_brings_the_release_before_back(tmp_path):
    store = registered_store(tmp_path, TARGET + 'health = ["sh", "-c", "test {version} != 2"]\n')
    root = store.parent / "churn"
    async with models(store, tmp_path) as (app, pilot):
        await pilot.press("W")
        await until(pilot, lambda: "was never trusted by you" in text(app), 60)
        assert "waits for what is in the way" in screen_text(app)[-1]
        await pilot.press("escape")
        trusted(app.workspace, root)
        await pilot.press("j")
        await deploy(app, pilot, 1)
        await until(pilot, lambda: "v1, as deployed" in text(app), 60)
        await pilot.press("k")
        await deploy(app, pilot, 2)
        await until(pilot, lambda: "v2 was taken back from lab" in text(app), 60)
        assert app.screen.query_one(Panel).form is not None, "why stays to be read"
        await pilot.press("escape")
        await until(pilot, lambda: "v2 was returned" in text(app), 60)
        assert "v1, as deployed" in text(app)


async def test_several_targets_are_chosen_from_at_any_size(tmp_path):
    other = '[models.churn.targets.edge]\nfolder = "edge"\n'
    store = registered_store(tmp_path, TARGET + other)
    async with models(store, tmp_path, (80, 24)) as (app, pilot):
        await pilot.press("W")
        await until(pilot, lambda: isinstance(app.screen, TargetList))
        assert "edge" in text(app)
        assert "lab" in text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "switches" in text(app), 60)
        await pilot.press(*"v2", "enter")
        await until(pilot, lambda: "v2 is current in" in screen_text(app)[-1], 60)


async def test_without_a_target_the_key_says_how_to_name_one(tmp_path):
    async with models(registered_store(tmp_path), tmp_path) as (app, pilot):
        await pilot.press("W")
        assert "name one in mlops-console.toml" in screen_text(app)[-1]
        await pilot.press("colon", *f"deploy {tmp_path}/anywhere", "enter")
        await until(pilot, lambda: "switches" in text(app), 60)
        await settled(pilot)


def trusted(workspace: Any, root: Any) -> None:
    """This user trusts the health command."""
    command = read_wishes(str(root)).model("churn").targets[0].health
    assert isinstance(command, Command)
    trust(workspace, workspace.projects[0], command)
