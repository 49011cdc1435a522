"""Decisions: written, folded, told, kept in the store as a projection, and seen by everybody else."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest
from tests.workspace.decisions_making import moved, noted, registered
from tests.workspace.desk_making import workspace_at

from mlops_console.errors import JournalError, UsageError
from mlops_console.journal.log import Log
from mlops_console.journal.places import place_of
from mlops_console.journal.scanning import Scan
from mlops_console.workspace.decisions import desk as desks

WRITER = Path(__file__).with_name("decisions_writer.py")


def key_of(workspace):
    return workspace.projects[0].key


def place(workspace):
    project = workspace.projects[0]
    return place_of(project.root, project.key, workspace.places)


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)


def test_nothing_is_read_before_it_is_asked(empty, monkeypatch):
    monkeypatch.setattr(Log, "read", lambda self: pytest.fail("read"))
    decisions = empty.decisions
    decisions.refresh()
    decisions.close()


def test_what_is_decided_is_folded_and_told(empty):
    told = []
    empty.subscribe(told.append)
    event = registered(empty)
    assert [changed.decisions for changed in told] == [frozenset((key_of(empty),))]
    moved(empty, event)
    model = empty.decisions.registry(key_of(empty)).models["churn"]
    assert model.aliases["champion"].version.id == event.id
    assert empty.decisions.registries() == {key_of(empty): empty.decisions.registry(key_of(empty))}
    with pytest.raises(UsageError, match="no project"):
        empty.decisions.registry("nowhere")


def test_a_check_sees_the_newest_and_may_keep_it_from_being_written(empty):
    other = Log(place(empty))
    empty.decisions.registry(key_of(empty))
    other.append("register", {"model": "fraud", "version": 1, "origin": "path", "sha256": "a"})
    seen = []

    def refuse(registry):
        seen.extend(registry.models)
        raise JournalError("not so")

    with pytest.raises(JournalError, match="not so"):
        empty.decisions.append(key_of(empty), "note", {}, check=refuse)
    assert seen == ["fraud"]
    assert empty.decisions.registry(key_of(empty)).events == 1


def test_the_next_one_goes_on_from_what_the_store_keeps(tmp_path, monkeypatch):
    with workspace_at(tmp_path) as first:
        version = registered(first, params={"lr": 0.1}, metrics={"auc": {"last": 0.9}})
        moved(first, version)
        expected = first.decisions.registry(key_of(first))
    read = []
    monkeypatch.setattr(Scan, "_read", lambda self, folder, month, name, found: read.append(name))
    with workspace_at(tmp_path) as again:
        assert again.decisions.registry(key_of(again)) == expected
        events = again.decisions.events(key_of(again), kinds=["register"], evidence=True)
        assert [event.evidence for event in events] == [{"saw": 1}]
        assert events[0].body["params"] == {"lr": 0.1}
    assert read == []


def test_what_came_after_the_kept_fold_is_read_from_its_files(tmp_path, monkeypatch):
    with workspace_at(tmp_path) as first:
        version = registered(first)
    with workspace_at(tmp_path) as second:
        moved(second, version)
        noted(second, "look")
        expected = second.decisions.registry(key_of(second))
    with workspace_at(tmp_path) as third:
        assert third.decisions.registry(key_of(third)) == expected
    monkeypatch.setattr(desks, "ANEW", 1)
    with workspace_at(tmp_path) as fourth:
        assert fourth.decisions.registry(key_of(fourth)) == expected
    read = []
    monkeypatch.setattr(Scan, "_read", lambda self, folder, month, name, found: read.append(name))
    with workspace_at(tmp_path) as fifth:
        assert fifth.decisions.registry(key_of(fifth)) == expected
    assert read == []


@pytest.mark.parametrize("harm", ["DELETE FROM folds", "UPDATE folds SET packed = 'x'::BLOB", "store"])
def test_a_missing_or_damaged_projection_is_made_again(tmp_path, harm):
    with workspace_at(tmp_path) as first:
        moved(first, registered(first))
        expected = first.decisions.registry(key_of(first))
    if harm == "store":
        (tmp_path / "kept" / "store.duckdb").unlink()
    else:
        with duckdb.connect(str(tmp_path / "kept" / "store.duckdb")) as file:
            file.execute(harm)
    for _ in range(2):
        with workspace_at(tmp_path) as again:
            assert again.decisions.registry(key_of(again)) == expected
            assert len(again.decisions.events(key_of(again), evidence=True)) == 2


def test_events_whose_files_are_gone_are_no_longer_folded(tmp_path):
    with workspace_at(tmp_path) as first:
        registered(first)
        gone = registered(first)
        folder = place(first).folder
        [file] = [*Path(folder.path).glob(f"*/{gone.id}-*.json")]
        file.unlink()
        first.decisions.refresh()
        assert [v.number for v in first.decisions.registry(key_of(first)).models["churn"].versions] == [1]
    with workspace_at(tmp_path) as again:
        assert again.decisions.registry(key_of(again)).events == 1
        assert len(again.decisions.events(key_of(again), evidence=True)) == 1


def test_a_file_that_is_no_event_is_a_problem_and_nothing_else_is_lost(empty):
    event = registered(empty)
    folder = place(empty).folder
    [month] = Path(folder.path).glob("*-*")
    (month / f"{event.id[:-4]}ZZZZ-0.json").write_text("{half")
    empty.decisions.refresh()
    [problem] = empty.decisions.problems(key_of(empty))
    assert problem.path.endswith("ZZZZ-0.json")
    registry = empty.decisions.registry(key_of(empty))
    assert problem.what in registry.problems[0]
    assert registry.models["churn"].versions[0].id == event.id


def test_events_are_chosen_by_what_they_are_about(empty):
    one = registered(empty)
    registered(empty, "fraud")
    noted(empty, "good", one)
    key = key_of(empty)
    decisions = empty.decisions
    assert [event.kind for event in decisions.events(key, models=["churn"])] == ["register", "note"]
    assert [event.kind for event in decisions.events(key, kinds=["note"])] == ["note"]
    assert decisions.events(key, by=["nobody"]) == ()
    assert len(decisions.events(key, since=one.at, until=one.at)) == 1
    assert decisions.event(key, one.id).evidence == {"saw": 1}
    assert decisions.event(key, "E") is None
    assert all(event.evidence == {} for event in decisions.events(key))


def test_a_clone_sees_what_was_decided_before_it(tmp_path):
    with workspace_at(tmp_path) as first:
        moved(first, registered(first))
        expected = first.decisions.registry(key_of(first)).models["churn"].aliases["champion"].version.id
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.copytree(tmp_path / "demo", other / "demo")
    with workspace_at(other) as clone:
        found = clone.decisions.registry(key_of(clone)).models["churn"]
        assert found.aliases["champion"].version.id == expected


def test_a_follower_folds_on_its_private_copy(tmp_path):
    with workspace_at(tmp_path) as owner:
        version = registered(owner)
        with workspace_at(tmp_path) as follower:
            assert follower.store.role == "follower"
            assert follower.decisions.registry(key_of(follower)) == owner.decisions.registry(key_of(owner))
            moved(follower, version)
        owner.decisions.refresh()
        state = owner.decisions.registry(key_of(owner)).models["churn"].aliases["champion"]
        assert state.version.id == version.id


def test_many_threads_ask_and_write_at_once(empty):
    version = registered(empty)
    wrong = []

    def work(number):
        try:
            for at in range(5):
                noted(empty, f"{number}/{at}", version)
                empty.decisions.registry(key_of(empty))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    notes = empty.decisions.registry(key_of(empty)).models["churn"].versions[0].notes
    assert sorted(note.text for note in notes) == sorted(f"{n}/{at}" for n in range(4) for at in range(5))


def test_a_live_workspace_hears_of_what_others_append(tmp_path):
    with workspace_at(tmp_path) as here:
        told = threading.Event()
        here.subscribe(lambda changed: told.set() if changed.decisions else None)
        here.decisions.registry(key_of(here))
        here.start()
        log = Log(place(here))
        event = log.append("note", {"subject": {"run": {"path": "r", "native": ""}}, "text": "hello"})
        assert told.wait(60)
        assert event.id in {one.id for one in here.decisions.events(key_of(here))}
        kept = "SELECT count(*) FROM events"
        until(lambda: here.ask(lambda con: con.rows(kept)) == [(1,)])
        thread = here.decisions._thread
    assert not thread.is_alive()


def test_two_processes_see_each_others_decisions(tmp_path):
    with workspace_at(tmp_path) as here:
        key = key_of(here)
        here.decisions.registry(key)
        here.start()
        told = []
        here.subscribe(lambda changed: told.append(time.time()) if key in changed.decisions else None)
        command = [sys.executable, str(WRITER), str(tmp_path / "demo"), str(tmp_path / "other" / "s.duckdb")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:

            def say(line):
                other.stdin.write(line + "\n")
                other.stdin.flush()
                return other.stdout.readline().strip()

            assert other.stdout.readline().strip() == "ready"
            theirs = say("write")
            until(lambda: theirs in {event.id for event in here.decisions.events(key)})
            assert told
            ours = noted(here, "from here")
            assert say(ours.id).startswith("seen")
            other.stdin.close()
            assert other.wait(60) == 0
        texts = [note.text for note in here.decisions.registry(key).run_notes["r", ""]]
        assert texts == ["from the other"]
