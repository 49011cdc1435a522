"""The Runs screen over a real store: what keys do to the table."""

from pathlib import Path

import pytest
from tests.console.runs_stage import (
    console,
    copied,
    names,
    read_project,
    runs_screen,
    screen_text,
    settled,
    table,
    until,
)

from mlops_console.console.overlays.listing import Listing
from mlops_console.workspace import open_workspace


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_project(tmp_path_factory.mktemp("runs"))


async def test_every_run_is_a_row_newest_first(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, _):
        assert names(app) == [f"sweep-{n:03d}" for n in reversed(range(12))]
        shown = "\n".join(screen_text(app))
        assert "churn" in shown
        assert "12 runs" in shown
        for title in ("run", "name", "status", "model", "lr", "val/auc", "age"):
            assert title in shown


async def test_sorting_keeps_the_cursor_and_marks_on_their_runs(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("j", "space")
        marked = table(app).sheet.run(1)
        here = table(app).run
        assert runs_screen(app).marks.lettered() == [("A", marked)]
        await pilot.press("s")
        await settled(pilot)
        auc = runs_screen(app).answer.frame.values["metric:val/auc"]
        assert list(auc) == sorted(auc, reverse=True)
        await pilot.press("s")
        await settled(pilot)
        assert names(app) == [f"sweep-{n:03d}" for n in range(12)]
        assert table(app).run == here
        line = table(app).sheet.find(marked)
        assert screen_text(app)[5 + line].split()[0] == "A"


async def test_the_filter_is_applied_while_it_is_typed(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("slash", *"model:lgbm")
        await until(pilot, lambda: table(app).sheet.count == 4)
        assert "4 of 12" in screen_text(app)[2]
        await pilot.press(*" q")
        await until(pilot, lambda: table(app).sheet.count == 0)
        await until(pilot, lambda: "No run matches this filter" in "\n".join(screen_text(app)))
        await pilot.press("escape")
        await until(pilot, lambda: table(app).sheet.count == 12)
        await until(pilot, lambda: app.focused is table(app))


async def test_while_a_filter_is_typed_the_footer_has_its_keys(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path), size=(120, 36)) as (app, pilot):
        await pilot.press("slash", *"lr")
        await settled(pilot)
        footer = screen_text(app)[-1]
        assert "Enter keep" in footer
        assert "loss<0.2" in footer
        assert "Space mark" not in footer
        await pilot.press("escape")
        await settled(pilot)
        assert "Space mark" in screen_text(app)[-1]


async def test_a_wrong_filter_points_at_the_place_and_the_last_view_stays(
    store: Path, tmp_path: Path
) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("slash", *"model:lgbm")
        await until(pilot, lambda: table(app).sheet.count == 4)
        await pilot.press(*" (")
        await until(pilot, lambda: runs_screen(app).filter_line.error is not None)
        assert table(app).sheet.count == 4
        assert "✗" in screen_text(app)[2]
        await pilot.press("backspace", "backspace", "enter")
        await until(pilot, lambda: runs_screen(app).filter_line.error is None)
        assert runs_screen(app).choices.where == "model:lgbm"
        await pilot.press("escape")
        await until(pilot, lambda: table(app).sheet.count == 12)


async def test_groups_have_headings_that_fold(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("colon", *"group param:model", "enter")
        await until(pilot, lambda: len(table(app).sheet.groups) == 3)
        assert table(app).sheet.count == 15
        await pilot.press("g")
        heading = screen_text(app)[5]
        assert "4 runs" in heading
        assert "best" in heading
        await pilot.press("enter")
        await until(pilot, lambda: table(app).sheet.count == 11)
        await pilot.press("space")
        await pilot.press("o")
        await until(pilot, lambda: table(app).sheet.count == 12)


async def test_ranges_all_and_clear_with_undo(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        marks = runs_screen(app).marks
        await pilot.press("V", "j", "j", "V")
        assert len(marks) == 3
        await pilot.press("asterisk")
        assert len(marks) == 12
        await pilot.press("minus")
        assert len(marks) == 0
        await pilot.press("u")
        assert len(marks) == 12
        await pilot.press("g", "n")
        assert table(app).cursor == 1
        await pilot.press("N", "N")
        assert table(app).cursor == 11


async def test_archived_runs_leave_and_come_back(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        gone = table(app).run
        await pilot.press("x")
        await until(pilot, lambda: table(app).sheet.count == 11)
        assert table(app).sheet.find(gone) == -1
        assert "u undo" in screen_text(app)[-1]
        await pilot.press("u")
        await until(pilot, lambda: table(app).sheet.count == 12)
        assert table(app).sheet.find(gone) >= 0


async def test_forgetting_asks_first(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("colon", *"forget", "enter")
        await until(pilot, lambda: isinstance(app.screen, Listing))
        assert "Forget run" in "\n".join(screen_text(app))
        await pilot.press("escape")
        await settled(pilot)
        assert table(app).sheet.count == 12
        await pilot.press("colon", *"forget", "enter")
        await until(pilot, lambda: isinstance(app.screen, Listing))
        await pilot.press("enter")
        await until(pilot, lambda: table(app).sheet.count == 11)


async def test_columns_are_hidden_moved_and_pinned_and_remembered(store: Path, tmp_path: Path) -> None:
    opening = copied(store, tmp_path)
    async with console(opening) as (app, pilot):
        await pilot.press("v")
        await until(pilot, lambda: isinstance(app.screen, Listing) and len(app.screen.listed) > 12)
        before = [column.key for column in table(app).sheet.columns]
        await pilot.press("j", "j", "j", "space")
        await settled(pilot)
        assert [c.key for c in table(app).sheet.columns] == [k for k in before if k != before[3]]
        await pilot.press("greater_than_sign", "p", "escape")
        await settled(pilot)
        chosen = [column.key for column in table(app).sheet.columns]
        assert table(app).sheet.pinned == 3
    async with console(opening) as (app, pilot):
        assert [column.key for column in table(app).sheet.columns] == chosen
        await pilot.press("v", "0")
        await settled(pilot)
        assert [column.key for column in table(app).sheet.columns] == before


async def test_a_column_is_moved_where_it_stands(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        keys = [column.key for column in table(app).sheet.columns]
        at = table(app).column
        await pilot.press("less_than_sign")
        await settled(pilot)
        moved = [column.key for column in table(app).sheet.columns]
        assert moved[at - 1] == keys[at]
        assert table(app).sheet.columns[table(app).column].key == keys[at]


async def test_keys_tell_why_they_are_idle(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("question_mark")
        shown = "\n".join(screen_text(app))
        assert "Keys in Runs" in shown
        assert "nothing marked" in shown
        await pilot.press(*"archive")
        assert "sort by this column" not in "\n".join(screen_text(app))
        await pilot.press("escape", "space", "question_mark")
        assert "nothing marked" not in "\n".join(screen_text(app))


async def test_the_palette_runs_what_it_finds(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("ctrl+p", *"theme light", "enter")
        await until(pilot, lambda: app.theme == "light")
        await pilot.press("ctrl+p", *"mark all", "enter")
        await until(pilot, lambda: len(runs_screen(app).marks) == 12)


async def test_commands_complete_and_say_what_is_wrong(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("colon", *"nonsense", "enter")
        assert "there is no command nonsense" in screen_text(app)[-1]
        await pilot.press("ctrl+u", *"so", "tab", *"val/auc", "tab", "enter")
        await settled(pilot)
        assert runs_screen(app).choices.sort[0][0] == "metric:val/auc"
        await pilot.press("colon", *"sort nothing", "enter")
        await settled(pilot)
        assert "There is no column nothing" in screen_text(app)[-1]
        await pilot.press("colon", "up", "escape")


async def test_a_status_explains_itself(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, Listing))
        shown = "\n".join(screen_text(app))
        assert "because" in shown
        await pilot.press("escape")
        assert not isinstance(app.screen, Listing)


async def test_copying_says_what_was_taken(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("y")
        assert app.clipboard == table(app).run
        await pilot.press("space", "space", "Y")
        assert app.clipboard.startswith("mlops-console metrics ")
        assert len(app.clipboard.split()) == 4


async def test_problems_are_listed_with_their_file(tmp_path: Path) -> None:
    store = read_project(tmp_path, 2)
    run = tmp_path / "churn" / "sweep-000"
    (run / "params.json").write_text('{"lr": [31m}')
    with open_workspace([tmp_path / "churn"], str(store)) as workspace:
        workspace.scan()
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "params.json" in "\n".join(screen_text(app)))


async def test_without_runs_the_next_step_is_said(tmp_path: Path) -> None:
    store = read_project(tmp_path, 0) if (tmp_path / "churn").mkdir() is None else tmp_path
    async with console(copied(store, tmp_path), rows=0) as (app, pilot):
        await until(pilot, lambda: "No runs yet" in "\n".join(screen_text(app)))
        assert str(tmp_path / "churn") in "\n".join(screen_text(app))
        await pilot.press("j", "G", "space", "s", "o", "x", "y", "i", "V", "enter", "n")
        assert table(app).sheet.count == 0


async def test_the_preview_stands_where_there_is_room(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        from mlops_console.console.widgets.preview import Preview

        preview = runs_screen(app).query_one(Preview)
        assert preview.region.y > table(app).region.bottom
        await pilot.resize_terminal(160, 45)
        await pilot.pause()
        assert preview.region.x > table(app).region.x
        assert preview.region.width == 60
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert not preview.display
        assert table(app).size.height == 21
        await pilot.resize_terminal(160, 45)
        await pilot.press("z")
        assert not preview.display


async def test_enter_opens_the_run_and_escape_comes_back(store: Path, tmp_path: Path) -> None:
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is not runs_screen(app))
        await settled(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is runs_screen(app))
