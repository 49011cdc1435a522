"""Facts on their way into the tables: what was said of runs, and the rows of the runs it is said of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import duckdb

from mlops_console.records import Process, RunFacts, RunKey
from mlops_console.store import joins, parents
from mlops_console.store.fact_rows import write_facts
from mlops_console.store.facts import merged, without_pulse
from mlops_console.store.known import Facts, Known, run_identity
from mlops_console.store.merging import Row, Told, newest_sign, ranked, row_of
from mlops_console.store.staging import staged
from mlops_console.store.status import SILENCE, Standing, effective, settled
from mlops_console.store.types import Read, Wishes
from mlops_console.store.value_writing import Keys, write_values

_ROW: Final = (
    ("native_id", "VARCHAR"), ("name", "VARCHAR"), ("group", "VARCHAR"), ("parent_key", "VARCHAR"),
    ("parent_reader", "VARCHAR"), ("parent_native_id", "VARCHAR"), ("declared", "VARCHAR"),
    ("started", "BIGINT"), ("ended", "BIGINT"), ("active", "BIGINT"), ("host", "VARCHAR"),
    ("boot_id", "VARCHAR"), ("pid", "BIGINT"), ("pid_started", "BIGINT"), ("deleted", "VARCHAR"),
    ("readers", "VARCHAR"),
)  # fmt: skip

Says = dict[int, dict[int, Facts]]
"""own_id -> source_id -> what it says."""


@dataclass(slots=True)
class Touched:
    """What a batch touched."""

    ids: dict[int, str] = field(default_factory=dict)
    """own_id -> id of every run that was touched, as its sources key it."""
    fresh: set[int] = field(default_factory=set)
    """Those that were not known before."""
    runs: set[str] = field(default_factory=set)
    """Ids of the runs as which they are shown, and of those that are shown as themselves no longer."""
    keys: Keys = field(default_factory=list)
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
        self._new: dict[int, joins.Newcomer] = {}
        self._ids: dict[int, str] = {}
        self._projects: dict[int, str] = {}
        self.regrouped: set[int] = set()
        """Runs that are shown with more or fewer sources than before."""

    def run_id(self, project_key: str, key: RunKey) -> int | None:
        """The own number of a run, allotted at first sight; None for one that was forgotten."""
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
            self._new[number] = joins.Newcomer(identity, key, known.projects[project_key], self._now)
        self._projects[number] = project_key
        touched.ids[number] = self._ids[number] = identity
        return number

    def write(
        self, reads: Sequence[Read], sources: Sequence[int], lost: Mapping[int, Mapping[int, str]]
    ) -> Says:
        """Merge and write; `lost`: sources said anew -> the runs they spoke of, and their ids."""
        spoken = self._spoken(reads, sources)
        for read, source in zip(reads, sources, strict=True):
            runs = lost.get(source, {})
            self._touched.ids.update(runs)
            self._ids.update(runs)
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
        self.project(before, says, moved, anew)
        return says

    def project(self, before: Says, says: Says, moved: Collection[int], anew: Collection[int]) -> None:
        """Bring runs, values and parents to what is said by now; of the rest only the signs of life moved."""
        joined = self._join(before, says, moved)
        shown = self._known.joins.shown
        runs = {shown(own) for own in moved} | joined.runs.keys()
        rest = {shown(own) for own in says if own not in moved} - runs
        more = self._besides(says, (*runs, *rest))
        before, says = ({**said, **more} for said in (before, says))
        if runs:
            told = {run: self._told(run, says) for run in runs}
            exactly = {shown(own) for own in anew} | joined.lost
            names = parents.names_of(before, says, moved, self._known)
            self._write_runs(told, exactly, joined)
            values = {
                run: (None if run in joined.runs else self._told(run, before), told[run]) for run in runs
            }
            write_values(self._con, self._known, values, self._tags(runs), self._touched.keys)
            others = parents.follow(self._con, self._known, joined, self._touched.fresh, self._ids, names)
            self._touched.runs.update(others)
        if rest:
            self._write_pulses({run: self._told(run, says) for run in rest})
        self._touched.runs.update(self._ids[run] for run in (*runs, *rest))
        self._touched.runs.update(joined.left.values())

    def _spoken(
        self, reads: Sequence[Read], sources: Sequence[int]
    ) -> dict[tuple[int, int], list[tuple[str, RunFacts]]]:
        """(own number, source) -> what is said now; nothing of some that only have points."""
        spoken: dict[tuple[int, int], list[tuple[str, RunFacts]]] = {}
        for read, source in zip(reads, sources, strict=True):
            for facts in read.chunk.facts:
                run = self.run_id(read.project_key, facts.key)
                if run is not None:
                    spoken.setdefault((run, source), []).append((read.project_key, facts))
            last: RunKey | None = None
            for key, _ in read.series:
                if key is not last and (run := self.run_id(read.project_key, key)) is not None:
                    spoken.setdefault((run, source), [])
                last = key
        return spoken

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
        write_facts(self._con, self._known, fresh, moved)
        return {run for run, _, _ in fresh} | {run for run, _, _ in moved}

    def _join(self, before: Says, says: Says, moved: Collection[int]) -> joins.Moved:
        """Show as one what is one by now."""
        known = self._known
        voices = {}
        if known.joins.claimers or any("same_as" in f for own in moved for f in says[own].values()):
            for own in moved:
                project = known.projects[self._projects[own]]
                was, is_now = (joins.voice_of(said[own], known, project) for said in (before, says))
                if was != is_now:
                    voices[own] = (was, is_now)
        joined = joins.settle(self._con, known, voices, self._new) if voices else joins.Moved()
        for own in joined.left:
            self._new.pop(own, None)
        self._new.update(joined.back)
        self._ids.update(joined.runs)
        for run, project_id in joined.projects.items():
            self._projects[run] = next(key for key, number in known.projects.items() if number == project_id)
        for own in says:
            under = known.joins.under.get(own)
            if under is not None:
                self._ids[under.run] = under.id
                self._projects[under.run] = self._projects[own]
        self.regrouped |= joined.runs.keys()
        return joined

    def _besides(self, says: Says, runs: Collection[int]) -> Says:
        """What else is shown as these runs."""
        all_of = self._known.joins.all_of
        missing = [own for run in runs for own in all_of(run) if own not in says]
        return self._known.says(missing, set()) if missing else {}

    def _told(self, run: int, says: Mapping[int, Mapping[int, Facts]]) -> list[Told]:
        """What all sources say that are shown as this run, the most believed first."""
        known = self._known
        return ranked(
            Told(*known.places[source][1:], source, own, facts)
            for own in known.joins.all_of(run)
            for source, facts in says[own].items()
        )

    def _write_pulses(self, told: Mapping[int, Sequence[Told]]) -> None:
        """Signs of life of runs of which nothing else moved: what live runs send most of the time."""
        known = self._known
        standing = {}
        for run, sources in told.items():
            running = known.unsettled.get(run)
            if running is None:
                row = row_of(sources)
                standing[run] = (row.active, *self._stand(run, row))
            else:
                active = newest_sign(sources)
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

    def _write_runs(
        self, told: Mapping[int, Sequence[Told]], exactly: Collection[int], joined: joins.Moved
    ) -> None:
        """Rows of runs, with their status as far as it can be told without looking at processes."""
        rows = {run: row_of(sources) for run, sources in told.items()}
        for run, active in joined.actives.items():
            if run in rows:
                rows[run] = replace(rows[run], active=max(rows[run].active or active, active))
        gone = {run: all(one.source in self._known.gone for one in some) for run, some in told.items()}
        columns = self._columns(rows, gone)
        new = [run for run in rows if run in self._new]
        old = [run for run in rows if run not in self._new]
        if new:
            some = _only(columns, list(rows), new)
            newcomers = [self._new[run] for run in new]
            some["id"] = ("VARCHAR", [one.id for one in newcomers])
            some["project_id"] = ("INTEGER", [one.project for one in newcomers])
            some["path"] = ("VARCHAR", [one.key.path for one in newcomers])
            some["native"] = ("VARCHAR", [one.key.native for one in newcomers])
            some["seen"] = ("BIGINT", [one.seen for one in newcomers])
            source, text = staged(some)
            self._con.execute(f"INSERT INTO runs BY NAME SELECT * FROM {source}", [text])
        if old:
            some = _only(columns, list(rows), old)
            some["anew"] = ("BOOLEAN", [run in exactly for run in old])
            source, text = staged(some)
            plain = ", ".join(
                f'"{name}" = r."{name}"' for name in some if name not in ("run_id", "anew", "active")
            )
            self._con.execute(
                f"UPDATE runs SET {plain}, active = CASE WHEN r.anew THEN r.active"
                f" ELSE greatest(runs.active, r.active) END FROM {source} r WHERE runs.run_id = r.run_id",
                [text],
            )
        self._new.clear()

    def _columns(
        self, rows: Mapping[int, Row], gone: Mapping[int, bool]
    ) -> dict[str, tuple[str, Sequence[object]]]:
        standing = {run: self._stand(run, row) for run, row in rows.items()}
        numbers = {run: self._known.projects[self._projects[run]] for run in rows}
        above = parents.parents_of(self._con, self._known, rows, numbers, self._ids)
        columns: dict[str, tuple[str, Sequence[object]]] = {"run_id": ("INTEGER", list(rows))}
        for name, kind in _ROW:
            columns[name] = (kind, [getattr(row, name) for row in rows.values()])
        columns["parent"] = ("VARCHAR", [above[run] for run in rows])
        columns["status"] = ("VARCHAR", [standing[run][0] for run in rows])
        columns["status_reason"] = ("VARCHAR", [standing[run][1] for run in rows])
        columns["gone"] = ("BOOLEAN", [gone[run] for run in rows])
        columns["archived"] = (
            "BOOLEAN",
            [self._wishes.out_of_sight(self._all_ids(run), row.deleted) for run, row in rows.items()],
        )
        return columns

    def _all_ids(self, run: int) -> tuple[str, ...]:
        return (self._ids[run], *self._known.joins.ids_under(run))

    def _tags(self, runs: Collection[int]) -> dict[int, Mapping[str, str]]:
        if not self._wishes.tags:
            return {}
        return {run: self._wishes.tags_of(self._all_ids(run)) for run in runs}

    def _stand(self, run: int, row: Row) -> tuple[str, str | None]:
        process = None
        if row.host is not None and row.boot_id is not None and row.pid is not None:
            process = Process(row.host, row.boot_id, row.pid, row.pid_started or 0)
        project = self._known.projects[self._projects[run]]
        standing = Standing(self._ids[run], project, row.declared, row.reason, row.active, process)
        return self._decide(run, standing)

    def _decide(self, run: int, standing: Standing) -> tuple[str, str | None]:
        known = self._known
        silence = self._wishes.silence.get(self._projects[run], SILENCE)
        status, reason = effective(standing, self._now, silence, known.alive_so_far)
        if settled(status):
            known.unsettled.pop(run, None)
        else:
            known.unsettled[run] = (standing, status, reason)
        return status, reason


def _only(
    columns: Mapping[str, tuple[str, Sequence[object]]], all_runs: Sequence[int], some: Sequence[int]
) -> dict[str, tuple[str, Sequence[object]]]:
    """The rows of some runs."""
    if len(some) == len(all_runs):
        return dict(columns)
    place = {run: at for at, run in enumerate(all_runs)}
    at = [place[run] for run in some]
    return {name: (kind, [values[i] for i in at]) for name, (kind, values) in columns.items()}
