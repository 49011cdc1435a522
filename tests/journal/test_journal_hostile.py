"""Journals that somebody means ill with: one Problem per bad file, the others are read, deciding goes on."""

import json
import os
import shutil

import pytest
from tests.journal.journal_making import files, place, planted, told, written

from mlops_console.errors import JournalError
from mlops_console.journal.log import Log
from mlops_console.journal.verifying import verify


def fifo(path):
    os.mkfifo(path)


def link(path):
    target = path.parent.parent.parent / "elsewhere.json"
    target.write_text("{}")
    path.symlink_to(target)


def folder(path):
    path.mkdir()


def huge(path):
    with path.open("wb") as file:
        file.truncate(1 << 30)


def deep(path):
    path.write_bytes(b"[" * 1_000_000)


def empty(path):
    path.write_bytes(b"")


def half(path):
    other = next(file for file in path.parent.iterdir() if file.name[0] == "0")
    path.write_bytes(other.read_bytes()[:-5])


def another(path):
    other = next(file for file in path.parent.iterdir() if file.name[0] == "0" and file != path)
    path.write_bytes(other.read_bytes())


def a_list(path):
    path.write_bytes(b"[1, 2]")


BAD = (fifo, link, folder, huge, deep, empty, half, another, a_list)


@pytest.mark.parametrize("bad", BAD, ids=[bad.__name__ for bad in BAD])
def test_a_bad_file_costs_one_problem(tmp_path, bad):
    there = written(tmp_path, 3)
    month = files(there)[0].parent
    bad(month / f"01M84J6610QSNXAHC3TPK79YH{BAD.index(bad)}-0.json")
    log = Log(there)
    fresh = log.read()
    assert len(fresh.events) == 3
    (problem,) = fresh.problems
    assert problem.path.startswith(".mlops-console/journal/2")
    assert problem.what
    log.append("note", {})
    assert not log.read().problems
    assert len([one for one in verify(there) if one.severity == "error"]) == 1


def test_names_that_no_event_has_and_strange_folders_are_named_and_passed_over(tmp_path):
    there = written(tmp_path, 2)
    month = files(there)[0].parent
    (month / "notes.txt").write_text("hello")
    (month / os.fsdecode(b"\xff\x1b[31m.json")).write_text("{}")
    (month / ".DS_Store").write_text("")
    (there.folder.path / "2026-13").mkdir()
    (there.folder.path / ".gitkeep").write_text("")
    fresh = Log(there).read()
    assert len(fresh.events) == 2
    assert len(fresh.problems) == 3
    assert len(verify(there)) == 3


def test_thousands_of_months_and_strange_names_cost_two_problems_more(tmp_path):
    there = written(tmp_path, 3)
    for year in range(1, 150):
        for month in range(1, 13):
            (there.folder.path / f"{year:04d}-{month:02d}").mkdir()
    for at in range(100):
        (there.folder.path / f"strange{at}").mkdir()
    log = Log(there)
    fresh = log.read()
    assert len(fresh.events) == 3
    assert len(fresh.problems) == 22
    assert any("more than 1,200 months" in one.what for one in fresh.problems)
    assert len(log._scans[0]._months) == 1200
    log.append("note", {})
    assert not log.read().problems


def test_an_event_that_is_there_twice_counts_once(tmp_path):
    there = written(tmp_path, 2)
    first = files(there)[0]
    other_month = there.folder.path / "2020-01"
    other_month.mkdir()
    shutil.copy(first, other_month / first.name)
    fresh = Log(there).read()
    assert len(fresh.events) == 2
    (problem,) = fresh.problems
    assert "same event" in problem.what
    assert {one.what[:20] for one in verify(there)} == {
        "is there twice: .mlo"[:20],
        "lies in the folder of another"[:20],
    }


def test_newer_versions_and_unknown_kinds_are_kept(tmp_path):
    there = written(tmp_path, 1)
    file = planted(there, kind="blessed\x1b[31m")
    newer = json.loads(file.read_bytes())
    newer["v"] = 2
    file.unlink()
    file.write_text(json.dumps(newer))
    fresh = Log(there).read()
    assert [(event.v, event.kind) for event in fresh.events][-1] in ((2, "blessed\x1b[31m"), (1, "note"))
    assert {event.v for event in fresh.events} == {1, 2}
    assert fresh.problems == ()


@pytest.mark.parametrize("part", [".mlops-console", ".mlops-console/journal", "month"])
def test_nothing_is_read_or_written_through_a_link(tmp_path, part):
    there = written(tmp_path, 2)
    month = files(there)[0].parent
    path = month if part == "month" else tmp_path / "project" / part
    aside = tmp_path / "aside"
    path.rename(aside)
    path.symlink_to(aside)
    before = sorted(aside.rglob("*"))
    log = Log(there)
    fresh = log.read()
    assert fresh.events == ()
    assert len(fresh.problems) == 1
    with pytest.raises(JournalError, match="is a link"):
        log.append("note", {})
    assert sorted(aside.rglob("*")) == before
    assert verify(there)[0].severity == "error"


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path):
    there = place(tmp_path)
    (tmp_path / "project" / ".mlops-console").write_text("")
    log = Log(there)
    assert len(log.read().problems) == 1
    with pytest.raises(JournalError, match="nothing was decided"):
        log.append("note", {})


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make files of another user")
def test_a_folder_of_another_user_that_can_not_be_read_costs_one_problem(open_folder):
    there = written(open_folder, 2)
    closed = there.folder.path / "2020-01"
    closed.mkdir(mode=0o700)
    events, problems, again = told(open_folder, LOOKING, uid=64_321, who="stranger")
    assert (events, again) == (2, False)
    assert problems == [".mlops-console/journal/2020-01 can't be read: permission denied"]


LOOKING = """
fresh, again = log.read(), log.read()
say([len(fresh.events), [p.path + ' ' + p.what for p in fresh.problems], bool(again)])
"""
