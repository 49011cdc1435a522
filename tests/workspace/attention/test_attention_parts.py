"""The list as it comes: first what runs ask of people, then all of it."""

import os

from tests.workspace.attention.test_attention_runs import failed
from tests.workspace.attention.test_attention_snoozing import FAR
from tests.workspace.decisions_making import moved, registered
from tests.workspace.desk_making import NOW, put

from mlops_console.workspace.attention import disks
from mlops_console.workspace.attention.listing import SCREENFUL, attention, parts
from mlops_console.workspace.attention.snoozing import snooze


def test_runs_come_first_and_nothing_is_lost(empty):
    moved(empty, registered(empty))
    put(empty, failed(empty, "a", why="KeyError: 'age'"))
    first, whole = parts(empty, now=NOW)
    assert [one.kind for one in first.items] == ["errors"]
    assert first.problems == ()
    assert {one.kind for one in whole.items} == {"errors", "owner", "monitor", "card"}
    assert set(first.items) <= set(whole.items)
    assert whole == attention(empty, now=NOW)


def test_what_is_put_off_does_not_come_first(empty):
    put(empty, failed(empty, "a", why="KeyError: 'age'"), failed(empty, "b", why="MemoryError"))
    item = next(one for one in attention(empty, now=NOW).items if "age" in one.what)
    snooze(empty, item.project.key, item, FAR, "known")
    first, whole = parts(empty, now=NOW)
    assert [one.what for one in first.items] == ["failed: MemoryError"]
    assert [one.key for one in whole.snoozed] == [item.key]


def test_no_more_comes_first_than_is_seen(empty):
    put(empty, *(failed(empty, name, why=f"no such table: {name * 3}") for name in "abcdefghijklmnopqrs"))
    first, whole = parts(empty, now=NOW)
    assert (len(first.items), len(whole.items)) == (SCREENFUL, 19)


def test_where_nothing_failed_the_first_part_is_empty(empty):
    moved(empty, registered(empty))
    first, whole = parts(empty, now=NOW)
    assert (first.items, len(whole.items)) == ((), 3)


def test_a_disk_without_room_goes_before_all_else(empty, monkeypatch):
    moved(empty, registered(empty))
    monkeypatch.setattr(disks, "LITTLE", 1 << 62)
    little = attention(empty, now=NOW).items[0]
    assert (little.kind, little.level) == ("disk", "warn")
    monkeypatch.setattr(disks, "NOTHING", 1 << 62)
    first = attention(empty, now=NOW).items[0]
    assert (first.key, first.level) == (little.key, "bad")
    assert " left on the disk of " in first.what
    real = os.statvfs(empty.projects[0].root)
    for place, value in ((2, 0), (8, os.ST_RDONLY)):  # its size is not told; nobody can write there
        told = os.statvfs_result([*real[:place], value, *real[place + 1 :]])
        monkeypatch.setattr(os, "statvfs", lambda _, told=told: told)
        assert attention(empty, now=NOW).items[0].kind != "disk"
