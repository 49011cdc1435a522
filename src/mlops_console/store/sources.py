"""Sources: what was read, up to where, and whether it is still there."""

import json
from collections.abc import Mapping, Sequence

import duckdb
import numpy as np

from mlops_console.records import Problem, Source
from mlops_console.store.choosing import choose
from mlops_console.store.database import listed as numbers
from mlops_console.store.known import Known
from mlops_console.store.staging import as_found, exact, staged
from mlops_console.store.types import KnownSource, Read


def register(
    con: duckdb.DuckDBPyConnection, known: Known, reads: Sequence[Read]
) -> tuple[list[int], set[int]]:
    """Ids of the sources read (a position each) and those not known before; cursors and fingerprints kept."""
    fresh: set[int] = set()
    ids: list[int] = []
    last: dict[int, Read] = {}
    for read in reads:
        place = (known.projects[read.project_key], read.source.reader, read.source.path)
        source = known.sources.get(place)
        if source is None:
            source = known.next_source
            known.next_source += 1
            known.sources[place] = source
            known.places[source] = place
            fresh.add(source)
        ids.append(source)
        last[source] = read
    _write(con, known, {s: r for s, r in last.items() if s in fresh}, "insert")
    _write(con, known, {s: r for s, r in last.items() if s not in fresh}, "update")
    return ids, fresh


def _write(con: duckdb.DuckDBPyConnection, known: Known, reads: Mapping[int, Read], how: str) -> None:
    if not reads:
        return
    rows, text = staged(
        {
            "source_id": ("INTEGER", list(reads)),
            "project_id": ("INTEGER", [known.projects[r.project_key] for r in reads.values()]),
            "reader": ("VARCHAR", [r.source.reader for r in reads.values()]),
            "path": ("VARCHAR", [exact(r.source.path) for r in reads.values()]),
            "files": ("VARCHAR", [json.dumps(r.source.files) for r in reads.values()]),
            "fingerprint": ("BLOB", [r.fingerprint for r in reads.values()]),
            "cursor": ("BLOB", [r.chunk.cursor for r in reads.values()]),
        }
    )
    if how == "insert":
        con.execute(f"INSERT INTO sources SELECT *, false, 0 FROM {rows}", [text])
    else:
        con.execute(
            "UPDATE sources SET files = r.files, fingerprint = r.fingerprint, cursor = r.cursor, gone = false"
            f" FROM {rows} r WHERE sources.source_id = r.source_id",
            [text],
        )


def known_sources(con: duckdb.DuckDBPyConnection, project_key: str) -> list[KnownSource]:
    """All sources of a project as they were read last."""
    rows = con.execute(
        "SELECT reader, s.path, files, fingerprint, cursor, gone, deaths"
        " FROM sources s JOIN projects p USING (project_id) WHERE p.key = ? ORDER BY source_id",
        [project_key],
    ).fetchall()
    return [
        KnownSource(
            Source(reader, as_found(path), tuple(json.loads(files))),
            bytes(mark),
            bytes(cursor) if cursor else None,
            bool(gone),
            deaths,
        )
        for reader, path, files, mark, cursor, gone, deaths in rows
    ]


def mark_gone(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    project_key: str,
    places: Sequence[tuple[str, str]],
    gone: bool,
) -> list[str]:
    """Note that sources vanished (or came back); the ids of runs that are gone (or back) with them.

    A run is gone once all its sources are: it stays, and says so.
    """
    project = known.projects.get(project_key)
    ids = [
        known.sources[place]
        for reader, path in places
        if project is not None and (place := (project, reader, path)) in known.sources
    ]
    if not ids:
        return []
    listed = ", ".join(map(str, ids))
    con.execute(f"UPDATE sources SET gone = ? WHERE source_id IN ({listed})", [gone])
    (known.gone.update if gone else known.gone.difference_update)(ids)
    touched = con.execute(
        "SELECT f.run_id, bool_and(s.gone) FROM facts f JOIN sources s USING (source_id)"
        f" WHERE f.run_id IN (SELECT run_id FROM facts WHERE source_id IN ({listed})) GROUP BY f.run_id"
    ).fetchnumpy()
    if not len(touched["run_id"]):
        return []
    con.register(
        "touched", {"run_id": touched["run_id"], "now_gone": np.asarray(touched["bool_and(s.gone)"])}
    )
    try:
        moved = choose(con, known, touched["run_id"].tolist())
        changed = con.execute(
            "SELECT r.id FROM runs r JOIN touched t USING (run_id) WHERE r.gone <> t.now_gone"
            f" OR r.run_id IN ({numbers(moved)})"
        ).fetchall()
        con.execute("UPDATE runs SET gone = t.now_gone FROM touched t WHERE runs.run_id = t.run_id")
    finally:
        con.unregister("touched")
    return [identity for (identity,) in changed]


def add_death(
    con: duckdb.DuckDBPyConnection, known: Known, project_key: str, source: Source, what: str
) -> int:
    """The reader child died on this source: so often now. Said as a problem of the source."""
    place = (known.projects[project_key], source.reader, source.path)
    number = known.sources.get(place)
    if number is None:
        number = known.next_source
        known.next_source += 1
        known.sources[place] = number
        known.places[number] = place
        con.execute(
            "INSERT INTO sources VALUES (?, ?, ?, ?, ?, ''::BLOB, NULL, false, 0)",
            [number, place[0], source.reader, exact(source.path), json.dumps(source.files)],
        )
    con.execute("UPDATE sources SET deaths = deaths + 1 WHERE source_id = ?", [number])
    put_problems(con, known, {number: (place[0], (Problem(source.path, what),))})
    row = con.execute("SELECT deaths FROM sources WHERE source_id = ?", [number]).fetchone()
    return int(row[0]) if row else 0


def forgive_deaths(con: duckdb.DuckDBPyConnection, known: Known, project_key: str, source: Source) -> None:
    """The source changed: it may be tried again."""
    project = known.projects.get(project_key)
    number = known.sources.get((project, source.reader, source.path)) if project is not None else None
    if number is not None:
        con.execute("UPDATE sources SET deaths = 0 WHERE source_id = ?", [number])


def put_problems(
    con: duckdb.DuckDBPyConnection, known: Known, problems: Mapping[int, tuple[int, Sequence[Problem]]]
) -> bool:
    """Replace the problems of sources (source -> project, problems); whether anything was or is there."""
    stale = [source for source in problems if source in known.with_problems]
    if stale:
        con.execute(f"DELETE FROM problems WHERE source_id IN ({', '.join(map(str, stale))})")
        known.with_problems.difference_update(stale)
    rows = [(project, source, p) for source, (project, some) in problems.items() for p in some]
    if rows:
        insert_problems(con, rows)
        known.with_problems.update(source for _, source, _ in rows)
    return bool(stale or rows)


def insert_problems(con: duckdb.DuckDBPyConnection, rows: Sequence[tuple[int, int | None, Problem]]) -> None:
    """Add problems: project, source (None: discovery's), what."""
    source, text = staged(
        {
            "project_id": ("INTEGER", [project for project, _, _ in rows]),
            "source_id": ("INTEGER", [source for _, source, _ in rows]),
            "path": ("VARCHAR", [p.path for _, _, p in rows]),
            "byte_offset": ("BIGINT", [p.offset for _, _, p in rows]),
            "what": ("VARCHAR", [p.what for _, _, p in rows]),
        }
    )
    con.execute(f"INSERT INTO problems SELECT * FROM {source}", [text])
