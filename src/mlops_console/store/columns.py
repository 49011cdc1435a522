"""Questions about the columns of runs: which there are, and the values of one of them for all runs."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mlops_console.records import IntArray, Status
from mlops_console.store.database import Connection, listed

Values: TypeAlias = npt.NDArray[Any]

_FIELDS: Final = {
    "run": "id",
    "name": "coalesce(name, CASE WHEN native <> '' THEN native ELSE path END)",
    "status": f"list_position([{', '.join(repr(str(s)) for s in Status)}], status)",
    "reason": "coalesce(status_reason, '')",
    "group": "coalesce(\"group\", '')",
    "path": "path",
    "source": "coalesce(readers, '')",
    "parent": "coalesce(parent, '')",
    "started": "started",
    "ended": "CASE WHEN status <> 'running' THEN ended END",
    "active": "active",
    "age": "coalesce(started, active, seen)",
    "took": "CASE WHEN status = 'running' THEN -started ELSE coalesce(ended, active) - started END",
    "gone": "gone",
    "archived": "archived",
    "project": "project_id",
}
_FIGURES: Final = {
    "metric": "last_value",
    "min": "min",
    "max": "max",
    "first": "first_value",
    "step": "last_step",
    "count": "count",
}


def value_stats(connection: Connection, projects: Sequence[int] | None) -> list[tuple[Any, ...]]:
    """(kind, key, runs, numbers, nulls, about how many distinct) of params, tags and summaries."""
    return connection.rows(
        "SELECT k.kind, k.key, s.n, s.numbers, s.nulls, s.different FROM keys k JOIN"
        " (SELECT key_id, count(*) AS n, count(number) AS numbers,"
        " count(*) FILTER (WHERE text = 'null') AS nulls,"
        # an exact count takes twice the memory; whether there are several must not be a guess
        " greatest(approx_count_distinct(text), CASE WHEN min(text) < max(text) THEN 2 ELSE 1 END)"
        f' AS different FROM "values" {_within(projects)} GROUP BY key_id) s'
        " USING (key_id) ORDER BY k.key_id"
    )


def metric_stats(connection: Connection, projects: Sequence[int] | None) -> list[tuple[Any, ...]]:
    """(key, runs, whether last values differ, whether a history moves, projects) of metrics, in order."""
    where = _within(projects)
    where = f"{where} AND shown" if where else "WHERE shown"
    one = projects is not None and len(projects) == 1
    whose = "NULL" if one else "list(DISTINCT project_id)"
    runs = "" if one else "JOIN runs USING (run_id)"
    return connection.rows(
        "SELECT k.key, s.n, s.low < s.high, s.moves, s.whose FROM keys k JOIN"
        " (SELECT key_id, count(*) AS n, min(last_value) AS low, max(last_value) AS high,"
        f" bool_or(series.count > 1 AND min < max) AS moves, {whose} AS whose"
        f" FROM series {runs} {where} GROUP BY key_id) s"
        " USING (key_id) WHERE k.kind = 'metric' ORDER BY k.key_id"
    )


def _within(projects: Sequence[int] | None) -> str:
    if projects is None:
        return ""
    return f"WHERE run_id IN (SELECT run_id FROM runs WHERE project_id IN ({listed(projects)}))"


def field_columns(
    connection: Connection, fields: Sequence[str], run_ids: Sequence[int] | None = None
) -> dict[str, Values]:
    """Fields of runs by name, and `run_id`.

    `took` of a run that still runs is minus its start, `status` the place of its word in `Status` from 1,
    `project` the project's number.
    """
    columns = "".join(f', {_FIELDS[field]} AS "{field}"' for field in fields)
    return connection.columns(f"SELECT run_id{columns} FROM runs {_only(run_ids, 'WHERE')}")


def values_of_runs(connection: Connection, run_ids: Sequence[int]) -> dict[str, Values]:
    """All params, tags and summaries of a few runs: `run_id`, `key_id`, `number`, `text`."""
    return connection.columns(f'SELECT run_id, key_id, number, text FROM "values" {_only(run_ids, "WHERE")}')


def series_of_runs(connection: Connection, run_ids: Sequence[int]) -> dict[str, Values]:
    """The figures of all metrics of a few runs: `run_id`, `key_id` and a column per figure."""
    columns = ", ".join(f'{column} AS "{figure}"' for figure, column in _FIGURES.items())
    return connection.columns(
        f"SELECT run_id, key_id, {columns} FROM series WHERE shown {_only(run_ids, 'AND')}"
    )


def key_numbers(
    connection: Connection, kinds_and_keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """(kind, key) -> its number."""
    names = sorted({key for _, key in kinds_and_keys})
    rows = connection.rows(
        "SELECT kind, key, min(key_id) FROM keys WHERE key IN (SELECT unnest(?)) GROUP BY ALL", [names]
    )
    return {(kind, key): number for kind, key, number in rows}


def value_column(connection: Connection, key_id: int, numeric: bool) -> tuple[IntArray, Values]:
    """Run numbers and the values of a param, tag or summary by its key's number: numbers, or texts."""
    column = "number" if numeric else "text"
    answer = connection.columns(f'SELECT run_id, {column} AS v FROM "values" WHERE key_id = {int(key_id)}')
    return answer["run_id"], answer["v"]


def series_column(connection: Connection, figure: str, key_id: int) -> tuple[IntArray, Values]:
    """Run numbers and one figure (`metric` is the last value) of a metric by its key's number."""
    answer = connection.columns(
        f"SELECT run_id, {_FIGURES[figure]} AS v FROM series WHERE shown AND key_id = {int(key_id)}"
    )
    return answer["run_id"], answer["v"]


def sparks(connection: Connection, key: str, run_ids: Sequence[int]) -> dict[int, bytes]:
    """Run number -> the samples (float32) of a metric's history, for a few runs."""
    if not run_ids:
        return {}
    return dict(
        connection.rows(
            "SELECT run_id, spark FROM series WHERE shown AND key_id ="
            f" (SELECT min(key_id) FROM keys WHERE kind = 'metric' AND key = ?) {_only(run_ids, 'AND')}",
            [key],
        )
    )


def _only(run_ids: Sequence[int] | None, word: str) -> str:
    if run_ids is None:
        return ""
    return f"{word} run_id IN ({listed(run_ids)})"


def nothing(kind: np.dtype[Any]) -> object:
    """What stands for no value in a column: NaN, the lowest integer, false or no text."""
    return {"O": "", "f": np.nan, "b": False}.get(kind.kind, np.iinfo(np.int64).min)


def filled(values: Values) -> Values:
    """Empty texts where there is none; all else as it is."""
    if values.dtype.kind == "O" and None in values:
        values = values.copy()
        values[[value is None for value in values]] = ""
    return values


def dense(size: int, run_ids: IntArray, values: Values) -> Values:
    """Values by run number, `nothing` where a run has none; runs with higher numbers are left out."""
    kind = np.dtype(np.int64) if values.dtype.kind in "iu" else values.dtype
    out = np.full(size, nothing(kind), kind)
    if len(run_ids) and int(run_ids.max()) >= size:
        known = run_ids < size
        run_ids, values = run_ids[known], values[known]
    out[run_ids] = filled(values)
    return out
