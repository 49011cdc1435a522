"""Runs that people forgot: taken out of the tables, and read again only when they are asked back."""

import json
from collections.abc import Collection, Sequence

import duckdb

from mlops_console.store.apply import delete_runs
from mlops_console.store.known import Known


def forget(con: duckdb.DuckDBPyConnection, known: Known, run_ids: Sequence[str]) -> dict[str, str]:
    """Remove runs with all that hangs on them; the ids that went -> the id of the run they were shown as."""
    runs: dict[int, str] = {}
    for identity in run_ids:
        own = known.runs.get(identity)
        if own is not None:
            under = known.joins.under.get(own)
            runs.update([(own, identity)] if under is None else [under])
    if not runs:
        return {}
    listed = ", ".join(map(str, runs))
    spoke: dict[int, list[int]] = {}
    for run, source in con.execute(
        f"SELECT DISTINCT run_id, source_id FROM facts WHERE run_id IN ({listed}) ORDER BY ALL"
    ).fetchall():
        spoke.setdefault(run, []).append(source)
    con.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        [[f"forgot {identity}", json.dumps(spoke.get(run, []))] for run, identity in runs.items()],
    )
    shown = {own: runs[known.joins.shown(own)] for run in runs for own in known.joins.all_of(run)}
    gone = delete_runs(con, known, runs)
    return {identity: shown[own] for own, identity in gone.items()}


def recall(con: duckdb.DuckDBPyConnection, run_ids: Collection[str]) -> None:
    """Let the sources of forgotten runs be read anew."""
    names = [f"forgot {identity}" for identity in run_ids]
    marks = ", ".join("?" * len(names))
    rows = con.execute(f"SELECT value FROM meta WHERE key IN ({marks})", names).fetchall()
    sources = sorted({source for (value,) in rows for source in json.loads(value)})
    con.execute(f"DELETE FROM meta WHERE key IN ({marks})", names)
    if sources:
        con.execute(
            "UPDATE sources SET fingerprint = ''::BLOB, cursor = NULL"
            f" WHERE source_id IN ({', '.join(map(str, sources))})"
        )
