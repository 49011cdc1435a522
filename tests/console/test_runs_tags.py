"""Tags for marked runs, and the drawer of problems that follows the store."""

import pytest
from tests.console.runs_stage import console, copied, read_project, settled, table, until, write_project
from tests.console.standins_run import sees

from mlops_console.console.overlays.problems import Problems
from mlops_console.workspace import notes, open_workspace


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return read_project(tmp_path_factory.mktemp("tags"), 6)


def tags_of(app, run):
    return dict(notes.user_tags(app.workspace, run))


async def typed(pilot, line):
    await pilot.press("colon", *line, "enter")
    await settled(pilot)


async def test_marked_runs_are_tagged_and_each_gets_back_what_it_had(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        first, second = (str(run) for run in table(app).sheet.ids[:2])
        notes.tag(app.workspace, (first,), "paper", "table 1")
        await pilot.press("g", "space", "space")
        await typed(pilot, "tag paper=figure 2")
        await sees(app, pilot, "2 runs tagged paper")
        assert tags_of(app, first) == tags_of(app, second) == {"paper": "figure 2"}
        await pilot.press("u")
        await until(pilot, lambda: not tags_of(app, second))
        assert tags_of(app, first) == {"paper": "table 1"}
        await typed(pilot, "untag paper")
        await until(pilot, lambda: not tags_of(app, first))
        await typed(pilot, "tag")
        await sees(app, pilot, "Name a tag")


async def test_the_drawer_shows_what_becomes_unreadable_while_it_is_open(tmp_path):
    root = write_project(tmp_path / "churn", 2)
    async with console(lambda: open_workspace([root], str(tmp_path / "s.duckdb"), watch=True)) as (
        app,
        pilot,
    ):
        await pilot.press("exclamation_mark")
        await sees(app, pilot, "Every file could be read")
        assert isinstance(app.screen, Problems)
        (root / "sweep-000" / "metrics.csv").write_bytes(b"step,val/loss\n1,\x00\xff2\n" * 3)
        app.workspace.rescan()
        await sees(app, pilot, "metrics.csv")
