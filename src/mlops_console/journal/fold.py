"""Folding events to a registry: pure, and the same whatever order they arrive in.

Events are applied in their order (clock, id), model by model. One that comes after all of its model is
applied as it is; one that comes late has only its model (or the notes of its run) folded anew. Evidence is
not kept here: an event of the registry has none, the journal's has.
"""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final, Self, TypeVar

from mlops_console.journal.event import (
    ACKNOWLEDGE,
    ALIAS,
    ALLOW,
    APPROVE,
    BASELINE,
    DEPLOY,
    DEPLOYED,
    IMPORTANCE,
    MUTE,
    NOTE,
    REFERENCE,
    REGISTER,
    RETRACT,
    RETRAIN,
    RETRAINED,
    REVIEW,
    SNOOZE,
    TAG,
    VERSION,
    Event,
)
from mlops_console.journal.fold_ancestry import ANY, Ancestry
from mlops_console.journal.fold_models import ModelFold
from mlops_console.journal.fold_monitors import topic_of
from mlops_console.journal.fold_packing import uncollected
from mlops_console.journal.fold_reading import UnusableError, loose_text, model_of, run_of, sentence
from mlops_console.journal.fold_shelf import Kept, Models, Part, Said, Shelf, Snapshot
from mlops_console.journal.fold_shown import Beside
from mlops_console.journal.fold_streams import ORDER, Stream
from mlops_console.journal.fold_subjects import ITEMS, MONITORS, RUNS, Subject, part_of
from mlops_console.journal.registry import Model, Registry, Retraining

_OF_MODELS: Final = frozenset(
    (REGISTER, ALIAS, APPROVE, ALLOW, NOTE, TAG, DEPLOY, BASELINE, REVIEW, IMPORTANCE, RETRAIN)
)
_OF_TOPICS: Final = frozenset((ACKNOWLEDGE, MUTE, REFERENCE, SNOOZE))
_REFERS: Final = {RETRACT: "event", DEPLOYED: "deploy", RETRAINED: "retrain"}
_CLOSES: Final = {DEPLOYED: DEPLOY, RETRAINED: RETRAIN}
K = TypeVar("K")
V = TypeVar("V")


