"""From what needs somebody to where it is looked at, and back."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.console.models_stage import Book, moved, registered
from tests.console.runs_stage import Read, runs_screen, screen_text, settled, until, write_project
from textual.pilot import Pilot

from mlops_console.console import going
from mlops_console.console.app import ConsoleApp
from mlops_console.console.models.screen import ModelsScreen
from mlops_console.console.run.screen import RunPage
from mlops_console.settings import UserSettings
from mlops_console.workspace import open_workspace
from mlops_console.workspace.attention.model import Place
from mlops_console.workspace.lineage import lineage


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("going")
    root = write_project(where / "churn", 6)
    book = Book(root)
    run = {"path": "sweep-001", "native": "", "native_id": "", "name": "sweep-001", "id": ""}
    versions = [registered(book, number, run, 0.9, 1_000_000, "ana") for number in (1, 2, 3)]
    moved(book, versions[1], None, "ana", 1_000)
    with open_workspace([root], str(where / "s.duckdb")) as workspace:
        workspace.scan()
    return root


@asynccontextmanager
async def console(project: Path) -> AsyncIterator[tuple[ConsoleApp, Pilot[Any]]]:
    store = str(project.parent / "s.duckdb")
    app = ConsoleApp(lambda: Read([project], store), settings=UserSettings(), view="overview")
    try:
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: app.screen.body.complete, 60)
            yield app, pilot
    finally:
        app.close_workspace()


def text(app: Any) -> str:
    return "\n".join(screen_text(app))


async def test_runs_are_shown_with_the_filter_and_escape_leads_back(project):
    async with console(project) as (app, pilot):
        for where in ("depth=4", "depth=5"):
            going.open_place(app, Place("runs", app.workspace.projects[0].key, where))
            await until(pilot, lambda where=where: where in text(app) and " of 6" in text(app), 60)
            assert app.current_mode == "runs"
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(app.screen, RunPage), 60)
            await pilot.press("escape")
            assert app.screen is runs_screen(app)
            await pilot.press("escape")
            await until(pilot, lambda: "6 runs" in text(app), 60)
            await pilot.press("escape")
            assert app.current_mode == "overview"


async def test_runs_that_were_read_before_their_view_had_a_size_have_all_their_columns(project):
    async with console(project) as (app, pilot):
        await pilot.press("2")
        await until(pilot, lambda: "status" in text(app), 60)
        assert runs_screen(app).answer.wish.room == runs_screen(app).table.size.width


async def test_a_run_is_opened_over_the_overview(project):
    async with console(project) as (app, pilot):
        run = app.workspace.ask(lambda con: con.rows("SELECT id FROM runs ORDER BY path"))[0][0]
        going.open_place(app, Place("run", app.workspace.projects[0].key, run))
        await until(pilot, lambda: "sweep-000" in text(app), 60)
        await pilot.press("escape")
        assert app.current_mode == "overview"
        assert len(app.screen_stack) == 1


async def test_the_key_of_a_view_closes_what_lies_over_it(project):
    async with console(project) as (app, pilot):
        run = app.workspace.ask(lambda con: con.rows("SELECT id FROM runs ORDER BY path"))[1][0]
        going.open_place(app, Place("run", app.workspace.projects[0].key, run))
        await until(pilot, lambda: "sweep-001" in text(app), 60)
        assert lineage(app.workspace, run).versions == ("churn@3", "churn@2 champion", "churn@1")
        await pilot.press("1")
        await until(pilot, lambda: len(app.screen_stack) == 1 and "Needs attention" in text(app), 60)


async def test_a_model_is_shown_at_its_version(project):
    async with console(project) as (app, pilot):
        key = app.workspace.projects[0].key
        for number in (1, 3):
            going.open_place(app, Place("models", key, "churn", str(number)))
            await until(
                pilot, lambda: isinstance(app.screen, ModelsScreen) and app.screen.query("ModelsBody"), 60
            )
            await until(pilot, lambda n=number: getattr(app.screen.body.version, "number", 0) == n, 60)
            await pilot.press("escape")
            await settled(pilot)
            assert app.current_mode == "overview"
        going.open_place(app, Place("models", key, "nobody"))
        await until(pilot, lambda: "nobody is not registered any more" in text(app), 60)


async def test_enter_on_a_project_shows_its_runs(project):
    async with console(project) as (app, pilot):
        await pilot.press("tab", "tab", "tab", "enter")
        await until(pilot, lambda: "project:churn" in text(app) and "6 runs" in text(app), 60)


async def test_a_file_is_opened_in_the_editor_at_its_line(project, monkeypatch, tmp_path):
    script = tmp_path / "nano"
    script.write_text(f"#!{sys.executable}\n")
    script.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.setenv("VISUAL", "")
    ran = []
    monkeypatch.setattr(
        "mlops_console.console.elsewhere.edit", lambda app, words, path: ran.append([*words, path])
    )
    file = project / "mlops-console.toml"
    file.write_text("")
    async with console(project) as (app, pilot):
        going.open_place(app, Place("file", app.workspace.projects[0].key, str(file), "12"))
        assert ran == [[str(script), "+12", str(file)]]
        going.open_place(app, Place("file", app.workspace.projects[0].key, str(tmp_path / "gone.toml"), "1"))
        await settled(pilot)
        assert "gone.toml is not there" in screen_text(app)[-1]


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("vim", (["+7"], "/a/b")), ("/usr/bin/nano", (["+7"], "/a/b")), ("emacs", (["+7"], "/a/b")),
        ("code", (["-g"], "/a/b:7")), ("hx", ([], "/a/b:7")), ("gedit", ([], "/a/b")),
    ],
)  # fmt: skip
def test_editors_are_told_the_line_in_their_own_way(program, told):
    assert going.at_line(program, "/a/b", "7") == told
    assert going.at_line(program, "/a/b", "") == ([], "/a/b")
