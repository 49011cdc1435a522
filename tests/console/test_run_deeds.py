"""Marks on a run's page, undo and redo, what is opened elsewhere."""

import threading
import time

import pytest
from tests.console.page_stage import stage
from tests.console.runs_stage import console, copied, names, read_project, runs_screen, settled, table, until
from tests.console.standins_run import PageApp, sees
from tests.console.test_run_page import shown, text

from mlops_console.console import deeds, elsewhere
from mlops_console.console.deeds import Deed, Deeds
from mlops_console.console.run.screen import RunPage
from mlops_console.console.runs.marks import Marks
from mlops_console.errors import UsageError
from mlops_console.workspace import notes

HISTORY = ("tab",) * 6


def deed(what, log):
    return Deed(what, lambda: log.append(f"-{what}"), lambda: log.append(f"+{what}"))


def test_what_is_undone_can_be_done_again_until_something_new_is_done():
    done, log = Deeds(), []
    assert done.undo() is done.redo() is None
    for what in "abc":
        done.add(deed(what, log))
    done.undo().back()
    done.undo().back()
    done.redo().again()
    assert log == ["-c", "-b", "+b"]
    done.add(deed("d", log))
    assert not done.can_redo, "c belongs to what might have been"
    assert [done.undo().what for _ in range(3)] == ["d", "b", "a"]
    assert not done.can_undo


def test_what_lies_far_back_is_not_undone(monkeypatch):
    done = Deeds()
    done.add(deed("a", []))
    now = time.monotonic() + deeds.UNDO_SECONDS + 1
    monkeypatch.setattr(deeds.time, "monotonic", lambda: now)
    assert not done.can_undo
    assert done.undo() is None


def test_decisions_run_one_after_the_other_in_their_order():
    done, ran, begun = Deeds(), [], []
    first, go = threading.Event(), threading.Event()

    def start(run):
        begun.append(threading.Thread(target=run))
        begun[-1].start()

    done.in_turn(lambda: (first.set(), go.wait(20), ran.append(0)), start)
    assert first.wait(20)
    for number in range(1, 20):
        done.in_turn(lambda number=number: ran.append(number), start)
    assert ran == []
    go.set()
    for thread in begun:
        thread.join(20)
    assert ran == list(range(20))
    assert len(begun) == 1


def test_marks_go_back_and_come_again_by_their_letters():
    marks = Marks()
    marks.add("xyz")
    off = marks.toggle("y")
    on = marks.toggle("w")
    on.back()
    off.back()
    assert marks.lettered() == [("A", "x"), ("B", "y"), ("C", "z")]
    off.again()
    on.again()
    assert marks.letter("w") == "B"
    off.back()
    assert len(set(marks.numbers().values())) == 4, "no letter is ever shared"


async def test_space_marks_the_run_and_the_head_shows_its_letter():
    app = PageApp(stage())
    async with app.run_test(size=(120, 36)) as pilot:
        rows = await shown(app, pilot, "space")
        assert rows[3].startswith("  A  ")
        assert "u undo" in rows[-1]
        rows = await shown(app, pilot, "u")
        assert not rows[3].startswith("  A")
        assert (await shown(app, pilot, "ctrl+r"))[3].startswith("  A  ")
        assert "nothing undone" in text(await shown(app, pilot, "ctrl+r"))
        assert not (await shown(app, pilot, "space"))[2].startswith("  A")


async def test_a_note_and_a_tag_come_again_as_they_were():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *HISTORY, "A", *"looks good", "enter")
        await shown(app, pilot, "T", *"paper=figure 1", "enter")
        assert told.tags["paper"] == "figure 1"
        await shown(app, pilot, "u", "u")
        assert told.tags["paper"] == "table 2"
        assert [note.text for note in told.notes][1:] == []
        await shown(app, pilot, "ctrl+r", "ctrl+r")
        assert told.tags["paper"] == "figure 1"
        assert [note.text for note in told.notes][1:] == ["looks good"]
        await shown(app, pilot, "u", "u")
        assert len(told.notes) == 1, "a note that came again goes as the first one did"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return read_project(tmp_path_factory.mktemp("deeds"), 6)


