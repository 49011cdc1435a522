"""What is new in a journal's folder: one stat per month's folder where nothing is."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from mlops_console import beneath
from mlops_console.journal.event import Event
from mlops_console.journal.folders import names_in
from mlops_console.journal.places import Folder, month_of
from mlops_console.journal.serial import LARGEST, LEAP, NotAnEvent, unpacked
from mlops_console.records import Problem

MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
NAME: Final = re.compile(r"([0-7][0-9A-HJKMNP-TV-Z]{25})-(0|[1-9][0-9]{0,9})\.json")
_SETTLED: Final = 2_000_000_000
"""A folder that changed less than so many nanoseconds ago may change again without its time moving."""
_AT_ANY_RATE: Final = 60.0
"""Seconds after which a folder is listed anew, whatever its time says."""

AHEAD: Final = "has a clock far ahead of every other"

_MOST_MONTHS: Final = 1200
"""Each costs a stat at every look; a hundred years are enough for everybody who is not out for harm."""
_MOST_STRANGE: Final = 20

Stamp = tuple[int, ...]


class Kept(NamedTuple):
    """What is remembered of an event: enough to know the heads."""

    sha256: str
    clock: int
    parents: tuple[str, ...]


@dataclass(slots=True)
class Found:
    """What a look found."""

    events: list[Event] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    """Ids of events whose files are gone."""
    cleared: list[str] = field(default_factory=list)
    """Where a problem was told that is none any more."""


@dataclass(slots=True)
class _Listing:
    """A folder as it was listed last."""

    stamp: Stamp = ()
    at: float = 0.0

    def holds(self, now: Stamp) -> bool:
        """Whether nothing can have changed since."""
        return self.stamp == now and time.monotonic() - self.at < _AT_ANY_RATE

    def taken(self, stamp: Stamp, modified_ns: int) -> None:
        """It is about to be listed."""
        settled = modified_ns < time.time_ns() - _SETTLED
        self.stamp, self.at = stamp if settled else (), time.monotonic()


@dataclass(slots=True)
class _Month:
    known: dict[str, Kept] = field(default_factory=dict)
    bad: dict[str, Stamp] = field(default_factory=dict)
    listing: _Listing = field(default_factory=_Listing)


class Scan:
    """The events of one folder, as far as they were seen; `own`: only this user writes there."""

    def __init__(self, folder: Folder, *, own: bool = False) -> None:
        self.folder = folder
        self._own = own
        self._clock = 0
        self._months: dict[str, _Month] = {}
        self._ids: dict[str, str] = {}
        self._strange: set[str] = set()
        self._listing = _Listing()
        self._told: set[str] = set()

    def kept(self) -> Iterator[tuple[str, str, Kept]]:
        """Month, name and what is remembered of every event."""
        for month, inside in self._months.items():
            for name, kept in inside.known.items():
                yield month, name, kept

    def keep(self, month: str, name: str, kept: Kept) -> None:
        """This file is known: it need not be read."""
        self._months.setdefault(month, _Month()).known[name] = kept
        self._clock = max(self._clock, kept.clock)
        self._ids[name[:26]] = f"{month}/{name}"

    def hash_of(self, identity: str) -> str | None:
        """SHA-256 of the event of this id; None: not known."""
        month, _, name = self._ids.get(identity, "").partition("/")
        return self._months[month].known[name].sha256 if name else None

    def look(self) -> Found:
        """What is new, can't be used, or is gone since the last look."""
        found = Found()
        try:
            journal = self.folder.open()
        except FileNotFoundError:
            if Path(self.folder.root).is_dir():  # else all of the project is away: nobody removed events
                self._lost(list(self._months), found)
        except OSError as error:
            self._tell(found, "", error)
        else:
            with journal:
                self._look_at_months(journal, found)
        if found.gone:
            self._forgive()
        return found

    def _forgive(self) -> None:
        """What was not wanted beside a file that is gone now may be wanted: look at it once more."""
        for inside in self._months.values():
            if inside.bad:
                inside.bad = dict.fromkeys(inside.bad, ())
                inside.listing = _Listing()

    def _look_at_months(self, journal: beneath.OpenFolder, found: Found) -> None:
        seen = os.fstat(journal.fd)
        stamp = _stamp(seen)
        if not self._listing.holds(stamp):
            self._listing.taken(stamp, seen.st_mtime_ns)
            try:
                names = names_in(journal.fd)
            except OSError as error:
                self._tell(found, "", error)
                return
            months = self._months_of(names, found)
            for month in months:
                self._months.setdefault(month, _Month())
            self._lost([month for month in self._months if month not in months], found)
        for month in sorted(self._months):
            self._look_into(journal, month, found)

    def _months_of(self, names: list[str], found: Found) -> set[str]:
        months = {name for name in names if MONTH.fullmatch(name)}
        strange = sorted(name for name in names if name not in months and not name.startswith("."))
        for name in strange[:_MOST_STRANGE]:
            self._tell(found, name, "is no month's folder; nothing in it is read")
        if len(strange) > _MOST_STRANGE:
            self._tell(found, "", "holds many more names that no month's folder has; nothing in them is read")
        if len(months) > _MOST_MONTHS:
            now = month_of(time.time_ns() // 1_000_000)
            past = sorted((name for name in months if name <= now), reverse=True)
            months = {*[*past, *sorted(months.difference(past))][:_MOST_MONTHS]}
            self._tell(
                found, "", f"holds more than {_MOST_MONTHS:,} months' folders; only the newest are read"
            )
        return months

    def _look_into(self, journal: beneath.OpenFolder, month: str, found: Found) -> None:
        inside = self._months[month]
        try:
            seen = os.stat(month, dir_fd=journal.fd, follow_symlinks=False)
            if inside.listing.holds(_stamp(seen)):
                return
            with journal.folder(month) as folder:
                inside.listing.taken(_stamp(seen), seen.st_mtime_ns)
                names = names_in(folder.fd)
                self._read_new(folder, month, names, found)
        except FileNotFoundError:
            self._lost([month], found)
        except OSError as error:
            self._tell(found, month, error)

    def _read_new(self, folder: beneath.OpenFolder, month: str, names: list[str], found: Found) -> None:
        inside = self._months[month]
        there = set(names)
        for name in [name for name in inside.known if name not in there]:
            del inside.known[name]
            self._ids.pop(name[:26], None)
            found.gone.append(name[:26])
        for name in [name for name in inside.bad if name not in there]:
            del inside.bad[name]
            self._clear(found, f"{month}/{name}")
        for name in sorted(there.difference(inside.known)):
            if not name.startswith("."):
                self._read(folder, month, name, found)

    def _read(self, folder: beneath.OpenFolder, month: str, name: str, found: Found) -> None:
        inside, path = self._months[month], f"{month}/{name}"
        try:
            if name in inside.bad and inside.bad[name] == _stamp_of(folder, name):
                return
            event, stamp = read_event(folder, name)
            self._check_clock(event)
        except FileNotFoundError:
            return
        except (OSError, NotAnEvent) as error:
            inside.bad[name] = _stamp_of(folder, name)
            self._tell(found, path, error)
            return
        other = self._ids.get(event.id)
        if other is not None:
            inside.bad[name] = stamp
            self._tell(found, path, f"holds the same event as {other}; it counts once")
            return
        if inside.bad.pop(name, None) is not None:
            self._clear(found, path)
        self.keep(month, name, Kept(event.sha256, event.clock, event.parents))
        found.events.append(event)

    def _check_clock(self, event: Event) -> None:
        if event.clock > self._clock + LEAP and not self._own:
            raise NotAnEvent(AHEAD)

    def _lost(self, months: list[str], found: Found) -> None:
        for month in months:
            inside = self._months.pop(month)
            for name in inside.bad:
                self._clear(found, f"{month}/{name}")
            for name in inside.known:
                self._ids.pop(name[:26], None)
                found.gone.append(name[:26])

    def _clear(self, found: Found, path: str) -> None:
        where = f"{self.folder.shown}/{path}"
        self._told = {told for told in self._told if told.partition("\0")[0] != where}
        found.problems = [problem for problem in found.problems if problem.path != where]
        found.cleared.append(where)

    def _tell(self, found: Found, path: str, why: OSError | ValueError | str) -> None:
        """One Problem for one place and reason, however often it is come across."""
        what = beneath.why_not(why) if isinstance(why, OSError) else str(why)
        where = f"{self.folder.shown}/{path}".rstrip("/")
        if f"{where}\0{what}" not in self._told:
            self._told.add(f"{where}\0{what}")
            found.problems.append(Problem(where, what))


def read_event(folder: beneath.OpenFolder, name: str) -> tuple[Event, Stamp]:
    """The event of a file; OSError or NotAnEvent where there is none."""
    event, _, seen = read_file(folder, name)
    return event, _stamp(seen)


def read_file(folder: beneath.OpenFolder, name: str) -> tuple[Event, bytes, os.stat_result]:
    """The event of a file, its bytes, and how the file was found."""
    form = NAME.fullmatch(name)
    if form is None:
        raise NotAnEvent("has a name that no event has")
    fd = folder.open(name)
    try:
        seen = os.fstat(fd)
        if seen.st_size > LARGEST:
            raise NotAnEvent(f"holds more than {LARGEST >> 20} MB, the most that an event has")
        data = beneath.read_range(fd, 0, seen.st_size + 1)
    finally:
        os.close(fd)
    if len(data) > LARGEST:
        raise NotAnEvent(f"holds more than {LARGEST >> 20} MB, the most that an event has")
    return unpacked(data, form[1], int(form[2]), seen.st_uid), data, seen


def _stamp(seen: os.stat_result) -> Stamp:
    return seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns


def _stamp_of(folder: beneath.OpenFolder, name: str) -> Stamp:
    try:
        return _stamp(os.stat(name, dir_fd=folder.fd, follow_symlinks=False))
    except OSError:
        return ()
