"""MLflow's databases while another process writes, locks, dies or changes what was read."""

import os
import shutil
import sqlite3
import time

import pytest
from tests.conformance.reading import Story, read_on
from tests.readers.mlflow_database import RUN, SOURCE, change, facts, read, steps, store, values, writing

from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow import READER
from mlops_console.records import Status

WAL = "PRAGMA journal_mode=WAL"


def _names(root) -> list[str]:
    return sorted(entry.name for entry in root.iterdir())


def _chunk(root, story, **options):
    chunk = READER.read(str(root), SOURCE, story.cursor, Budget(**options))
    story.apply(chunk)
    return chunk


@pytest.mark.parametrize("mode", ["DELETE", "WAL", "TRUNCATE", "PERSIST"])
def test_new_points_come_without_the_old_ones(tmp_path, mode):
    path = store(tmp_path, f"PRAGMA journal_mode={mode}")
    with writing(path) as writer:
        story = read(tmp_path)
        for step in range(20, 40):
            assert writer.log(RUN, "train/loss", step, step) == []
            chunk = _chunk(tmp_path, story)
            assert len(chunk.points) == 1
            assert not chunk.reset
    assert steps(story, RUN, "train/loss") == list(range(40))


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_reading_never_keeps_a_writer_out(tmp_path, mode):
    path = store(tmp_path, f"PRAGMA journal_mode={mode}")
    big = (
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
        "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) "
        f"SELECT 'long', i, 1795000000000 + i, '{RUN}', i, 0 FROM n"
    )
    change(path, big)
    with writing(path, patience=5) as writer:
        story, logged = Story(), 0
        for _ in range(200):
            chunk = _chunk(tmp_path, story, points=1_000)
            assert writer.log(RUN, "beside", logged, 1.0) == []
            logged += 1
            if not chunk.more:
                break
        read_on(READER, tmp_path, SOURCE, story)
    assert len(values(story, RUN, "long")) == 60_001
    assert steps(story, RUN, "beside") == list(range(logged))
    assert story.resets == 0


def test_a_run_begins_goes_on_and_ends(tmp_path):
    path = store(tmp_path)
    story = read(tmp_path)
    change(
        path,
        "INSERT INTO runs(run_uuid, name, status, start_time, lifecycle_stage, experiment_id) "
        "VALUES ('fresh', 'fresh', 'RUNNING', 1795000000000, 'active', 1)",
    )
    read(tmp_path, story)
    assert facts(story, "fresh")["status"] == Status.RUNNING
    change(path, "UPDATE runs SET status='FAILED', end_time=1795000005000 WHERE run_uuid='fresh'")
    change(path, "INSERT INTO tags VALUES ('why', 'diverged', 'fresh')")
    read(tmp_path, story)
    assert (facts(story, "fresh")["status"], facts(story, "fresh")["tags"]) == (
        Status.FAILED,
        {"why": "diverged"},
    )
    change(path, "UPDATE runs SET lifecycle_stage='deleted' WHERE run_uuid='fresh'")
    assert facts(read(tmp_path, story), "fresh")["deleted"] is True
    change(path, "UPDATE runs SET lifecycle_stage='active' WHERE run_uuid='fresh'")
    assert facts(read(tmp_path, story), "fresh")["deleted"] is False
    assert story.resets == 0


def test_what_was_deleted_is_forgotten(tmp_path):
    path = store(tmp_path)
    story = read(tmp_path)
    change(path, f"DELETE FROM tags WHERE run_uuid='{RUN}' AND key='mlflow.source.git.commit'")
    assert "mlflow.source.git.commit" not in facts(read(tmp_path, story))["tags"]
    assert story.resets == 1
    for table in ("metrics", "params", "tags", "latest_metrics", "runs"):
        change(path, f"DELETE FROM {table} WHERE run_uuid='{RUN}'")
    read(tmp_path, story)
    assert RUN not in {key.native for key in story.facts}
    assert story.resets == 2
    change(path, "VACUUM")
    read(tmp_path, story)
    assert len(story.facts) == 8
    assert sum(len(block[0]) for block in story.series().values()) == len(
        sqlite3.connect(path).execute("SELECT key FROM metrics").fetchall()
    )


