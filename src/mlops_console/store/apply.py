"""A batch of chunks into the tables, inside the caller's one transaction."""

from collections.abc import Collection, Iterator, Sequence

import duckdb

from mlops_console.errors import StoreError
from mlops_console.records import Changed
from mlops_console.store import packed_writing
from mlops_console.store.choosing import choose
from mlops_console.store.known import Known
from mlops_console.store.parents import find_again
from mlops_console.store.point_writing import append, gather
from mlops_console.store.run_writing import RunWriting, Says, Touched
from mlops_console.store.series_writing import Naming
from mlops_console.store.sources import put_problems, register
from mlops_console.store.types import Read, Wishes
from mlops_console.store.value_writing import write_keys


def apply_batch(
    con: duckdb.DuckDBPyConnection, known: Known, batch: Sequence[Read], wishes: Wishes, now: int
) -> Changed:
    """Facts, points, problems, cursors and fingerprints of all chunks."""
    strange = {read.project_key for read in batch} - known.projects.keys()
    if strange:
        raise StoreError(f"nothing is known of project {min(strange)}", "put the project first")
    touched = Touched()
    problems = False
    removed: set[str] = set()
    for wave in _waves(batch):
        sources, fresh = register(con, known, wave)
        back = known.gone.intersection(sources)
        known.gone -= back
        lost = _forget_said(con, known, wave, sources, fresh)
        writing = RunWriting(con, known, touched, wishes, now)
        says = writing.write(wave, sources, lost)
        naming = Naming(fresh | set(lost), writing.run_id, touched.keys)
        named = packed_writing.put(con, known, wave, sources, naming)
        new = gather(known, wave, sources, naming)
        write_keys(con, touched.keys)
        touched.keys.clear()
        shown = known.joins.shown
        moved = writing.regrouped | {shown(own) for owns in lost.values() for own in owns}
        if new is not None:
            append(con, known, new)
            named.append(new)
        grown = {own for one in named for own in one.own[one.fresh].tolist()}
        moved |= {shown(own) for own in grown if len(says[own]) > 1}
        if known.joins.under:
            moved |= {shown(own) for own in grown} & known.joins.members.keys()
        if back:
            moved |= _runs_of(con, back)
        choose(con, known, moved)
        removed |= _drop_orphans(con, known, wave, sources, lost, says)
        problems |= put_problems(
            con,
            known,
            {
                s: (known.projects[r.project_key], r.chunk.problems)
                for r, s in zip(wave, sources, strict=True)
            },
        )
    added = {touched.ids[own] for own in touched.fresh if own not in known.joins.under}
    return Changed(frozenset(touched.runs | removed), frozenset(added - removed), problems)


def _waves(batch: Sequence[Read]) -> Iterator[list[Read]]:
    """Cut the batch so that no wave holds a source that is said anew after it was read, or blocks twice."""
    wave: list[Read] = []
    seen: dict[tuple[str, str, str], bool] = {}
    for read in batch:
        place = (read.project_key, read.source.reader, read.source.path)
        packed = read.packed is not None
        if place in seen and (read.chunk.reset or read.read_anew or packed or seen[place]):
            yield wave
            wave, seen = [], {}
        wave.append(read)
        seen[place] = seen.get(place, False) or packed
    if wave:
        yield wave


def _forget_said(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    wave: Sequence[Read],
    sources: Sequence[int],
    fresh: set[int],
) -> dict[int, dict[int, str]]:
    """Delete what sources said that are said anew now; per source the runs it spoke of, and their ids."""
    anew = {
        source: None
        for read, source in zip(wave, sources, strict=True)
        if (read.chunk.reset or read.read_anew) and source not in fresh
    }
    if not anew:
        return {}
    lost: dict[int, dict[int, str]] = {source: {} for source in anew}
    listed = ", ".join(map(str, anew))
    for source, run, identity in con.execute(
        "SELECT f.source_id, f.own_id, coalesce(j.id, r.id) FROM facts f JOIN runs r USING (run_id)"
        f" LEFT JOIN joined j ON j.own_id = f.own_id WHERE f.source_id IN ({listed})"
    ).fetchall():
        lost[source][run] = identity
    known.says(
        list({run for runs in lost.values() for run in runs}), set()
    )  # while the tables still hold them
    delete_points(con, f"source_id IN ({listed})")
    con.execute(f"DELETE FROM facts WHERE source_id IN ({listed})")
    known.drop_series(anew)
    return lost


def delete_points(con: duckdb.DuckDBPyConnection, which: str) -> None:
    """Series (by a condition on their columns) and their points."""
    series = [s for (s,) in con.execute(f"SELECT series_id FROM series WHERE {which}").fetchall()]
    if series:
        near = f"series_id BETWEEN {min(series)} AND {max(series)}"
        for table in ("packed", "tail"):
            con.execute(
                f"DELETE FROM {table} WHERE {near}"
                f" AND series_id IN (SELECT series_id FROM series WHERE {which})"
            )
        con.execute(f"DELETE FROM series WHERE {which}")


def _runs_of(con: duckdb.DuckDBPyConnection, sources: Collection[int]) -> set[int]:
    listed = ", ".join(map(str, sources))
    rows = con.execute(f"SELECT DISTINCT run_id FROM facts WHERE source_id IN ({listed})").fetchall()
    return {run for (run,) in rows}


def _drop_orphans(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    wave: Sequence[Read],
    sources: Sequence[int],
    lost: dict[int, dict[int, str]],
    says: Says,
) -> set[str]:
    """Runs that no source speaks of any more, once the source that did has been read to its end again."""
    for source, runs in lost.items():
        known.orphans.setdefault(source, {}).update({r: i for r, i in runs.items() if not says[r]})
    gone: dict[int, str] = {}
    for read, source in zip(wave, sources, strict=True):
        if source in known.orphans and not read.chunk.more:
            gone.update(known.orphans.pop(source))
    if gone:
        spoken = known.says(list(gone), set())
        gone = {run: identity for run, identity in gone.items() if not spoken[run]}
    if gone:
        gone = delete_runs(con, known, gone)
        if known.joins.parents_by_name:
            return set(gone.values()) | find_again(con, known, gone.values(), ())
    return set(gone.values())


def delete_runs(con: duckdb.DuckDBPyConnection, known: Known, owns: dict[int, str]) -> dict[int, str]:
    """Runs (own number -> id), what is shown under them, and all that hangs on them; which they were."""
    listed = ", ".join(map(str, owns))
    owns = owns | dict(con.execute(f"SELECT own_id, id FROM joined WHERE run_id IN ({listed})").fetchall())
    listed = ", ".join(map(str, owns))
    delete_points(con, f"own_id IN ({listed})")
    for table, column in (
        ("facts", "own_id"),
        ("joined", "own_id"),
        ('"values"', "run_id"),
        ("runs", "run_id"),
    ):
        con.execute(f"DELETE FROM {table} WHERE {column} IN ({listed})")
    known.drop_runs(owns)
    return owns
