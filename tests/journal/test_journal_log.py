"""Appending and reading: what one writes the other reads, once, in order, knowing what came before."""

import os
import shutil
import stat
import threading
import time
from collections import Counter
from dataclasses import replace

import pytest
from tests.journal.journal_making import files, place, planted, written

from mlops_console import beneath
from mlops_console.errors import JournalError
from mlops_console.journal import writing
from mlops_console.journal.log import Log
from mlops_console.journal.ulid import Ticks
from mlops_console.journal.verifying import verify


def test_what_one_appends_the_other_reads_once(tmp_path):
    ana, bo = Log(place(tmp_path, "ana")), Log(place(tmp_path, "bo"))
    assert not bo.read()
    first = ana.append("note", {"text": "é\udc80\n\x1b[31m", "x": 0.1}, {"saw": [1]})
    second = ana.append("unheard-of", {})
    assert bo.read().events == (first, second)
    assert not bo.read()
    assert not ana.read()
    assert (first.clock, first.parents) == (1, ())
    assert (second.clock, second.parents) == (2, (first.sha256,))
    assert bo.heads == ana.heads == (second.sha256,)
    assert first.uid == os.getuid()
    assert first.proven


def test_an_append_knows_what_others_wrote_a_moment_ago(tmp_path):
    ana, bo = Log(place(tmp_path, "ana")), Log(place(tmp_path, "bo"))
    ana.read(), bo.read()
    for turn in range(6):
        one, other = (ana, bo) if turn % 2 else (bo, ana)
        before = one.append("note", {"turn": turn})
        after = other.append("note", {"turn": turn})
        assert after.parents == (before.sha256,)
        assert after.clock == before.clock + 1
    assert len(ana.read().events) == len(bo.read().events) == 6


def test_what_happened_at_once_is_named_together(tmp_path):
    there = written(tmp_path, 3)
    older = files(there)[1]
    aside = tmp_path / older.name
    older.rename(aside)
    newest = files(there)[-1]
    newest_aside = tmp_path / newest.name
    newest.rename(newest_aside)
    log = Log(there)
    rival = log.append("note", {})
    aside.rename(older)
    newest_aside.rename(newest)
    log.read()
    both = log.append("note", {})
    assert len(both.parents) == 2
    assert rival.sha256 in both.parents
    assert [finding.what for finding in verify(there)] == []


def test_events_come_in_order_also_when_parents_are_not_there(tmp_path):
    there = written(tmp_path, 4)
    files(there)[1].unlink()
    events = Log(there).read().events
    assert [event.clock for event in events] == [1, 3, 4]


def test_a_clock_that_goes_backwards_disturbs_no_order(tmp_path, monkeypatch):
    monkeypatch.setattr("mlops_console.journal.log._TICKS", Ticks())
    log = Log(place(tmp_path))
    now = time.time_ns()
    ids = []
    for moment in (now, now - 10**18, now + 10**15, 0, now):
        monkeypatch.setattr(time, "time_ns", lambda moment=moment: moment)
        ids.append(log.append("note", {}).id)
    monkeypatch.undo()
    assert [event.id for event in Log(log.place).read().events] == ids
    assert sorted(ids) == ids
    assert verify(log.place) == ()


def test_looking_where_nothing_is_new_opens_no_file(tmp_path):
    there = written(tmp_path, 30)
    log = Log(there)
    assert len(log.read().events) == 30
    before = beneath.opened()
    for _ in range(20):
        assert not log.read()
    log.append("note", {})
    assert not log.read()
    assert beneath.opened() == before


def test_an_old_folder_is_not_even_listed(tmp_path, monkeypatch):
    there = written(tmp_path, 3)
    month = files(there)[0].parent
    for folder in (month, month.parent):
        os.utime(folder, (1, 1))
    log = Log(there)
    log.read()
    listed = Counter()
    monkeypatch.setattr(os, "listdir", lambda fd: listed.update(("listed",)) or [])
    assert not log.read()
    assert not listed


def test_what_was_known_is_not_read_again(tmp_path):
    there = written(tmp_path, 5)
    log = Log(there)
    log.read()
    known = log.packed()
    new = Log(there).append("note", {})
    before = beneath.opened()
    again = Log(there, known)
    assert again.heads == log.heads
    assert [event.id for event in again.read().events] == [new.id]
    assert beneath.opened() == before + 1
    assert again.append("note", {}).parents == (new.sha256,)


@pytest.mark.parametrize("known", [b"?", b"[]", b"{", b'{"a": 3}', b'{"%s": [[1]]}', b'{"%s": 5}'])
def test_what_can_not_be_used_of_the_known_costs_reading_all(tmp_path, known):
    there = written(tmp_path, 2)
    log = Log(there, known.replace(b"%s", there.folder.shown.encode()))
    assert len(log.read().events) == 2


def test_files_that_are_gone_are_told_once_and_no_parents_any_more(tmp_path):
    there = written(tmp_path, 3)
    log = Log(there)
    first, second, third = log.read().events
    files(there)[-1].unlink()
    assert log.read().gone == (third.id,)
    assert not log.read()
    assert log.heads == (second.sha256,)
    assert log.append("note", {}).parents == (second.sha256,)
    there.folder.path.rename(tmp_path / "away")
    assert sorted(log.read().gone)[:2] == [first.id, second.id]
    assert log.append("note", {}).clock == 1