def test_another_database_in_its_place(tmp_path):
    path = store(tmp_path)
    story = read(tmp_path)
    path.unlink()
    store(tmp_path, "UPDATE runs SET run_uuid='x' || run_uuid", "UPDATE metrics SET run_uuid='x' || run_uuid")
    read(tmp_path, story)
    assert story.resets == 1
    assert all(key.native.startswith("x") for key in story.facts)


def test_a_lock_means_later(tmp_path):
    path = store(tmp_path)
    with writing(path) as writer:
        assert writer.do("BEGIN EXCLUSIVE") == []
        writer.log(RUN, "train/loss", 20, 0.5)
        began = time.monotonic()
        chunk = READER.read(str(tmp_path), SOURCE, None, Budget())
        assert time.monotonic() - began < 3
        assert chunk.more
        assert not chunk.problems
        story = Story()
        story.apply(chunk)
        writer.do("COMMIT")
        read_on(READER, tmp_path, SOURCE, story)
    assert steps(story, RUN, "train/loss") == list(range(21))
    assert story.resets == 0


def test_a_lock_without_end_is_told_once_and_waited_out(tmp_path):
    path = store(tmp_path)
    story = read(tmp_path)
    with writing(path) as writer:
        writer.do("BEGIN EXCLUSIVE")
        read(tmp_path, story)
        assert [problem.what.split(";")[0] for problem in story.problems] == [
            "is locked by a program that writes it"
        ]
        assert len(story.facts) == 9
    read(tmp_path, story)
    assert story.problems == ()


def test_a_writer_that_is_in_the_middle_of_it(tmp_path):
    path = store(tmp_path)
    with writing(path) as writer:
        writer.do("BEGIN IMMEDIATE")
        writer.log(RUN, "train/loss", 20, 0.5)
        assert steps(read(tmp_path), RUN, "train/loss") == list(range(20))


def _hot_journal(path, into) -> None:
    """A database as a writer leaves it that is killed in the middle of a large transaction."""
    with writing(path) as writer:
        writer.do("PRAGMA cache_size=2")
        writer.do("BEGIN")
        writer.do(f"UPDATE metrics SET value=-1 WHERE run_uuid='{RUN}'")
        for number in range(40):
            writer.do("INSERT INTO params VALUES (?, ?, ?)", f"p{number}", "x" * 4000, RUN)
        for name in _names(path.parent):
            shutil.copy(path.parent / name, into / name)


def test_what_a_dead_writer_left_half_done_is_undone_for_the_eye(tmp_path):
    (tmp_path / "before").mkdir()
    root = tmp_path / "after"
    root.mkdir()
    _hot_journal(store(tmp_path / "before"), root)
    assert _names(root) == ["mlflow.db", "mlflow.db-journal"]
    before = {name: (root / name).read_bytes() for name in _names(root)}
    story = read(root)
    assert values(story, RUN, "train/loss")[:2] == [1.0, 0.5]
    assert "p0" not in facts(story)["params"]
    assert story.problems == ()
    assert before == {name: (root / name).read_bytes() for name in _names(root)}


def test_a_journal_that_names_other_files_is_not_played(tmp_path):
    (tmp_path / "before").mkdir()
    root = tmp_path / "after"
    root.mkdir()
    _hot_journal(store(tmp_path / "before"), root)
    victim = tmp_path / "victim.txt"
    victim.write_text("dear")
    name = os.fsencode(victim)
    page = (1).to_bytes(4, "big") * 0
    with (root / "mlflow.db-journal").open("ab") as journal:
        journal.write(page + name + len(name).to_bytes(4, "big") + sum(name).to_bytes(4, "big"))
        journal.write(bytes.fromhex("d9d505f920a163d7"))
    story = read(root)
    assert [problem.what for problem in story.problems] == [
        "can't be read: its journal belongs to several files"
    ]
    assert victim.read_text() == "dear"


def test_points_that_are_still_in_the_wal(tmp_path):
    path = store(tmp_path, WAL)
    with writing(path) as writer:
        writer.log(RUN, "train/loss", 20, 0.5)
        assert _names(tmp_path) == ["mlflow.db", "mlflow.db-shm", "mlflow.db-wal"]
        assert steps(read(tmp_path), RUN, "train/loss") == list(range(21))
        writer.kill()
    # Its writer is gone, its points are still only there.
    assert steps(read(tmp_path), RUN, "train/loss") == list(range(21))


