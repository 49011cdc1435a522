"""What differs between what is known of a project's sources and what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mlops_console.ingest.fingerprint import Stats, fingerprint
from mlops_console.ingest.messages import Find, SourceId
from mlops_console.records import Source


@dataclass(slots=True)
class Taken:
    """What was gathered since the last answer."""

    finds: tuple[Find, ...]
    vanished: tuple[SourceId, ...]
    pending: dict[str, frozenset[str]]
    looks: dict[str, tuple[bytes, bytes]]


@dataclass(slots=True)
class Differences:
    """The sources of one project: what the other end was told, and what it has yet to be told."""

    stats: Stats
    known: dict[SourceId, tuple[Source, bytes]]
    editions: Mapping[str, bytes] = field(default_factory=dict)
    """Of the readers, by name."""
    finds: dict[SourceId, Find] = field(default_factory=dict)
    vanished: set[SourceId] = field(default_factory=set)
    pending: dict[str, frozenset[str]] = field(default_factory=dict)
    looks: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    _unread: dict[SourceId, Find] = field(default_factory=dict)
    """Sources that were met and not read since."""
    _orphans: set[SourceId] = field(default_factory=set)
    _doubted: set[SourceId] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._orphans = set(self.known)

    def __len__(self) -> int:
        return len(self.known)

    def met(self, source: Source) -> None:
        """A reader claims this source: is it as it was?"""
        found, modified = self._fingerprint(source)
        if not found:
            return
        name = (source.reader, source.path)
        self._orphans.discard(name)
        self._doubted.discard(name)
        self.vanished.discard(name)
        known = self.known.get(name)
        if known is None or known[1] != found or known[0].files != source.files:
            self.known[name] = (source, found)
            self.finds[name] = self._unread[name] = Find(source, found, modified)

    def poll(self, name: SourceId) -> bool:
        """Look at one known source; False when its files are not there."""
        known = self.known.get(name)
        if known is None:
            return True
        self.stats.forget()
        found, modified = self._fingerprint(known[0])
        if found and found != known[1]:
            self.known[name] = (known[0], found)
            self.finds[name] = Find(known[0], found, modified)
        return bool(found)

    def _fingerprint(self, source: Source) -> tuple[bytes, int]:
        return fingerprint(self.stats, source, self.editions.get(source.reader, b""))

    def before_read(self, source: Source, *, first: bool) -> tuple[bytes, int]:
        """The source's fingerprint and newest time from before it is read.

        For its first read those will do that it was met with: what was written since shows as a change.
        """
        met = self._unread.pop((source.reader, source.path), None)
        if first and met is not None and met.source == source and not met.fingerprint.endswith(b"~"):
            return met.fingerprint, met.modified_ns
        self.stats.forget()
        return self._fingerprint(source)

    def read_as(self, source: Source, found: bytes) -> None:
        """The source is being read in this state: no need to tell of it again."""
        self.known[source.reader, source.path] = (source, found)

    def doubt(self, sources: Iterable[Source]) -> None:
        """The folder that held these no longer does."""
        self._doubted.update((source.reader, source.path) for source in sources)

    def settle_vanished(self) -> None:
        """What was doubted and not met since is gone."""
        for name in self._doubted:
            if self.known.pop(name, None) is not None:
                self.vanished.add(name)
                self.finds.pop(name, None)
        self._doubted.clear()

    def keep(self) -> None:
        """The project's folder is out of reach: nothing can be said to be gone."""
        self._doubted.clear()

    def drop_orphans(self, shut: tuple[str, ...]) -> None:
        """What was known from before and met nowhere is gone, except below folders that could not be read."""
        for name in self._orphans:
            if not f"{name[1]}/".startswith(shut) and self.known.pop(name, None) is not None:
                self.vanished.add(name)
        self._orphans = {name for name in self._orphans if name in self.known}

    def take(self) -> Taken:
        """Hand over what was gathered."""
        taken = Taken(tuple(self.finds.values()), tuple(self.vanished), self.pending, self.looks)
        self.finds, self.vanished, self.pending, self.looks = {}, set(), {}, {}
        return taken
