"""Questions about which runs there are, and how they are named."""

from collections.abc import Sequence
from typing import Any, Final

from mlops_console.store.columns import Values
from mlops_console.store.database import Connection, listed
from mlops_console.store.staging import as_found

SEVERAL: Final = "SELECT unnest(string_split(?, ' '))"
"""Several ids bound as one text: DuckDB takes 0.1 ms to look at each text in a list."""


def roster(connection: Connection, ids: Sequence[str] | None = None) -> dict[str, Values]:
    """Columns `run_id`, `id`, `project_id`, `archived`, `deleted` of all runs, or of those with these ids."""
    where, parameters = "", list[object]()
    if ids is not None:
        where, parameters = f"WHERE id IN ({SEVERAL})", [" ".join(ids)]
    return connection.columns(
        f"SELECT run_id, id, project_id, archived, deleted IS NOT NULL AS deleted FROM runs {where}",
        parameters,
    )


def run_count(connection: Connection, projects: Sequence[str] | None = None) -> int:
    """How many runs the store knows of these projects (None: of all)."""
    if projects is None:
        return int(connection.rows("SELECT count(*) FROM runs")[0][0])
    of_these = "project_id IN (SELECT project_id FROM projects WHERE key IN (SELECT unnest(?)))"
    return int(connection.rows(f"SELECT count(*) FROM runs WHERE {of_these}", [list(projects)])[0][0])


def any_running(connection: Connection) -> bool:
    """Whether a run was running when it was last looked at."""
    return bool(connection.rows("SELECT 1 FROM runs WHERE status = 'running' LIMIT 1"))


def projects(connection: Connection) -> list[tuple[int, str, str, str, int, int]]:
    """(project_id, key, name, root, device, inode) of the projects that the store knows."""
    return [
        (number, key, name, as_found(root), device, inode)
        for number, key, name, root, device, inode in connection.rows(
            "SELECT project_id, key, name, root, device, inode FROM projects ORDER BY name, root"
        )
    ]


def reader_kinds(connection: Connection, project_ids: Sequence[int] | None) -> int:
    """From how many different sets of sources the runs come."""
    where = "" if project_ids is None else f"WHERE project_id IN ({listed(project_ids)})"
    return int(connection.rows(f"SELECT count(DISTINCT readers) FROM runs {where}")[0][0])


def named(
    connection: Connection, text: str, limit: int = 8, project: str | None = None
) -> list[tuple[Any, ...]]:
    """(id, name, path, project name) of the runs that this can name, and nothing less fitting.

    With the key of a project only those that are in it.

    What matches whole goes first: an id, a path, a native id, a name; then the beginning of an id (a folder
    `b` is meant by `b`, however many ids begin so), and last the end of a path. What named a run before it
    was shown as another one names that one.
    """
    under = "r.run_id IN (SELECT run_id FROM joined WHERE"
    for condition, value in (
        ("r.id = ?", text),
        (f"{under} id = ?)", text),
        (f"r.path = $1 OR {under} path = $1)", text),
        ("r.native_id = $1 OR r.run_id IN (SELECT run_id FROM facts WHERE native_id = $1)", text),
        ("r.name = ?", text),
        (f"starts_with(r.id, $1) OR {under} starts_with(id, $1))", text.lower()),
        ("ends_with(r.path, ?)", f"/{text}" if text else ""),
    ):
        if not value:
            continue
        rows = _some(connection, condition, value, limit, project)
        if rows:
            return rows
    return []


def near(connection: Connection, text: str, limit: int = 5) -> list[tuple[Any, ...]]:
    """(id, name, path, project name) of runs whose name or path holds the text."""
    if not text:
        return []
    condition = "(contains(lower(r.path), $1) OR contains(lower(r.name), $1))"
    return _some(connection, condition, text.lower(), limit)


def _some(
    connection: Connection, condition: str, value: str, limit: int, project: str | None = None
) -> list[tuple[Any, ...]]:
    within = "" if project is None else " AND p.key = $2"
    return connection.rows(
        "SELECT r.id, r.name, r.path, p.name FROM runs r JOIN projects p USING (project_id)"
        f" WHERE ({condition.replace('?', '$1')}){within}"
        f" ORDER BY coalesce(r.started, r.active, r.seen) DESC LIMIT {int(limit)}",
        [value] if project is None else [value, project],
    )
