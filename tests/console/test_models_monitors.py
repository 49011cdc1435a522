"""What monitors say, shown beside versions and runs, before a promotion, in commands, and in gates."""

import json
from typing import Any

import pytest
from tests.console.models_stage import models, registered_store, text
from tests.console.runs_stage import until
from tests.workspace.judging.gates_desk import move
from tests.workspace.monitor_making import add_day, put, rows

from mlops_console.cli import run_command
from mlops_console.console.run.head import RunHead
from mlops_console.console.run.screen import RunPage
from mlops_console.workspace import open_workspace

WATCHED = """
[models.churn.gates.champion]
drift_quiet = true

[monitors.shop]
model = "churn"
reference = "reference.parquet"
current = "logs"
time = "at"
window = "day"
classifier = 1
"""


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    store = registered_store(tmp_path, WATCHED)
    root = store.parent / "churn"
    put(rows(0, 2_000), root / "reference.parquet")
    add_day(root, 1, 0.0)
    add_day(root, 2, 3.0)
    with open_workspace([root], str(store)) as workspace:
        move(workspace, "churn@1")
    assert ran(store, "drift", "check", "--quiet") == 1
    return store


def ran(store, *words):
    here = (
        ("--project", str(store.parent / "churn")) if words[0] in ("drift", "models", "gates", "card") else ()
    )
    return run_command(["--store", str(store), *words, *here])


async def test_the_models_view_shows_it_beside_versions_and_before_a_promotion(store, tmp_path):
    async with models(store, tmp_path, size=(120, 45)) as (app, pilot):
        await until(pilot, lambda: "shop on v1 says drift: amount has moved: effect .8" in text(app), 60)
        await until(pilot, lambda: "Monitors" in text(app))
        assert "shop    !! drift   of v1" in text(app)
        await pilot.press("P")
        await until(pilot, lambda: "stands on v1 with gates" in text(app), 60)
        await pilot.press("enter")
        await until(pilot, lambda: "shop is drift: amount has moved" in text(app), 60)


async def test_a_runs_page_shows_it(store, tmp_path):
    async with models(store, tmp_path) as (app, pilot):
        with open_workspace([store.parent / "churn"], str(store)) as workspace:
            found = workspace.decisions.registry(workspace.projects[0].key).models["churn"].version(1)
        app.push_screen(RunPage(str(found.run["id"])))

        def said() -> Any:
            heads = app.screen.query(RunHead)
            return heads and "churn@1: shop DRIFT" in text(app)

        await until(pilot, said, 60)


def test_commands_show_it(store, capsys):
    capsys.readouterr()
    ran(store, "models")
    assert "DRIFT" in capsys.readouterr().out
    ran(store, "models", "churn")
    assert "v1  shop  DRIFT  amount has moved: effect .8" in capsys.readouterr().out
    ran(store, "models", "churn", "--json")
    second, first = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert second["monitors"] == []
    assert [(one["monitor"], one["health"], one["window"]) for one in first["monitors"]] == [
        ("shop", "drift", "2024-05-02")
    ]
    ran(store, "show", first["run"])
    assert "shop  churn@1  DRIFT  amount has moved" in capsys.readouterr().out
    ran(store, "show", first["run"], "--json")
    [one] = json.loads(capsys.readouterr().out)["monitors"]
    assert (one["version"], one["health"]) == ("churn@1", "drift")
    ran(store, "card", "churn@1")
    assert "The monitor shop says DRIFT: amount has moved" in capsys.readouterr().out


def test_the_gate_fails_while_it_alarms_and_knows_nothing_of_other_versions(store, capsys):
    capsys.readouterr()
    assert ran(store, "gates", "churn@1", "--for", "champion", "--json") == 1
    found = {one["gate"]: one for one in json.loads(capsys.readouterr().out)["gates"]}
    assert (found["drift_quiet: shop"]["verdict"], found["drift_quiet: shop"]["value"]) == ("fail", "drift")
    assert ran(store, "gates", "churn@2", "--for", "champion", "--json") == 1
    found = {one["gate"]: one for one in json.loads(capsys.readouterr().out)["gates"]}
    assert found["drift_quiet"]["verdict"] == "unknown"
