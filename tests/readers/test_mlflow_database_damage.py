"""MLflow's databases that are damaged, cut off, huge or made to do harm."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conformance.reading import Story, read_on
from tests.readers.mlflow_database import RUN, SOURCE, change, facts, read, steps, store, values

from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow import READER

FILL = (
    "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) "
    "INSERT INTO metrics(key, value, timestamp, run_uuid, step, is_nan) "
    "SELECT '{key}', i, 1795000000000 + i, '" + RUN + "', i, 0 FROM n"
)


def _leaves(path, mark: bytes, size: int = 4096) -> list[int]:
    """Pages of a table (not of an index) that hold a mark."""
    data = path.read_bytes()
    pages = range(0, len(data), size)
    return [at for at in pages if data[at : at + 1] == b"\x0d" and mark in data[at : at + size]]


def _spoil(path, at: int, junk: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(junk)


def test_a_damaged_page_costs_only_its_points(tmp_path):
    path = store(tmp_path, FILL.format(key="long-series", last=4999))
    leaves = _leaves(path, b"long-series")
    before = path.read_bytes()[leaves[20] : leaves[20] + 4096]
    _spoil(path, leaves[20], b"\xff" * 4096)
    story = read(tmp_path)
    found = steps(story, RUN, "long-series")
    assert 4900 < len(found) < 5000
    assert found == sorted(found)
    assert found[-1] == 4999
    assert [problem.what for problem in story.problems] == ["is damaged in places: metrics there are lost"]
    again = READER.read(str(tmp_path), SOURCE, story.cursor, Budget())
    assert (len(again.points), again.reset, again.problems) == (0, False, story.problems)
    _spoil(path, leaves[20], before)
    read(tmp_path, story)
    assert steps(story, RUN, "long-series") == list(range(5000))
    assert story.problems == ()


def test_damage_in_another_table_is_told_and_the_rest_shown(tmp_path):
    path = store(tmp_path, *(f"INSERT INTO params VALUES ('k{n}', 'pppp', '{RUN}')" for n in range(2_000)))
    _spoil(path, _leaves(path, b"pppp")[3], b"\xff" * 4096)
    story = read(tmp_path)
    assert [problem.what for problem in story.problems] == [
        "the table params is damaged; what can be read of it is shown"
    ]
    assert len(story.facts) == 9
    assert len(values(story, RUN, "train/loss")) == 20


@pytest.mark.parametrize("size", [0, 1, 15, 100, 4095, 4096, 5000, 100_000, 253_951])
def test_a_file_that_is_cut_off(tmp_path, size):
    path = store(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:size])
    story = read_on(READER, tmp_path, SOURCE)
    assert len(story.problems) == 1
    assert not story.facts
    path.write_bytes(whole)
    read_on(READER, tmp_path, SOURCE, story)
    assert len(story.facts) == 9
    assert story.problems == ()


def test_a_file_that_is_something_else(tmp_path):
    (tmp_path / "mlflow.db").write_bytes(b"PK\x03\x04" * 2_000)
    (problem,) = read_on(READER, tmp_path, SOURCE).problems
    assert problem.what == "is not a SQLite database"
    (tmp_path / "mlflow.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 8_000)
    (problem,) = read_on(READER, tmp_path, SOURCE).problems
    assert problem.what


def test_huge_texts_are_cut_or_left_out_with_a_word(tmp_path):
    store(
        tmp_path,
        f"INSERT INTO params VALUES ('long', hex(zeroblob(500000)), '{RUN}')",
        f"INSERT INTO params VALUES ('vast', hex(zeroblob(40000000)), '{RUN}')",
        f"INSERT INTO params VALUES ('after', 'there', '{RUN}')",
    )
    story = read(tmp_path)
    params = facts(story)["params"]
    assert len(params["long"]) < 70_000
    assert params["long"].endswith("…")
    assert params["after"] == "there"
    assert "vast" not in params
    assert [problem.what for problem in story.problems] == [
        "the table params holds a value that is too large to be read; what can be read of it is shown"
    ]


def test_a_long_series_next_to_a_single_point(tmp_path):
    store(tmp_path, FILL.format(key="long", last=499_999), FILL.format(key="one", last=0))
    story = read(tmp_path)
    assert (len(values(story, RUN, "long")), values(story, RUN, "one")) == (500_000, [0.0])


def test_orphans_and_loops_of_parents(tmp_path):
    path = store(
        tmp_path,
        "INSERT INTO tags VALUES ('mlflow.parentRunId', '" + RUN + "', 'nobody')",
        f"UPDATE tags SET value='{RUN}' WHERE key='mlflow.parentRunId' AND run_uuid='{RUN}'",
    )
    assert facts(read(tmp_path))["parent_native_id"] == RUN
    change(path, "DELETE FROM experiments")
    assert facts(read(tmp_path)).get("group") is None


def test_metrics_of_runs_that_are_not_listed(tmp_path):
    store(tmp_path, f"DELETE FROM runs WHERE run_uuid='{RUN}'")
    story = read(tmp_path)
    assert RUN not in {run.native for run, _ in story.points} | {key.native for key in story.facts}
    assert len(story.points) == 2 * 8
    assert [problem.what for problem in story.problems] == [
        "holds metrics of runs that it doesn't list; they are left out"
    ]


def test_a_schema_of_one_s_own(tmp_path):
    path = store(
        tmp_path,
        "DROP TABLE metrics",
        "CREATE TABLE metrics(a, b) WITHOUT ROWID".replace(
            "(a, b)", "(key PRIMARY KEY, value, timestamp, run_uuid)"
        ),
    )
    story = read(tmp_path)
    assert len(story.facts) == 9
    assert [problem.what for problem in story.problems] == ["is unlike what MLflow writes"]
    change(
        path,
        "DROP TABLE metrics",
        "CREATE TABLE metrics(rowid, key, value, timestamp, run_uuid)",
        "INSERT INTO metrics VALUES (5, 'a', 1, 1, 'x'), (5, 'a', 1, 1, 'x'), (4, 'a', 1, 1, 'x')",
    )
    began = time.monotonic()
    read(tmp_path)
    assert time.monotonic() - began < 10


@settings(max_examples=150)
@given(
    wounds=st.lists(
        st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=64)), min_size=1, max_size=12
    ),
    pages=st.lists(st.tuples(st.integers(0, 62), st.integers(0, 110), st.integers(0, 255)), max_size=6),
    live=st.booleans(),
)
def test_damage_is_never_an_exception_nor_a_hang(tmp_path_factory, wounds, pages, live):
    root = tmp_path_factory.mktemp("store")
    path = store(root)
    story = read(root) if live else Story()
    data = bytearray(path.read_bytes())
    for where, junk in wounds:
        at = int(where * len(data))
        data[at : at + len(junk)] = junk
    for page, at, byte in pages:
        data[page * 4096 + at] = byte
    path.write_bytes(data)
    began = time.process_time()
    for _ in range(60):
        chunk = READER.read(str(root), SOURCE, story.cursor, Budget())
        story.apply(chunk)
        if not chunk.more:
            break
    assert not chunk.more
    assert time.process_time() - began < 10
    again = READER.read(str(root), SOURCE, story.cursor, Budget())
    assert again.problems == story.problems
