"""A full disk: what was committed stays, questions are answered, and writing goes on when there is room."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

STORY = """
import os, resource, signal, sys
sys.path.insert(0, {folder!r})
from mlops_console.errors import StoreFullError
from mlops_console.settings import places
from mlops_console.store import open_store
from store_making import PROJECT, asked, history
import store_writer
from store_writer import batch
store_writer.POINTS = 4000
{before}
store = open_store(places(sys.argv[1]))
store.put_project(PROJECT)
done = 0
try:
    while done < 100000:
        store.apply([batch(f"runs/{{done % 7}}", done // 7)])
        done += 1
    raise SystemExit("never full")
except StoreFullError as error:
    assert "no room left" in str(error), error
assert store.full
try:
    store.apply([batch("runs/0", 0)])
    raise SystemExit("wrote on a full disk")
except StoreFullError:
    pass
known = {{k.source.path: int(k.cursor) for k in store.known(PROJECT.key)}}
assert sum(known.values()) == done, (known, done)
for path, batches in known.items():
    assert [s for s, _, _ in history(store, path, "loss")] == list(range(batches * 4000)), path
{room}
store.apply([batch(f"runs/{{done % 7}}", done // 7)])
assert not store.full
done += 1
store.close()
store = open_store(places(sys.argv[1]))
assert sum(int(k.cursor) for k in store.known(PROJECT.key)) == done
assert asked(store, "SELECT sum(count) FROM series") == [(done * 8000,)]
store.close()
print("told", done)
"""


def told(file: Path, before: str, room: str) -> str:
    script = STORY.format(folder=str(Path(__file__).parent), before=before, room=room)
    done = subprocess.run(
        [sys.executable, "-c", script, str(file)], capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_room_by_a_limit_on_file_sizes(tmp_path):
    out = told(
        tmp_path / "store.duckdb",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, resource.RLIM_INFINITY))",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))",
    )
    assert int(out.split()[1]) > 10


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own, where that is allowed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk], capture_output=True)
    if made.returncode != 0:
        yield None
        return
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_no_room_on_a_small_disk(small_disk):
    if small_disk is None:
        return  # the limit on file sizes above tells the same story
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(11_000_000))
    out = told(small_disk / "store.duckdb", "", f"os.unlink({str(ballast)!r})")
    assert int(out.split()[1]) > 10
    with contextlib.suppress(OSError):
        os.sync()
