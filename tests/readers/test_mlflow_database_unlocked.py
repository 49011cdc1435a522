"""Other people's databases are read without keeping their writers out, and copies of them never stay."""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from tests.conformance.reading import Story, read_on
from tests.readers.mlflow_database import RUN, SOURCE, change, read, steps, store, values, writing

from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow import READER
from mlops_console.readers.mlflow.database import copies
from mlops_console.readers.mlflow.database.stillness import Writer, writer_of

BIG = (
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
    "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) "
    f"SELECT 'long', i, 1795000000000 + i, '{RUN}', i, 0 FROM n"
)
_HASTY = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
connection.execute("PRAGMA journal_mode=" + sys.argv[2])
connection.execute("PRAGMA synchronous=OFF")
print("ready", flush=True)
failed = 0
for step in range(50):
    try:
        connection.execute(
            "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) "
            "VALUES ('beside', ?, ?, ?, ?, 0)",
            (step, 1795000000000 + step, sys.argv[3], step),
        )
    except sqlite3.OperationalError:
        failed += 1
    time.sleep(0.03)
print(failed, flush=True)
"""


@pytest.mark.parametrize("mode", ["DELETE", "TRUNCATE", "PERSIST", "MEMORY", "WAL"])
def test_a_writer_that_does_not_wait_is_never_kept_out(tmp_path: Path, mode: str) -> None:
    path = store(tmp_path, BIG.format(20_000))
    words = [sys.executable, "-c", _HASTY, str(path), mode, RUN]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        story = Story()
        while writer.poll() is None:
            chunk = READER.read(str(tmp_path), SOURCE, story.cursor, Budget())
            story.apply(chunk)
        assert writer.stdout.readline() == "0\n"
    read_on(READER, tmp_path, SOURCE, story)
    assert steps(story, RUN, "beside") == list(range(50))
    assert len(values(story, RUN, "long")) == 20_001
    assert story.resets == 0


def test_who_writes_is_told_without_a_lock(tmp_path: Path) -> None:
    path = store(tmp_path)

    def asked() -> Writer:
        fd = os.open(path, os.O_RDONLY)
        try:
            return writer_of(fd)
        finally:
            os.close(fd)

    with writing(path, patience=0) as writer:
        assert asked() is Writer.NONE
        writer.do("BEGIN IMMEDIATE")
        assert asked() is Writer.PREPARING
        writer.log(RUN, "x", 0, 1.0)
        assert asked() is Writer.PREPARING
        assert writer.do("COMMIT") == []
        writer.do("BEGIN EXCLUSIVE")
        assert asked() is Writer.WRITING


def test_a_change_that_is_prepared_hides_nothing(tmp_path: Path) -> None:
    path = store(tmp_path)
    with writing(path, patience=0) as writer:
        writer.do("BEGIN IMMEDIATE")
        writer.log(RUN, "train/loss", 20, 0.5)
        assert (tmp_path / "mlflow.db-journal").exists()
        story = read(tmp_path)
        assert steps(story, RUN, "train/loss") == list(range(20))
        assert writer.do("COMMIT") == []
        read(tmp_path, story)
    assert steps(story, RUN, "train/loss") == list(range(21))


def test_where_nobody_can_be_asked_it_is_read_under_locks(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("sys.platform", "sunos5")
    path = store(tmp_path)
    with writing(path) as writer:
        story = read(tmp_path)
        writer.log(RUN, "train/loss", 20, 0.5)
        read(tmp_path, story)
    assert steps(story, RUN, "train/loss") == list(range(21))


def test_what_moved_while_it_was_read_is_read_again(tmp_path: Path, monkeypatch) -> None:
    path = store(tmp_path, BIG.format(5_000))
    monkeypatch.setattr("mlops_console.readers.mlflow.database.reading._LOOK_SHARE", 0)
    with writing(path) as writer:
        story, step = Story(), 0
        original = sqlite3.connect

        def connect(*words, **options):
            nonlocal step
            found = original(*words, **options)
            if step < 6:
                assert writer.log(RUN, "beside", step, 1.0) == []
                step += 1
            return found

        monkeypatch.setattr("sqlite3.connect", connect)
        read_on(READER, tmp_path, SOURCE, story)
    assert steps(story, RUN, "beside") == list(range(6))
    assert len(values(story, RUN, "long")) == 5_001
    assert story.resets == 0


@pytest.mark.parametrize("signal", [9])
def test_a_copy_does_not_outlive_a_killed_reader(tmp_path: Path, signal: int, monkeypatch) -> None:
    """Killed while it reads a private copy: nothing of it is left."""
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    root = tmp_path / "project"
    path = store(root, "PRAGMA journal_mode=WAL")
    with writing(path) as writer:
        writer.log(RUN, "train/loss", 20, 0.5)
        kept = (root / "mlflow.db-wal").read_bytes()
        main = path.read_bytes()
    (root / "mlflow.db-shm").unlink(missing_ok=True)
    (root / "mlflow.db-wal").write_bytes(kept)
    path.write_bytes(main)
    code = (
        "import os, sys\n"
        "from mlops_console.readers.mlflow.database.connecting import connected\n"
        "with connected(sys.argv[1], 'mlflow.db', 5) as opened:\n"
        "    assert opened.connection.execute('SELECT count(step) FROM metrics').fetchone()[0] > 20\n"
        f"    os.kill(os.getpid(), {signal})\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(root)], env={**os.environ, "TMPDIR": str(scratch)}, check=False
    )
    assert ended.returncode == -signal
    assert list(scratch.iterdir()) == []


def test_what_a_killed_process_left_is_swept_away(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "mlops-console-copy-left"
    left.mkdir()
    (left / "copy.db").write_bytes(b"x")
    young = tmp_path / "mlops-console-copy-young"
    young.mkdir()
    other = tmp_path / "other"
    other.mkdir()
    long_ago = time.time() - 3_600
    for folder in (left, other):
        os.utime(folder, (long_ago, long_ago))
    with copies.private_folder() as folder:
        os.utime(folder, (long_ago, long_ago))
        copies.sweep(tmp_path)
        assert sorted(tmp_path.iterdir()) == sorted([folder, young, other])
    assert sorted(tmp_path.iterdir()) == sorted([young, other])


def test_no_copy_is_needed_for_a_database_that_lies_there(tmp_path: Path, monkeypatch) -> None:
    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    path = store(tmp_path / "project")
    change(path, "PRAGMA journal_mode=PERSIST", "DELETE FROM tags")
    before = time.time_ns()
    assert read(tmp_path / "project").facts
    assert scratch.stat().st_mtime_ns < before
