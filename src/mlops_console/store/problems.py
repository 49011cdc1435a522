"""Questions about what could not be read."""

from collections.abc import Sequence
from typing import Any

from mlops_console.records import Problem
from mlops_console.store.database import Connection, listed
from mlops_console.store.staging import as_found

QUARANTINED = 2
"""So many deaths of the reader child on a source, and it is left alone until it changes."""


def all_problems(connection: Connection, projects: Sequence[str] | None) -> list[tuple[str, str, Problem]]:
    """(project key, project name, problem) of these projects (None: all), by path."""
    where, parameters = "", list[object]()
    if projects is not None:
        where, parameters = "WHERE p.key IN (SELECT unnest(?))", [list(projects)]
    rows = connection.rows(
        "SELECT p.key, p.name, x.path, x.what, x.byte_offset FROM problems x"
        f" JOIN projects p USING (project_id) {where}"
        " ORDER BY p.name, p.key, x.path, x.byte_offset NULLS FIRST, x.what",
        parameters,
    )
    return [(key, name, Problem(path, what, offset)) for key, name, path, what, offset in rows]


def problems_of(connection: Connection, sources: Sequence[int]) -> dict[int, list[Problem]]:
    """Source number -> its problems."""
    found: dict[int, list[Problem]] = {}
    for source, path, what, offset in connection.rows(
        f"SELECT source_id, path, what, byte_offset FROM problems WHERE source_id IN ({listed(sources)})"
        " ORDER BY path, byte_offset NULLS FIRST"
    ):
        found.setdefault(source, []).append(Problem(path, what, offset))
    return found


def quarantined(connection: Connection) -> list[tuple[Any, ...]]:
    """(project name, reader, path, deaths) of the sources that are left alone until they change."""
    rows = connection.rows(
        "SELECT p.name, s.reader, s.path, s.deaths FROM sources s JOIN projects p USING (project_id)"
        f" WHERE s.deaths >= {QUARANTINED} ORDER BY p.name, s.path"
    )
    return [(project, reader, as_found(path), deaths) for project, reader, path, deaths in rows]
