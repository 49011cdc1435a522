"""Switching views: keys, the strip, what a view keeps, and what it hears of while another is looked at."""

from pathlib import Path

import pytest
from tests.console.runs_stage import (
    console,
    copied,
    read_project,
    runs_screen,
    screen_text,
    settled,
    table,
    until,
)

from mlops_console.records import Changed


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return read_project(tmp_path_factory.mktemp("views"))


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


async def test_the_strip_names_the_views_and_is_hidden_where_there_is_no_room(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        named = ["1", "Overview", "2", "Runs", "3", "Compare", "4", "Models", "5", "Drift", "8", "Audit"]
        assert screen_text(app)[1].split() == named
        await pilot.resize_terminal(100, 29)
        await settled(pilot)
        assert "3 Compare" not in screen_text(app)[1]
        await pilot.resize_terminal(100, 30)
        await settled(pilot)
        assert "3 Compare" in screen_text(app)[1]
        await pilot.resize_terminal(99, 40)
        await settled(pilot)
        assert "3 Compare" not in screen_text(app)[1]


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_each_view_keeps_what_was_chosen_on_it(store, tmp_path, size):
    async with console(copied(store, tmp_path), size) as (app, pilot):
        await pilot.press("j", "j")
        here = table(app).run
        await pilot.press("3")
        await until(pilot, lambda: "Nothing compared yet" in "\n".join(screen_text(app)))
        await pilot.press("2")
        await settled(pilot)
        assert app.screen is runs_screen(app)
        assert table(app).run == here
        await pilot.press("grave_accent")
        await settled(pilot)
        assert app.current_mode == "compare"
        await pilot.press("grave_accent")
        await settled(pilot)
        assert app.current_mode == "runs"


async def test_what_was_compared_last_is_kept_and_a_new_comparison_takes_its_place(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("space", "space", "c")
        await until(pilot, lambda: "Compare 2 runs" in screen_text(app)[0])
        first = app.screen
        await pilot.press("escape")
        assert app.screen is runs_screen(app)
        await pilot.press("3")
        assert app.screen is first
        await pilot.press("2", "space", "c")
        await until(pilot, lambda: "Compare 3 runs" in screen_text(app)[0])
        assert app.screen is not first
        await settled(pilot)
        await pilot.press("escape")
        assert app.screen is runs_screen(app)


async def test_keys_of_views_that_are_not_there_yet_say_so(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        for key, title in (("6", "Data"), ("7", "Jobs")):
            await pilot.press(key)
            assert f"{key} {title}: this view is not there yet" in screen_text(app)[-1]
        assert app.screen is runs_screen(app)


async def test_digits_are_letters_where_something_is_typed(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("slash", *"depth=3")
        await settled(pilot)
        assert app.current_mode == "runs"
        assert "depth=3" in screen_text(app)[2]
        await pilot.press("escape", "colon", "3", "escape")
        assert app.current_mode == "runs"


async def test_a_view_hears_when_it_is_shown_what_changed_meanwhile(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        heard = []
        screen = runs_screen(app)
        screen.store_changed = heard.append
        await pilot.press("3")
        app.pass_on(Changed(runs=frozenset({"a"})))
        app.pass_on(Changed(runs=frozenset({"b"})))
        assert not heard
        await pilot.press("2")
        assert heard == [Changed(runs=frozenset({"a", "b"}))]


async def test_a_screen_that_is_not_composed_yet_hears_as_soon_as_it_is(store, tmp_path):
    from textual.screen import Screen
    from textual.widgets import Label

    class Slow(Screen[None]):
        def __init__(self) -> None:
            super().__init__()
            self.heard = []

        def compose(self):
            yield Label("there", id="there")

        def workspace_opened(self) -> None:
            self.heard.append(("opened", str(self.query_one("#there").id)))

        def store_changed(self, changed: Changed) -> None:
            self.heard.append((changed, str(self.query_one("#there").id)))

    async with console(copied(store, tmp_path)) as (app, pilot):
        slow, changed = Slow(), Changed(runs=frozenset({"a"}))
        pushed = app.push_screen(slow)
        app.pass_on_opened()
        app.pass_on(changed)
        assert not slow.heard
        await pushed
        await until(pilot, lambda: len(slow.heard) >= 2)
        assert slow.heard[:2] == [("opened", "there"), (changed, "there")]


async def test_a_view_by_command(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("colon", *"view comp", "enter")
        await settled(pilot)
        assert app.current_mode == "compare"
        await pilot.press("colon", *"view nothing", "enter")
        await settled(pilot)
        assert "Views are overview, runs, compare" in screen_text(app)[-1]
