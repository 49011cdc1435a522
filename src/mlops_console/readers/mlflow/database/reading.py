"""One read of a database: facts of all runs first, then points, then files, as far as the budget goes."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np

from mlops_console import beneath
from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow.database.connecting import (
    ERRORS,
    BusyError,
    Opened,
    RefusedError,
    connected,
    why_not,
)
from mlops_console.readers.mlflow.database.files import Files
from mlops_console.readers.mlflow.database.points import STRANGERS, Gathered, MetricRows, ReplacedError
from mlops_console.readers.mlflow.database.runs import RunRows
from mlops_console.readers.mlflow.database.said import Said, facts
from mlops_console.readers.mlflow.database.state import RUN, Runs, State
from mlops_console.readers.mlflow.database.tables import METRICS, RUNS, Tables, text
from mlops_console.records import NO_TIME, Chunk, Points, Problem, RunFacts, RunKey, Source

_SLICE = 400
_WHOLE_SLICE = 5_000
"""Runs at a time; many, where finding what belongs to them means looking at everything."""
_FEW = 500
"""So many runs are all looked at in every read."""
_LIGHT = 30
"""Reads in a row that look only at runs that go on."""
_FILES_EVERY = 8
"""Of these, those that list the files of runs that go on."""
_TRIES = 8
_WAIT = 0.25
_MOMENT = 0.001
"""Seconds that a read waits for a moment in which nobody writes, and how often it looks for one."""
_LOCKED_FOR = 0.1
"""Seconds that a read may take under locks of a few milliseconds each: after waiting in vain without."""
_LOOK_SHARE = 20
"""Looking whether anything moved takes one part in so many of the time."""
_PATIENT = 8
"""Reads in a row without a lock that came to nothing, before one is taken."""
_NO_ROW = -(2**63)
_LOCKED = "is locked by a program that writes it; it is read when that is done"
_STRANGE = "holds metrics of runs that it doesn't list; they are left out"
_OTHER = "holds no tables of MLflow's"
_FOLDER = "files "
"""Before the name of a folder, what there is to say of the files in it."""
_MOST_FOLDERS = 20
_LASTING = (METRICS, STRANGERS)
"""What holds although a round begins, which finds the rest again."""


def read(root: str, source: Source, cursor: bytes | None, budget: Budget) -> Chunk:
    """Go on in a database."""
    before = State.decode(cursor) if cursor is not None else None
    anew = cursor is not None and before is None
    try:
        return replace(_read(root, source.path, budget, cursor), reset=anew)
    except ReplacedError:
        pass
    try:
        return replace(_read(root, source.path, budget, None), reset=True)
    except ReplacedError:  # it moves faster than it can be read
        return _later(before or State(), source.path, anew)


def _read(root: str, path: str, budget: Budget, cursor: bytes | None) -> Chunk:
    """Read on; where somebody writes, in a moment in which they don't, if one comes soon."""
    patient = _as_before(cursor).busy < _PATIENT
    until = budget.started + min(_WAIT, budget.seconds)
    seconds = budget.seconds if patient else min(_LOCKED_FOR, budget.seconds)
    while True:
        try:
            return _read_once(root, path, Budget(budget.points, seconds), cursor, patient=patient)
        except BusyError:
            if not patient or time.monotonic() > until:
                return _later(_as_before(cursor), path, False)
            time.sleep(_MOMENT)


def _read_once(root: str, path: str, budget: Budget, cursor: bytes | None, *, patient: bool) -> Chunk:
    try:
        with connected(root, path, budget.seconds, patient=patient) as opened:
            budget = Budget(budget.points, budget.seconds + 4 * opened.spent, budget.started)
            try:
                return _Reading(root, path, _as_before(cursor), budget, opened).chunk()
            except (ReplacedError, RefusedError, *ERRORS):
                opened.check()
                raise
    except FileNotFoundError:
        kept = _as_before(cursor)
        return Chunk((), Points.empty(), _told(kept, path), kept.encode())
    except (RefusedError, OSError, *ERRORS) as error:
        words = beneath.why_not(error) if isinstance(error, OSError) else str(error)
        words = "can't be read: it is damaged" if isinstance(error, ERRORS) else words
        return Chunk((), Points.empty(), (Problem(path, words),), _as_before(cursor).encode())


def _as_before(cursor: bytes | None) -> State:
    """What was known before a read that came to nothing."""
    return (State.decode(cursor) if cursor is not None else None) or State()


