"""The Compare screen in full: values that fit no cell, code, notes, what figures mean, calibration."""

import json
from pathlib import Path

import pytest
from tests.console.compare_stage import comparing, judged, named, read_flights, text
from tests.console.runs_stage import settled, until

from mlops_console.workspace import open_workspace


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_flights(tmp_path_factory.mktemp("flights"))


def written(where: Path, **params_of_runs: dict[str, object]) -> Path:
    """A store of runs with these params, and one metric."""
    for name, params in params_of_runs.items():
        run = where / "project" / name
        run.mkdir(parents=True)
        (run / "params.json").write_text(json.dumps(params))
        (run / "metrics.csv").write_text("step,val/loss\n0,1.0\n1,nan\n")
    store = where / "store.duckdb"
    with open_workspace([where / "project"], str(store)) as workspace:
        workspace.scan()
    return store


async def press(app, pilot, *keys):
    await pilot.press(*keys)
    await settled(pilot)


async def test_a_long_list_is_a_diff_of_its_elements(tmp_path):
    layers = [f"conv{number}" for number in range(40)]
    other = [*layers[:20], "pool", *layers[21:]]
    store = written(tmp_path, one={"layers": layers, "depth": 3}, two={"layers": other, "depth": 4})
    async with comparing(store, tmp_path, ["one", "two"]) as (app, pilot):
        await press(app, pilot, "j", "enter")
        said = text(app)
        assert "layers: one became two" in said
        assert "- conv20" in said
        assert "+ pool" in said
        assert "17 equal lines" in said
        await press(app, pilot, "enter", "k", "enter")
        assert "depth" in text(app)
        assert "layers: one" not in text(app)


async def test_of_thousands_of_params_rows_are_made_once_and_found_by_name(tmp_path, monkeypatch):
    from mlops_console.console.compare import differences

    many = {f"group{number % 100}.param{number}": number for number in range(4_900)}
    store = written(tmp_path, one=many, two={**many, "group7.param7": -1})
    made = []
    rows = differences.shown_rows

    def counted(*args, **kwargs):
        made.append(1)
        return rows(*args, **kwargs)

    monkeypatch.setattr(differences, "shown_rows", counted)
    async with comparing(store, tmp_path, ["one", "two"]) as (app, pilot):
        assert "1 of 4,900 params" in text(app)
        await press(app, pilot, "d")
        before = len(made)
        await press(app, pilot, "G", "k", "ctrl+u", "pagedown", "g", "j")
        assert len(made) == before
        await press(app, pilot, "slash", *"param77", "enter")
        assert "11 found" in text(app)
        assert "group77.param77 " in text(app)
        await press(app, pilot, "escape")
        assert "found" not in text(app)


async def test_notes_stand_at_the_end_and_i_says_what_a_sign_means(tmp_path):
    store = written(tmp_path, one={"depth": 3}, two={"depth": 4})
    async with comparing(store, tmp_path, ["one", "two"]) as (app, pilot):
        await press(app, pilot, "j", "i")
        assert "the last value is no number" in text(app).lower()
        await press(app, pilot, "escape")
    async with comparing(store, tmp_path, ["one", "two"]) as (app, pilot):
        comparison = app.screen.body.view.comparison
        assert comparison.notes
        assert comparison.notes[-1][:30] in text(app)


async def test_code_says_from_which_commit_to_which(store, tmp_path):
    async with comparing(store, tmp_path, ["gbm-s1", "logreg-s1"]) as (app, pilot):
        await press(app, pilot, "d", "slash", *"git.commit", "enter", "enter")
        await until(pilot, lambda: "Code of logreg-s1 against gbm-s1" in text(app))
        assert "The same commit" in text(app)


async def test_i_explains_p_and_power_and_calibration_is_below(store, tmp_path):
    async with comparing(store, tmp_path, named("gbm", "logreg"), by="group") as (app, pilot):
        await press(app, pilot, "i")
        said = text(app)
        assert "How often chance alone" in said
        assert "How often a test with so many runs" in said
        assert "more runs in each would settle" in " ".join(said.split())
        await press(app, pilot, "escape", "tab", "tab", "z")
        await until(pilot, lambda: judged(app), 40)
        await settled(pilot)
        said = text(app)
        assert "Calibration  the share that came true" in said
        assert "brier" in said
        assert "base logreg" in said
