"""Runs appear and move while one looks, without a key."""

from pathlib import Path

from tests.console.runs_stage import console, names, table, until, write_project, write_run

from mlops_console.workspace import open_workspace


async def test_a_new_run_appears_and_the_cursor_stays(tmp_path: Path) -> None:
    root = write_project(tmp_path / "churn", 3)
    store = str(tmp_path / "store.duckdb")
    async with console(lambda: open_workspace([root], store, watch=True), rows=3) as (app, pilot):
        await until(pilot, lambda: app.health is not None and app.health.state == "live")
        await pilot.press("j", "space")
        here = table(app).run
        write_run(root, 7)
        await until(pilot, lambda: "sweep-007" in names(app))
        assert names(app)[0] == "sweep-007"
        assert table(app).run == here
        assert table(app).marks == {table(app).sheet.run(2): 0}


async def test_a_folder_that_is_gone_keeps_its_runs(tmp_path: Path) -> None:
    root = write_project(tmp_path / "churn", 2)
    store = str(tmp_path / "store.duckdb")
    async with console(lambda: open_workspace([root], store, watch=True), rows=2):
        pass
    (tmp_path / "elsewhere").mkdir()
    root.rename(tmp_path / "elsewhere" / "gone")
    async with console(lambda: open_workspace((), store, watch=True), rows=2) as (app, _):
        assert len(names(app)) == 2


async def test_columns_are_thought_over_once_everything_is_read(tmp_path: Path) -> None:
    one, two = write_project(tmp_path / "churn", 3), write_project(tmp_path / "fraud", 3)
    store = str(tmp_path / "store.duckdb")
    async with console(lambda: open_workspace([one, two], store, watch=True), rows=6) as (app, pilot):
        await until(pilot, lambda: app.health is not None and app.health.state == "live")
        await until(pilot, lambda: "project" in {column.key for column in table(app).sheet.columns})
