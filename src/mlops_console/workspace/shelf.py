"""Columns of all runs, kept in memory by run number and brought up to date run by run.

The store is asked for a column once; what changes afterwards is fetched for the changed runs alone, so a live
table of 100,000 runs costs what moved. Arrays are never changed in place: who holds one keeps what it showed.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.records import Changed
from mlops_console.store import columns as questions
from mlops_console.store import runs as run_questions
from mlops_console.store.database import Connection
from mlops_console.workspace.columns import FIELDS, Column, ColumnInfo, column_of
from mlops_console.workspace.fetching import fetched, fetched_for
from mlops_console.workspace.roster import Roster, patched, read_roster

Array = npt.NDArray[Any]

PATCHED: Final = 1000
"""More changed runs than this are cheaper to fetch with all others."""
FRESH_SECONDS: Final = 5.0
SMALL: Final = 10_000


@dataclass(frozen=True, slots=True)
class Census:
    """What the runs of a scope have to show."""

    infos: tuple[ColumnInfo, ...]
    runs: int
    projects: int
    readers: int
    at: float
    version: int


class Shelf:
    """Holds the columns; safe to ask from several threads, one at a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._noted: set[str] = set()
        self._all = False
        self._noting = threading.Lock()
        self._roster: Roster | None = None
        self._columns: dict[tuple[str, str], Array] = {}
        self._census: dict[tuple[str, ...], Census] = {}
        self._version = 0

    def note(self, changed: Changed) -> None:
        """These runs are no longer as they were fetched. Costs nothing; called on the ingest thread."""
        with self._noting:
            self._noted |= changed.runs

    def clear(self) -> None:
        """Fetch everything anew when asked next."""
        with self._noting:
            self._all = True

    def roster(self, connection: Connection) -> Roster:
        """Which runs there are now."""
        with self._lock:
            self._refresh(connection)
            assert self._roster is not None
            return self._roster

    def columns(self, connection: Connection, wanted: Sequence[Column]) -> tuple[Roster, dict[str, Array]]:
        """The values of these columns by run number, and the runs they belong to."""
        with self._lock:
            roster = self.roster(connection)
            names = {
                (column.key, column.kind): column.key
                for column in wanted
                if column.kind != "spark" and column.key != "run"
            }
            missing = [name for name in names if name not in self._columns]
            if missing:
                fresh = fetched(connection, missing, roster)
                for name, (at, values) in fresh.items():
                    self._columns[name] = questions.dense(len(roster.present), at, values)
            return roster, {key: self._columns[name] for name, key in names.items()}

    def census(self, connection: Connection, scope: tuple[str, ...] = ()) -> Census:
        """What could be shown of the runs of these projects; none: of all. A few seconds old at most."""
        with self._lock:
            roster = self.roster(connection)
            known = self._census.get(scope)
            if known is not None and (
                known.version == self._version
                or (known.runs > SMALL and time.monotonic() - known.at < FRESH_SECONDS)
            ):
                return known
            census = self._counted(connection, roster, scope)
            self._census[scope] = census
            return census

    def _refresh(self, connection: Connection) -> None:
        with self._noting:
            noted, self._noted = self._noted, set()
            anew, self._all = self._all or self._roster is None, False
        if not noted and not anew:
            return
        try:
            if anew or len(noted) > PATCHED:
                self._columns.clear()
                self._roster = read_roster(connection)
            else:
                self._patch(connection, noted)
            self._version += 1
        except BaseException:
            self.clear()
            raise

    def _patch(self, connection: Connection, noted: set[str]) -> None:
        """Copies with the changed runs in them."""
        assert self._roster is not None
        found = run_questions.roster(connection, sorted(noted))
        numbers = found["run_id"]
        roster = self._roster
        if len(numbers) and (
            int(numbers.max()) >= len(roster.present)
            or not set(found["project_id"].tolist()) <= roster.project_names.keys()
        ):
            roster = read_roster(connection)
            self._columns = {
                key: _longer(values, len(roster.present)) for key, values in self._columns.items()
            }
        else:
            roster = patched(roster, found, noted)
        self._roster = roster
        if not self._columns:
            return
        fresh = fetched_for(connection, list(self._columns), roster, numbers)
        for name, values in self._columns.items():
            values = values.copy()
            values[numbers] = questions.nothing(values.dtype)
            at, new = fresh[name]
            values[at] = questions.filled(new)
            self._columns[name] = values

    def _counted(self, connection: Connection, roster: Roster, scope: tuple[str, ...]) -> Census:
        numbers = [roster.project_ids[key] for key in scope if key in roster.project_ids] if scope else None
        here = roster.present if numbers is None else roster.present & np.isin(roster.project, numbers)
        runs = int(here.sum())
        infos = [ColumnInfo(column, runs, 2) for column in FIELDS.values()]
        for kind, key, count, as_numbers, nulls, distinct in questions.value_stats(connection, numbers):
            numeric = kind != "tag" and as_numbers > 0 and as_numbers + nulls == count
            infos.append(ColumnInfo(column_of(f"{kind}:{key}", numeric), count, distinct))
        for key, count, differs, moves, whose in questions.metric_stats(connection, numbers):
            several, within = 2 if differs else 1, frozenset(whose or ())
            infos.append(ColumnInfo(column_of(f"metric:{key}"), count, several, bool(moves), within))
        projects = len(np.unique(roster.project[here])) if runs else 0
        readers = run_questions.reader_kinds(connection, numbers)
        return Census(tuple(infos), runs, projects, readers, time.monotonic(), self._version)


def _longer(values: Array, size: int) -> Array:
    if size <= len(values):
        return values
    more = np.full(size - len(values), questions.nothing(values.dtype), values.dtype)
    return np.concatenate([values, more])
