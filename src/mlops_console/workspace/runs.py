"""Runs as a table: which, in what order, with which columns."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.errors import UsageError
from mlops_console.records import NO_TIME, IntArray
from mlops_console.store import columns as column_questions
from mlops_console.workspace.columns import FIELDS, Column
from mlops_console.workspace.details import RunDetail, SourceDetail, detail, details, resolve
from mlops_console.workspace.ordering import ordered

if TYPE_CHECKING:
    from mlops_console.store.database import Connection
    from mlops_console.workspace.opening import Workspace
    from mlops_console.workspace.roster import Roster

__all__ = [
    "NEWEST_FIRST", "RunDetail", "RunFrame", "RunQuery", "SourceDetail", "detail", "details", "load",
    "resolve", "sparks",
]  # fmt: skip

Objects = npt.NDArray[np.object_]
Array = npt.NDArray[Any]
Sort = tuple[tuple[str, bool], ...]

NEWEST_FIRST: Final[Sort] = (("age", False),)
"""By `age`, which holds the time it is counted from, the latest first."""


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs, in what order."""

    where: str = ""
    """A filter (`workspace.filters`); empty: all."""
    sort: Sort = NEWEST_FIRST
    """(column key, ascending), most important first; runs without a value come last either way."""
    projects: tuple[str, ...] = ()
    """Keys of projects; empty: the workspace's."""
    archived: bool = False
    """Show archived runs too (they are also shown when the filter speaks of them)."""
    deleted: bool = False
    """Show runs that their own tool has deleted; without it they are among the archived ones."""
    limit: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RunFrame:
    """An answer; it does not change any more."""

    query: RunQuery
    columns: tuple[Column, ...]
    ids: Objects
    """Run ids in view order."""
    total: int
    """How many runs there would be without the filter."""
    values: Mapping[str, Array]
    """Column key -> values in view order: float64 with NaN, text with "", int64 microseconds with NO_TIME."""
    rows: IntArray
    """The store's numbers of the runs in view order."""
    now: int
    """When it was asked."""
    loaded: Mapping[str, Array] = field(repr=False)
    """The same and the sorted columns, by run number."""
    roster: "Roster" = field(repr=False)

    def only(self, rows: Sequence[bool] | slice) -> "RunFrame":
        """Some of the rows, in the same order."""
        some = self.rows[rows if isinstance(rows, slice) else np.asarray(rows, bool)]
        return self._with_rows(some, self.query)

    def project_keys(self) -> list[str]:
        """The key of each row's project."""
        keys = {number: key for key, number in self.roster.project_ids.items()}
        return [keys.get(number, "") for number in self.roster.project[self.rows].tolist()]

    def resort(self, sort: Sort) -> "RunFrame":
        """The same runs in another order, without asking the store; only by columns of the frame."""
        missing = [key for key, _ in sort if key not in self.loaded]
        if missing:
            raise UsageError(f"the column {missing[0]!r} is not loaded", "load the runs with it")
        rows = ordered(np.sort(self.rows), self.loaded, sort)
        return self._with_rows(rows, replace(self.query, sort=sort))

    def _with_rows(self, rows: IntArray, query: RunQuery) -> "RunFrame":
        values = _InOrder(self.loaded, rows, tuple(self.values))
        return replace(self, query=query, ids=self.loaded["run"][rows], rows=rows, values=values)


class _InOrder(Mapping[str, Array]):
    """Columns put into view order when they are first looked at."""

    def __init__(self, loaded: Mapping[str, Array], rows: IntArray, keys: tuple[str, ...]) -> None:
        self._loaded, self._rows, self._keys = loaded, rows, keys
        self._done: dict[str, Array] = {}

    def __getitem__(self, key: str) -> Array:
        done = self._done.get(key)
        if done is None:
            if key not in self._keys:
                raise KeyError(key)
            done = self._done[key] = self._loaded[key][self._rows]
        return done

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


def open_ends(took: IntArray, now: int) -> IntArray:
    """How long runs took; one that still runs is kept as minus its start."""
    running = (took < 0) & (took != NO_TIME)
    return np.where(running, now + took, took) if running.any() else took


def load(
    workspace: "Workspace", query: RunQuery, columns: Sequence[Column], connection: "Connection | None" = None
) -> RunFrame:
    """The runs that answer the query.

    Call it from a worker: interrupting its connection (or the given one) ends it with StoreError.
    """
    if connection is not None:
        return _loaded(workspace, connection, query, columns)
    return workspace.ask(lambda own: _loaded(workspace, own, query, columns))


def _loaded(
    workspace: "Workspace", connection: "Connection", query: RunQuery, columns: Sequence[Column]
) -> RunFrame:
    now = time.time_ns() // 1000
    wanted = {column.key: column for column in (*columns, FIELDS["age"])}
    named = [(_sortable(workspace, connection, key, wanted), ascending) for key, ascending in query.sort]
    wanted.update({column.key: column for column, _ in named})
    sort = tuple((column.key, ascending) for column, ascending in named)
    roster, loaded = workspace.shelf.columns(connection, list(wanted.values()))
    here = roster.present
    scope = query.projects or workspace.scope
    if scope:
        numbers = [roster.project_ids[key] for key in scope if key in roster.project_ids]
        here = here & np.isin(roster.project, numbers)
    aside = roster.archived & ~roster.deleted if query.deleted else roster.archived
    shown = here if query.archived else here & ~aside
    total = int(shown.sum())
    if query.where.strip():
        from mlops_console.workspace.filtering import matching

        found, speaks_of_archived = matching(connection, query.where, now)
        hits = np.zeros(len(here), bool)
        hits[found[found < len(here)]] = True
        shown = (here if speaks_of_archived else shown) & hits
    loaded["run"] = roster.ids
    if "took" in loaded:
        loaded["took"] = open_ends(loaded["took"], now)
    rows = ordered(np.flatnonzero(shown), loaded, sort)
    if query.limit is not None:
        rows = rows[: query.limit]
    keys = tuple(column.key for column in columns if column.kind != "spark")
    return RunFrame(
        replace(query, sort=sort),
        tuple(columns),
        roster.ids[rows],
        total,
        _InOrder(loaded, rows, keys),
        rows,
        now,
        loaded,
        roster,
    )


def _sortable(
    workspace: "Workspace", connection: "Connection", key: str, shown: Mapping[str, Column]
) -> Column:
    from mlops_console.workspace.choosing import column_named

    column = shown.get(key) or column_named(workspace, key, connection)
    if column.kind == "spark":
        raise UsageError("a curve can't be sorted by", f"sort by metric:{column.name}")
    return column


def sparks(workspace: "Workspace", frame: RunFrame, key: str, start: int, stop: int) -> list[bytes]:
    """Samples (float32) of the histories in rows `start` to `stop` of a frame; empty where there is none."""
    rows = frame.rows[start:stop].tolist()
    metric = key.removeprefix("spark:")
    found = workspace.ask(lambda connection: column_questions.sparks(connection, metric, rows))
    return [bytes(found.get(row, b"")) for row in rows]
