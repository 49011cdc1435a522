"""What the reader child answers goes into the project's state and into the store."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from mlops_console.ingest import child_death
from mlops_console.ingest.messages import (
    Answer,
    Batch,
    Find,
    Got,
    Opened,
    Order,
    Polled,
    Request,
    Scan,
    Seen,
    SourceId,
    Took,
)
from mlops_console.ingest.project_state import Entry, ProjectState
from mlops_console.records import Chunk, Points, Problem
from mlops_console.store.packed import Part
from mlops_console.store.types import Read

if TYPE_CHECKING:
    from mlops_console.ingest.intake import Intake

_MOST_SOURCES = 1_000
_STUCK = 5


def handle(intake: "Intake", request: Request, answer: Answer) -> None:
    """Take in one answer."""
    match answer:
        case Opened():
            intake.warnings = answer.warnings
        case Seen():
            intake.count_opened(answer.opened)
            _seen(intake, intake.states[answer.project], answer, whole=isinstance(request, Scan))
        case Polled():
            intake.poll_cost = answer.spent
            _found(intake, intake.states[answer.project], answer.finds)
            for _, path in answer.vanished:
                intake.look(answer.project, path.rpartition("/")[0] or ".")
                intake.look(answer.project, path)
        case Took():
            assert isinstance(request, Batch)
            intake.count_opened(answer.opened)
            _took(intake, request, answer)


def _seen(intake: "Intake", state: ProjectState, seen: Seen, *, whole: bool) -> None:
    _identified(intake, state, seen)
    if whole:
        state.folders = seen.folders
    _found(intake, state, seen.finds)
    state.pending.update(seen.pending or {})
    state.looks.update(seen.looks or {})
    gone = [name for name in seen.vanished if name in state.entries]
    if gone:
        for name in gone:
            state.entries[name].gone = True
        intake.publish(intake.write(lambda: intake.store.gone(state.project.key, gone, True)))
    if seen.done:
        state.lost = seen.identity is None
    if seen.done and whole:
        intake.scans.remove(state.project.key)
        _walked(intake, state, seen)
    intake.met(seen)


def _walked(intake: "Intake", state: ProjectState, seen: Seen) -> None:
    """A walk through the whole project is over."""
    key = state.project.key
    intake.put_problems(state, seen.problems or ())
    if state.looks:
        looks, state.looks = state.looks, {}
        intake.write(lambda: intake.store.put_looks(key, looks))
    if seen.identity is None:
        return
    state.of = state.folders
    state.moved = state.uppermost != seen.below
    state.uppermost = seen.below


def _identified(intake: "Intake", state: ProjectState, seen: Seen) -> None:
    """Which folder it is, before what a look found in it is shown: one that moves is found again by that."""
    project = state.project
    if seen.identity is not None and seen.identity != (project.device, project.inode):
        state.project = replace(project, device=seen.identity[0], inode=seen.identity[1])
        intake.write(lambda: intake.store.put_project(state.project))


def _found(intake: "Intake", state: ProjectState, finds: Iterable[Find]) -> None:
    back: list[SourceId] = []
    for find in finds:
        entry = state.found(find)
        if entry.gone:
            entry.gone = False
            back.append(entry.name)
        if find.fingerprint == entry.fingerprint:
            continue
        if entry.deaths:
            child_death.forgive(intake, entry)
        intake.backlog.add(entry)
    if back:
        intake.publish(intake.write(lambda: intake.store.gone(state.project.key, back, False)))


def _took(intake: "Intake", batch: Batch, took: Took) -> None:
    reads: list[Read] = []
    whole: list[Entry] = []
    series = 0
    grew = any(intake.entry(order).fingerprint for order in batch.orders[: len(took.got)])
    for place, order in enumerate(batch.orders):
        entry = intake.entry(order)
        entry.reading = False
        if place < len(took.got):
            got = took.got[place]
            part = Part(took.packed, series, series + got.series) if took.packed and got.series else None
            series += got.series
            reads.append(_read(entry, order, got, part))
            whole.append(entry)
        unread = place >= len(took.got) or reads[-1].chunk.more
        if unread and not entry.gone:
            intake.backlog.add(entry)
    intake.batch = min(_MOST_SOURCES, max(8, 2 * len(took.got)))
    intake.held.add(reads, whole, took.packed)
    if intake.held.first and intake.backlog.begun and not intake.scans:
        intake.settle()  # what all have to say comes before the rest of their points
    try:
        # The child goes on while this is applied.
        intake.fill()
    finally:
        intake.settle(if_due=not grew)


def settle(intake: "Intake") -> None:
    """Write what is held back."""
    reads, entries = intake.held.take()
    changed = intake.write(partial(intake.store.apply, reads))
    for entry in entries:
        if entry.deaths and not entry.reading:
            child_death.forgive(intake, entry)
        if entry.gone:
            # It vanished while it was being read; what was read of it says otherwise.
            changed |= intake.write(partial(intake.store.gone, entry.project, [entry.name], True))
    intake.publish(changed)


def _read(entry: Entry, order: Order, got: Got, packed: Part | None) -> Read:
    chunk, failure = got.chunk, got.failure
    if chunk is not None and chunk.more and chunk.cursor == order.cursor and not got.points:
        entry.stuck += 1
        if entry.stuck > _STUCK:
            chunk, packed, failure = None, None, f"the reader {entry.source.reader} makes no headway"
    else:
        entry.stuck = 0
    if chunk is None:
        words = Problem(entry.source.path, failure)
        chunk = Chunk((), Points.empty(), (words,), order.cursor or b"")
    entry.cursor = chunk.cursor or None
    entry.turns = entry.turns + 1 if chunk.more else 0
    entry.modified_ns = got.modified_ns
    entry.found = got.fingerprint
    # With a rest unread no state of the files counts as read: a second start goes on with it.
    entry.fingerprint = b"" if chunk.more else got.fingerprint
    anew = got.anew and not failure
    return Read(entry.project, order.source, entry.fingerprint, chunk, anew, packed)
