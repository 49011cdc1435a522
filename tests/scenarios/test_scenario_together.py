"""Several people's windows on one store at once: nobody's word is lost, whoever owns the store."""

import fcntl
import json
import os
import subprocess

import pytest
from tests.scenarios.stage import PYTHON, Desk, console, put

WRITER = """
import sys
from mlops_console.workspace import open_workspace
from mlops_console.workspace.notes import add_note, tag
store, run, who = sys.argv[1:]
with open_workspace((), store) as workspace:
    print(workspace.store.role, flush=True)
    sys.stdin.read(1)
    for number in range(15):
        add_note(workspace, run, f"{who} {number}")
        tag(workspace, [run], f"{who}-{number}")
        if number % 3 == 0:
            tag(workspace, [run], f"{who}-{number}", on=False)
"""


@pytest.fixture
def desk(tmp_path, capsys):
    desk = Desk(tmp_path / "kept" / "s.duckdb", capsys)
    put(tmp_path, "shop/a/metrics.csv")
    put(tmp_path, "shop/b/metrics.csv")
    desk.scan(tmp_path / "shop")
    return desk


def test_notes_and_tags_of_several_processes_at_once_are_all_kept(desk):
    run = desk.objects("runs")[0]["id"]
    writers = [
        subprocess.Popen(
            [PYTHON, "-c", WRITER, str(desk.store), run, who],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in "abcd"
    ]
    roles = [writer.stdout.readline().strip() for writer in writers]
    assert sorted(roles) == ["follower", "follower", "follower", "owner"]
    for writer in writers:
        writer.stdin.write("!")
        writer.stdin.flush()
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    for writer in writers:
        writer.stdin.close()
        writer.stdout.close()
    said = desk.objects("note", run)
    assert sorted(note["text"] for note in said) == sorted(f"{w} {n}" for w in "abcd" for n in range(15))
    assert len({note["id"] for note in said}) == len(said)
    kept = {f"{who}-{number}" for who in "abcd" for number in range(15) if number % 3}
    assert desk.objects("runs", "--where", f"tag:{min(kept)}")[0]["tags"].keys() == kept


def earlier_note(desk, run):
    """A note in the state folder, where they were kept before there were journals."""
    folder = desk.store.with_name("s.duckdb.state") / "notes"
    folder.mkdir(parents=True)
    note = {"id": "5f", "text": "dear", "by": "ana", "at": 5}
    (folder / f"{run}.json").write_text(json.dumps({"id": run, "notes": [note]}))
    return folder / f"{run}.json"


def test_what_a_stopped_process_locks_is_told_and_nothing_is_written(desk, monkeypatch):
    from mlops_console.workspace import keeping

    run = desk.objects("runs")[0]["id"]
    file = earlier_note(desk, run)
    monkeypatch.setattr(keeping, "_PATIENCE", 0.05)
    with file.with_name(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "is not kept" in desk.ask("note", run, "--remove", "5f", code=2).err
        desk.ask("note", run, "another")
    assert [note["text"] for note in desk.objects("note", run)] == ["dear", "another"]


def test_notes_that_cannot_be_understood_are_not_written_over(desk):
    run = desk.objects("runs")[0]["id"]
    file = earlier_note(desk, run)
    file.write_text(file.read_text()[:-2])
    desk.ask("note", run, "second")
    assert [note["text"] for note in desk.objects("note", run)] == ["second"]
    assert "dear" in file.read_text()


def test_two_consoles_see_what_a_command_says(desk, tmp_path):
    shop = tmp_path / "shop"
    run = desk.objects("runs")[0]["id"]
    with console(desk.store, shop) as first:
        first.until_shown("2 runs")
        with console(desk.store, shop) as second:
            second.until_shown("2 runs")
            desk.ask("tag", run, "baseline")
            desk.ask("forget", desk.objects("runs")[1]["id"], "--yes")
            for terminal in (first, second):
                terminal.until_shown("1 run")
            second.press("q")
            assert second.exit_code() == 0
        first.press("q")
        assert first.exit_code() == 0
    (left,) = desk.objects("runs")
    assert (left["id"], left["tags"]) == (run, {"baseline": ""})
    (event,) = (tmp_path / "shop/.mlops-console/journal").rglob("*.json")
    said = json.loads(event.read_text())
    assert (said["kind"], said["uid"], said["body"]["name"]) == ("tag", os.getuid(), "baseline")
