"""Which of several series of one name a run shows."""

from collections.abc import Collection

import duckdb

from mlops_console.store.known import Known
from mlops_console.store.merging import metric_rank
from mlops_console.store.staging import staged


def choose(con: duckdb.DuckDBPyConnection, known: Known, runs: Collection[int]) -> set[int]:
    """Of same-named metrics of a run, show the best reader's of the sources still there; runs that moved."""
    if not runs:
        return set()
    rows = con.execute(
        "SELECT run_id, key_id, series_id, source_id, own_id, shown FROM series"
        f" WHERE run_id IN ({', '.join(map(str, runs))})"
    ).fetchall()
    best: dict[tuple[int, int], tuple[tuple[str | int, ...], int]] = {}
    for run, key, series, source, own, _ in rows:
        _, reader, path = known.places[source]
        merit = ((source in known.gone, *metric_rank(reader), path, source, own), series)
        best[run, key] = min(best.get((run, key), merit), merit)
    moved = [(series, best[run, key][1] == series) for run, key, series, _, _, shown in rows
             if (best[run, key][1] == series) != shown]  # fmt: skip
    if moved:
        source_sql, text = staged(
            {"series_id": ("INTEGER", [s for s, _ in moved]), "shown": ("BOOLEAN", [w for _, w in moved])}
        )
        con.execute(
            f"UPDATE series SET shown = r.shown FROM {source_sql} r WHERE series.series_id = r.series_id",
            [text],
        )
    return {run for run, key, series, _, _, shown in rows if (best[run, key][1] == series) != shown}