def test_threads_share_a_log(tmp_path):
    log = Log(place(tmp_path))
    threads = [
        threading.Thread(target=lambda: [log.append("note", {"n": n}) for n in range(15)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = Log(log.place).read().events
    assert [event.clock for event in events] == list(range(1, 61))


def test_files_are_read_only_and_as_readable_as_their_folder(tmp_path):
    before = os.umask(0o077)
    try:
        there = written(tmp_path, 1)
        files(there)[0].parent.chmod(0o755)
        Log(there).append("note", {})
    finally:
        os.umask(before)
    assert [stat.S_IMODE(file.stat().st_mode) for file in files(there)] == [0o400, 0o444]


def test_strays_of_killed_writers_are_swept_after_an_hour(tmp_path):
    there = written(tmp_path, 1)
    month = files(there)[0].parent
    old, young = month / ".tmp-old", month / ".tmp-young"
    for stray in (old, young):
        stray.write_bytes(b"{")
    os.utime(old, (time.time() - 4000,) * 2)
    fresh = Log(there)
    fresh.append("note", {})
    assert not old.exists()
    assert young.exists()
    assert len(fresh.read().events) == 1
    assert not fresh.read().problems


def test_where_links_can_not_be_made_names_are_claimed(tmp_path, monkeypatch):
    def link(*_args, **_options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    there = written(tmp_path, 3)
    assert [event.clock for event in Log(there).read().events] == [1, 2, 3]
    assert not list(there.folder.path.glob("*/.tmp-*"))
    fd = os.open(files(there)[0].parent, os.O_RDONLY)
    with pytest.raises(FileExistsError):
        writing.write_once(fd, files(there)[0].name, b"other")
    os.close(fd)
    assert verify(there) == ()


def test_the_same_id_by_chance_is_no_loss(tmp_path, monkeypatch):
    log = Log(place(tmp_path))
    real, names = writing.write_once, []

    def taken_at_first(folder, name, data):
        names.append(name)
        if len(names) == 1:
            raise FileExistsError(17, "File exists")
        real(folder, name, data)

    monkeypatch.setattr("mlops_console.journal.log.write_once", taken_at_first)
    event = log.append("note", {})
    assert names[0] < names[1] == f"{event.id}-{event.uid}.json"


def test_a_clock_that_somebody_made_up_is_never_the_last_word(tmp_path):
    there = written(tmp_path, 1)
    planted(there, clock=2**53 - 1)
    planted(there, clock=2**32)
    log = Log(there)
    fresh = log.read()
    assert [event.clock for event in fresh.events] == [1, 2**32]
    assert ["far ahead" in problem.what for problem in fresh.problems] == [True]
    event = log.append("note", {})
    assert (event.clock, len(event.parents)) == (2**32 + 1, 2)
    assert [event.clock for event in Log(there).read().events] == [1, 2**32, 2**32 + 1]
    found = [one.what for one in verify(there) if one.severity == "error"]
    assert ["far ahead" in what for what in found] == [True]


def test_a_project_that_is_gone_is_a_sentence(tmp_path):
    there = place(tmp_path)
    (tmp_path / "project").rmdir()
    with pytest.raises(JournalError, match="nothing was decided"):
        Log(there).append("note", {})


def test_who_comes_while_a_shared_month_is_being_opened_waits(tmp_path, monkeypatch):
    there = written(tmp_path, 1)
    there.folder.path.chmod(0o2775)
    month = files(there)[0].parent
    month.chmod(0o700)
    real, refused = writing.write_once, []

    def closed_at_first(folder, name, data):
        if len(refused) < 3:
            refused.append(name)
            raise PermissionError(13, "Permission denied")
        real(folder, name, data)

    monkeypatch.setattr("mlops_console.journal.log.write_once", closed_at_first)
    assert Log(there).append("note", {}).clock == 2
    refused.clear()
    there.folder.path.chmod(0o755)
    with pytest.raises(JournalError, match="can't be written"):
        Log(there).append("note", {})
    assert len(refused) == 1


def test_an_event_that_came_and_went_between_two_reads_is_only_gone(tmp_path):
    there = written(tmp_path, 1)
    log = Log(there)
    log.read()
    other = Log(place(tmp_path, "bo")).append("note", {})
    mine = log.append("note", {})
    for file in files(there):
        if file.name.startswith(other.id):
            file.unlink()
    fresh = log.read()
    assert (fresh.events, fresh.gone) == ((), (other.id,))
    assert mine.sha256 in log.heads


def test_an_event_that_was_moved_is_still_there(tmp_path):
    there = written(tmp_path, 2)
    log = Log(there)
    log.read()
    first = files(there)[0]
    earlier = there.folder.path / "2001-02"
    earlier.mkdir()
    first.rename(earlier / first.name)
    log.read()
    log.read()
    assert {event.id for event in Log(there).read().events} == {first.name[:26], files(there)[1].name[:26]}
    assert log.append("note", {}).clock == 3


def test_an_event_that_was_copied_from_the_private_journal_counts_once(tmp_path):
    there = written(tmp_path, 1)
    own = replace(there.folder, root=str(tmp_path), below="mine", shown=str(tmp_path / "mine"))
    private = Log(replace(there, folder=own, private=True, also=(there.folder,))).append("note", {})
    both = replace(there, also=(own,))
    month = files(there)[0].parent
    shutil.copy(files(replace(there, folder=own))[0], month)
    log = Log(both)
    assert len(log.read().events) == 2
    (month / f"{private.id}-{private.uid}.json").unlink()
    assert not log.read().gone
