"""Questions about metrics: their figures and their points."""

from collections.abc import Sequence
from typing import Any

from mlops_console.records import FloatArray, IntArray
from mlops_console.store.database import Connection, listed
from mlops_console.store.points import points_of
from mlops_console.store.runs import SEVERAL


def figures(
    connection: Connection, numbers: Sequence[int], spark: bool = False
) -> dict[int, list[tuple[Any, ...]]]:
    """Run number -> its metrics as rows, in the order in which the store met them.

    A row is key, count, first step and value, last step, value and wall time, min, max and their steps, how
    many NaNs, and with `spark` the samples of the history.
    """
    rows = connection.rows(
        "SELECT s.run_id, k.key, s.count, s.first_step, s.first_value, s.last_step, s.last_value,"
        f" s.last_wall, s.min, s.max, s.min_step, s.max_step, s.nan_count{', s.spark' if spark else ''}"
        f" FROM series s JOIN keys k USING (key_id) WHERE s.shown AND s.run_id IN ({listed(numbers)})"
        " ORDER BY s.run_id, s.key_id"
    )
    found: dict[int, list[tuple[Any, ...]]] = {}
    for run, *figure in rows:
        found.setdefault(run, []).append(tuple(figure))
    return found


def histories(
    connection: Connection, ids: Sequence[str], keys: Sequence[str] | None
) -> list[tuple[str, str, IntArray, IntArray, FloatArray]]:
    """(run id, key, steps, wall times, values) of these metrics (None: all) of these runs, in their order."""
    parameters: list[object] = [" ".join(ids)]
    which = ""
    if keys is not None:
        which = "AND k.key IN (SELECT unnest(?))"
        parameters.append(list(keys))
    rows = connection.rows(
        "SELECT r.id, k.key, s.series_id FROM series s JOIN keys k USING (key_id) JOIN runs r USING (run_id)"
        f" WHERE s.shown AND r.id IN ({SEVERAL}) {which} ORDER BY s.key_id",
        parameters,
    )
    points = points_of(connection, [series for _, _, series in rows])
    place = {run_id: at for at, run_id in enumerate(ids)}
    order = {key: at for at, key in enumerate(keys or ())}
    rows.sort(key=lambda row: (place[row[0]], order.get(row[1], 0)))
    return [(run_id, key, *points[series]) for run_id, key, series in rows]


def metric_keys(connection: Connection, ids: Sequence[str]) -> list[str]:
    """All metrics of these runs."""
    rows = connection.rows(
        "SELECT DISTINCT k.key_id, k.key FROM series s JOIN keys k USING (key_id) JOIN runs r USING (run_id)"
        f" WHERE r.id IN ({SEVERAL}) ORDER BY k.key_id",
        [" ".join(ids)],
    )
    return [key for _, key in rows]