class Folding:
    """The events of one project and the registry that they come to."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._twins: set[str] = set()
        """Ids under which different events came."""
        self._begin(None)

    def _begin(self, shelf: Shelf | None) -> None:
        self._shelf = shelf
        self._ancestry = shelf.ancestry if shelf is not None else Ancestry()
        self._streams: dict[Subject, Stream] = {}
        self._subject_of: dict[str, Subject | None] = {}
        self._referring: dict[str, list[Event]] = {}
        """Id of an event that is not here -> events that refer to it."""
        self._asking: dict[str, set[Subject]] = {}
        """SHA-256 of an event that is not here -> what depends on who knew it."""
        self._unplaced: dict[str, Said] = {}
        self._models: dict[str, Model | Part] = {}
        self._beside = Beside()
        self._stale: set[Subject] = set()
        self._shown: Registry | None = None
        self._problems: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self._events) + (len(self._shelf) if self._shelf is not None else 0)

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._events or self._kept_in(event_id) is not None

    def event(self, event_id: str) -> Event | None:
        """An event by its id, without its evidence."""
        name = self._kept_in(event_id)
        if name is not None:
            self._take_down(name)
        return self._events.get(event_id)

    def events(self) -> list[Event]:
        """All events in order, without their evidence."""
        with uncollected():
            self._take_all_down()
        return sorted(self._events.values(), key=ORDER)

    def add(self, events: Iterable[Event]) -> frozenset[str]:
        """Take up events, in any order; the names of the models that they touch."""
        fresh, anew = self._fresh(events)
        if anew:
            return self._again()
        return self._take(fresh)

    def drop(self, event_ids: Iterable[str]) -> frozenset[str]:
        """Let go of events whose files are gone; the names of the models that may look different now."""
        self._take_all_down()
        gone = [event_id for event_id in event_ids if self._events.pop(event_id, None) is not None]
        return self._again() if gone else frozenset()

    def registry(self) -> Registry:
        """What they come to."""
        if self._shown is None:
            for subject in self._stale:
                self._show(subject)
            self._stale.clear()
            self._shown = Registry(
                Models(dict(self._models)),
                self._of(RUNS, lambda beside: beside.notes),
                self._of(RUNS, lambda beside: beside.tags),
                len(self),
                self._ancestry.heads,
                self._said(),
                self._of(MONITORS, lambda beside: beside.monitors),
                self._of(ITEMS, lambda beside: beside.snoozes),
                self._trainings(),
            )
        return self._shown

    def _of(self, name: str, which: Callable[[Beside], Mapping[K, V]]) -> Mapping[K, V]:
        part = self._shelf.parts.get(name) if self._shelf is not None else None
        return dict(which(self._beside)) if part is None else Kept(part, which)

    def _trainings(self) -> Mapping[str, tuple[Retraining, ...]]:
        """Of names under which nothing was registered; few, so that they are unpacked at once."""
        kept = self._shelf.parts.values() if self._shelf is not None else ()
        found = dict(self._beside.trainings)
        for part in kept:
            if not part.there and part.name not in (RUNS, MONITORS, ITEMS):
                found.update(part.beside().trainings)
        return found

    def packed(self) -> bytes:
        """All of it, to go on from later."""
        return self.snapshot().packed()

    def snapshot(self) -> Snapshot:
        """All of it as it is now: quick, where packing takes a while."""
        placed = set(self._streams)
        loose = [event for event in self._events.values() if self._subject_of.get(event.id) not in placed]
        parts = [*self._shelf.parts.values()] if self._shelf is not None else []
        return Snapshot(
            parts, [*self._streams.values()], sorted(loose, key=ORDER), self._ancestry, sorted(self._twins)
        )

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """What was packed; ValueError where it was damaged, or packed by another edition of this module.

        Models are unpacked when they are looked at, or when an event about them comes.
        """
        folding = cls()
        with uncollected():
            try:
                shelf = Shelf(packed)
            except (LookupError, TypeError, zlib.error) as error:
                raise ValueError("packed otherwise") from error
            folding._go_on(shelf)
        return folding

    def _go_on(self, shelf: Shelf) -> None:
        self._begin(shelf)
        self._twins = set(shelf.twins)
        for part in shelf.parts.values():
            if part.there:
                self._models[part.name] = part
            for sha in part.missing:
                self._asking.setdefault(sha, set()).add(part.name)
        self._models = dict(sorted(self._models.items()))
        for event in shelf.loose:
            self._events[event.id] = event
        self._placed(shelf.loose)

    def _kept_in(self, event_id: str) -> str | None:
        if self._shelf is None or event_id in self._events:
            return None
        return self._shelf.name_of(event_id)

    def _take_down(self, name: str) -> None:
        """Go on with a part of what was kept."""
        if self._shelf is None or name not in self._shelf.parts:
            return
        part = self._shelf.parts[name]
        for stream in part.taken():
            self._streams[stream.subject] = stream
            for event in stream.events:
                self._events[event.id] = event
                self._subject_of[event.id] = stream.subject
        del self._shelf.parts[name]
        self._beside.update(part.beside())
        if part.there:
            self._models[name] = part.model()

    def _take_all_down(self) -> None:
        for name in [*self._shelf.parts] if self._shelf is not None else ():
            self._take_down(name)

    def _again(self) -> frozenset[str]:
        self._take_all_down()
        before = {subject for subject in self._streams if isinstance(subject, str)}
        self._begin(None)
        return self._take(list(self._events.values())) | before

    def _fresh(self, events: Iterable[Event]) -> tuple[list[Event], bool]:
        """Those that are new; and whether one says something else than another of the same id."""
        fresh: dict[str, Event] = {}
        anew = False
        for event in events:
            known = self.event(event.id)
            if known is None:
                slim = replace(event, evidence={}) if event.evidence else event
                fresh[event.id] = self._events[event.id] = slim
            elif known.sha256 != event.sha256:
                self._twins.add(event.id)
                anew = True
                if event.sha256 < known.sha256:
                    self._events[event.id] = replace(event, evidence={})
        return list(fresh.values()), anew

    def _take(self, fresh: list[Event]) -> frozenset[str]:
        if not fresh:
            return frozenset()
        self._shown = None
        again: set[Subject] = set()
        for event in fresh:
            again |= self._asking.pop(event.sha256, set())
        if ANY in self._asking and any(self._ancestry.awaits(event.sha256) for event in fresh):
            again |= self._asking.pop(ANY)
        for subject in again:
            self._stream(subject)
        self._ancestry.add(fresh)
        more = self._placed(fresh)
        for subject, some in more.items():
            self._stream(subject).add(some, anew=subject in again)
        for subject in again - more.keys():
            self._streams[subject].again()
        touched = again | more.keys()
        self._stale |= touched
        for subject in touched:
            for sha in self._streams[subject].fold.missing:
                self._asking.setdefault(sha, set()).add(subject)
        return frozenset(subject for subject in touched if isinstance(subject, str))

    def _placed(self, fresh: list[Event]) -> dict[Subject, list[Event]]:
        """Events by what they are about, with those that waited for them."""
        more: dict[Subject, list[Event]] = {}
        waiting = fresh[::-1]
        while waiting:
            event = waiting.pop()
            subject = self._place(event)
            if subject is not None:
                more.setdefault(subject, []).append(event)
            if event.id in self._referring:
                waiting += self._referring.pop(event.id)
        return more

    def _stream(self, subject: Subject) -> Stream:
        self._take_down(part_of(subject))
        stream = self._streams.get(subject)
        if stream is None:
            stream = self._streams[subject] = Stream(subject, self._ancestry)
        return stream

    def _place(self, event: Event) -> Subject | None:
        """What an event is about; None where it can't be used, or not yet."""
        if event.id in self._unplaced:
            del self._unplaced[event.id]
        subject: Subject | None = None
        try:
            subject = self._subject(event)
        except UnusableError as why:
            self._problems = None
            self._unplaced[event.id] = (event.order, sentence(event, str(why)))
        self._subject_of[event.id] = subject
        return subject

    def _subject(self, event: Event) -> Subject | None:
        if event.v > VERSION:
            raise UnusableError(f"it was written by a newer mlops-console (format {event.v})")
        if event.kind in _REFERS:
            return self._referred(event, loose_text(event.body, _REFERS[event.kind]))
        if event.kind in _OF_TOPICS:
            return topic_of(event)
        if event.kind not in _OF_MODELS:
            return None
        if event.kind in (NOTE, TAG):
            return run_of(event) or model_of(event)
        return model_of(event)

    def _referred(self, event: Event, target: str) -> Subject:
        other = self.event(target)
        if other is None or target not in self._subject_of:
            self._referring.setdefault(target, []).append(event)
            raise UnusableError("the event it refers to is not here")
        subject = self._subject_of[target]
        if event.kind == RETRACT and other.kind in _REFERS:
            raise UnusableError(f"a `{other.kind}` can't be retracted; decide again instead")
        if subject is None:
            raise UnusableError("the event it refers to can't be used")
        if event.kind in _CLOSES and other.kind != _CLOSES[event.kind]:
            raise UnusableError(f"the event it refers to is no `{_CLOSES[event.kind]}`")
        return subject

    def _show(self, subject: Subject) -> None:
        self._problems = None
        fold = self._streams[subject].fold
        if isinstance(fold, ModelFold):
            model = fold.show()
            if model is None:
                self._models.pop(fold.name, None)
            elif fold.name in self._models:
                self._models[fold.name] = model
            else:
                self._models = dict(sorted([*self._models.items(), (fold.name, model)]))
        self._beside.put(subject, fold)

    def _said(self) -> tuple[str, ...]:
        if self._problems is None:
            said = [*self._unplaced.values()]
            for stream in self._streams.values():
                said += stream.fold.problems
            for part in self._shelf.parts.values() if self._shelf is not None else ():
                said += part.problems
            for event_id in self._twins:
                event = self.event(event_id)
                if event is not None:
                    said.append((event.order, sentence(event, "another event has the same id")))
            self._problems = tuple(what for _, what in sorted(said))
        return self._problems
