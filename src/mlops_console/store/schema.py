"""The tables, their version, and the steps from an older version to this one.

No secondary indexes and no primary keys: ids are allotted by the one writer. The points of a series are
its rows in `packed` (blocks of points, see `packing`) in row order, followed by its rows in `tail` (the few
newest ones of a live run): ask `points.points_of`, never the tables.

What sources say belongs to the run as they key it (`own_id`) and is shown under a run (`run_id`): the same
one, unless a tool says that two of them are one. Then the other stands in `joined` and has no row in `runs`.
"""

from collections.abc import Callable, Mapping
from typing import Final

import duckdb

VERSION: Final = 3

JOURNALS: Final = (
    """CREATE TABLE events(project_id INTEGER, id TEXT, clock BIGINT, kind TEXT, model TEXT, "by" TEXT,
        "at" BIGINT, name TEXT, sha256 TEXT, text TEXT)""",
    "CREATE TABLE folds(project_id INTEGER, place TEXT, heads TEXT, known BLOB, packed BLOB)",
)

TABLES: Final = (
    "CREATE TABLE meta(key TEXT, value TEXT)",
    """CREATE TABLE projects(project_id INTEGER, key TEXT, name TEXT, root TEXT, device UBIGINT,
        inode UBIGINT)""",
    """CREATE TABLE sources(source_id INTEGER, project_id INTEGER, reader TEXT, path TEXT, files TEXT,
        fingerprint BLOB, cursor BLOB, gone BOOLEAN, deaths INTEGER)""",
    "CREATE TABLE verdicts(project_id INTEGER, path TEXT, stamp BLOB, verdict BLOB)",
    """CREATE TABLE runs(run_id INTEGER, id TEXT, project_id INTEGER, path TEXT, native TEXT, native_id TEXT,
        name TEXT, "group" TEXT, parent TEXT, parent_native_id TEXT, status TEXT, status_reason TEXT,
        declared TEXT, started BIGINT, ended BIGINT, active BIGINT, host TEXT, boot_id TEXT, pid BIGINT,
        pid_started BIGINT, gone BOOLEAN, archived BOOLEAN, readers TEXT, seen BIGINT, deleted TEXT,
        parent_key TEXT, parent_reader TEXT)""",
    """CREATE TABLE joined(own_id INTEGER, id TEXT, project_id INTEGER, path TEXT, native TEXT, seen BIGINT,
        run_id INTEGER)""",
    """CREATE TABLE facts(run_id INTEGER, source_id INTEGER, facts TEXT, own_id INTEGER, native_id TEXT,
        same_as TEXT)""",
    "CREATE TABLE tagged(id TEXT, tags TEXT)",
    "CREATE TABLE keys(key_id INTEGER, kind TEXT, key TEXT)",
    'CREATE TABLE "values"(run_id INTEGER, key_id INTEGER, text TEXT, number DOUBLE)',
    """CREATE TABLE series(series_id INTEGER, run_id INTEGER, key_id INTEGER, source_id INTEGER,
        shown BOOLEAN, count BIGINT, first_step BIGINT, first_value DOUBLE, last_step BIGINT,
        last_value DOUBLE, last_wall BIGINT, min DOUBLE, max DOUBLE, min_step BIGINT, max_step BIGINT,
        nan_count BIGINT, spark BLOB, own_id INTEGER)""",
    """CREATE TABLE packed(series_id INTEGER, count INTEGER, step BIGINT, step_by BIGINT, wall BIGINT,
        wall_by BIGINT, form SMALLINT, data BLOB USING COMPRESSION uncompressed)""",
    "CREATE TABLE tail(series_id INTEGER, step BIGINT, wall BIGINT, value DOUBLE)",
    """CREATE TABLE problems(project_id INTEGER, source_id INTEGER, path TEXT, byte_offset BIGINT,
        what TEXT)""",
    *JOURNALS,
)

Migration = Callable[[duckdb.DuckDBPyConnection], None]


def _runs_of_several_sources(con: duckdb.DuckDBPyConnection) -> None:
    """1 to 2: one run under several keys, runs that a tool deleted, parents by native id, people's tags."""
    for table, column, kind in (
        ("runs", "deleted", "TEXT"), ("runs", "parent_key", "TEXT"), ("runs", "parent_reader", "TEXT"),
        ("facts", "own_id", "INTEGER"), ("facts", "native_id", "TEXT"), ("facts", "same_as", "TEXT"),
        ("series", "own_id", "INTEGER"),
    ):  # fmt: skip
        con.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    con.execute(
        "UPDATE runs SET parent_key = parent, parent_reader = string_split(readers, ',')[1]"
        " WHERE parent IS NOT NULL OR parent_native_id IS NOT NULL"
    )
    con.execute("UPDATE facts SET own_id = run_id, native_id = facts->>'$.native_id'")
    con.execute("UPDATE series SET own_id = run_id")
    con.execute(
        "CREATE TABLE joined(own_id INTEGER, id TEXT, project_id INTEGER, path TEXT, native TEXT,"
        " seen BIGINT, run_id INTEGER)"
    )
    con.execute("CREATE TABLE tagged(id TEXT, tags TEXT)")


def _journals(con: duckdb.DuckDBPyConnection) -> None:
    """2 to 3: events of the journals, and the folds that are made of them."""
    for table in JOURNALS:
        con.execute(table)


MIGRATIONS: Final[Mapping[int, Migration]] = {1: _runs_of_several_sources, 2: _journals}
"""From version n to n + 1, each inside the one transaction that also writes the new version."""


def create(con: duckdb.DuckDBPyConnection) -> None:
    """All tables, in one transaction."""
    con.execute("BEGIN")
    for table in TABLES:
        con.execute(table)
    con.execute("INSERT INTO meta VALUES ('schema', ?)", [str(VERSION)])
    con.execute("INSERT INTO meta VALUES ('commit', '0')")
    con.execute("COMMIT")


def version(con: duckdb.DuckDBPyConnection) -> int | None:
    """The version of the tables; None where the file holds tables that are not ours, 0 tables count as -1."""
    tables = {
        name
        for (name,) in con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' AND NOT internal"
        ).fetchall()
    }
    if not tables:
        return -1
    if "meta" not in tables:
        return None
    row = con.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return int(row[0]) if row and str(row[0]).isdigit() else None


def migrate(con: duckdb.DuckDBPyConnection, found: int) -> None:
    """Bring older tables to this version, all steps in one transaction."""
    con.execute("BEGIN")
    for step in range(found, VERSION):
        MIGRATIONS[step](con)
    con.execute("UPDATE meta SET value = ? WHERE key = 'schema'", [str(VERSION)])
    con.execute("COMMIT")
