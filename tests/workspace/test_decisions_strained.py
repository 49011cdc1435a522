"""Journals that are taken away or changed under a live console; several consoles and commands at once."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.workspace.decisions_making import moved, noted, registered
from tests.workspace.desk_making import workspace_at

from mlops_console.errors import JournalError
from mlops_console.journal.log import Log
from mlops_console.journal.places import place_of
from mlops_console.workspace import open_workspace
from mlops_console.workspace.decisions import desk as desks

STRAINED = Path(__file__).with_name("decisions_strained.py")


@pytest.fixture
def live(tmp_path):
    with workspace_at(tmp_path) as here:
        moved(here, registered(here))
        here.start()
        yield here


def registry(workspace):
    return workspace.decisions.registry(workspace.projects[0].key)


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


def journal(workspace):
    return Path(workspace.projects[0].root, ".mlops-console", "journal")


def test_a_journal_that_is_removed_and_made_again_is_followed(live):
    shutil.rmtree(journal(live))
    until(lambda: registry(live).events == 0)
    assert registry(live).models == {}
    project = live.projects[0]
    log = Log(place_of(project.root, project.key, live.places))
    log.append("note", {"subject": {"run": {"path": "r", "native": ""}}, "text": "anew"})
    until(lambda: registry(live).events == 1)
    moved(live, registered(live))
    assert registry(live).models["churn"].aliases["champion"].version.number == 1


def test_a_project_that_is_moved_away_is_told_and_stays_known_until_it_is_back(live):
    root = Path(live.projects[0].root)
    root.rename(root.with_name("away"))
    until(lambda: registry(live).problems)
    assert "not there" in registry(live).problems[0]
    assert registry(live).models["churn"].aliases["champion"].version.number == 1
    with pytest.raises(JournalError, match="is not there: nothing was decided"):
        noted(live, "nowhere")
    assert not root.exists()
    root.with_name("away").rename(root)
    until(lambda: not registry(live).problems)
    noted(live, "again")
    assert registry(live).events == 3


def test_a_project_that_was_away_at_the_start_is_written_to_once_it_is_back(tmp_path):
    with workspace_at(tmp_path) as first:
        moved(first, registered(first))
        expected = registry(first)
    root = tmp_path / "demo"
    with workspace_at(tmp_path) as here:
        root.rename(tmp_path / "away")
        assert "not there" in registry(here).problems[0]
        (tmp_path / "away").rename(root)
        here.decisions.refresh()
        assert registry(here) == expected
        noted(here, "back")
        assert not here.decisions.private(here.projects[0].key)
    with workspace_at(tmp_path) as again:
        assert registry(again).events == 3


def test_another_branch_is_followed_and_back_again(live):
    root = live.projects[0].root

    def git(*words):
        env = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *who, *words], cwd=root, env=env, check=True, capture_output=True)

    git("init")
    git("add", ".mlops-console/journal")
    git("commit", "-m", "first")
    git("checkout", "-b", "other")
    moved(live, registered(live))
    moved(live, registered(live, "fraud"), model="fraud")
    git("add", ".mlops-console/journal")
    git("commit", "-m", "second")
    git("checkout", "main")
    until(lambda: registry(live).events == 2)
    assert [*registry(live).models] == ["churn"]
    assert registry(live).models["churn"].aliases["champion"].version.number == 1
    git("checkout", "other")
    until(lambda: registry(live).events == 6)
    assert registry(live).models["churn"].aliases["champion"].version.number == 2
    assert registry(live).problems == ()


def test_a_bad_file_that_is_gone_again_is_no_problem_any_more(live):
    [month] = journal(live).iterdir()
    bad = month / "01M84J6610QSNXAHC3TPK79YH0-0.json"
    bad.write_text("{")
    until(lambda: registry(live).problems)
    bad.unlink()
    until(lambda: not registry(live).problems)
    bad.write_text("[")
    until(lambda: registry(live).problems)


def test_a_console_that_is_closed_before_it_kept_anything_loses_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(desks, "SLICE", 2)
    monkeypatch.setattr(desks, "EVERY", 1000, raising=False)
    with workspace_at(tmp_path) as first:
        for _ in range(4):
            moved(first, registered(first))
        expected = registry(first)
    shutil.rmtree(tmp_path / "kept")
    for _ in range(3):
        with workspace_at(tmp_path) as again:
            assert registry(again) == expected
            again.start()
            events = again.decisions.events(again.projects[0].key, kinds=["register"], evidence=True)
            assert [event.evidence for event in events] == [{"saw": at} for at in (1, 2, 3, 4)]


def test_what_many_models_wait_for_is_done_by_whoever_follows(tmp_path, monkeypatch):
    with workspace_at(tmp_path) as first:
        for at in range(6):
            moved(first, registered(first, f"m{at}"), model=f"m{at}")
    models = tmp_path / "demo" / ".mlops-console" / "models"
    before = sorted(path.relative_to(models) for path in models.glob("*/aliases/*"))
    assert len(before) == 12
    shutil.rmtree(tmp_path / "kept")
    for path in models.glob("*/aliases"):
        shutil.rmtree(path)
    monkeypatch.setattr(desks, "PATIENCE", 0.0)
    monkeypatch.setattr(desks, "FEW", 1)
    with workspace_at(tmp_path) as command:
        assert len(registry(command).models) == 6
    assert len([*models.glob("*/aliases/*")]) < 12
    with workspace_at(tmp_path) as console:
        registry(console)
        console.start()
        until(lambda: sorted(path.relative_to(models) for path in models.glob("*/aliases/*")) == before)


def test_two_consoles_and_three_commands_at_once_come_to_the_same(tmp_path):
    (tmp_path / "demo").mkdir()
    each, stores = 8, [tmp_path / "one" / "s.duckdb", tmp_path / "two" / "s.duckdb"]

    def started(what, store, count):
        command = [sys.executable, str(STRAINED), what, str(tmp_path / "demo"), str(store), str(count)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    consoles = [started("console", store, 3 * each) for store in stores]
    assert [one.stdout.readline() for one in consoles] == ["ready\n"] * 2
    commands = [started(f"c{at}", stores[at % 2], each) for at in range(3)]
    for one in [*commands, *consoles]:
        said = one.communicate(timeout=300)[0].split()
        assert one.returncode == 0
        if one in consoles:
            assert said == [str(3 * each), str(3 * each), "0"]
    with open_workspace([tmp_path / "demo"], str(stores[0])) as after:
        assert sum(len(notes) for notes in registry(after).run_notes.values()) == 3 * each
