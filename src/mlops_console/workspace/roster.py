"""Which runs there are, by run number."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.records import IntArray
from mlops_console.store import runs as run_questions
from mlops_console.store.database import Connection

Array = npt.NDArray[Any]
SLACK: Final = 1.25
"""Room for runs to come, so that they need no new arrays."""


@dataclass(frozen=True, slots=True)
class Roster:
    """Arrays by run number; never changed in place."""

    present: npt.NDArray[np.bool_]
    ids: Array
    project: IntArray
    archived: npt.NDArray[np.bool_]
    deleted: npt.NDArray[np.bool_]
    """By their own tool."""
    project_ids: dict[str, int]
    """Project key -> number."""
    project_names: dict[int, str]


def read_roster(connection: Connection) -> Roster:
    """All runs."""
    found = run_questions.roster(connection)
    numbers = found["run_id"]
    size = int((int(numbers.max()) + 64 if len(numbers) else 64) * SLACK)
    rows = run_questions.projects(connection)
    empty = Roster(
        np.zeros(size, bool),
        np.full(size, "", object),
        np.zeros(size, np.int64),
        np.zeros(size, bool),
        np.zeros(size, bool),
        {key: number for number, key, *_ in rows},
        {number: name for number, _, name, *_ in rows},
    )
    return patched(empty, found, set())


def patched(roster: Roster, found: dict[str, Array], noted: set[str]) -> Roster:
    """A copy with these runs as they are now; those that were noted but not found are gone."""
    present, ids = roster.present.copy(), roster.ids.copy()
    project, archived, deleted = roster.project.copy(), roster.archived.copy(), roster.deleted.copy()
    for gone in noted.difference(found["id"].tolist()):
        present[ids == gone] = False
    numbers = found["run_id"]
    present[numbers] = True
    ids[numbers] = found["id"]
    project[numbers] = found["project_id"]
    archived[numbers] = found["archived"]
    deleted[numbers] = found["deleted"]
    return Roster(present, ids, project, archived, deleted, roster.project_ids, roster.project_names)
