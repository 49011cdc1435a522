"""The Models view: what is listed, what keys do, what stands where there is nothing."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.console import models_stage, snapshots
from tests.console.models_stage import (
    NOW,
    Book,
    asking,
    judged_as,
    models,
    moved,
    read_decided,
    registered,
    results,
    text,
)
from tests.console.runs_stage import read_project, screen_text, settled, until

from mlops_console.console.models import opening, patience
from mlops_console.console.models.screen import ModelsScreen
from mlops_console.workspace.decisions import Decisions


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_decided(tmp_path_factory.mktemp("models"))


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    models_stage.stop_the_clock(monkeypatch)
    monkeypatch.setattr(asking, "judged", judged_as(results()))


async def press(pilot: Any, *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


async def test_versions_gates_audit_and_the_reason_stand_beside_each_other(store, tmp_path):
    async with models(store, tmp_path) as (app, _):
        said = text(app)
        assert "churn, 6 so far" in said
        assert "5 of 6 pass" in said
        assert "promoted v14 to champion (was v13)" in said
        assert "Calibration is off by .0041" in said
        snapshots.check(app, "models-120x36")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_sizes(store, tmp_path, size):
    async with models(store, tmp_path, size) as (app, _):
        snapshots.check(app, f"models-{size[0]}x{size[1]}")


@pytest.mark.parametrize("theme", ["light", "contrast", "ansi"])
async def test_themes(store, tmp_path, theme):
    async with models(store, tmp_path, (80, 24), theme=theme) as (app, pilot):
        await press(pilot, "tab")
        snapshots.check(app, f"models-80x24-{theme}")


async def test_ascii(store, tmp_path):
    async with models(store, tmp_path, glyphs="ascii") as (app, pilot):
        await press(pilot, "P")
        shown = snapshots.picture(app).partition("-" * 20)[0]
        assert shown.replace("\N{MINUS SIGN}", "-").isascii()


@pytest.mark.parametrize("size", [(60, 18), (40, 10), (30, 8), (300, 80)], ids=str)
async def test_any_size_can_be_drawn(store, tmp_path, size):
    async with models(store, tmp_path, size) as (app, pilot):
        await press(pilot, "tab", "tab", "tab", "P", "escape", "i", "escape")
        assert all(len(row) <= size[0] for row in screen_text(app))


async def test_another_version_asks_its_gates_once_the_cursor_rests(store, tmp_path, monkeypatch):
    asked = []
    answer = judged_as(results())
    monkeypatch.setattr(models_stage.body, "REST_SECONDS", 1.5)

    def judged(workspace, held, version, alias, commands):
        asked.append((version.number, alias, commands))
        return answer(workspace, held, version, alias, commands)

    monkeypatch.setattr(asking, "judged", judged)
    async with models(store, tmp_path) as (app, pilot):
        await pilot.press("j", "j", "j")
        await until(pilot, lambda: app.screen.body.complete)
        assert "Gates of v12" in text(app)
        assert set(asked) == {(15, "champion", False), (12, "champion", False)}
        assert asked[-1] == (12, "champion", False)
        await pilot.press("]")
        await until(pilot, lambda: asked[-1] == (12, "challenger", False) and app.screen.body.complete)
        assert "for challenger" in text(app)


async def test_until_gates_answer_the_ones_before_stay_then_it_is_said_that_they_are_asked(
    store, tmp_path, monkeypatch
):
    answer, may = judged_as(results()), threading.Event()

    def judged(workspace, held, version, alias, commands):
        assert version.number == 15 or may.wait(60)
        return answer(workspace, held, version, alias, commands)

    monkeypatch.setattr(asking, "judged", judged)
    monkeypatch.setattr(patience, "LATE_SECONDS", 3600)
    async with models(store, tmp_path) as (app, pilot):
        await pilot.press("j")
        assert "Gates of v15" in text(app)
        assert app.screen.body.gates.result is None, "nothing is decided on an answer about another version"
        monkeypatch.setattr(patience, "LATE_SECONDS", 0.01)
        await pilot.press("j")
        await until(pilot, lambda: "asking the gates" in text(app))
        assert "Gates of v13" in text(app)
        may.set()
        await until(pilot, lambda: app.screen.body.complete, 60)


async def test_the_failing_gate_is_looked_at_first_and_every_gate_says_what_it_rests_on(store, tmp_path):
    async with models(store, tmp_path) as (app, pilot):
        body = app.screen.body
        assert body.gates.result.gate == "kpi: ece"
        await press(pilot, "tab", "g")
        assert "val/auc by version" in text(app)
        await press(pilot, "j", "j")
        assert "slices, worst first" in text(app)
        assert "region = north" in text(app)
        await press(pilot, "i")
        assert "The worst slice is tenure < 3 m." in text(app)


async def test_pictures_of_evidence_show_zero_and_leave_the_edge_free(store, tmp_path):
    long = {"name": "tenure < 3 m and region = north", "n": 1_234_567, "difference": -0.006, "ci": [-1, 1]}
    wide = {"metric": "val/auc", "difference": 0.004, "ci": [-0.01, 0.02], "n": "1,206,244 rows"}
    seen = {"slices": [long], "judgements": [wide]}
    async with models(store, tmp_path) as (app, pilot):
        gates = app.screen.body.gates
        gates.judged = replace(gates.judged, evidence=seen)
        await press(pilot, "tab", "g", "j")
        (row,) = [row for row in screen_text(app) if "1,206,244 rows" in row]
        assert row.index("┊") < row.index("⣿") < row.index("+.004")
        await press(pilot, "j")
        assert "−.006" in text(app)
        for row in screen_text(app)[2:-1]:
            assert not row[118:].strip(), row


async def test_at_80_columns_enter_goes_from_a_version_to_its_gates_and_back(store, tmp_path):
    async with models(store, tmp_path, (80, 24)) as (app, pilot):
        await press(pilot, "enter")
        assert "kpi: ece" in text(app)
        await press(pilot, "escape")
        assert "sweep-011" in text(app)


async def test_a_version_says_all_that_is_recorded_of_it_and_leads_to_its_run(store, tmp_path):
    async with models(store, tmp_path) as (app, pilot):
        await press(pilot, "enter")
        said = text(app)
        await press(pilot, "pagedown")
        said += text(app)
        for part in ("best of the sweep", "9a1c2e4f00aa", "customers", "18 MB", "val/loss", "lgbm"):
            assert part in said, part
        await press(pilot, "escape", "enter", "enter")
        assert "sweep-011" in screen_text(app)[0]
        await press(pilot, "escape")
        assert isinstance(app.screen, ModelsScreen)


async def test_models_of_several_projects_are_listed_first_with_the_project_where_names_collide(
    store, tmp_path
):
    where = tmp_path / "here"
    where.mkdir()
    shutil.copytree(store.parent / "churn", where / "churn")
    shutil.copy(store, where / "store.duckdb")
    other = where / "fraud"
    other.mkdir()
    run = {"path": "x", "native": "", "native_id": None, "name": "night-7", "id": None}
    book = Book(other, NOW)
    first = registered(book, 1, run, 0.968, 9 * models_stage.DAY, "cy", "fraud")
    moved(book, first, None, "cy", 9 * models_stage.DAY)
    registered(book, 1, run, 0.81, 5 * models_stage.DAY, "cy", "churn")
    async with models(where / "store.duckdb", tmp_path) as (app, pilot):
        said = text(app)
        assert "3 in 2 projects" in said
        assert "fraud/churn" in said
        assert "churn/churn" in said
        await press(pilot, "j", "j", "enter")
        await until(pilot, lambda: "fraud, 1 so far" in text(app))
        assert "night-7" in text(app)
        await press(pilot, "escape")
        assert "3 in 2 projects" in text(app)
        assert app.screen.body.held.called == "fraud"


async def test_where_no_model_is_registered_the_next_step_stands(tmp_path):
    async with models(read_project(tmp_path), tmp_path) as (app, pilot):
        await until(pilot, lambda: "No model is registered yet" in text(app))
        assert "mlops-console register RUN MODEL" in text(app)
        await press(pilot, "P")
        assert "no model is registered" in screen_text(app)[-1]
        snapshots_text = text(app)
        assert str(tmp_path / "churn")[:40] in snapshots_text


async def test_keys_that_do_nothing_say_why(store, tmp_path):
    async with models(store, tmp_path) as (app, pilot):
        await press(pilot, "a")
        assert "you registered it: somebody else must approve" in screen_text(app)[-1]
        await press(pilot, "X")
        assert "no gate here is a command" in screen_text(app)[-1]
        await press(pilot, "j", "D")
        assert "this is the champion" in screen_text(app)[-1]
        await press(pilot, "question_mark")
        assert "Keys in Models" in text(app)


async def test_the_champion_is_the_base_of_the_comparison(store, tmp_path):
    async with models(store, tmp_path) as (app, pilot):
        await pilot.press("D")
        await until(pilot, lambda: "Compare 2 runs" in screen_text(app)[0])
        await until(pilot, lambda: "base sweep-010" in text(app))
        await settled(pilot)
        await pilot.press("escape")
        assert isinstance(app.screen, ModelsScreen)


async def test_notes_and_tags_stand_with_names_and_go_through_the_journal(tmp_path):
    async with models(read_decided(tmp_path), tmp_path) as (app, pilot):
        await pilot.press("A", *"watch the north", "enter")
        await until(pilot, lambda: "watch the north" in text(app))
        await pilot.press("T", *"shadow=yes", "enter")
        await until(pilot, lambda: "tagged v15 shadow=yes" in text(app))
        await press(pilot, "i")
        said = text(app)
        assert "Notes and tags" in said
        assert "shadow" in said


async def test_hostile_text_is_drawn_as_text(tmp_path):
    store = read_decided(tmp_path)
    book = Book(store.parent / "churn", NOW)
    run = {"path": "x", "native": "", "native_id": None, "name": "\x1b[31m[/red]\u202eevil", "id": None}
    registered(book, 16, run, 0.9, 1, "m\u0000al", "churn")
    async with models(store, tmp_path) as (app, pilot):
        await press(pilot, "enter", "escape", "tab", "tab", "enter")
        assert "\x1b" not in text(app)
        assert "\u202e" not in text(app)


async def test_the_timeline_of_an_alias_says_where_it_stood_and_for_how_long(store, tmp_path):
    async with models(store, tmp_path) as (app, pilot):
        await press(pilot, "colon", *"timeline", "enter")
        said = text(app)
        assert "champion of churn" in said
        assert "v11, stood for 11 d   rollback by ana: fraud spike" in said
        assert "v12, stood for 2 d   promote by ana" in said


async def test_the_card_is_read_in_the_editor(store, tmp_path, monkeypatch):
    shown = {}
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setattr(
        opening, "edit", lambda app, command, path: shown.update(path=path, text=Path(path).read_text())
    )
    async with models(store, tmp_path) as (_, pilot):
        await pilot.press("E")
        await until(pilot, lambda: shown, 60)
        assert shown["path"].endswith("churn-v15.md")
        assert "churn" in shown["text"]
        await settled(pilot)
    assert not Path(shown["path"]).exists()


async def test_many_versions_scroll_on_a_high_screen(tmp_path):
    store = read_decided(tmp_path)
    book = Book(store.parent / "churn", NOW)
    run = {"path": "x", "native": "", "native_id": None, "name": "night-7", "id": None}
    for number in range(16, 216):
        registered(book, number, run, 0.9, (216 - number) * 1_000_000, "ana", "churn")
    async with models(store, tmp_path, (160, 200)) as (app, pilot):
        assert "v215" in text(app)
        await press(pilot, "G", "z")
        assert "v10 " in text(app)
        await press(pilot, "g")
        assert "v215" in text(app)


async def test_the_header_says_where_decisions_stay_private(store, tmp_path, monkeypatch):
    async with models(store, tmp_path) as (app, _):
        assert "private" not in screen_text(app)[0]
    monkeypatch.setattr(Decisions, "private", lambda *_: True)
    async with models(store, tmp_path, (80, 24)) as (app, pilot):
        assert "! private" in screen_text(app)[0]
        await pilot.press("8")
        await until(pilot, lambda: "! private" in screen_text(app)[0] and "Audit" in screen_text(app)[0])
