"""Whether a journal is as it was written: every edit, removal and misplaced file by name.

An edit shows because an event's id is made from its bytes, and because later events name the SHA-256 of all
that they follow; a removal because they name what is not there. Only who removes an event that nobody
followed and this user never saw is not found out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from mlops_console import beneath
from mlops_console.journal.authors import user_name
from mlops_console.journal.event import VERSION, Event
from mlops_console.journal.folders import names_in
from mlops_console.journal.places import Folder, JournalPlace, month_of
from mlops_console.journal.scanning import AHEAD, MONTH, read_file
from mlops_console.journal.seen import remembered
from mlops_console.journal.serial import LEAP, NotAnEvent, content_agrees, in_one_form
from mlops_console.journal.ulid import milliseconds_of

Severity = Literal["error", "note"]
_SHOWN: Final = 12
_LOOKS: Final = 4


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something about one file of a journal."""

    severity: Severity
    """error: the journal is not as it was written. note: worth knowing."""
    path: str
    """Relative to the project; absolute in a private journal."""
    event: str
    """Its id; empty where the file holds none."""
    what: str
    """The end of a sentence about the file."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying came to."""

    events: int
    """So many could be read."""
    findings: tuple[Finding, ...]
    """Errors first, then by path."""


@dataclass(frozen=True, slots=True)
class _Read:
    path: str
    id: str
    sha256: str
    clock: int
    parents: tuple[str, ...]


def verify(
    place: JournalPlace, seen: Mapping[str, str] | None = None, enforce: bool = False
) -> tuple[Finding, ...]:
    """What `verified` finds: errors first, then by path."""
    return verified(place, seen, enforce).findings


def verified(place: JournalPlace, seen: Mapping[str, str] | None = None, enforce: bool = False) -> Verified:
    """Read every file again; where something is wrong once more, for a listing may miss what comes meanwhile.

    Args:
        place: The journal, with all that is read beside it.
        seen: Ids and SHA-256 of heads seen before; None: what this user has seen on this machine.
        enforce: An author that the file's owner does not prove is an error.
    """
    before: list[Finding] | None = None
    for _ in range(_LOOKS):
        found = _verified(place, remembered(place) if seen is None else seen, enforce)
        errors = [finding for finding in found.findings if finding.severity == "error"]
        if not errors or errors == before:
            break
        before = errors
    return found


def _verified(place: JournalPlace, seen: Mapping[str, str], enforce: bool) -> Verified:
    findings: list[Finding] = []
    own: list[_Read] = []
    shared: list[_Read] = []
    for at, folder in enumerate(place.folders):
        private = place.private == (at == 0)
        (own if private else shared).extend(_Reading(folder, enforce, findings).all())
    _check_twice(own, findings)
    _check_twice(shared, findings)
    shared = _without_leaps(shared, findings)
    _check_parents(shared, shared, findings)
    _check_parents(own, [*shared, *own], findings)
    _check_seen(seen, [*shared, *own], place, findings)
    events = len({event.id for event in (*own, *shared)})
    return Verified(events, tuple(sorted(set(findings))))


