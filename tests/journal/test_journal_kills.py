"""kill -9, eight writers at once, no room, no right to write: what was said to be written is there, whole."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journal import killing
from tests.journal.journal_making import files, place, told, written

from mlops_console.journal.log import Log
from mlops_console.journal.verifying import verify


def run(folder, kills, seconds, writers, meanwhile=lambda there: None):
    there = place(folder)
    words = [there.folder.root, str(folder / "me.duckdb"), str(kills), "7", str(seconds), str(writers)]
    with subprocess.Popen(
        [sys.executable, killing.__file__, *words],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:  # fmt: skip
        while process.poll() is None:
            meanwhile(there)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        said = process.stdout.read()
    assert process.returncode == 0
    return there, json.loads(said)


def test_killed_writers_lose_nothing_that_was_acknowledged(tmp_path):
    there, said = run(tmp_path, 40, 0, 0)
    fresh = Log(there).read()
    found = {event.id for event in fresh.events}
    assert said["killed"] >= 40
    assert len(said["acknowledged"]) >= 20
    assert found >= set(said["acknowledged"])
    assert len(said["acknowledged"]) == len(set(said["acknowledged"]))
    assert fresh.problems == ()
    assert verify(there, seen={}) == ()


def test_eight_processes_append_and_nothing_is_torn(tmp_path):
    found = []
    log = Log(place(tmp_path, "reader"))
    events = []

    def look(there):
        found.extend(verify(there))
        events.extend(log.read().events)

    there, said = run(tmp_path, 0, 1.5, 8, look)
    events.extend(log.read().events)
    assert found == []
    assert len({event.id for event in events}) == len(events) == sum(said["written"])
    fresh = Log(there).read()
    assert len(said["written"]) == 8
    assert len(fresh.events) == sum(said["written"])
    assert fresh.problems == ()
    assert verify(there, seen={}) == ()
    assert not list(there.folder.path.glob("*/.tmp-*"))


FULL = """
import resource
limit = int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
done, text = [], "x" * 3000
try:
    while len(done) < 50_000:
        done.append(log.append("note", {"text": text if not limit or len(done) < 3 else text * 10}).id)
except JournalError as error:
    said = str(error)
try:
    log.append("note", {"text": text * 10})
    said = "wrote without room"
except JournalError:
    pass
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
else:
    os.unlink(root + "/ballast")
done.append(log.append("note", {"text": text}).id)
fresh = type(log)(log.place).read()
say([said, done == [e.id for e in fresh.events], len(fresh.problems), [f.what for f in verify(log.place)]])
"""


def test_no_room_by_a_limit_on_file_sizes(tmp_path):
    place(tmp_path)
    said, all_there, problems, found = told(tmp_path, FULL, "8000")
    assert said.startswith("no room left where the journal lies")
    assert (all_there, problems, found) == (True, 0, [])


@pytest.fixture
def mounted(open_folder):
    """Mount a file system of its own on the project, where that is allowed."""
    root = open_folder / "project"
    root.mkdir()

    def mount(*options: str) -> bool:
        return subprocess.run(["mount", *options, str(root)], capture_output=True).returncode == 0

    yield mount
    with contextlib.suppress(OSError):
        while os.path.ismount(root):
            subprocess.run(["umount", "-l", root], check=True)


def test_no_room_on_a_small_disk(open_folder, mounted):
    if not mounted("-t", "tmpfs", "-o", "size=3m", "tmpfs"):
        return  # the limit on file sizes above tells the same story
    (open_folder / "project" / "ballast").write_bytes(bytes(2_000_000))
    said, all_there, problems, found = told(open_folder, FULL, "0")
    assert said.startswith("no room left where the journal lies")
    assert (all_there, problems, found) == (True, 0, [])


DECIDING = """
event = log.append("note", {"text": "private"})
say([log.place.private, event.clock, len(event.parents), [f.what for f in verify(log.place)]])
"""


def test_a_file_system_that_can_only_be_read_makes_decisions_private(open_folder, mounted):
    if not mounted("-t", "tmpfs", "-o", "size=3m", "tmpfs"):
        return  # only root mounts; users without the right to write are told of in test_journal_sharing
    written(open_folder, 3)
    assert mounted("-o", "remount,ro")
    assert told(open_folder, DECIDING) == [True, 4, 1, []]
    assert len(files(place(open_folder))) == 1
    assert mounted("-o", "remount,rw")
    there = place(open_folder)
    assert not there.private
    assert len(Log(there).read().events) == 4


DOCUMENTED = Path(__file__).parents[2] / "docs" / "journal.md"


def documented(language: str) -> str:
    return DOCUMENTED.read_text(encoding="utf-8").partition(f"```{language}\n")[2].partition("\n```")[0]


def checked(folder):
    done = subprocess.run(
        [sys.executable, "-I", "-c", documented("python"), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_the_documented_checker_finds_what_was_done(tmp_path):
    there = written(tmp_path, 6)
    folder = there.folder.path
    assert checked(folder) == ["6 events"]
    third, fifth, newest = (files(there)[at] for at in (2, 4, 5))
    third.unlink()
    newest.chmod(0o644)
    newest.write_bytes(newest.read_bytes().replace(b"number 5", b"number 7"))
    fifth.rename(fifth.with_name("0" * 26 + "-0.json"))
    lines = checked(folder)
    assert sorted(line.partition(":")[0] for line in lines) == [
        "5 events", "edited", "follows what is not there", "misnamed",
    ]  # fmt: skip


def test_the_documented_event_is_one():
    from mlops_console.journal.serial import content_agrees, in_one_form, unpacked

    data = documented("json").encode()
    identity = json.loads(data)["id"]
    event = unpacked(data, identity, 1000)
    assert content_agrees(data, identity)
    assert in_one_form(data)
    assert (event.kind, event.clock) == ("alias", 42)
