"""Folding events to a registry: pure, and the same whatever order they arrive in.

Events are applied in their order (clock, id), model by model. One that comes after all of its model is
applied as it is; one that comes late has only its model (or the notes of its run) folded anew. Evidence is
not kept here: an event of the registry has none, the journal's has.
"""

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter
from typing import Final, Self, TypeAlias, TypeVar

from mlops_console.journal.event import (
    ALIAS,
    ALLOW,
    APPROVE,
    DEPLOY,
    DEPLOYED,
    NOTE,
    REGISTER,
    RETRACT,
    TAG,
    VERSION,
    Event,
)
from mlops_console.journal.fold_ancestry import Ancestry
from mlops_console.journal.fold_models import ModelFold
from mlops_console.journal.fold_packing import pack, uncollected, unpack
from mlops_console.journal.fold_reading import UnusableError, loose_text, model_of, run_of, sentence
from mlops_console.journal.fold_remarks import RunRemarks
from mlops_console.journal.registry import Model, Registry, Remark, TagValue

_KINDS: Final = frozenset((REGISTER, ALIAS, APPROVE, ALLOW, NOTE, TAG, DEPLOY, DEPLOYED, RETRACT))
_REFERS: Final = {RETRACT: "event", DEPLOYED: "deploy"}
_ORDER: Final = attrgetter("order")

Subject: TypeAlias = str | tuple[str, str]
"""What an event is about: a model's name, or a run's (path, native)."""
Said: TypeAlias = tuple[tuple[int, str], str]


class _Stream:
    """The events about one subject, and what they come to."""

    def __init__(self, subject: Subject, ancestry: Ancestry) -> None:
        self.subject = subject
        self.events: list[Event] = []
        self._ancestry = ancestry
        self.fold = self._begin()

    def add(self, more: list[Event]) -> None:
        more.sort(key=_ORDER)
        late = bool(self.events) and more[0].order < self.events[-1].order
        self.events += more
        if late:
            self.again()
            return
        for event in more:
            self.fold.apply(event)

    def again(self) -> None:
        self.events.sort(key=_ORDER)
        self.fold = self._begin()
        for event in self.events:
            self.fold.apply(event)

    def _begin(self) -> ModelFold | RunRemarks:
        return ModelFold(self.subject, self._ancestry) if isinstance(self.subject, str) else RunRemarks()


class Folding:
    """The events of one project and the registry that they come to."""

    def __init__(self) -> None:
        self._events: dict[str, Event] = {}
        self._twins: set[str] = set()
        """Ids under which different events came."""
        self._begin()

    def _begin(self) -> None:
        self._ancestry = Ancestry()
        self._streams: dict[Subject, _Stream] = {}
        self._subject_of: dict[str, Subject | None] = {}
        self._referring: dict[str, list[Event]] = {}
        """Id of an event that is not here -> events that refer to it."""
        self._asking: dict[str, set[Subject]] = {}
        """SHA-256 of an event that is not here -> what depends on who knew it."""
        self._unplaced: dict[str, Said] = {}
        self._models: dict[str, Model] = {}
        self._notes: dict[tuple[str, str], tuple[Remark, ...]] = {}
        self._tags: dict[tuple[str, str], tuple[TagValue, ...]] = {}
        self._stale: set[Subject] = set()
        self._shown: Registry | None = None
        self._problems: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self._events)

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._events

    def event(self, event_id: str) -> Event | None:
        """An event by its id, without its evidence."""
        return self._events.get(event_id)

    def events(self) -> list[Event]:
        """All events in order, without their evidence."""
        return sorted(self._events.values(), key=_ORDER)

    def add(self, events: Iterable[Event]) -> frozenset[str]:
        """Take up events, in any order; the names of the models that they touch."""
        fresh, anew = self._fresh(events)
        if anew:
            return self._again()
        return self._take(fresh)

    def drop(self, event_ids: Iterable[str]) -> frozenset[str]:
        """Let go of events whose files are gone; the names of the models that may look different now."""
        gone = [event_id for event_id in event_ids if self._events.pop(event_id, None) is not None]
        return self._again() if gone else frozenset()

    def registry(self) -> Registry:
        """What they come to."""
        if self._shown is None:
            for subject in self._stale:
                self._show(subject)
            self._stale.clear()
            self._shown = Registry(
                dict(self._models),
                dict(self._notes),
                dict(self._tags),
                len(self._events),
                self._ancestry.heads,
                self._said(),
            )
        return self._shown

    def packed(self) -> bytes:
        """All of it, to go on from later."""
        return pack(self.events())

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """What was packed; ValueError where it was damaged, or packed by another edition of this module."""
        folding = cls()
        with uncollected():
            folding.add(unpack(packed))
            folding.registry()
        return folding

    def _again(self) -> frozenset[str]:
        before = {subject for subject in self._streams if isinstance(subject, str)}
        self._begin()
        return self._take(list(self._events.values())) | before

    def _fresh(self, events: Iterable[Event]) -> tuple[list[Event], bool]:
        """Those that are new; and whether one says something else than another of the same id."""
        fresh: dict[str, Event] = {}
        anew = False
        for event in events:
            known = self._events.get(event.id)
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
        self._ancestry.add(fresh)
        more: dict[Subject, list[Event]] = {}
        waiting = fresh[::-1]
        again: set[Subject] = set()
        while waiting:
            event = waiting.pop()
            if event.sha256 in self._asking:
                again |= self._asking.pop(event.sha256)
            subject = self._place(event)
            if subject is not None:
                more.setdefault(subject, []).append(event)
            if event.id in self._referring:
                waiting += self._referring.pop(event.id)
        for subject, some in more.items():
            stream = self._streams.get(subject)
            if stream is None:
                stream = self._streams[subject] = _Stream(subject, self._ancestry)
            stream.add(some)
        for subject in again - more.keys():
            self._streams[subject].again()
        touched = again | more.keys()
        self._stale |= touched
        for subject in touched:
            for sha in self._streams[subject].fold.missing:
                self._asking.setdefault(sha, set()).add(subject)
        return frozenset(subject for subject in touched if isinstance(subject, str))

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
        if event.kind not in _KINDS:
            return None
        if event.kind in (NOTE, TAG):
            return run_of(event) or model_of(event)
        return model_of(event)

    def _referred(self, event: Event, target: str) -> Subject:
        other = self._events.get(target)
        if other is None or target not in self._subject_of:
            self._referring.setdefault(target, []).append(event)
            raise UnusableError("the event it refers to is not here")
        subject = self._subject_of[target]
        if event.kind == RETRACT and other.kind in _REFERS:
            raise UnusableError(f"a `{other.kind}` can't be retracted; decide again instead")
        if subject is None:
            raise UnusableError("the event it refers to can't be used")
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
        elif not isinstance(subject, str):
            _put(self._notes, subject, fold.notes)
            _put(self._tags, subject, fold.tags)

    def _said(self) -> tuple[str, ...]:
        if self._problems is None:
            said = [*self._unplaced.values()]
            for stream in self._streams.values():
                said += stream.fold.problems
            for event_id in self._twins:
                event = self._events.get(event_id)
                if event is not None:
                    said.append((event.order, sentence(event, "another event has the same id")))
            self._problems = tuple(what for _, what in sorted(said))
        return self._problems


K = TypeVar("K")
V = TypeVar("V")


def _put(into: dict[K, tuple[V, ...]], key: K, values: tuple[V, ...]) -> None:
    if values:
        into[key] = values
    else:
        into.pop(key, None)
