"""The Audit view: every decision, newest first; whether the journals are as written; what a filter leaves."""

import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.console import models_stage, snapshots
from tests.console.models_stage import NOW, Book, Standing, read_decided, registered, text
from tests.console.runs_stage import copied, read_project, screen_text, settled, until

from mlops_console.console.app import ConsoleApp
from mlops_console.console.audit import screen as audit_screen
from mlops_console.console.audit.screen import AuditScreen
from mlops_console.settings import UserSettings
from mlops_console.workspace import open_workspace


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    models_stage.stop_the_clock(monkeypatch)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_decided(tmp_path_factory.mktemp("audit"))


@contextlib.asynccontextmanager
async def audit(
    store: Path, where: Path, size: tuple[int, int] = (120, 36), **settings: Any
) -> AsyncIterator[tuple[ConsoleApp, Any]]:
    own = where / "own.duckdb"
    shutil.copy(store, own)
    roots = [path for path in sorted(store.parent.iterdir()) if path.is_dir() and ".duckdb" not in path.name]
    app = ConsoleApp(lambda: Standing(roots, str(own)), settings=UserSettings(**settings))
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: isinstance(app.screen, AuditScreen) and app.screen.complete, 60)
            await settled(pilot)
            yield app, pilot
    finally:
        app.close_workspace()


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_decision_is_a_sentence_under_the_state_of_the_chain(store, tmp_path, size):
    async with audit(store, tmp_path, size) as (app, _):
        said = text(app)
        assert "hash chain whole, 14 events" in said
        assert "rolled champion of churn back to v11 (was v12): fraud spike" in said
        assert said.index("registered churn v15") < said.index("registered churn v14")
        snapshots.check(app, f"audit-{size[0]}x{size[1]}")


async def test_a_filter_leaves_what_has_its_words_and_esc_shows_all_again(store, tmp_path):
    async with audit(store, tmp_path) as (app, pilot):
        await pilot.press("slash", "a", "slash", "b")
        assert app.screen.search_line.text == "a/b"
        await pilot.press("ctrl+u", *"by:bo promoted", "enter")
        await settled(pilot)
        pane = app.screen.body.pane
        assert pane.matching == 2
        assert "2 of 14" in text(app)
        assert "registered churn v10" not in text(app)
        await pilot.press("escape")
        await settled(pilot)
        assert pane.matching == 14
        await pilot.press("f")
        await settled(pilot)
        assert "model:churn" in text(app)


async def test_a_decision_unfolds_with_its_gates_and_what_it_follows(store, tmp_path):
    async with audit(store, tmp_path) as (app, pilot):
        await pilot.press(*"jjj", "enter")
        await until(pilot, lambda: "What bo decided" in text(app))
        said = text(app)
        assert "measured .9171, required >= .9111" in said
        assert "follows" in said
        assert "uid" in said


async def test_what_was_changed_by_hand_is_named_first(tmp_path):
    store = read_decided(tmp_path)
    events = sorted((store.parent / "churn/.mlops-console/journal").glob("*/*.json"))
    touched = events[0]
    touched.write_text(touched.read_text().replace("best of the sweep", "worst of the sweep"))
    async with audit(store, tmp_path) as (app, pilot):
        rows = screen_text(app)
        assert "say that a journal is not as it was written" in text(app)
        first = next(row for row in rows if touched.name[:26] in row)
        assert rows.index(first) < next(at for at, row in enumerate(rows) if "registered churn" in row)
        await pilot.press("i")
        assert "What verifying found" in text(app)


async def test_anothers_decision_comes_by_itself_and_is_verified(tmp_path, monkeypatch):
    monkeypatch.setattr(audit_screen, "VERIFY_SECONDS", 0.1)
    store = read_decided(tmp_path)
    root = store.parent / "churn"
    async with audit(store, tmp_path) as (app, pilot):
        with open_workspace([root], str(tmp_path / "other.duckdb")) as other:
            key = other.projects[0].key
            subject = {"run": {"path": "sweep-003", "native": "", "name": "sweep-003"}}
            other.decisions.append(key, "note", {"subject": subject, "text": "look at this one"})
        await until(pilot, lambda: "look at this one" in text(app), 60)
        await until(pilot, lambda: "hash chain whole, 15 events" in text(app), 60)


async def test_projects_are_named_where_there_are_several(tmp_path):
    store = read_decided(tmp_path)
    other = tmp_path / "fraud"
    other.mkdir()
    run = {"path": "x", "native": "", "native_id": None, "name": "night-7", "id": None}
    registered(Book(other, NOW), 1, run, 0.968, 9 * models_stage.DAY, "cy", "fraud")
    async with audit(store, tmp_path) as (app, pilot):
        said = text(app)
        assert "project" in said
        assert "registered fraud v1 from run night-7" in said
        await pilot.press("slash", *"project:fraud", "enter")
        await settled(pilot)
        assert app.screen.body.pane.matching == 1


async def test_where_nobody_decided_anything_it_says_what_would_stand_here(tmp_path):
    store = read_project(tmp_path, 2)
    opening = copied(store, tmp_path)
    app = ConsoleApp(opening)
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.press("8")
            await until(pilot, lambda: "Nobody has decided anything yet" in text(app), 60)
    finally:
        app.close_workspace()
