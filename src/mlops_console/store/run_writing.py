"""Facts on their way into the tables: runs, what was said of them, their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import duckdb

from mlops_console.records import Process, RunFacts, RunKey
from mlops_console.store.facts import Row, merged, row_of, values_of, without_pulse
from mlops_console.store.known import Facts, Known, run_identity
from mlops_console.store.staging import encoded, scalar_text, staged
from mlops_console.store.status import SILENCE, Standing, effective, settled
from mlops_console.store.types import Read, Wishes

_ROW: Final = (
    ("native_id", "VARCHAR"), ("name", "VARCHAR"), ("group", "VARCHAR"), ("parent", "VARCHAR"),
    ("parent_native_id", "VARCHAR"), ("declared", "VARCHAR"), ("started", "BIGINT"), ("ended", "BIGINT"),
    ("active", "BIGINT"), ("host", "VARCHAR"), ("boot_id", "VARCHAR"), ("pid", "BIGINT"),
    ("pid_started", "BIGINT"), ("readers", "VARCHAR"),
)  # fmt: skip

Says = dict[int, dict[int, Facts]]
"""run_id -> source_id -> what it says."""


@dataclass(slots=True)
class Touched:
    """What a batch touched."""

    ids: dict[int, str] = field(default_factory=dict)
    """run_id -> id of every run that was touched."""
    fresh: set[int] = field(default_factory=set)
    """Runs that were not known before."""
    keys: list[tuple[int, str, str]] = field(default_factory=list)
    """Rows to add to `keys`."""


class RunWriting:
    """The facts of one wave of reads, merged and written."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        known: Known,
        touched: Touched,
        wishes: Wishes,
        now: int,
    ) -> None:
        self._con, self._known, self._touched, self._wishes, self._now = con, known, touched, wishes, now
        self._keys: dict[int, RunKey] = {}
        self._projects: dict[int, str] = {}

    def run_id(self, project_key: str, key: RunKey) -> int | None:
        """The number of a run, allotted at first sight; None for one that was forgotten."""
        identity = run_identity(project_key, key)
        if identity in self._wishes.forgotten:
            return None
        known, touched = self._known, self._touched
        number = known.runs.get(identity)
        if number is None:
            number = known.next_run
            known.next_run += 1
            known.runs[identity] = number
            touched.fresh.add(number)
            self._keys[number] = key
        self._projects[number] = project_key
        touched.ids[number] = identity
        return number

    def write(
        self, reads: Sequence[Read], sources: Sequence[int], lost: Mapping[int, Mapping[int, str]]
    ) -> Says:
        """Merge and write; `lost`: sources said anew -> the runs they spoke of, and their ids."""
        spoken: dict[tuple[int, int], list[tuple[str, RunFacts]]] = {}
        for read, source in zip(reads, sources, strict=True):
            for facts in read.chunk.facts:
                run = self.run_id(read.project_key, facts.key)
                if run is not None:
                    spoken.setdefault((run, source), []).append((read.project_key, facts))
            last: RunKey | None = None
            for key, _ in read.chunk.points.series:
                if key is not last and (run := self.run_id(read.project_key, key)) is not None:
                    spoken.setdefault((run, source), [])
                last = key
        for read, source in zip(reads, sources, strict=True):
            runs = lost.get(source, {})
            self._touched.ids.update(runs)
            self._projects.update(dict.fromkeys(runs, read.project_key))
        touched = dict.fromkeys([run for run, _ in spoken] + [run for runs in lost.values() for run in runs])
        says = self._known.says(list(touched), self._touched.fresh)
        before = {run: dict(by_source) for run, by_source in says.items()}
        for source, runs in lost.items():
            for run in runs:
                says[run].pop(source, None)
        for (run, source), all_said in spoken.items():
            so_far = says[run].get(source, {})
            for project_key, said in all_said:
                so_far = merged(so_far, said, project_key)
            says[run][source] = so_far
        anew = {run for runs in lost.values() for run in runs}
        moved = anew | self._write_facts(before, says, lost)
        if moved:
            some = {run: says[run] for run in says if run in moved}
            self._write_runs(some, anew)
            self._write_values(before, some)
        if len(moved) < len(says):
            self._write_pulses({run: by_source for run, by_source in says.items() if run not in moved})
        return says

    def _write_facts(self, before: Says, says: Says, lost: Mapping[int, Mapping[int, str]]) -> set[int]:
        """What each source says, but for its pulse; the runs of which something else moved."""
        fresh, moved = [], []
        for run, by_source in says.items():
            for source, facts in by_source.items():
                old = None if run in lost.get(source, ()) else before[run].get(source)
                if old is None:
                    fresh.append((run, source, facts))
                elif old is not facts and without_pulse(old) != without_pulse(facts):
                    moved.append((run, source, facts))
        if moved:
            rows, text = _facts_rows(moved)
            self._con.execute(
                f"UPDATE facts SET facts = r.facts FROM {rows} r"
                " WHERE facts.run_id = r.run_id AND facts.source_id = r.source_id",
                [text],
            )
        if fresh:
            rows, text = _facts_rows(fresh)
            self._con.execute(f"INSERT INTO facts SELECT * FROM {rows}", [text])
        return {run for run, _, _ in fresh} | {run for run, _, _ in moved}

    def _write_pulses(self, says: Says) -> None:
        """Signs of life of runs of which nothing else moved: what live runs send most of the time."""
        known = self._known
        standing = {}
        for run, by_source in says.items():
            running = known.unsettled.get(run)
            if running is None:
                row = row_of(by_source, known.readers)
                standing[run] = (row.active, *self._stand(run, row))
            else:
                active = max((f["active"] for f in by_source.values() if "active" in f), default=None)
                standing[run] = (active, *self._decide(run, replace(running[0], active=active)))
        rows, text = staged(
            {
                "run_id": ("INTEGER", list(standing)),
                "active": ("BIGINT", [active for active, _, _ in standing.values()]),
                "status": ("VARCHAR", [status for _, status, _ in standing.values()]),
                "status_reason": ("VARCHAR", [reason for _, _, reason in standing.values()]),
            }
        )
        self._con.execute(
            "UPDATE runs SET active = greatest(runs.active, r.active), status = r.status,"
            f" status_reason = r.status_reason, gone = false FROM {rows} r WHERE runs.run_id = r.run_id",
            [text],
        )

    def _write_runs(self, says: Says, anew: set[int]) -> None:
        """Rows of runs, with their status as far as it can be told without looking at processes."""
        known = self._known
        rows = {run: row_of(by_source, known.readers) for run, by_source in says.items()}
        standing = {run: self._stand(run, row) for run, row in rows.items()}
        new = [run for run in rows if run in self._keys]
        old = [run for run in rows if run not in self._keys]
        if new:
            columns = self._columns(new, rows, standing)
            columns["id"] = ("VARCHAR", [self._touched.ids[run] for run in new])
            columns["project_id"] = ("INTEGER", [known.projects[self._projects[run]] for run in new])
            columns["path"] = ("VARCHAR", [self._keys[run].path for run in new])
            columns["native"] = ("VARCHAR", [self._keys[run].native for run in new])
            columns["seen"] = ("BIGINT", [self._now] * len(new))
            source, text = staged(columns)
            archived = self._archived(new)
            self._con.execute(
                f"INSERT INTO runs BY NAME SELECT *, false AS gone, {archived} AS archived FROM {source}",
                [text],
            )
        if old:
            columns = self._columns(old, rows, standing)
            columns["anew"] = ("BOOLEAN", [run in anew for run in old])
            columns["gone"] = ("BOOLEAN", [not says[run] for run in old])
            source, text = staged(columns)
            plain = ", ".join(
                f'"{name}" = r."{name}"' for name in columns if name not in ("run_id", "anew", "active")
            )
            self._con.execute(
                f"UPDATE runs SET {plain}, active = CASE WHEN r.anew THEN r.active"
                f" ELSE greatest(runs.active, r.active) END FROM {source} r WHERE runs.run_id = r.run_id",
                [text],
            )
        self._keys.clear()

    def _archived(self, new: Sequence[int]) -> str:
        names = [self._touched.ids[run] for run in new if self._touched.ids[run] in self._wishes.archived]
        return f"id IN ({', '.join(repr(name) for name in names)})" if names else "false"

    def _stand(self, run: int, row: Row) -> tuple[str, str | None]:
        process = None
        if row.host is not None and row.boot_id is not None and row.pid is not None:
            process = Process(row.host, row.boot_id, row.pid, row.pid_started or 0)
        identity, project = self._touched.ids[run], self._known.projects[self._projects[run]]
        return self._decide(run, Standing(identity, project, row.declared, row.reason, row.active, process))

    def _decide(self, run: int, standing: Standing) -> tuple[str, str | None]:
        known = self._known
        silence = self._wishes.silence.get(self._projects[run], SILENCE)
        status, reason = effective(standing, self._now, silence, known.alive_so_far)
        if settled(status):
            known.unsettled.pop(run, None)
        else:
            known.unsettled[run] = (standing, status, reason)
        return status, reason

    def _columns(
        self, runs: Sequence[int], rows: Mapping[int, Row], standing: Mapping[int, tuple[str, str | None]]
    ) -> dict[str, tuple[str, Sequence[object]]]:
        columns: dict[str, tuple[str, Sequence[object]]] = {"run_id": ("INTEGER", runs)}
        for name, kind in _ROW:
            columns[name] = (kind, [getattr(rows[run], name) for run in runs])
        columns["status"] = ("VARCHAR", [standing[run][0] for run in runs])
        columns["status_reason"] = ("VARCHAR", [standing[run][1] for run in runs])
        return columns

    def _write_values(self, before: Says, says: Says) -> None:
        """Params, tags and summaries of the runs where they moved."""
        known, readers = self._known, self._known.readers
        stale: list[int] = []
        run_ids: list[int] = []
        key_ids: list[int] = []
        texts: list[str] = []
        numeric: list[bool] = []
        for run, by_source in says.items():
            old = values_of(before[run], readers)
            new = values_of(by_source, readers)
            if old == new and run not in self._touched.fresh:
                continue
            if old:
                stale.append(run)
            for (kind, key), value in new.items():
                text, number = scalar_text(value)
                run_ids.append(run)
                key_ids.append(known.key_id(kind, key, self._touched.keys))
                texts.append(text)
                numeric.append(number)
        if stale:
            self._con.execute(f'DELETE FROM "values" WHERE run_id IN ({", ".join(map(str, stale))})')
        if run_ids:
            rows, text = staged(
                {
                    "run_id": ("INTEGER", run_ids),
                    "key_id": ("INTEGER", key_ids),
                    "text": ("VARCHAR", texts),
                    "numeric": ("BOOLEAN", numeric),
                }
            )
            self._con.execute(
                'INSERT INTO "values" SELECT run_id, key_id, text,'
                f" CASE WHEN numeric THEN TRY_CAST(text AS DOUBLE) END FROM {rows}",
                [text],
            )


def _facts_rows(said: Sequence[tuple[int, int, Facts]]) -> tuple[str, str]:
    return staged(
        {
            "run_id": ("INTEGER", [run for run, _, _ in said]),
            "source_id": ("INTEGER", [source for _, source, _ in said]),
            "facts": ("VARCHAR", [encoded(facts) for _, _, facts in said]),
        }
    )


def write_keys(con: duckdb.DuckDBPyConnection, keys: Sequence[tuple[int, str, str]]) -> None:
    """Add keys that were met for the first time."""
    if keys:
        rows, text = staged(
            {
                "key_id": ("INTEGER", [number for number, _, _ in keys]),
                "kind": ("VARCHAR", [kind for _, kind, _ in keys]),
                "key": ("VARCHAR", [key for _, _, key in keys]),
            }
        )
        con.execute(f"INSERT INTO keys SELECT * FROM {rows}", [text])
