"""Which runs began in a span of time."""

from dataclasses import dataclass

from mlops_console.store.database import Connection


@dataclass(frozen=True, slots=True)
class Began:
    """A run, and when it began."""

    id: str
    name: str
    path: str
    native: str
    at: int
    """Epoch microseconds."""


def began_between(connection: Connection, project_key: str, since: int, until: int) -> list[Began]:
    """The runs of a project that began then, both ends included, the oldest first."""
    rows = connection.rows(
        """SELECT r.id, coalesce(r.name, CASE WHEN r.native <> '' THEN r.native ELSE r.path END), r.path,
            r.native, r.started
            FROM runs r JOIN projects p USING (project_id)
            WHERE p.key = $1 AND r.started BETWEEN $2 AND $3
            AND NOT r.archived AND NOT r.gone AND r.deleted IS NULL ORDER BY r.started, r.id""",
        [project_key, since, until],
    )
    return [Began(*row) for row in rows]
