"""A store that can't be used is told from one that can: set aside, migrated, refused, or stood in for."""

import random
import subprocess
import sys

import duckdb
import pytest
from store_making import PROJECT, asked, curve, history, reading

from mlops_console.errors import StoreError, StoreTooNewError
from mlops_console.settings import places
from mlops_console.store import StoreRebuiltError, open_store, schema


@pytest.fixture
def file(tmp_path):
    """A store with points in the file, and some in its log."""
    path = tmp_path / "store.duckdb"
    store = open_store(places(str(path)))
    store.put_project(PROJECT)
    for run in range(20):
        store.apply([reading(f"runs/{run}", metrics={f"m{i}": curve(range(300)) for i in range(5)})])
    store.close()
    return path


def with_log(file, tmp_path):
    """What kill -9 leaves behind: the file and its log."""
    store = open_store(places(str(file)))
    store.apply([reading("runs/late", metrics={"loss": curve([1, 2])})])
    left = tmp_path / "left" / "store.duckdb"
    left.parent.mkdir()
    subprocess.run(["cp", file, left], check=True)
    subprocess.run(["cp", f"{file}.wal", f"{left}.wal"], check=True)
    store.close()
    return left


def reopened(file):
    store = open_store(places(str(file)))
    store.put_project(PROJECT)
    return store


def assert_begun_anew(file, store):
    assert len(store.notices) == 1
    assert "set aside as store.duckdb.corrupt-" in store.notices[0]
    assert len([*file.parent.glob("store.duckdb.corrupt-*")]) >= 1
    assert store.known(PROJECT.key) == []
    store.apply([reading("runs/0", metrics={"m0": curve([1])})])
    assert history(store, "runs/0", "m0") == curve([1])


def flip(path, dice, lowest=0):
    raw = bytearray(path.read_bytes())
    raw[dice.randrange(lowest, len(raw))] ^= 1 << dice.randrange(8)
    path.write_bytes(raw)


@pytest.mark.parametrize("keep", [0, 1, 100, 4096, 12288, 100_000])
def test_a_truncated_store_is_set_aside(file, keep):
    with file.open("r+b") as raw:
        raw.truncate(keep)
    store = reopened(file)
    if keep:
        assert_begun_anew(file, store)
    store.close()


def test_a_damaged_log_takes_its_file_with_it(file, tmp_path):
    left = with_log(file, tmp_path)
    flip(left.with_name("store.duckdb.wal"), random.Random(4), 200)
    store = reopened(left)
    assert_begun_anew(left, store)
    assert sorted(f.suffix for f in left.parent.glob("*corrupt*"))[1] == ".wal"
    store.close()


def test_a_log_left_by_a_kill_is_read(file, tmp_path):
    store = reopened(with_log(file, tmp_path))
    assert history(store, "runs/late", "loss") == curve([1, 2])
    assert store.notices == ()
    store.close()


def test_a_truncated_log_ends_where_its_cursors_say(file, tmp_path):
    left = with_log(file, tmp_path)
    log = left.with_name("store.duckdb.wal")
    with log.open("r+b") as raw:
        raw.truncate(log.stat().st_size - 10)
    store = reopened(left)
    late = [known for known in store.known(PROJECT.key) if known.source.path == "runs/late"]
    assert bool(late) == bool(history(store, "runs/late", "loss"))
    store.close()


def test_no_flipped_bit_goes_unnoticed_or_stops_the_console(file, tmp_path):
    whole = file.read_bytes()
    dice = random.Random(5)
    noticed = 0
    for turn in range(12):
        path = tmp_path / str(turn) / "store.duckdb"
        path.parent.mkdir()
        path.write_bytes(whole)
        flip(path, dice)
        store = open_store(places(str(path)))
        noticed += bool(store.notices)
        try:
            store.put_project(PROJECT)
            store.sweep(0, lambda process: None)
            store.apply([reading("runs/0", metrics={"m0": curve([1], 300)})])
        except StoreRebuiltError:
            assert any("set aside" in notice for notice in store.notices)
            assert store.known(PROJECT.key) == []
            store.apply([reading("runs/0", metrics={"m0": curve([1], 300)})])
        assert asked(store, "SELECT count(*) FROM runs")[0][0] in (1, 20)
        store.close()
    assert noticed


def damaged_points(file):
    """A bit flipped in a block of points: only a question that reads it notices."""
    store = open_store(places(str(file)))
    connection = store.connect()
    needle = bytes(connection.rows("SELECT data FROM packed WHERE count = 300 LIMIT 1")[0][0])
    connection.close()
    store.close()
    raw = bytearray(file.read_bytes())
    raw[raw.index(needle) + 100] ^= 1
    file.write_bytes(raw)


def all_histories(store):
    return [history(store, f"runs/{run}", "m0") for run in range(20)]


def test_damage_that_a_question_meets_begins_the_store_anew(file):
    damaged_points(file)
    store = reopened(file)
    with pytest.raises(StoreError, match="the store is damaged"):
        all_histories(store)
    with pytest.raises(StoreRebuiltError):
        store.sweep(0, lambda process: None)
    assert_begun_anew(file, store)
    store.close()


