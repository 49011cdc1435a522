"""The points of series, however they are kept."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from mlops_console.records import FloatArray, IntArray
from mlops_console.store.database import Connection
from mlops_console.store.packing import unpack

_FEW = 40
_PACKED = "count, step, step_by, wall, wall_by, form, data"


def points_of(
    connection: Connection, series_ids: Sequence[int]
) -> dict[int, tuple[IntArray, IntArray, FloatArray]]:
    """Steps, wall times (`NO_TIME` where unknown) and values by series, in record order."""
    wanted = [int(i) for i in series_ids]
    parts: dict[int, list[tuple[IntArray, IntArray, FloatArray]]] = {i: [] for i in wanted}
    if not wanted:
        return {}
    for series, *row in _packed_rows(connection, wanted):
        parts[series].append(unpack(tuple(row)))
    for series, rows in _tail_rows(connection, wanted):
        parts[series].append(rows)
    none = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))
    return {
        series: (
            (
                np.concatenate([p[0] for p in found]),
                np.concatenate([p[1] for p in found]),
                np.concatenate([p[2] for p in found]),
            )
            if len(found) > 1
            else found[0]
            if found
            else none
        )
        for series, found in parts.items()
    }


def _packed_rows(connection: Connection, wanted: list[int]) -> list[tuple[Any, ...]]:
    """A row filter on one series reads only its blocks; IN reads the 2,047 rows around each as well."""
    if len(wanted) <= _FEW:
        sql = f"SELECT series_id, {_PACKED} FROM packed WHERE series_id = $1 ORDER BY rowid"
        return [row for series in dict.fromkeys(wanted) for row in connection.rows(sql, [series])]
    listed = ", ".join(map(str, wanted))
    return connection.rows(
        f"SELECT series_id, {_PACKED} FROM packed WHERE rowid IN"
        f" (SELECT rowid FROM packed WHERE series_id IN ({listed})) ORDER BY rowid"
    )


def _tail_rows(
    connection: Connection, wanted: list[int]
) -> list[tuple[int, tuple[IntArray, IntArray, FloatArray]]]:
    listed = ", ".join(map(str, wanted))
    rows = connection.columns(
        f"SELECT series_id, step, wall, value FROM tail WHERE series_id IN ({listed}) ORDER BY rowid"
    )
    series = rows["series_id"]
    if not len(series):
        return []
    order = np.argsort(series, kind="stable")
    cuts = np.flatnonzero(np.diff(series[order])) + 1
    return [
        (int(series[some[0]]), (rows["step"][some], rows["wall"][some], rows["value"][some]))
        for some in np.split(order, cuts)
    ]
