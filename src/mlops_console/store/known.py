"""What the writer keeps in memory: ids, and what live runs said last.

Filled from the tables by the first write that needs any of it, so that a look costs nothing, nor opening a
store in which there is nothing to do; thrown away whole when a transaction fails, so that memory and tables
can't disagree. Bounded: ids of projects, sources, runs and keys stay, all
else is kept for what was touched last.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import duckdb

from mlops_console.records import Process, RunKey
from mlops_console.store.known_joins import KnownJoins
from mlops_console.store.series_figures import SeriesFigures
from mlops_console.store.staging import as_found, sound
from mlops_console.store.status import Standing

_SOURCES: Final = 4096
_RUNS: Final = 4096
_AT_ONCE: Final = 1_000
"""Rows that are taken while no other thread can do anything."""

Facts = dict[str, Any]
"""What one source says of one run, as JSON values."""

SeriesIds = dict[tuple[int, int], int]
"""(own_id, key_id) -> series_id, of one source."""


def run_identity(project_key: str, key: RunKey) -> str:
    """The id of a run: the same on every machine that sees the project under the same key."""
    text = "\0".join((project_key, key.path, key.native))
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


class Known:
    """Ids allotted so far, and caches over the tables."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Asked for what is not there yet: with 100,000 runs it takes a quarter of a second."""
            if name.startswith("__") or "_con" not in vars(self) or "_says" in vars(self):
                raise AttributeError(name)
            self._fill()
            return getattr(self, name)

    def _fill(self) -> None:
        con = self._con
        self.projects: dict[str, int] = dict(self._rows("SELECT key, project_id FROM projects"))
        self.sources: dict[tuple[int, str, str], int] = {}
        self.places: dict[int, tuple[int, str, str]] = {}
        """source -> project, reader, path."""
        for source, project, reader, path in self._rows(
            "SELECT source_id, project_id, reader, path FROM sources"
        ):
            place = self.places[source] = (project, reader, as_found(path))
            self.sources[place] = source
        self.gone = {source for (source,) in self._rows("SELECT source_id FROM sources WHERE gone")}
        self.runs: dict[str, int] = dict(
            self._rows("SELECT id, run_id FROM runs UNION ALL SELECT id, own_id FROM joined")
        )
        """The number of each run as its sources key it; where it is shown, `shown` knows."""
        self.joins = KnownJoins(con)
        self.keys: dict[tuple[str, str], int] = {
            (kind, key): number for number, kind, key in self._rows("SELECT key_id, kind, key FROM keys")
        }
        self.next_project = self._next("projects", "project_id")
        self.next_source = self._next("sources", "source_id")
        self.next_run = max(self._next("runs", "run_id"), self._next("joined", "own_id"))
        self.next_key = self._next("keys", "key_id")
        self.next_series = self._next("series", "series_id")
        with_problems = self._rows("SELECT DISTINCT source_id FROM problems")
        self.with_problems = {source for (source,) in with_problems if source}
        self.figures = SeriesFigures(con)
        self.tails = bool(con.execute("SELECT 1 FROM tail LIMIT 1").fetchone())
        """Whether points may wait in `tail`."""
        self.folded = 0
        """When settled runs were last looked through for such points."""
        self.dead: set[Process] = set()
        self.orphans: dict[int, dict[int, str]] = {}
        """source -> runs it no longer speaks of, until it has been read to its end."""
        self.unsettled = self.standings("status = 'running'")
        """Runs that time or the end of a process can change, with their status and reason as written."""
        self._series: OrderedDict[int, SeriesIds] = OrderedDict()
        self._says: OrderedDict[int, dict[int, Facts]] = OrderedDict()

    def _rows(self, question: str) -> Iterator[tuple[Any, ...]]:
        """Some rows after the other: many at once would stop the interface."""
        found = self._con.execute(question)
        while rows := found.fetchmany(_AT_ONCE):
            yield from rows

    def standings(self, which: str) -> dict[int, tuple[Standing, str, str | None]]:
        """How the runs stand that a condition holds for, with their status and reason as written."""
        rows = self._con.execute(
            "SELECT run_id, id, project_id, declared, active, host, boot_id, pid, pid_started, status,"
            f" status_reason FROM runs WHERE {which}"
        ).fetchall()
        found = {}
        for run, identity, project, declared, active, host, boot, pid, pid_started, status, reason in rows:
            process = (
                Process(host, boot, pid, pid_started or 0) if host and boot and pid is not None else None
            )
            found[run] = (Standing(identity, project, declared, None, active, process), status, reason)
        return found

    def alive_so_far(self, process: Process) -> bool | None:
        """Whether a process is known to be gone, without looking."""
        return False if process in self.dead else None

    def reader(self, source: int) -> str:
        """Who reads a source."""
        return self.places[source][1]

    def _next(self, table: str, column: str) -> int:
        row = self._con.execute(f"SELECT coalesce(max({column}), 0) + 1 FROM {table}").fetchone()
        return int(row[0]) if row else 1

    def key_id(self, kind: str, key: str, fresh: list[tuple[int, str, str]]) -> int:
        """The id of a key; a new one is also put on the list of rows to insert."""
        if not key.isascii():
            key = str(sound(key))
        number = self.keys.get((kind, key))
        if number is None:
            number = self.next_key
            self.next_key += 1
            self.keys[kind, key] = number
            fresh.append((number, kind, key))
        return number

    def series_of(self, sources: list[int], fresh: set[int]) -> dict[int, SeriesIds]:
        """The series of each source; sources in `fresh` have none yet."""
        missing = [s for s in sources if s not in self._series and s not in fresh]
        for source in sources:
            self._series.setdefault(source, {})
            self._series.move_to_end(source)
        if missing:
            listed = ", ".join(map(str, missing))
            for source, run, key, series in self._con.execute(
                f"SELECT source_id, own_id, key_id, series_id FROM series WHERE source_id IN ({listed})"
            ).fetchall():
                self._series[source][run, key] = series
        found = {source: self._series[source] for source in sources}
        while len(self._series) > _SOURCES and next(iter(self._series)) not in found:
            self._series.popitem(last=False)
        return found

    def says(self, runs: list[int], fresh: set[int]) -> dict[int, dict[int, Facts]]:
        """What each source says of each run as it keys it; runs in `fresh` are not in the tables yet."""
        import json

        missing = [r for r in runs if r not in self._says and r not in fresh]
        for run in runs:
            self._says.setdefault(run, {})
            self._says.move_to_end(run)
        if missing:
            listed = ", ".join(map(str, missing))
            for run, source, facts in self._con.execute(
                f"SELECT own_id, source_id, facts FROM facts WHERE own_id IN ({listed})"
            ).fetchall():
                self._says[run][source] = json.loads(facts)
        found = {run: self._says[run] for run in runs}
        while len(self._says) > _RUNS and next(iter(self._says)) not in found:
            self._says.popitem(last=False)
        return found

    def drop_series(self, sources: Iterable[int]) -> None:
        """The series of these sources are gone from the tables."""
        for source in sources:
            self._series[source] = {}

    def drop_runs(self, runs: Mapping[int, str]) -> None:
        """These runs (number -> id, the joined ones too) are gone from the tables."""
        for run, identity in runs.items():
            self._says.pop(run, None)
            self.runs.pop(identity, None)
            self.unsettled.pop(run, None)
        self.joins.drop(runs)
        self._series.clear()
