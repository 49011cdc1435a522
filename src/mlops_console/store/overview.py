"""Questions over all runs of many projects at once, each one statement: what an overview is made of."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.store.columns import Values
from mlops_console.store.database import Connection, listed

_SHOWN: Final = "NOT archived AND deleted IS NULL"
_AT: Final = "coalesce(started, active, seen)"
_END: Final = "coalesce(ended, active, started, seen)"
_SILENT: Final = (
    "coalesce(status_reason LIKE 'says running, silent since%' OR status_reason LIKE 'stale since%', false)"
)
"""A run that never says how it ends is not silent: nobody waits for a word of it."""


def begun_by_day(
    connection: Connection, projects: Sequence[int], now: int, day: int, days: int
) -> list[tuple[int, int]]:
    """(how many days of `day` microseconds ago, runs that began in it); times after `now` are not in it."""
    return connection.rows(
        f"SELECT ({now} - {_AT}) // {day}, count(*) FROM runs WHERE {_SHOWN} AND {_within(projects)}"
        f" AND {_AT} > {now - day * days} AND {_AT} <= {now} GROUP BY 1"
    )


def ended_by_day(
    connection: Connection, projects: Sequence[int], now: int, day: int, days: int
) -> list[tuple[int, int, int]]:
    """(how many days ago, runs that ended in it, those of them that failed or were killed)."""
    return connection.rows(
        f"SELECT ({now} - {_END}) // {day},"
        " count(*) FILTER (WHERE status IN ('finished', 'failed', 'killed')),"
        f" count(*) FILTER (WHERE status IN ('failed', 'killed')) FROM runs WHERE {_SHOWN} AND"
        f" {_within(projects)} AND {_END} > {now - day * days} AND {_END} <= {now} AND status <> 'running'"
        " GROUP BY 1"
    )


def at_once(
    connection: Connection, projects: Sequence[int], now: int, step: int, steps: int
) -> list[tuple[int, int]]:
    """(how many steps ago, runs that ran then), without those that run now."""
    return connection.rows(
        f"WITH lately AS (SELECT started AS a, coalesce(ended, active) AS b FROM runs WHERE {_SHOWN}"
        f" AND {_within(projects)} AND started IS NOT NULL AND status <> 'running'"
        f" AND coalesce(ended, active) >= {now - step * steps})"
        f" SELECT m, count(*) FROM lately JOIN range({steps}) t(m)"
        f" ON a <= {now} - m * {step} AND b >= {now} - m * {step} GROUP BY m"
    )


def of_projects(connection: Connection, projects: Sequence[int]) -> list[tuple[Any, ...]]:
    """(project number, runs, when its newest began, how many run) of projects that have runs."""
    return connection.rows(
        f"SELECT project_id, count(*), max({_AT}), count(*) FILTER (WHERE status = 'running')"
        f" FROM runs WHERE {_SHOWN} AND {_within(projects)} GROUP BY project_id"
    )


def metrics_of_projects(connection: Connection, projects: Sequence[int]) -> list[tuple[Any, ...]]:
    """(project number, metric, its number, runs that have it, whether it differs among them)."""
    return connection.rows(
        "SELECT s.project_id, k.key, s.key_id, s.n, s.differs FROM keys k JOIN"
        " (SELECT project_id, key_id, count(*) AS n, min(last_value) < max(last_value) AS differs"
        f" FROM series JOIN runs USING (run_id) WHERE shown AND {_SHOWN} AND {_within(projects)}"
        " GROUP BY project_id, key_id) s USING (key_id) WHERE k.kind = 'metric'"
        " ORDER BY s.project_id, s.key_id"
    )


def best_so_far(
    connection: Connection, wanted: Sequence[tuple[int, int, bool]], cells: int
) -> dict[str, Values]:
    """How the best value of a metric came about, project by project.

    Args:
        connection: The store.
        wanted: (project number, the metric's number, whether less is better).
        cells: Into so many equal parts the time from the first to the last run is cut.

    Returns:
        Columns `project_id`, `cell` (from 0), `best` (of that part alone), `run` (the id of its run), `n`.
    """
    if not wanted:
        return {}
    rows = ", ".join(f"({int(p)}, {int(k)}, {-1 if less else 1})" for p, k, less in wanted)
    return connection.columns(
        f"WITH wanted(project_id, key_id, sign) AS (VALUES {rows}),"
        f" told AS (SELECT w.project_id, r.run_id, {_AT} AS moment, s.last_value * w.sign AS v, w.sign"
        " FROM wanted w JOIN runs r USING (project_id) JOIN series s"
        f" ON s.run_id = r.run_id AND s.key_id = w.key_id WHERE s.shown AND {_SHOWN}"
        " AND isfinite(s.last_value)),"
        " span AS (SELECT project_id, min(moment) AS a, max(moment) AS b FROM told GROUP BY 1),"
        f" cut AS (SELECT t.*, CASE WHEN b > a THEN least({cells} - 1, (moment - a) * {cells} // (b - a))"
        f" ELSE {cells} - 1 END AS cell FROM told t JOIN span USING (project_id)),"
        " best AS (SELECT project_id, cell, sign, max(v) AS v, arg_max(run_id, v) AS run_id, count(*) AS n"
        " FROM cut GROUP BY project_id, cell, sign)"
        " SELECT b.project_id, b.cell, b.v * b.sign AS best, r.id AS run, b.n FROM best b"
        " JOIN runs r USING (run_id) ORDER BY b.project_id, b.cell"
    )


def lively(connection: Connection, projects: Sequence[int], since: int, limit: int) -> list[tuple[Any, ...]]:
    """Runs that run, then those that fell silent or came to a bad end since then; the newest first.

    (run number, id, name, project number, status, reason, started, its newest sign of life, what it is here:
    0 runs, 1 silent, 2 failed or killed), at most `limit`.
    """
    return connection.rows(
        f"SELECT run_id, id, coalesce(name, CASE WHEN native <> '' THEN native ELSE path END), project_id,"
        f" status, coalesce(status_reason, ''), started, {_END} AS at, CASE WHEN status = 'running'"
        f" AND NOT {_SILENT} THEN 0 WHEN status IN ('running', 'unknown') THEN 1 ELSE 2 END AS kind"
        f" FROM runs WHERE {_SHOWN} AND {_within(projects)} AND (status = 'running' OR ({_END} > {since} AND"
        f" (status IN ('failed', 'killed') OR (status = 'unknown' AND {_SILENT}))))"
        f" ORDER BY kind, coalesce(started, active, seen) DESC, id LIMIT {int(limit)}"
    )


def lively_counts(connection: Connection, projects: Sequence[int], since: int) -> tuple[int, int, int]:
    """How many run, fell silent, and failed or were killed since then."""
    row = connection.rows(
        f"SELECT count(*) FILTER (WHERE status = 'running' AND NOT {_SILENT}),"
        f" count(*) FILTER (WHERE status IN ('running', 'unknown') AND {_SILENT}),"
        " count(*) FILTER (WHERE status IN ('failed', 'killed'))"
        f" FROM runs WHERE {_SHOWN} AND {_within(projects)} AND (status = 'running' OR {_END} > {since})"
    )[0]
    return int(row[0]), int(row[1]), int(row[2])


def steps_of(connection: Connection, runs: Sequence[int]) -> list[tuple[Any, ...]]:
    """(run number, its newest step, its first, the last value of a series called epoch) of a few runs."""
    return connection.rows(
        "SELECT s.run_id, max(s.last_step), min(s.first_step), max(CASE WHEN k.key = 'epoch' OR"
        " ends_with(k.key, '/epoch') THEN s.last_value END) FROM series s JOIN keys k USING (key_id)"
        f" WHERE s.shown AND s.run_id IN ({listed(runs)}) GROUP BY s.run_id"
    )


def numbers_of(connection: Connection, runs: Sequence[int]) -> list[tuple[int, str, float]]:
    """(run number, param, value) of the params of a few runs that are numbers."""
    return connection.rows(
        'SELECT v.run_id, k.key, v.number FROM "values" v JOIN keys k USING (key_id)'
        f" WHERE k.kind = 'param' AND v.number IS NOT NULL AND v.run_id IN ({listed(runs)})"
    )


def arrivals(
    connection: Connection, projects: Sequence[int], since: int, until: int
) -> list[tuple[Any, ...]]:
    """Runs that ended, by project and hour, the newest first.

    (project number, the hour, how many, failed ones of them, the group of the last, when that ended).
    """
    hour = 3_600_000_000
    return connection.rows(
        f"SELECT project_id, {_END} // {hour} AS hour, count(*), count(*) FILTER (WHERE status IN"
        f" ('failed', 'killed')), arg_max(\"group\", {_END}), max({_END}) FROM runs"
        f" WHERE {_SHOWN} AND {_within(projects)} AND status <> 'running' AND {_END} > {since}"
        f" AND {_END} <= {until} GROUP BY ALL ORDER BY 6 DESC LIMIT 200"
    )


def _within(projects: Sequence[int]) -> str:
    return f"project_id IN ({listed(projects)})"