def _later(state: State, path: str, reset: bool) -> Chunk:
    """Nothing new: somebody is writing. Where that goes on, it is told, and the next look is waited for."""
    state.busy += 1
    again = state.busy <= _TRIES
    if not again:
        state.busy = _TRIES  # one try at the next look, until one succeeds
    told = _told(state, path) if again else (*_told(state, path), Problem(path, _LOCKED))
    return Chunk((), Points.empty(), told, state.encode(), more=again, reset=reset, again=not again)


def _told(state: State, path: str) -> tuple[Problem, ...]:
    return tuple(
        Problem(table.removeprefix(_FOLDER) if table.startswith(_FOLDER) else path, what, offset)
        for table, (what, offset) in sorted(state.told.items())
    )


@dataclass(frozen=True, slots=True)
class _Sure:
    """What was read while nothing had moved."""

    state: State
    points: tuple[int, int]
    facts: int


@dataclass
class _Reading:
    """One read, in one connection."""

    root: str
    path: str
    state: State
    budget: Budget
    opened: Opened
    into: Gathered = field(default_factory=Gathered)
    facts: list[RunFacts] = field(default_factory=list)
    sure: "_Sure | None" = None
    """What is known to hold, whatever moved since."""
    next_look: float = 0.0
    """When it is looked again whether anything has moved."""

    def chunk(self) -> Chunk:
        """Read, and say what was found."""
        state = self.state
        state.busy = 0
        try:
            tables = Tables(self.opened.connection)
        except ERRORS as error:
            raise RefusedError(why_not(error)) from error
        if not tables.has(RUNS, "run_uuid"):
            state.told[RUNS] = (_OTHER, None)
            self.opened.check()
            return Chunk((), Points.empty(), _told(state, self.path), state.encode())
        if state.told.get(RUNS) == (_OTHER, None):
            del state.told[RUNS]
        try:
            more = self._read(tables)
            strangers = self._strangers()
            if strangers:
                more = self._newcomers(RunRows(tables)) or more
                strangers = self._strangers()
            self.opened.check()
        except (BusyError, ReplacedError, RefusedError, *ERRORS) as error:
            if not isinstance(error, BusyError) and self.opened.holds():
                raise
            # What was read so far holds; points of a run that is not known yet are read again with it.
            self._back()
            if self._strangers() or not (self.facts or self.into.size):
                raise BusyError from error
            state, more, strangers = self.state, True, set()
        for table, words in tables.notes.items():
            state.told[table] = (words, None)
        if strangers:
            state.told[STRANGERS] = (_STRANGE, None)
        points, newest = self.into.points(self.path, strangers)
        self.facts += [
            RunFacts(RunKey(self.path, run), active=when) for run, when in newest.items() if when > NO_TIME
        ]
        return Chunk(tuple(self.facts), points, _told(state, self.path), state.encode(), more)

    def _spent(self) -> bool:
        """Whether the read must stop; what was read up to here holds, or BusyError is raised."""
        now = time.monotonic()
        if self.opened.unlocked and now >= self.next_look:
            self.opened.check()
            self.sure = _Sure(self.state.copy(), self.into.mark(), len(self.facts))
            then = time.monotonic()
            self.next_look = then + _LOOK_SHARE * (then - now)
        return self.budget.spent(self.into.size)

    def _back(self) -> None:
        """Back to what is known to hold, where there was no lock."""
        if not self.opened.unlocked:
            return
        if self.sure is None:
            raise BusyError
        self.state = self.sure.state
        self.into.back_to(self.sure.points)
        del self.facts[self.sure.facts :]

    def _read(self, tables: Tables) -> bool:
        """Whether there is more to read at once."""
        state, rows = self.state, RunRows(tables)
        if not state.checked and state.at is None and len(state.runs) <= _FEW:
            self._begin_round()
        if self._round(tables, rows):
            return True
        more = MetricRows(tables, state, self.into).read(self._spent)
        state.gained = state.gained or self.into.size > 0
        if more or self._changed(tables, rows) or self._newcomers(rows) or self._files(rows):
            return True
        state.checked = state.gained = False
        return False

    def _strangers(self) -> set[bytes]:
        """The runs that got points but are not listed (yet)."""
        known = set(self.state.runs["name"].tolist()) if self.into.size else set()
        return {run for run in self.into.runs() if _name(text(run)) not in known}

    # ------------------------------------------------------------ facts

    def _begin_round(self) -> None:
        state = self.state
        state.at, state.light = _NO_ROW, 0
        state.told = {
            table: what
            for table, what in state.told.items()
            if table in _LASTING or table.startswith(_FOLDER)
        }

    def _round(self, tables: Tables, rows: RunRows) -> bool:
        """Look at all runs, from where the round stands; whether the budget ended it."""
        state = self.state
        if state.at is None:
            return False
        quick = all(tables.indexed(table, "run_uuid") for table in ("params", "tags") if tables.has(table))
        while state.at is not None:
            found = rows.after(state.at, _SLICE if quick else _WHOLE_SLICE)
            last = found[-1].number if found else 2**63 - 1
            known = state.runs[(state.runs["row"] > state.at) & (state.runs["row"] <= last)]
            if set(known["row"].tolist()) - {said.number for said in found}:
                raise ReplacedError
            self._look_at(found)
            state.at, state.checked = (last, False) if found else (None, True)
            if found and self._spent():
                return True
        return False

    def _changed(self, tables: Tables, rows: RunRows) -> bool:
        """After new points look at the runs that go on; without any, something else must have changed."""
        state = self.state
        if state.checked:
            return False
        state.light += 1
        if not state.gained or state.light > _LIGHT:
            self._begin_round()
            return self._round(tables, rows)
        live = state.runs["row"][state.runs["live"] == 1].tolist()
        for start in range(0, len(live), _SLICE):
            numbers = live[start : start + _SLICE]
            found = rows.of(numbers)
            if len(found) < len(numbers):
                raise ReplacedError
            self._look_at(found)
        state.checked = True
        return False

    def _newcomers(self, rows: RunRows) -> bool:
        """Runs that were made since the last look."""
        while True:
            last = int(self.state.runs["row"][-1]) if len(self.state.runs) else _NO_ROW
            found = rows.after(last, _SLICE)
            self._look_at(found)
            if not found:
                return False
            if self._spent():
                return True

    def _look_at(self, found: list[Said]) -> None:
        """Say what is new of these runs, which come in the order of their rows."""
        state = self.state
        places = np.searchsorted(state.runs["row"], [said.number for said in found])
        added: list[tuple[int, int, int, int, int, int]] = []
        for said, place in zip(found, places.tolist(), strict=True):
            name, checksum = _name(said.id), said.checksum()
            known = state.runs[place] if place < len(state.runs) else None
            if known is not None and (known["row"] != said.number or known["name"] != name):
                raise ReplacedError
            if known is None:
                added.append((said.number, name, checksum, 0, said.keys, said.live()))
            elif known["said"] == checksum:
                continue
            elif said.keys < known["keys"]:
                raise ReplacedError
            else:
                state.runs[place] = (said.number, name, checksum, 0, said.keys, said.live())
            self.facts.append(facts(self.path, said, known is None))
        if added:
            state.runs = np.concatenate((state.runs, np.array(added, RUN)))

    # ------------------------------------------------------------ files

    def _files(self, rows: RunRows) -> bool:
        """List the files of runs of which something changed, and now and then of those that go on."""
        runs = self.state.runs
        wanted = runs["files"] == 0
        if len(runs) <= _FEW or self.state.light % _FILES_EVERY == 0:
            wanted |= runs["live"] == 1
        numbers = runs["row"][wanted].tolist()
        files = Files(self.root, self.path)
        for start in range(0, len(numbers), _SLICE):
            chosen = numbers[start : start + _SLICE]
            more = self._list(files, rows.of(chosen), runs)
            self._tell(files)
            if more:
                return True
        return False

    def _tell(self, files: Files) -> None:
        """What is not among the files of runs."""
        told = self.state.told
        for folder, words in files.left_out.items():
            told.pop(_FOLDER + folder, None)
            if words and sum(one.startswith(_FOLDER) for one in told) < _MOST_FOLDERS:
                told[_FOLDER + folder] = (words, None)
        files.left_out.clear()

    def _list(self, files: Files, found: Iterable[Said], runs: Runs) -> bool:
        for said in found:
            place = int(np.searchsorted(runs["row"], said.number))
            told, checksum = files.facts(said)
            if runs["files"][place] != checksum:
                runs["files"][place] = checksum
                self.facts.append(told)
            if self._spent():
                return True
        return False


def _name(run: str) -> int:
    """By which a run is known again."""
    return crc32(run.encode("utf-8", "surrogateescape"))
