"""Questions about what people may have spoken of when they spoke of a run."""

from typing import NamedTuple

from mlops_console.records import RunKey
from mlops_console.store.database import Connection
from mlops_console.store.known import run_identity
from mlops_console.store.staging import as_found


class Spoken(NamedTuple):
    """A run as journals name it."""

    id: str
    path: str
    native: str
    name: str | None


def spoken_of(connection: Connection, run_id: str) -> tuple[str, list[Spoken]]:
    """A run's project, and the run itself, then those that are shown as it; no runs where there is none."""
    rows = connection.rows(
        "SELECT p.key, r.id, r.path, r.native, r.name FROM runs r JOIN projects p USING (project_id)"
        " WHERE r.id = $1 UNION ALL (SELECT '', j.id, j.path, j.native, NULL FROM joined j"
        " JOIN runs r USING (run_id) WHERE r.id = $1 ORDER BY j.id)",
        [run_id],
    )
    found = [Spoken(identity, path, native or "", name) for _, identity, path, native, name in rows]
    return next((str(key) for key, *_ in rows if key), ""), found


def id_of(project_key: str, path: str, native: str) -> str:
    """The id of the run that a journal names so, whether or not the store has it yet."""
    return run_identity(project_key, RunKey(as_found(path), as_found(native)))