def test_damage_met_by_a_short_command_is_gone_at_the_next(file):
    damaged_points(file)
    store = open_store(places(str(file)))
    with pytest.raises(StoreError, match="the store is damaged"):
        all_histories(store)
    store.close()
    assert [*file.parent.glob("store.duckdb.corrupt-*")]
    store = reopened(file)
    assert store.known(PROJECT.key) == []
    store.close()


def test_a_store_overwritten_with_something_else_is_set_aside(file):
    file.write_bytes(b"SQLite format 3\0" * 1000)
    store = reopened(file)
    assert_begun_anew(file, store)
    store.close()


def test_somebody_elses_file_is_left_alone(tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text("step,loss\n0,1\n")
    with pytest.raises(StoreError, match="is no store of mlops-console"):
        open_store(places(str(path)))
    assert [file.name for file in tmp_path.iterdir()] == ["metrics.csv"]


def test_somebody_elses_database_is_left_alone(tmp_path):
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(str(path)) as theirs:
        theirs.execute("CREATE TABLE customers(name TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a store of mlops-console"):
        open_store(places(str(path)))
    assert path.read_bytes() == before


def test_a_newer_store_is_refused(file):
    with duckdb.connect(str(file)) as newer:
        newer.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(StoreTooNewError, match=r"newer mlops-console \(store version 99, this one knows 3\)"):
        open_store(places(str(file)))
    assert not [*file.parent.glob("*corrupt*")]


def test_a_newer_file_format_is_refused(file):
    raw = bytearray(file.read_bytes())
    assert raw[12:20] == (64).to_bytes(8, "little")  # the main header: checksum, "DUCK", storage version
    raw[12:20] = (69).to_bytes(8, "little")
    raw[:8] = checksum(bytes(raw[8:4096])).to_bytes(8, "little")
    file.write_bytes(raw)
    with pytest.raises(StoreTooNewError, match="newer DuckDB"):
        open_store(places(str(file)))
    assert not [*file.parent.glob("*corrupt*")]


def checksum(block: bytes) -> int:
    """DuckDB's own, over the words of a block."""
    total = 5381
    for at in range(0, len(block), 8):
        total ^= int.from_bytes(block[at : at + 8], "little") * 0xBF58476D1CE4E5B9 % 2**64
    return total


BEFORE = schema.VERSION - 1


def test_an_older_store_is_brought_forward_with_a_copy_beside_it(file, monkeypatch):
    with duckdb.connect(str(file)) as older:
        older.execute(f"UPDATE meta SET value = '{BEFORE}' WHERE key = 'schema'")
        older.execute("ALTER TABLE runs DROP COLUMN seen")
    monkeypatch.setattr(
        schema,
        "MIGRATIONS",
        {BEFORE: lambda con: con.execute("ALTER TABLE runs ADD COLUMN seen BIGINT DEFAULT 7")},
    )
    store = open_store(places(str(file)))
    assert store.notices == (
        (
            f"The store was brought from version {BEFORE} to {schema.VERSION};"
            f" the old one is store.duckdb.before-v{schema.VERSION}."
        ),
    )
    assert asked(store, "SELECT DISTINCT seen FROM runs") == [(7,)]
    assert len(history(store, "runs/3", "m2")) == 300
    store.close()
    store = open_store(places(str(file)))
    assert store.notices == ()
    store.close()
    with duckdb.connect(str(file.with_name(f"store.duckdb.before-v{schema.VERSION}"))) as old:
        assert old.execute("SELECT value FROM meta WHERE key = 'schema'").fetchall() == [(str(BEFORE),)]


def test_a_step_forward_that_breaks_leaves_the_old_store(file, monkeypatch):
    with duckdb.connect(str(file)) as older:
        older.execute(f"UPDATE meta SET value = '{BEFORE}' WHERE key = 'schema'")

    def broken(con):
        con.execute("DROP TABLE runs")
        raise StoreError("this step does not work")

    monkeypatch.setattr(schema, "MIGRATIONS", {BEFORE: broken})
    with pytest.raises(StoreError, match="does not work"):
        open_store(places(str(file)))
    monkeypatch.setattr(schema, "MIGRATIONS", {BEFORE: lambda con: None})
    store = open_store(places(str(file)))
    assert asked(store, "SELECT count(*) FROM runs") == [(20,)]
    store.close()


HOLDER = (
    "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.readline()"
)


def test_a_store_that_another_program_holds(file):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match=f"is open in process {holder.pid}"):
            open_store(places(str(file)))
    finally:
        holder.communicate("\n")
    store = open_store(places(str(file)))
    assert asked(store, "SELECT count(*) FROM runs") == [(20,)]
    store.close()


def test_a_place_that_can_not_be_written_is_stood_in_for():
    store = open_store(places("/sys/mlops-console/store.duckdb"))
    assert "working in a temporary store" in store.notices[0]
    store.put_project(PROJECT)
    store.apply([reading("runs/a", metrics={"loss": curve([1])})])
    assert history(store, "runs/a", "loss") == curve([1])
    kept = store._session.opened.path
    assert kept.exists()
    store.close()
    assert not kept.parent.exists()


def test_a_folder_or_a_path_below_a_file_is_no_store(tmp_path):
    with pytest.raises(StoreError, match="folder, not a store"):
        open_store(places(str(tmp_path)))
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="can't be used as store"):
        open_store(places(str(tmp_path / "file" / "store.duckdb")))
