"""A project's journal: append an event, read what others appended."""

import json
import os
import platform
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mlops_console import beneath
from mlops_console.errors import JournalError
from mlops_console.journal.authors import user_name
from mlops_console.journal.event import Event
from mlops_console.journal.folders import make_folders
from mlops_console.journal.heads import Heads
from mlops_console.journal.places import OPENING_SECONDS, JournalPlace, just_made, month_of
from mlops_console.journal.scanning import Found, Kept, Scan
from mlops_console.journal.seen import remember
from mlops_console.journal.serial import HIGHEST_CLOCK, packed
from mlops_console.journal.ulid import LENGTH, Ticks, milliseconds_of
from mlops_console.journal.writing import refusal, sweep, write_once
from mlops_console.records import Json, Problem

_TICKS: Final = Ticks()
_TRIES: Final = 1000


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is new since the last `Log.read`."""

    events: tuple[Event, ...] = ()
    """In order, the first first; parents may not have arrived yet. Not what this very Log appended."""
    problems: tuple[Problem, ...] = ()
    gone: tuple[str, ...] = ()
    """Ids of events whose files are there no longer: fold anew without them."""
    cleared: tuple[str, ...] = ()
    """Paths whose problems, told before, are none any more."""

    def __bool__(self) -> bool:
        return bool(self.events or self.problems or self.gone or self.cleared)


class Log:
    """The journal at a place. May be used from several threads.

    `known` is what `packed()` of an earlier Log of this project gave: its events are not read again.
    """

    def __init__(self, place: JournalPlace, known: bytes = b"") -> None:
        self.place = place
        self._lock = threading.RLock()
        self._scans = _scans(place)
        self._pending = Found()
        self._swept: set[str] = set()
        self._load(known)
        self._heads = self._counted()
        self._remembered: dict[str, str] = {}

    @property
    def heads(self) -> tuple[str, ...]:
        """SHA-256 of the events that the next one names as its parents."""
        with self._lock:
            return self._heads.hashes

    @property
    def clock(self) -> int:
        """The highest clock known; 0: no events."""
        with self._lock:
            return self._heads.clock

    def read(self) -> Fresh:
        """What is new; costs one stat per month's folder where nothing is. Raises nothing."""
        with self._lock:
            self._look()
            self._remember()
            found, self._pending = self._pending, Found()
        found.events.sort(key=lambda event: event.order)
        return Fresh(tuple(found.events), tuple(found.problems), tuple(found.gone), tuple(found.cleared))

    def append(
        self,
        kind: str,
        body: Mapping[str, Json],
        evidence: Mapping[str, Json] | None = None,
        *,
        look: bool = True,
    ) -> Event:
        """Write an event that knows all that is in the journal now; durable on return.

        Without `look` it knows what the last `read` found: what its author has seen and decided by, not what
        came since.

        Raises:
            JournalError: it is not written, and why.
        """
        with self._lock:
            if look:
                self._look()
            try:
                event = self._appended(kind, body, evidence or {})
            except OSError as error:
                raise refusal(error, self.place.folder.path) from error
            self._remember()
            return event

    def heads_by_id(self) -> dict[str, str]:
        """Ids and SHA-256 of `heads`."""
        with self._lock:
            return self._heads.by_id()

    def packed(self) -> bytes:
        """What is known, for `Log(place, known)` of another process."""
        with self._lock:
            return json.dumps(
                {
                    scan.folder.shown: [[month, name, *kept] for month, name, kept in scan.kept()]
                    for scan in self._scans
                }
            ).encode()

    def _load(self, known: bytes) -> None:
        try:
            folders = json.loads(known) if known else {}
            for scan in self._scans:
                for month, name, digest, clock, parents in folders.get(scan.folder.shown, ()):
                    scan.keep(month, name, Kept(digest, clock, tuple(parents)))
        except (ValueError, TypeError, AttributeError):
            self._scans = _scans(self.place)

    def _counted(self) -> Heads:
        """The heads of what an event written here may name: a shared journal never names private ones."""
        scans = self._scans if self.place.private else self._scans[:1]
        return Heads((name[:LENGTH], kept) for scan in scans for _, name, kept in scan.kept())

    def _look(self) -> None:
        pending, gone = self._pending, False
        for at, scan in enumerate(self._scans):
            found = scan.look()
            if at == 0 or self.place.private:
                for event in found.events:
                    self._heads.add(event.id, Kept(event.sha256, event.clock, event.parents))
            if found.gone:
                gone, lost = True, set(found.gone)
                pending.events = [event for event in pending.events if event.id not in lost]
            others = [other for other in self._scans if other is not scan]
            pending.gone += [one for one in found.gone if not _known(others, one)]
            pending.events += [event for event in found.events if not _known(others, event.id)]
            pending.problems = [one for one in pending.problems if one.path not in found.cleared]
            pending.problems += found.problems
            pending.cleared += found.cleared
        if gone:
            self._heads = self._counted()

    def _remember(self) -> None:
        heads = self._heads.by_id()
        if heads != self._remembered:
            remember(self.place, heads, lambda identity, digest: self._knows(identity) == digest)
            self._remembered = heads

    def _knows(self, identity: str) -> str | None:
        return _known(self._scans, identity)

    def _appended(self, kind: str, body: Mapping[str, Json], evidence: Mapping[str, Json]) -> Event:
        patience = time.monotonic() + OPENING_SECONDS
        for _ in range(_TRIES):
            at = time.time_ns() // 1000
            event, data = packed(
                clock=min(self._heads.clock + 1, HIGHEST_CLOCK), parents=self._heads.hashes, at=at,
                milliseconds=_TICKS.next(at), by=user_name(os.getuid()), uid=os.getuid(),
                host=platform.node(), kind=kind, body=body, evidence=evidence,
            )  # fmt: skip
            month, name = month_of(milliseconds_of(event.id)), f"{event.id}-{event.uid}.json"
            try:
                with self._month(month) as folder:
                    write_once(folder.fd, name, data)
            except FileExistsError:
                continue
            except PermissionError:
                if time.monotonic() > patience or not just_made(self.place.folder, month):
                    raise
                time.sleep(0.01)
                continue
            kept = Kept(event.sha256, event.clock, event.parents)
            self._scans[0].keep(month, name, kept)
            self._heads.add(event.id, kept)
            return event
        raise JournalError("no id is left for an event: nothing was decided")

    def _month(self, month: str) -> beneath.OpenFolder:
        place = self.place.folder
        below = f"{place.below}/{month}"
        try:
            folder = beneath.OpenFolder.at(place.root, below)
        except FileNotFoundError:
            if self.place.private:
                Path(place.root).mkdir(mode=0o700, parents=True, exist_ok=True)
            make_folders(place.root, below)
            folder = beneath.OpenFolder.at(place.root, below)
        if month not in self._swept:
            self._swept.add(month)
            sweep(folder)
        return folder


def _scans(place: JournalPlace) -> tuple[Scan, ...]:
    return tuple(Scan(folder, own=place.private == (at == 0)) for at, folder in enumerate(place.folders))


def _known(scans: Iterable[Scan], identity: str) -> str | None:
    """SHA-256 of an event that one of these has; None: none has it."""
    return next((digest for scan in scans if (digest := scan.hash_of(identity))), None)
