"""The Compare screen of very many, very odd, very empty and vanishing runs; curves over other things."""

import json
import shutil
from pathlib import Path

import pytest
from tests.console.compare_stage import comparing, judged, read_flights, text
from tests.console.runs_stage import settled, until

from mlops_console.records import Changed
from mlops_console.workspace import open_workspace


def run(root: Path, name: str, rows: str, **params: object) -> None:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "params.json").write_text(json.dumps(params or {"depth": len(name)}))
    (folder / "metrics.csv").write_text(rows)


def read(where: Path) -> Path:
    store = where / "store.duckdb"
    with open_workspace([where / "project"], str(store)) as workspace:
        workspace.scan()
    return store


async def press(app, pilot, *keys):
    await pilot.press(*keys)
    await settled(pilot)
    await until(pilot, lambda: judged(app), 40)
    await settled(pilot)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 18)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_fifty_runs(tmp_path, size):
    names = [f"run{number:02d}" for number in range(50)]
    for number, name in enumerate(names):
        rows = "".join(f"{step},{step / 10 + number / 50}\n" for step in range(20))
        run(tmp_path / "project", name, "step,val/loss\n" + rows, lr=number / 100, seed=number % 5)
    async with comparing(read(tmp_path), tmp_path, names, size) as (app, pilot):
        assert "more" in text(app)
        await press(app, pilot, *["l"] * 49)
        assert "AW run49" in text(app)
        assert "base run00" in text(app)
        await press(app, pilot, "tab", "f", "f")
        curves = app.screen.body.curves
        assert curves.subject is not None
        await press(app, pilot, "tab", "G")
        assert "AW run49" in text(app)
        await press(app, pilot, "z" if size[0] >= 100 else "g")
        assert judged(app)


async def test_names_and_metrics_of_any_kind_draw_as_visible_cells(tmp_path):
    names = ["\x1b[31mred\x07", "x" * 250, "\u202egnp.exe", "ni\u0308n\u4e2d\u6587" * 20]
    for number, name in enumerate(names):
        rows = f'step,"val/\x1b]0;owned\x07 a,b ",=cmd|loss\n0,{number},1\n1,{number + 1},2\n'
        run(tmp_path / "project", name, rows, **{"\x1b[2Jkey": number, "l" * 3000: "v" * 5000 + str(number)})
    async with comparing(read(tmp_path), tmp_path, names) as (app, pilot):
        for key in ("j", "enter", "escape", "d", "l", "b", "]", "tab", "f", "<", "tab", "i", "escape", "z"):
            await pilot.press(key)
            await settled(pilot)
            said = text(app)
            assert "\x1b" not in said
            assert "\x07" not in said
            assert "\u202e" not in said
            assert app.screen.size.height == len(said.splitlines())


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("step,a\n0,1\n1,2\n", "step,b\n0,1\n1,2\n", "There is no metric that all of them have a value of."),
        ("step,loss\n0,1\n", "step,loss\n0,2\n", "one run each"),
        ("step,loss\n0,nan\n1,nan\n", "step,loss\n0,nan\n1,inf\n", "loss"),
        ("step,loss\n0,1\n1,2\n", "step,loss\n50,1\n60,2\n", "one run each"),
        ("step,loss\n", "step,loss\n", "no metric"),
    ],
    ids=["none in common", "one point", "no numbers", "other steps", "nothing"],
)
async def test_with_little_to_go_by_it_says_so(tmp_path, first, second, says):
    run(tmp_path / "project", "one", first)
    run(tmp_path / "project", "two2", second)
    async with comparing(read(tmp_path), tmp_path, ["one", "two2"]) as (app, pilot):
        assert says in text(app)
        for key in (
            "=",
            "t",
            "L",
            "<",
            ">",
            "+",
            "f",
            "v",
            "v",
            "]",
            "tab",
            "i",
            "escape",
            "tab",
            "tab",
            "z",
        ):
            await pilot.press(key)
            await settled(pilot)
        assert "Traceback" not in text(app)


async def test_no_common_range_is_said_below_the_chart(tmp_path):
    run(tmp_path / "project", "one", "step,loss\n0,1\n1,2\n")
    run(tmp_path / "project", "two2", "step,loss\n0,1\n60,2\n")
    run(tmp_path / "project", "three", "step,loss\n50,1\n60,2\n")
    async with comparing(read(tmp_path), tmp_path, ["one", "two2", "three"]) as (app, pilot):
        await press(app, pilot, "tab", "z", "=")
        assert "one is from 50 to 60" in " ".join(text(app).split())


async def test_a_run_that_vanishes_while_it_is_compared_is_noted(tmp_path):
    for name in ("one", "two2", "three"):
        run(tmp_path / "project", name, "step,loss\n0,1\n1,2\n")
    async with comparing(read(tmp_path), tmp_path, ["one", "two2", "three"]) as (app, pilot):
        await press(app, pilot, "j", "l")
        gone = app.screen.body.view.comparison.subjects[2].runs[0]
        app.screen.asked = app.screen.asked.__class__((*app.screen.asked.runs[:2], gone, "0" * 32))
        app.screen.store_changed(Changed(runs=frozenset({gone})))
        await until(pilot, lambda: "no longer in the store" in text(app), 10)
        shutil.rmtree(tmp_path / "project")
        assert app.screen.body.differences.subject.name == "two2"


async def test_curves_over_time_and_over_another_metric_and_where_the_cursor_is(tmp_path):
    store = read_flights(tmp_path)
    async with comparing(store, tmp_path, ["gbm-s1", "logreg-s1"]) as (app, pilot):
        await press(app, pilot, "tab", "z", "<")
        assert "step 30" in text(app)
        assert "29s in" in text(app)
        await press(app, pilot, "t", "<")
        assert "step 30" in text(app)
        await press(app, pilot, "colon", *"x train/logloss", "enter")
        assert "over train/logloss" in text(app)
        assert "back and forth" in text(app)
        await press(app, pilot, "<")
        assert "train/logloss ." in text(app)
        await press(app, pilot, "colon", *"x nothing", "enter")
        assert "None of them has a metric 'nothing'" in text(app)
        await press(app, pilot, "t")
        assert "over train/logloss" not in text(app)
