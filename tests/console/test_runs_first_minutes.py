"""What a newcomer does first: looks at the top, marks runs, opens one and goes on to the next."""

import threading
from pathlib import Path

import pytest
from tests.console.runs_stage import console, names, table, until, write_project, write_run

from mlops_console.console.run.screen import RunPage
from mlops_console.console.theme import PALETTES
from mlops_console.console.widgets.chart import ink_of
from mlops_console.console.widgets.header import Header
from mlops_console.workspace import open_workspace


@pytest.mark.parametrize(
    "name", ["series0.raw", "series3.dim", "text.raw", "base.dim", "muted", "spark", "rest"]
)
def test_every_style_of_a_chart_has_a_colour(name: str) -> None:
    assert "." not in ink_of(PALETTES["dark"], name, "panel")


def test_threads_that_ask_at_once_share_one_pipeline(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    with open_workspace([tmp_path / "p"], str(tmp_path / "s.duckdb")) as workspace:
        start, seen = threading.Barrier(8), []

        def ask() -> None:
            start.wait()
            seen.append(workspace._pipe())

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(set(map(id, seen))) == 1


async def test_who_has_not_moved_sees_what_arrives_at_the_top(tmp_path: Path) -> None:
    root = write_project(tmp_path / "churn", 3)
    store = str(tmp_path / "store.duckdb")
    async with console(lambda: open_workspace([root], store, watch=True), rows=3) as (app, pilot):
        await until(pilot, lambda: app.health is not None and app.health.state == "live")
        write_run(root, 7)
        await until(pilot, lambda: "sweep-007" in names(app))
        assert (table(app).cursor, table(app).top) == (0, 0)


async def test_a_page_leads_to_the_next_run_of_the_table(tmp_path: Path) -> None:
    root = write_project(tmp_path / "churn", 3)
    store = str(tmp_path / "store.duckdb")
    async with console(lambda: open_workspace([root], store, watch=True), rows=3) as (app, pilot):
        following = table(app).sheet.run(1)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunPage))
        await pilot.press("n")
        await until(pilot, lambda: app.screen.run_id == following)


async def test_an_error_in_drawing_ends_the_console_with_its_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Header, y: int) -> None:
        raise ValueError("on purpose")

    root = write_project(tmp_path / "churn", 1)
    store = str(tmp_path / "store.duckdb")
    with pytest.raises(ValueError, match="on purpose"):
        async with console(lambda: open_workspace([root], store, watch=True), rows=1) as (app, pilot):
            monkeypatch.setattr(Header, "line", broken)
            app.screen.query_one(Header).refresh()
            await until(pilot, lambda: app.failure is not None)
