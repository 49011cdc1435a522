"""A store of the first version is brought forward with everything in it."""

import duckdb
from store_making import NOW, PROJECT, asked, curve, history, reading

from mlops_console.records import RunFacts, RunKey
from mlops_console.settings import places
from mlops_console.store import open_store, schema
from mlops_console.store.events import Journaled, KeptFold, kept_fold
from mlops_console.store.known import run_identity

LATER = {
    "runs": ("deleted", "parent_key", "parent_reader"),
    "facts": ("own_id", "native_id", "same_as"),
    "series": ("own_id",),
}


def aged(file):
    """The file as version 1 would have it: without what came later."""
    with duckdb.connect(str(file)) as older:
        for table, columns in LATER.items():
            for column in columns:
                older.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        older.execute("DROP TABLE joined")
        for table in ("tagged", "events", "folds"):
            older.execute(f"DROP TABLE {table}")
        older.execute("UPDATE meta SET value = '1' WHERE key = 'schema'")


def test_nothing_is_lost_and_old_and_new_go_together(tmp_path):
    where = places(str(tmp_path / "s.duckdb"))
    store = open_store(where)
    store.put_project(PROJECT)
    theirs = RunFacts(RunKey("m"), native_id="f", name="theirs", params={"lr": 1}, active=NOW)
    child = RunFacts(RunKey("c"), native_id="c", parent_native_id="p", parent=RunKey("m"))
    store.apply([
        reading("m", theirs, metrics={"loss": curve([3, 2])}, reader="mlflow"),
        reading("c", child, reader="mlflow"),
    ])  # fmt: skip
    before = asked(store, "SELECT * FROM runs ORDER BY run_id")
    store.close()
    aged(where.store)
    again = open_store(where)
    assert again.notices == ("The store was brought from version 1 to 3; the old one is s.duckdb.before-v3.",)
    assert schema.VERSION == 3
    assert asked(again, "SELECT * FROM runs ORDER BY run_id") == before
    assert history(again, "m", "loss") == curve([3, 2])
    more = reading("m", metrics={"loss": curve([1], 2, NOW + 2_000_000)}, reader="mlflow")
    ours = reading("runs/a", RunFacts(RunKey("runs/a"), same_as=(("mlflow", "f"),)), reader="recorded")
    again.apply([more, ours])
    assert history(again, "runs/a", "loss") == curve([3, 2, 1])
    a = run_identity(PROJECT.key, RunKey("runs/a"))
    assert asked(again, "SELECT path, parent FROM runs ORDER BY path") == [("c", a), ("runs/a", None)]
    again.close()


def test_a_store_without_journals_takes_them_up(tmp_path):
    where = places(str(tmp_path / "s.duckdb"))
    store = open_store(where)
    store.put_project(PROJECT)
    store.apply([reading("m", metrics={"loss": curve([3, 2])}, reader="mlflow")])
    store.close()
    with duckdb.connect(str(where.store)) as older:
        older.execute("DROP TABLE events")
        older.execute("DROP TABLE folds")
        older.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
    again = open_store(where)
    assert again.notices == ("The store was brought from version 2 to 3; the old one is s.duckdb.before-v3.",)
    assert history(again, "m", "loss") == curve([3, 2])
    again.put_project(PROJECT)
    fold = KeptFold("here", "h", b"known", b"packed")
    again.keep_journal(Journaled(PROJECT.key, fold=fold))
    assert kept_fold(again.connect(), PROJECT.key) == fold
    again.close()
