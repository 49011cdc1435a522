"""One owner, any number of followers: each its own process, as in life."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest
from store_making import PROJECT, asked, curve, history, reading

from mlops_console.errors import StoreError
from mlops_console.settings import places
from mlops_console.store import open_store

WRITER = str(Path(__file__).with_name("store_writer.py"))


class Writer:
    """A writing process, driven line by line."""

    def __init__(self, file: Path, source: str, most: int, *hold: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, WRITER, str(file), source, str(most), *hold],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.role, self.began = self.line().split()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def until(self, word: str) -> None:
        while (line := self.line()) != word:
            assert line, "the writer died"

    def go_on(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "store.duckdb"


@pytest.fixture
def owner(file):
    writer = Writer(file, "runs/a", 3, "hold")
    writer.until("3")
    yield writer
    writer.end()


def test_a_second_process_follows_with_all_that_was_committed(owner, file):
    assert owner.role == "owner"
    follower = open_store(places(str(file)))
    assert follower.role == "follower"
    assert len(history(follower, "runs/a", "loss")) == 120
    follower.put_project(PROJECT)
    follower.apply([reading("runs/b", metrics={"loss": curve([1])})])
    assert asked(follower, "SELECT count(*) FROM runs") == [(2,)]
    assert not follower.try_become_owner()
    follower.close()
    owner.go_on()
    owner.until("closed")
    store = open_store(places(str(file)))
    assert asked(store, "SELECT count(*) FROM runs") == [(1,)]
    store.close()


@pytest.mark.parametrize("violent", [False, True])
def test_a_follower_takes_over_when_the_owner_left(owner, file, violent):
    follower = open_store(places(str(file)))
    before = follower.connect()
    if violent:
        owner.end()
    else:
        owner.go_on()
        owner.until("closed")
        owner.process.wait()
    assert follower.try_become_owner()
    assert follower.role == "owner"
    with pytest.raises(StoreError):
        before.rows("SELECT 1")
    follower.put_project(PROJECT)
    follower.apply([reading("runs/b", metrics={"loss": curve([1])})])
    assert list((places(str(file)).state / "followers").glob("[0-9]*")) == []
    follower.close()
    store = open_store(places(str(file)))
    assert len(history(store, "runs/a", "loss")) == 120
    assert history(store, "runs/b", "loss") == curve([1])
    store.close()


def test_a_copy_only_looked_at_serves_the_next_follower_until_the_owner_commits(owner, file):
    where = places(str(file))
    kept = where.state / "followers"
    first = open_store(where)
    assert len(history(first, "runs/a", "loss")) == 120
    first.close()
    [left] = kept.glob("kept-*")
    inode = (left / "store.duckdb").stat().st_ino
    second = open_store(where)
    assert [f.stat().st_ino for f in kept.glob("[0-9]*/store.duckdb")] == [inode]
    assert len(history(second, "runs/a", "loss")) == 120
    second.put_project(PROJECT)
    second.close()
    assert list(kept.glob("kept-*")) == []


def test_the_copies_of_dead_processes_are_swept(owner, file):
    where = places(str(file))
    dead = Writer(file, "runs/c", 1, "hold")
    assert dead.role == "follower"
    dead.until("1")
    dead.end()
    assert len(list((where.state / "followers").glob("[0-9]*"))) == 1
    follower = open_store(where)
    [folder] = (where.state / "followers").glob("[0-9]*")
    assert folder.stat().st_mode & 0o077 == 0
    follower.close()


def test_nobody_else_may_read_the_store(owner, file):
    private = [*file.parent.glob("store.duckdb*")]
    assert len(private) >= 4
    assert [f.name for f in private if f.is_file() and f.stat().st_mode & 0o077] == []


def test_processes_that_open_and_close_in_turn_lose_nothing(file):
    """DuckDB 2.0.0 reads headers before it locks: whoever waits there loses what is committed meanwhile."""
    writers = [Writer(file, f"runs/{name}", 6) for name in "abc"]
    for writer in writers:
        if writer.role == "owner":
            writer.until("closed")
    for _ in range(3):
        for name in "abc":
            writer = Writer(file, f"runs/{name}", 6)
            if writer.role == "owner":
                writer.until("closed")
            writer.end()
    for writer in writers:
        writer.end()
    store = open_store(places(str(file)))
    assert store.role == "owner"
    for name in "abc":
        assert [step for step, _, _ in history(store, f"runs/{name}", "loss")] == list(range(240))
    store.close()


OPENER = """
import sys, os
sys.path.insert(0, {folder!r})
from mlops_console.settings import places
from mlops_console.store import open_store
import store_writer
store = open_store(places(sys.argv[1]))
store.put_project(store_writer.PROJECT)
os.close(os.open(sys.argv[1], os.O_RDONLY))  # what a scanner of ours must never do: DuckDB's lock is gone now
print(store.role, flush=True)
sys.stdin.readline()
for number in range(5):
    store.apply([store_writer.batch("runs/x", number)])
store.close()
print("closed", flush=True)
"""


def test_our_lock_holds_where_duckdbs_was_dropped(file):
    opener = subprocess.Popen(
        [sys.executable, "-c", OPENER.format(folder=str(Path(__file__).parent)), str(file)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert opener.stdout is not None
    assert opener.stdin is not None
    try:
        assert opener.stdout.readline().strip() == "owner"
        other = Writer(file, "runs/y", 4)
        assert other.role == "follower"
        other.until("closed")
        other.end()
        opener.stdin.write("\n")
        opener.stdin.flush()
        assert opener.stdout.readline().strip() == "closed"
    finally:
        opener.kill()
        opener.wait()
        opener.stdin.close()
        opener.stdout.close()
    store = open_store(places(str(file)))
    assert len(history(store, "runs/x", "loss")) == 200
    assert history(store, "runs/y", "loss") == []
    store.close()


def test_followers_copy_while_the_owner_commits(file):
    owner = Writer(file, "runs/a", 60)
    seen = []
    try:
        while owner.process.poll() is None and len(seen) < 6:
            store = open_store(places(str(file)))
            if store.role == "follower" and store.known(PROJECT.key):
                batches = int(store.known(PROJECT.key)[0].cursor or b"0")
                assert [step for step, _, _ in history(store, "runs/a", "loss")] == list(range(batches * 40))
                seen.append(batches)
            store.close()
        assert seen == sorted(seen)
    finally:
        owner.end()
