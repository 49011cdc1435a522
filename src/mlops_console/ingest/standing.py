"""What stands in the store for some projects: how many runs, which problems."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.records import Problem, Project

if TYPE_CHECKING:
    from mlops_console.store import Store


def standing(store: "Store", projects: Sequence[Project]) -> tuple[int, tuple[Problem, ...]]:
    """The number of runs that are known, and all problems."""
    keys = [project.key for project in projects]
    connection = store.connect()
    from mlops_console.store.staging import as_found

    try:
        runs = connection.rows(
            "SELECT count(*) FROM runs JOIN projects USING (project_id) WHERE key IN (SELECT unnest($1))",
            [keys],
        )
        problems = connection.rows(
            "SELECT path, what, byte_offset FROM problems JOIN projects USING (project_id) "
            "WHERE key IN (SELECT unnest($1)) ORDER BY key, path, byte_offset",
            [keys],
        )
    finally:
        connection.close()
    return int(runs[0][0]), tuple(Problem(as_found(path), what, offset) for path, what, offset in problems)