class _Reading:
    """Every event of one folder, and what each file by itself tells."""

    def __init__(self, folder: Folder, enforce: bool, findings: list[Finding]) -> None:
        self._folder = folder
        self._enforce = enforce
        self._findings = findings

    def all(self) -> Iterable[_Read]:
        try:
            with self._folder.open() as journal:
                for month in sorted(names_in(journal.fd)):
                    if MONTH.fullmatch(month):
                        yield from self._month(journal, month)
                    elif not month.startswith("."):
                        self._tell("error", month, "", "is no month's folder; nothing in it is read")
        except FileNotFoundError:
            return
        except OSError as error:
            self._tell("error", "", "", beneath.why_not(error))

    def _month(self, journal: beneath.OpenFolder, month: str) -> Iterable[_Read]:
        try:
            with journal.folder(month) as folder:
                for name in sorted(names_in(folder.fd)):
                    if not name.startswith("."):
                        yield from self._file(folder, month, name)
        except OSError as error:
            self._tell("error", month, "", beneath.why_not(error))

    def _file(self, folder: beneath.OpenFolder, month: str, name: str) -> Iterable[_Read]:
        path = f"{month}/{name}"
        try:
            event, data, seen = read_file(folder, name)
        except (OSError, NotAnEvent) as error:
            why = beneath.why_not(error) if isinstance(error, OSError) else str(error)
            self._tell("error", path, "", why)
            return
        if not content_agrees(data, event.id):
            self._tell("error", path, event.id, "was edited: its content is not what its id was made from")
        elif not in_one_form(data):
            self._tell(
                "note", path, event.id, "is not in the documented form: other tools may read it otherwise"
            )
        if month != month_of(milliseconds_of(event.id)):
            self._tell("error", path, event.id, "lies in the folder of another month than it was written in")
        if event.v > VERSION:
            self._tell("note", path, event.id, "was written by a newer version: not all of it is understood")
        if not event.proven:
            self._unproven(path, event, seen.st_uid)
        yield _Read(self._path(path), event.id, event.sha256, event.clock, event.parents)

    def _unproven(self, path: str, event: Event, owner: int) -> None:
        what = f"author unproven: says {event.by}, the file is {user_name(owner)}'s"
        self._tell("error" if self._enforce else "note", path, event.id, what)

    def _path(self, path: str) -> str:
        return f"{self._folder.shown}/{path}".rstrip("/")

    def _tell(self, severity: Severity, path: str, event: str, what: str) -> None:
        self._findings.append(Finding(severity, self._path(path), event, what))


def _without_leaps(events: list[_Read], findings: list[Finding]) -> list[_Read]:
    """Those that are read; an event far ahead of all others is not."""
    highest, kept = 0, []
    for event in sorted(events, key=lambda event: event.clock):
        if event.clock > highest + LEAP:
            findings.append(Finding("error", event.path, event.id, f"{AHEAD}; it is not read"))
        else:
            highest = event.clock
            kept.append(event)
    return kept


def _check_twice(events: list[_Read], findings: list[Finding]) -> None:
    first: dict[str, str] = {}
    findings += [
        Finding("error", event.path, event.id, f"is there twice: {first[event.id]} has the same id")
        for event in events
        if first.setdefault(event.id, event.path) != event.path
    ]


def _check_parents(events: list[_Read], all_of_them: list[_Read], findings: list[Finding]) -> None:
    clocks = {event.sha256: event.clock for event in all_of_them}
    missing: defaultdict[str, list[_Read]] = defaultdict(list)
    for event in events:
        known = [clocks[parent] for parent in event.parents if parent in clocks]
        for parent in event.parents:
            if parent not in clocks:
                missing[parent].append(event)
        whole = len(known) == len(event.parents)
        if known and event.clock <= max(known):
            findings.append(Finding("error", event.path, event.id, "has a clock not above its parents'"))
        elif whole and event.clock > max(known, default=0) + 1:
            findings.append(
                Finding("note", event.path, event.id, "has a clock more than one above its parents'")
            )
    for parent, naming in missing.items():
        child = min(naming, key=lambda event: (event.clock, event.id))
        others = f" (so do {len(naming) - 1} others)" if len(naming) > 1 else ""
        what = f"follows an event that is not here, {parent[:_SHOWN]}{others}: it was removed or edited"
        findings.append(Finding("error", child.path, child.id, what))


def _check_seen(
    seen: Mapping[str, str], events: list[_Read], place: JournalPlace, findings: list[Finding]
) -> None:
    by_id = {event.id: event for event in events}
    for identity, digest in seen.items():
        event = by_id.get(identity)
        if event is None:
            what = "is gone: you have seen this event (it may lie on another branch of git)"
            findings.append(Finding("error", f"{place.folder.shown}/*/{identity}-*.json", identity, what))
        elif event.sha256 != digest:
            findings.append(Finding("error", event.path, identity, "was edited since you saw it"))
