"""What the ingest thread knows of each project: its sources, how far they are read, what waits to be read."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from mlops_console.ingest.messages import Find, SourceId
from mlops_console.records import Problem, Project, Source
from mlops_console.store.problems import QUARANTINED
from mlops_console.store.types import KnownSource
from mlops_console.wishes.model import WatchWishes

DEADLY = QUARANTINED
"""So many deaths of the child on one source, and it is left alone until it changes."""


@dataclass(slots=True, eq=False)
class Entry:
    """One source."""

    project: str
    source: Source
    fingerprint: bytes = b""
    """As it was last read."""
    found: bytes = b""
    """As it was last found on the disk."""
    cursor: bytes | None = None
    modified_ns: int = 0
    deaths: int = 0
    stuck: int = 0
    """How often in a row the reader asked to go on without having moved."""
    gone: bool = False
    reading: bool = False
    waiting: bool = False
    turns: int = 0
    """How often it was read without coming to its end."""

    @property
    def name(self) -> SourceId:
        """What names it within its project."""
        return self.source.reader, self.source.path


@dataclass(slots=True)
class ProjectState:
    """One project."""

    project: Project
    settings: WatchWishes
    entries: dict[SourceId, Entry] = field(default_factory=dict)
    by_file: dict[str, set[SourceId]] = field(default_factory=dict)
    pending: dict[str, frozenset[str]] = field(default_factory=dict)
    """Folder -> names that may become sources as they grow."""
    looks: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    """Remembered looks that are not in the store yet."""
    uppermost: tuple[str, ...] = (".",)
    moved: bool = False
    """The last walk met other uppermost folders than the one before."""
    strikes: dict[str, int] = field(default_factory=dict)
    """Folders on which the child died."""
    skip: dict[str, Problem] = field(default_factory=dict)
    """Folders that are left alone."""
    problems: tuple[Problem, ...] | None = None
    """As the store has them; None: not said yet."""
    ready: bool = False
    """The running child knows the project."""
    folders: int = 0
    """Folders met in the walk that is going on, or in the last one."""
    of: int = 0
    """Folders met in the last whole walk."""
    lost: bool = False
    """The project's own folder is out of reach."""

    def load(self, known: Iterable[KnownSource]) -> None:
        """Start from what the store remembers."""
        self.entries.clear()
        self.by_file.clear()
        for one in known:
            entry = Entry(
                self.project.key, one.source, one.fingerprint, one.fingerprint, one.cursor or None,
                deaths=one.deaths, gone=one.gone,
            )  # fmt: skip
            self._put(entry)

    def known(self) -> dict[SourceId, tuple[Source, bytes]]:
        """What a new child is told."""
        return {
            name: (entry.source, entry.fingerprint) for name, entry in self.entries.items() if not entry.gone
        }  # fmt: skip

    def found(self, find: Find) -> Entry:
        """Take in what was found; the entry says whether it must be read."""
        source = find.source
        entry = self.entries.get((source.reader, source.path))
        if entry is None:
            entry = Entry(self.project.key, source)
            self._put(entry)
        elif entry.source.files != source.files:
            self._unlist(entry)
            entry.source = source
            self._put(entry)
        entry.found = find.fingerprint
        entry.modified_ns = find.modified_ns
        return entry

    def of_file(self, path: str) -> list[Entry]:
        """The sources that a file belongs to."""
        return [self.entries[name] for name in self.by_file.get(path, ())]

    def _put(self, entry: Entry) -> None:
        self.entries[entry.name] = entry
        for file in entry.source.files:
            self.by_file.setdefault(file, set()).add(entry.name)

    def _unlist(self, entry: Entry) -> None:
        for file in entry.source.files:
            self.by_file.get(file, set()).discard(entry.name)


class Backlog:
    """Sources that wait to be read: those that just changed first, then the newest, the endless in turn."""

    def __init__(self) -> None:
        self._hot: dict[int, Entry] = {}
        self._rest: list[tuple[int, int, int, Entry]] = []
        self._order = count()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def hot(self) -> bool:
        """Whether a known source that grew is waiting."""
        return bool(self._hot)

    @property
    def rest(self) -> bool:
        """Whether a source that was not read to its end before is waiting."""
        return self._length > len(self._hot)

    @property
    def begun(self) -> bool:
        """Whether those that wait to be read to their end have all been begun."""
        return bool(self._rest) and self._rest[0][0] > 0

    def add(self, entry: Entry) -> None:
        """Let a source wait; one that waits or is being read already is not added twice."""
        if entry.waiting or entry.reading:
            return
        entry.waiting = True
        self._length += 1
        if entry.fingerprint:
            self._hot[id(entry)] = entry
        else:
            heapq.heappush(self._rest, (entry.turns, -entry.modified_ns, next(self._order), entry))

    def take(self, most: int, *, hot: bool) -> list[Entry]:
        """Up to so many sources to be read next."""
        taken: list[Entry] = []
        if hot:
            taken += [self._hot.pop(key) for key in list(self._hot)[:most]]
        while self._rest and len(taken) < most:
            # The rest of the endless is not read on before what the others have to say first is known.
            if taken and self._rest[0][0] > taken[-1].turns:
                break
            taken.append(heapq.heappop(self._rest)[3])
        self._length -= len(taken)
        for entry in taken:
            entry.waiting, entry.reading = False, True
        return taken

    def discard(self, entry: Entry) -> None:
        """Let a source wait no longer."""
        if entry.waiting:
            entry.waiting = False
            self._length -= 1
            if self._hot.pop(id(entry), None) is None:
                self._rest = [one for one in self._rest if one[3] is not entry]
                heapq.heapify(self._rest)

    def clear(self) -> None:
        """Let nothing wait."""
        self._hot.clear()
        self._rest.clear()
        self._length = 0
