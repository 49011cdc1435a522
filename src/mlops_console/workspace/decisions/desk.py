"""One project's journal as this process knows it: log, fold, and what the store keeps of them."""

import json
import os
import random
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console import beneath
from mlops_console.display import json_text, safe_text
from mlops_console.errors import JournalError, StoreError
from mlops_console.journal.event import ACKNOWLEDGE, Event
from mlops_console.journal.fold import Folding
from mlops_console.journal.fold_packing import uncollected
from mlops_console.journal.log import Log
from mlops_console.journal.places import JournalPlace, month_of, place_of
from mlops_console.journal.registry import Registry
from mlops_console.journal.scanning import read_event
from mlops_console.journal.serial import NotAnEvent
from mlops_console.journal.ulid import milliseconds_of
from mlops_console.records import Json, Problem, Project
from mlops_console.store import events as questions

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

ANEW: Final = 256
"""So many events may be read from their files at the next start before the fold is kept anew."""
SLICE: Final = 500
"""So many events are given to the store at once: others wait for it."""
PATIENCE: Final = 0.15
"""Seconds for the pointers of many models in one go; those that are left wait for the next."""
FEW: Final = 8
"""So many models' pointers are always brought in line."""

Check = Callable[[Registry], None]


class Desk:
    """May be used from several threads. Nothing is read before it is asked."""

    def __init__(self, workspace: "Workspace", project: Project) -> None:
        self.project = project
        self._workspace = workspace
        self._lock = threading.RLock()
        self._log: Log | None = None
        self._folding = Folding()
        self._brought: list[questions.KeptFold | None] = []
        """What the store keeps, where somebody has asked it already; one or none."""
        self._problems: dict[tuple[str, str], Problem] = {}
        self._registry: Registry | None = None
        self._unkept: list[Event] = []
        self._gone: list[str] = []
        self._since = 0
        """Events that came after the fold that is kept."""
        self._anew = False
        self._away = False
        """The project's folder is not there."""
        self._owing = False
        """The fold that is kept says that pointers wait, and none does any more."""
        self._untold = False
        self._unpointed: set[str] = set()
        self._inherited: set[str] = set()
        """Those of them that waited when the fold was kept: whoever follows the journal does them."""

    @property
    def opened(self) -> bool:
        """Whether somebody has asked."""
        return self._log is not None

    @property
    def private(self) -> bool:
        """Whether decisions go to the user's own folder, where nobody else sees them."""
        with self._lock:
            return self._open().place.private

    def bring(self, kept: questions.KeptFold | None) -> None:
        """What the store keeps of this journal, for when it is opened; None: nothing."""
        with self._lock:
            if self._log is None:
                self._brought = [kept]

    def registry(self) -> Registry:
        """What the journal came to when it was read last."""
        with self._lock:
            self._open()
            if self._registry is None:
                folded = self._folding.registry()
                said = tuple(f"{one.path}: {one.what}" for one in self.problems())
                self._registry = replace(folded, problems=(*folded.problems, *said)) if said else folded
            return self._registry

    def point(self, only: Collection[str] | None = None, *, inherited: bool = True) -> bool:
        """Bring pointers of models that were touched in line, for `PATIENCE` seconds; whether all are.

        Decisions that nobody else sees move no pointers.

        Args:
            only: These and no others, however long it takes.
            inherited: Also those that were left when the fold was kept.
        """
        with self._lock:
            private, registry = self._open().place.private, self.registry()
            waiting = self._unpointed if inherited else self._unpointed - self._inherited
            names = [*(waiting if only is None else waiting & set(only))]
        until = time.monotonic() + PATIENCE
        random.shuffle(names)
        done = list[str]()
        for name in names:
            if only is None and len(done) >= FEW and time.monotonic() > until:
                break
            done.append(name)
            if name in registry.models and not private:
                from mlops_console.promotion.pointing import point

                point(self.project.root, replace(registry, models={name: registry.models[name]}))
        with self._lock:
            if self.registry() is registry:
                self._unpointed.difference_update(done)
                self._owing |= bool(self._inherited) and not self._unpointed
                self._inherited &= self._unpointed
            return not self._unpointed

    def point_all(self, only: Collection[str] | None = None) -> None:
        """Bring pointers in line whoever changed them: by hand, by a copy of the folder, by a restore.

        Args:
            only: Of these models, all; None: of all, as many as there is time for, others every time.
        """
        with self._lock:
            models = self.registry().models
            self._unpointed |= set(models if only is None else models.keys() & set(only))
        self.point(only)

    def problems(self) -> tuple[Problem, ...]:
        """Files in the journal that can't be used."""
        with self._lock:
            self._open()
            gone = "is not there: what was decided there is shown as it was known last"
            away = (Problem(self.project.root, gone),) if self._away else ()
            return (*away, *self._problems.values())

    def refresh(self) -> bool:
        """Read what is new; whether there was anything."""
        with self._lock:
            if self._log is None:
                self._open()
                return True
            untold, self._untold = self._untold, False
            return self._read(self._log) or untold

    def append(
        self, kind: str, body: Mapping[str, Json], evidence: Mapping[str, Json] | None, check: Check | None
    ) -> tuple[Event, frozenset[str]]:
        """Write an event after everything that is there was read, and `check` had no objection.

        Returns:
            The event, and the models that it touches.
        """
        with self._lock:
            self._read(self._open())
            log = self._open()
            if self._away:
                raise JournalError(f"{safe_text(self.project.root, 200)} is not there: nothing was decided")
            if check is not None:
                check(self.registry())
            try:
                event = log.append(kind, body, evidence, look=False)
                self._read(log)
            except JournalError:
                place = place_of(self.project.root, self.project.key, self._workspace.places)
                if place == log.place:
                    raise
                self._begin(Log(place))
                event = self._open().append(kind, body, evidence, look=False)
            return event, self._take((event,))

    def events(self) -> list[Event]:
        """All events in order, without their evidence."""
        with self._lock:
            self._open()
            return self._folding.events()

    def event(self, event_id: str) -> Event | None:
        """One of them."""
        with self._lock:
            self._open()
            return self._folding.event(event_id)

    def whole(self, events: Sequence[Event]) -> list[Event]:
        """These events with their evidence, as far as it can be found."""
        waiting = {event.id: event for event in self._unkept_now()}
        asked = [event.id for event in events if event.id not in waiting]
        kept = self._workspace.ask(lambda con: questions.texts(con, self.project.key, asked)) if asked else {}
        return [waiting.get(event.id) or self._whole(event, kept.get(event.id)) for event in events]

    def keep(self, write: "Callable[[questions.Journaled], None]", *, fold: bool = True) -> bool:
        """Give some of what is new to the store, and the fold once many events came after the one it has.

        Args:
            write: Takes it.
            fold: Whether there is time for the fold of many events.

        Returns:
            Whether there is more to give.
        """
        with self._lock:
            log = self._log
            if (
                log is None
                or not self._folding
                or not (self._unkept or self._gone or self._anew or self._owing)
            ):
                return False
            self._untold = self._read(log) or self._untold  # what the log knows must be folded
            due = self._owing or self._anew or bool(self._gone) or self._since > ANEW
            if due and not fold and self._since > SLICE:
                return True
            gone, anew, some = self._gone, self._anew, self._unkept[:SLICE]
            snapshot = self._folding.snapshot() if due else None
            heads, waiting = self._folding.registry().heads, sorted(self._unpointed)
            known = log.packed() if due else b""
            if due:
                self._since = 0
            self._unkept, self._gone, self._anew = self._unkept[SLICE:], [], False
            self._owing = False
            more = bool(self._unkept)
        kept = None
        if snapshot is not None:
            known = json.dumps(waiting).encode() + b"\n" + known
            kept = questions.KeptFold(_shape(log.place), " ".join(heads), known, snapshot.packed())
        write(questions.Journaled(self.project.key, [_row(event) for event in some], gone, kept, anew))
        return more

    def _unkept_now(self) -> list[Event]:
        with self._lock:
            self._open()
            return list(self._unkept)

    def _open(self) -> Log:
        if self._log is None:
            with uncollected():
                self._log = self._opened()
        return self._log

    def _opened(self) -> Log:
        place = place_of(self.project.root, self.project.key, self._workspace.places)
        kept, known = self._kept(), b""
        if kept is not None and kept.place == _shape(place):
            try:
                waiting, _, known = kept.known.partition(b"\n")
                self._inherited = {str(name) for name in json.loads(waiting)}
                self._folding = Folding.unpacked(kept.packed)
                self._unpointed |= self._inherited
            except (ValueError, TypeError):
                kept = None
        else:
            kept = None
        self._anew = kept is None
        log = Log(place, known if kept is not None else b"")
        self._read(log)
        return log

    def _kept(self) -> questions.KeptFold | None:
        if self._brought:
            return self._brought.pop()
        try:
            return self._workspace.ask(lambda con: questions.kept_fold(con, self.project.key))
        except StoreError:
            return None

    def _begin(self, log: Log) -> None:
        """Go on at another place: what could be written may have changed."""
        self._log, self._folding, self._registry = log, Folding(), None
        self._unkept, self._anew, self._problems = [], True, {}
        self._read(log)

    def _read(self, log: Log) -> bool:
        fresh = log.read()
        away = not Path(self.project.root).is_dir()
        if fresh.cleared:
            cleared = set(fresh.cleared)
            self._problems = {at: one for at, one in self._problems.items() if one.path not in cleared}
        for problem in fresh.problems:
            self._problems[problem.path, problem.what] = problem
        if fresh.problems or fresh.gone or fresh.cleared or away != self._away:
            self._registry = None
        if fresh.gone:
            self._unpointed |= self._folding.drop(fresh.gone)
            self._gone += fresh.gone
            self._unkept = [event for event in self._unkept if event.id not in set(fresh.gone)]
        self._take(fresh.events)
        came, self._away = away != self._away, away
        if came and not away:
            place = place_of(self.project.root, self.project.key, self._workspace.places)
            if place != log.place:
                self._begin(Log(place))
        return bool(fresh) or came

    def _take(self, events: Iterable[Event]) -> frozenset[str]:
        new = list(events)
        if not new:
            return frozenset()
        self._registry = None
        touched = self._folding.add(new)
        self._unpointed |= touched
        self._unkept += new
        self._since += len(new)
        return touched

    def _whole(self, event: Event, text: str | None) -> Event:
        if text is not None:
            try:
                evidence = json.loads(text).get("evidence")
            except (ValueError, AttributeError):
                evidence = None
            if isinstance(evidence, dict):
                return replace(event, evidence=evidence)
        month = month_of(milliseconds_of(event.id))
        with self._lock:
            folders = self._open().place.folders
        for folder in folders:
            try:
                with beneath.OpenFolder.at(folder.root, f"{folder.below}/{month}") as inside:
                    return read_event(inside, f"{event.id}-{event.uid}.json")[0]
            except (OSError, NotAnEvent):
                continue
        return event


def _shape(place: JournalPlace) -> str:
    return "\n".join(os.fspath(folder) for folder in place.folders)


def _row(event: Event) -> questions.EventRow:
    whole = {
        "v": event.v, "id": event.id, "clock": event.clock, "parents": event.parents, "at": event.at,
        "by": event.by, "uid": event.uid, "host": event.host, "kind": event.kind, "body": event.body,
        "evidence": event.evidence,
    }  # fmt: skip
    model = None if event.kind == ACKNOWLEDGE else event.body.get("model")
    subject = event.body.get("subject")
    if model is None and isinstance(subject, dict):
        model = subject.get("model")
    return questions.EventRow(
        event.id,
        event.clock,
        json_text(event.kind),
        json_text(model) if isinstance(model, str) else "",
        json_text(event.by),
        event.at,
        f"{event.id}-{event.uid}.json",
        event.sha256,
        json.dumps(whole),
    )
