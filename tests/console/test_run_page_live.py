"""The page and the preview on real folders, read by the real pipeline."""

import json
import time

import pytest
from tests.console.standins_run import drawn

from mlops_console.console.app import ConsoleApp
from mlops_console.console.run.reading import glance, histories, run_view, varying
from mlops_console.console.run.screen import RunPage
from mlops_console.workspace import open_workspace
from mlops_console.workspace.details import resolve


def write_run(folder, epochs, lr=0.01):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "params.json").write_text(json.dumps({"lr": lr, "epochs": 60, "model": "mlp"}))
    lines = ["epoch,train_loss,val_loss,val_auc"]
    lines += [f"{e},{1 / (e + 1):.4f},{1.2 / (e + 1):.4f},{0.9 - 0.4 / (e + 1):.4f}" for e in range(epochs)]
    (folder / "metrics.csv").write_text("\n".join(lines) + "\n")


@pytest.fixture
def project(tmp_path):
    write_run(tmp_path / "churn" / "first", 20)
    write_run(tmp_path / "churn" / "second", 30, lr=0.1)
    return tmp_path / "churn"


@pytest.fixture
def store(tmp_path):
    return str(tmp_path / "store.duckdb")


def test_what_the_workspace_knows_of_a_run(project, store):
    with open_workspace([project], store) as workspace:
        workspace.scan()
        a, b = resolve(workspace, "first"), resolve(workspace, "second")
        view = run_view(workspace, a)
        assert view.path == "first"
        assert view.params["lr"] == 0.01
        assert {metric.key for metric in view.metrics} >= {"train_loss", "val_loss", "val_auc"}
        assert view.sources[0].reader == "plain"
        assert "3 params" in view.sources[0].says
        assert "lr" in varying(workspace, view)
        assert "epochs" not in varying(workspace, view)
        points = histories(workspace, a, ["val_auc", "nothing"])
        assert len(points["val_auc"].step) == 20
        assert len(points["nothing"].step) == 0
        found = glance(workspace, a, [("A", a), ("B", b)])
        assert found.key == "val_auc"
        assert [(curve.letter, len(curve.x)) for curve in found.curves] == [("A", 20), ("B", 30)]
        assert found.focus == "A"
        assert glance(workspace, "gone", []) is None


async def until(app, pilot, wanted):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        await pilot.pause(0.05)
        page = "\n".join(drawn(app))
        if wanted in page:
            return page
    raise AssertionError(f"{wanted!r} never showed:\n{page}")


async def test_a_run_that_grows_is_followed_without_a_key(project, store):
    with open_workspace([project], store) as workspace:
        workspace.scan()
        run = resolve(workspace, "first")

    class App(ConsoleApp):
        def first_screen(self):
            return RunPage(run)

    app = App(lambda: open_workspace([project], store))
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await until(app, pilot, "epoch 20 of 60")
            assert "Where it came from" in await until(app, pilot, "v val .88")
            write_run(project / "first", 25)
            assert "42%" in await until(app, pilot, "epoch 25 of 60")
    finally:
        app.close_workspace()
