"""The journals' events, and the fold that was made of them: both can be made again from the journals."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb

from mlops_console.store.database import Connection
from mlops_console.store.known import Known
from mlops_console.store.runs import SEVERAL
from mlops_console.store.staging import sound, staged

AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as the store keeps it."""

    id: str
    clock: int
    kind: str
    model: str
    by: str
    at: int
    name: str
    """Of its file."""
    sha256: str
    text: str
    """All of it, as JSON."""


@dataclass(frozen=True, slots=True)
class KeptFold:
    """What a journal came to when it was folded last."""

    place: str
    """Which folders were read: a fold of others is of no use."""
    heads: str
    known: bytes
    """What the log remembers of the files that were read."""
    packed: bytes


@dataclass(frozen=True, slots=True)
class Journaled:
    """What is to be kept of a project's journal."""

    project_key: str
    events: Sequence[EventRow] = ()
    gone: Sequence[str] = ()
    """Ids of events whose files are gone."""
    fold: KeptFold | None = None
    """In place of the one before; None: that one stays."""
    anew: bool = False
    """The journal was read from its beginning: other events than these are not in it."""


def put(con: duckdb.DuckDBPyConnection, known: Known, said: Journaled) -> None:
    """Keep it; nothing for a project that the store does not know."""
    project = known.projects.get(said.project_key)
    if project is None:
        return
    if said.anew:
        con.execute("DELETE FROM events WHERE project_id = ?", [project])
    for start in range(0, len(said.events), AT_ONCE):
        _insert(con, project, said.events[start : start + AT_ONCE], said.anew)
    if said.gone and not said.anew:
        _delete(con, project, said.gone)
    if said.fold is not None:
        con.execute("DELETE FROM folds WHERE project_id = ?", [project])
        fold = said.fold
        con.execute(
            "INSERT INTO folds VALUES (?, ?, ?, ?, ?)",
            [project, sound(fold.place), fold.heads, fold.known, fold.packed],
        )


def kept_fold(connection: Connection, project_key: str) -> KeptFold | None:
    """The fold that was kept last."""
    return kept_folds(connection, [project_key]).get(project_key)


def kept_folds(connection: Connection, project_keys: Collection[str]) -> dict[str, KeptFold]:
    """Project key -> the fold that was kept last, of those that have one."""
    rows = connection.rows(
        "SELECT key, place, heads, known, packed FROM folds JOIN projects USING (project_id)"
        " WHERE list_contains(?, key)",
        [list(project_keys)],
    )
    return {
        key: KeptFold(place, heads, bytes(known), bytes(packed)) for key, place, heads, known, packed in rows
    }


def texts(connection: Connection, project_key: str, ids: Sequence[str]) -> dict[str, str]:
    """Event id -> the whole event as JSON, of those that are kept."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = list(ids[start : start + AT_ONCE])
        found.update(
            connection.rows(
                "SELECT e.id, e.text FROM events e JOIN projects p USING (project_id)"
                f" WHERE p.key = ? AND e.id IN ({', '.join('?' * len(some))})",
                [project_key, *some],
            )
        )
    return found


def shown_runs(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, bool]]:
    """Run id as its sources key it -> (the id that it is shown under, whether its files are gone)."""
    found: dict[str, tuple[str, bool]] = {}
    for start in range(0, len(ids), AT_ONCE):
        words = " ".join(ids[start : start + AT_ONCE])
        rows = connection.rows(
            f"SELECT id, id, gone FROM runs WHERE id IN ({SEVERAL})"
            " UNION ALL SELECT j.id, r.id, r.gone FROM joined j JOIN runs r USING (run_id)"
            f" WHERE j.id IN ({SEVERAL})",
            [words, words],
        )
        found.update((asked, (shown, bool(gone))) for asked, shown, gone in rows)
    return found


def _insert(con: duckdb.DuckDBPyConnection, project: int, events: Sequence[EventRow], anew: bool) -> None:
    if not anew:
        _delete(con, project, [event.id for event in events])
    rows, text = staged(
        {
            "id": ("VARCHAR", [event.id for event in events]),
            "clock": ("BIGINT", [event.clock for event in events]),
            "kind": ("VARCHAR", [event.kind for event in events]),
            "model": ("VARCHAR", [event.model for event in events]),
            "by": ("VARCHAR", [event.by for event in events]),
            "at": ("BIGINT", [event.at for event in events]),
            "name": ("VARCHAR", [event.name for event in events]),
            "sha256": ("VARCHAR", [event.sha256 for event in events]),
            "text": ("VARCHAR", [event.text for event in events]),
        }
    )
    con.execute(f"INSERT INTO events SELECT {project}, * FROM {rows}", [text])


def _delete(con: duckdb.DuckDBPyConnection, project: int, ids: Sequence[str]) -> None:
    rows, text = staged({"id": ("VARCHAR", list(ids))})
    con.execute(f"DELETE FROM events WHERE project_id = {project} AND id IN (SELECT id FROM {rows})", [text])