def test_a_copy_with_its_wal_but_without_the_rest(tmp_path):
    there, here = tmp_path / "there", tmp_path / "here"
    path = store(there, WAL)
    here.mkdir()
    with writing(path) as writer:
        writer.log(RUN, "train/loss", 20, 0.5)
        for name in ("mlflow.db", "mlflow.db-wal"):
            shutil.copy(there / name, here / name)
    assert steps(read(here), RUN, "train/loss") == list(range(21))
    assert _names(here) == ["mlflow.db", "mlflow.db-wal"]


def test_a_copy_without_its_wal_is_read_and_left_as_it_is(tmp_path):
    there, here = tmp_path / "there", tmp_path / "here"
    path = store(there, WAL)
    here.mkdir()
    with writing(path) as writer:
        writer.log(RUN, "train/loss", 20, 0.5)
        shutil.copy(path, here / "mlflow.db")
    os.chmod(here, 0o555)
    story = read(here)
    os.chmod(here, 0o755)
    assert steps(story, RUN, "train/loss") == list(range(20))
    assert _names(here) == ["mlflow.db"]


def test_looking_leaves_nothing_beside_a_database_in_wal_mode(tmp_path):
    store(tmp_path, WAL)
    assert len(read(tmp_path).facts) == 9
    assert _names(tmp_path) == ["mlflow.db"]


def test_a_wal_that_is_no_file_is_not_followed(tmp_path):
    store(tmp_path, WAL)
    (tmp_path / "elsewhere").write_bytes(b"x")
    (tmp_path / "mlflow.db-wal").symlink_to(tmp_path / "elsewhere")
    (problem,) = read(tmp_path).problems
    assert problem.what == "can't be read: mlflow.db-wal beside it is a link"


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_a_pipe_beside_it_holds_nobody_up(tmp_path, end):
    store(tmp_path, WAL if end != "-journal" else "PRAGMA user_version=1")
    os.mkfifo(tmp_path / f"mlflow.db{end}")
    (problem,) = read(tmp_path).problems
    assert "is not a regular file" in problem.what


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_many_runs_facts_first_and_after_that_only_what_moves(tmp_path, mode):
    many = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2999) "
    path = store(
        tmp_path,
        f"PRAGMA journal_mode={mode}",
        many
        + "INSERT INTO runs(run_uuid, name, status, start_time, end_time, lifecycle_stage, experiment_id) "
        "SELECT 'r' || i, 'run ' || i, iif(i = 7, 'RUNNING', 'FINISHED'), 1795000000000, 1795000001000, "
        "'active', 1 FROM n",
        many + "INSERT INTO params SELECT 'lr', i / 1000.0, 'r' || i FROM n",
        many + "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) "
        "SELECT 'loss', i, 1795000000000, 'r' || i, 0, 0 FROM n",
    )
    story = Story()
    first = _chunk(tmp_path, story, points=1, seconds=60)
    assert len({found.key for found in first.facts if found.name}) == 3009
    read(tmp_path, story, budget=Budget(points=1, seconds=60))
    assert len(story.facts) == 3009
    assert len(story.points) == 3000 + 2 * 9 + 2
    change(path, "INSERT INTO metrics VALUES ('loss', 2, 1795000000500, 'r7', 1, 0)")
    chunk = _chunk(tmp_path, story, seconds=60)
    assert len(chunk.points) == 1
    assert {found.key.native for found in chunk.facts} == {"r7"}
    change(path, "UPDATE tags SET value='bo' WHERE key='mlflow.user'")
    assert len([found for found in _chunk(tmp_path, story, seconds=60).facts if found.tags]) == 9
    change(path, "INSERT INTO runs(run_uuid, status, experiment_id) VALUES ('new', 'RUNNING', 1)",
           "INSERT INTO metrics VALUES ('loss', 2, 1795000000500, 'new', 1, 0)")  # fmt: skip
    chunk = _chunk(tmp_path, story, seconds=60)
    assert {found.key.native for found in chunk.facts} >= {"new"}
    assert story.resets == 0