async def test_marks_are_the_same_on_the_page_and_in_the_table(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        await pilot.press("space", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunPage))
        await sees(app, pilot, "Curves")
        await pilot.press("space")
        page = await sees(app, pilot, "Marked B")
        assert "\n  B  " in page
        run = app.screen.run_id
        await pilot.press("escape")
        await until(pilot, lambda: table(app).marks.get(run) == 1)
        await pilot.press("u")
        await until(pilot, lambda: run not in table(app).marks)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunPage))
        await pilot.press("ctrl+r")
        await sees(app, pilot, "Done again: Marked B")
        assert runs_screen(app).marks.letter(run) == "B"


async def test_an_archived_run_comes_back_and_goes_again(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        first = names(app)[0]
        for key, there in (("x", False), ("u", True), ("ctrl+r", False), ("u", True)):
            await pilot.press(key)
            await until(pilot, lambda there=there: (first in names(app)) is there)
            await settled(pilot)


async def test_a_tag_on_marked_runs_comes_again(store, tmp_path):
    async with console(copied(store, tmp_path)) as (app, pilot):
        run = str(table(app).sheet.ids[0])
        await pilot.press("g", "space", "colon", *"tag best", "enter")
        await sees(app, pilot, "tagged best")
        for key, there in (("u", False), ("ctrl+r", True)):
            await pilot.press(key)
            await until(pilot, lambda there=there: ("best" in notes.user_tags(app.workspace, run)) is there)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "no editor is set"),
        ({"EDITOR": "'"}, "no editor is set"),
        ({"EDITOR": "no-such-thing"}, "is not there"),
    ],
)
def test_without_an_editor_it_says_what_to_set(environ, words):
    with pytest.raises(UsageError, match=words) as caught:
        elsewhere.editor(environ)
    assert "EDITOR" in caught.value.hint


def test_the_visual_editor_goes_first_with_its_arguments():
    assert elsewhere.editor({"EDITOR": "cat", "VISUAL": "sh -c 'x y'"}) == ["sh", "-c", "x y"]


async def test_what_is_no_text_is_not_given_to_an_editor():
    told = stage()
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(app, pilot, *("tab",) * 4)
        while app.screen.body.files.node.path != "best.ckpt":
            await shown(app, pilot, "j")
        assert "model is no text" in text(await shown(app, pilot, "E"))


async def test_without_a_desktop_the_folder_is_copied(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(elsewhere.sys, "platform", "linux")
    told = stage()
    told.view = told.view.__class__(**{**_fields(told.view), "folder": "/data/churn/runs/042"})
    app = PageApp(told)
    async with app.run_test(size=(120, 36)) as pilot:
        page = text(await shown(app, pilot, "O"))
        assert "there is no desktop here" in page
        assert app.clipboard == "/data/churn/runs/042"


def _fields(view):
    return {name: getattr(view, name) for name in view.__slots__}


def test_a_folder_is_given_to_the_desktop(tmp_path, monkeypatch):
    opener = tmp_path / "xdg-open"
    opener.write_text(
        f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/seen.part && mv {tmp_path}/seen.part {tmp_path}/seen\n'
    )
    opener.chmod(0o755)
    monkeypatch.setattr(elsewhere.sys, "platform", "linux")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert elsewhere.open_folder("/data/a b", {"DISPLAY": ":0"})
    process = elsewhere._STARTED[-1]
    assert process.wait(20) == 0
    assert (tmp_path / "seen").read_text() == "/data/a b"
    assert not elsewhere.open_folder("/data", {})
    assert process not in elsewhere._STARTED or elsewhere.open_folder("/data/a b", {"DISPLAY": ":0"})
