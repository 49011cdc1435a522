"""What only time changes: runs that fell silent or whose process is gone, and points that wait in `tail`."""

from collections.abc import Mapping
from typing import Final

import duckdb
import numpy as np

from mlops_console.store.known import Known
from mlops_console.store.point_writing import fold_tails
from mlops_console.store.staging import staged
from mlops_console.store.status import SILENCE, Alive, effective, settled

FOLD_EVERY: Final = 60_000_000
"""Microseconds between looks for settled runs whose last points still wait in `tail`."""

_FOLD_AT_ONCE: Final = 5_000

Moved = dict[int, tuple[str, str, str | None]]
"""run_id -> id, status, reason."""


def reconsider(known: Known, now: int, silence: Mapping[str, int]) -> None:
    """Runs of these projects that were given up, and would not have been with their silence of now."""
    for key, limit in silence.items():
        if key in known.projects:
            known.unsettled |= known.standings(
                f"project_id = {known.projects[key]} AND status = 'unknown' AND active >= {int(now - limit)}"
                " AND coalesce(declared, 'running') = 'running'"
            )


def due(known: Known, now: int, silence: Mapping[str, int], alive: Alive) -> Moved:
    """Runs whose status is another one by now. Asks nothing of the tables."""
    limits = {known.projects[key]: limit for key, limit in silence.items() if key in known.projects}
    moved: Moved = {}
    for run, (standing, status, reason) in known.unsettled.items():
        limit = limits.get(standing.project_id, SILENCE)
        now_status, now_reason = effective(standing, now, limit, alive)
        if (now_status, now_reason) != (status, reason):
            moved[run] = (standing.id, now_status, now_reason)
    return moved


def write(
    con: duckdb.DuckDBPyConnection, known: Known, moved: Mapping[int, tuple[str, str, str | None]]
) -> None:
    """Keep the new statuses."""
    if not moved:
        return
    rows, text = staged(
        {
            "run_id": ("INTEGER", list(moved)),
            "status": ("VARCHAR", [status for _, status, _ in moved.values()]),
            "status_reason": ("VARCHAR", [reason for _, _, reason in moved.values()]),
        }
    )
    con.execute(
        f"UPDATE runs SET status = r.status, status_reason = r.status_reason FROM {rows} r"
        " WHERE runs.run_id = r.run_id",
        [text],
    )
    for run, (_, status, reason) in moved.items():
        standing = known.unsettled[run][0]
        if settled(status):
            del known.unsettled[run]
            if status == "killed" and standing.process is not None:
                known.dead.add(standing.process)
        else:
            known.unsettled[run] = (standing, status, reason)


def wants_folding(known: Known, now: int) -> bool:
    """Whether it is time to look for points that wait in vain."""
    return known.tails and now - known.folded >= FOLD_EVERY


def fold_settled(con: duckdb.DuckDBPyConnection, known: Known, now: int) -> None:
    """Put the waiting points of settled runs into blocks."""
    if not wants_folding(known, now):
        return
    known.folded = now
    series = [
        s
        for (s,) in con.execute(
            "SELECT DISTINCT t.series_id FROM tail t"
            " JOIN series s USING (series_id) JOIN runs r USING (run_id)"
            f" WHERE r.status <> 'running' LIMIT {_FOLD_AT_ONCE}"
        ).fetchall()
    ]
    if series:
        fold_tails(con, np.array(series, np.int64))
        known.figures.clear()
    row = con.execute("SELECT count(*) FROM tail").fetchone()
    known.tails = bool(row and row[0])
