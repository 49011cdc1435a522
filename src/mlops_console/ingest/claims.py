"""Asking the readers what a folder holds, and remembering what they saw, so that no head is read twice."""

import errno
import json
import os
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import translate
from hashlib import blake2b
from time import time_ns
from typing import TypeVar

from mlops_console import beneath
from mlops_console.beneath import OpenFolder
from mlops_console.ingest.edition import editions
from mlops_console.ingest.fingerprint import Stats, settled
from mlops_console.readers.contract import Reader
from mlops_console.records import Problem, Source

QUIETLY_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_MOST_PENDING = 256
_MOST_HEAD_BYTES = 16 << 20

T = TypeVar("T")
Mark = tuple[int, int, int, int, int, int]
"""Size, modification time, inode, mode and owners of a file; negative where it is not there."""
_ABSENT = (-1, -1, -1, -1, -1, -1)


@dataclass(frozen=True, slots=True)
class Listing:
    """The names in a folder."""

    path: str
    files: Sequence[str]
    folders: Sequence[str]

    def within(self, name: str) -> str:
        """The path of a name in it, relative to the project."""
        return name if self.path == "." else f"{self.path}/{name}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the readers said of a folder."""

    sources: tuple[Source, ...]
    headed: tuple[tuple[str, Mark], ...] = ()
    """The files whose heads were looked into, as they were."""
    stamp: bytes = b""
    """Moves when the names or a file of `headed` move; empty: can't be trusted later."""
    pending: frozenset[str] = frozenset()
    """Names that match a pattern but that no reader wanted: they may become something as they grow."""
    fresh: bool = False
    """The readers were asked; it was not remembered."""
    problems: tuple[Problem, ...] = ()


class Heads:
    """The first bytes of files, kept until the files change; the least used go first."""

    def __init__(self, most: int = _MOST_HEAD_BYTES) -> None:
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[str, tuple[Mark, int, bytes]] = OrderedDict()

    def read(self, full: str, opened: Callable[[], int], mark: Mark, limit: int) -> bytes:
        """The head of a file that is as `mark` says, opened if need be; OSError where it can't be read."""
        kept = self._kept.get(full)
        if kept is not None and kept[0] == mark and kept[1] >= limit:
            self._kept.move_to_end(full)
            return kept[2][:limit]
        fd = opened()
        try:
            data = beneath.read_range(fd, 0, limit)
        finally:
            os.close(fd)
        if kept is not None:
            self._bytes -= len(self._kept.pop(full)[2])
        self._kept[full] = (mark, limit, data)
        self._bytes += len(data)
        while self._bytes > self._most:
            self._bytes -= len(self._kept.popitem(last=False)[1][2])
        return data


class _View:
    """A folder as the readers see it while they decide."""

    def __init__(self, root: str, stats: Stats, listing: Listing, heads: Heads) -> None:
        self._root = root
        self._stats = stats
        self._listing = listing
        self._heads = heads
        self._folder: OpenFolder | None = None
        self.marks: dict[str, Mark] = {}
        """What was looked into below the judged folder, by its path from there."""
        self.settled = True
        self.unread: dict[str, Problem] = {}

    @property
    def path(self) -> str:
        return self._listing.path

    @property
    def files(self) -> Sequence[str]:
        return self._listing.files

    @property
    def folders(self) -> Sequence[str]:
        return self._listing.folders

    def head(self, name: str, limit: int = 65536) -> bytes:
        return self.head_of(name, limit)

    def inside(self, name: str) -> "_Inner":
        return _Inner(self, name)

    def head_of(self, name: str, limit: int) -> bytes:
        """The head of a file, by its path from the judged folder."""
        mark = self._marked(name)
        full = f"{self._root}/{self._listing.within(name)}"
        try:
            return self._heads.read(full, lambda: self._reached(name, OpenFolder.open), mark, limit)
        except OSError as error:
            self._unread(name, "file", error)
            return b""

    def listed(self, name: str) -> tuple[list[str], list[str]]:
        """Names of the files and of the folders in a folder, by its path from the judged one."""
        self._marked(name)
        files: list[str] = []
        folders: list[str] = []
        try:
            with self._reached(name, OpenFolder.folder) as folder, os.scandir(folder.fd) as entries:
                for entry in entries:
                    if entry.is_file(follow_symlinks=False):
                        files.append(entry.name)
                    elif entry.is_dir(follow_symlinks=False):
                        folders.append(entry.name)
        except OSError as error:
            self._unread(name, "folder", error)
        return files, folders

    def close(self) -> None:
        """Let go of the folder."""
        if self._folder is not None:
            self._folder.close()

    def _reached(self, name: str, take: Callable[[OpenFolder, str], T]) -> T:
        """What lies at a path from the judged folder, which is held open meanwhile."""
        if self._folder is None:
            self._folder = OpenFolder.at(self._root, self.path)
        folder, own = self._folder, False
        *above, last = name.split("/")
        try:
            for part in above:
                below = folder.folder(part)
                if own:
                    folder.close()
                folder, own = below, True
            return take(folder, last)
        finally:
            if own:
                folder.close()

    def _marked(self, name: str) -> Mark:
        if name not in self.marks:
            mark = self.marks[name] = _mark(self._stats.of(self._listing.within(name)))
            self.settled = self.settled and (mark is _ABSENT or settled(mark[1], time_ns()))
        return self.marks[name]

    def _unread(self, name: str, kind: str, error: OSError) -> None:
        if error.errno not in QUIETLY_GONE:
            path = self._listing.within(name)
            self.unread[name] = Problem(path, f"the {kind} {beneath.why_not(error)}")


class _Inner:
    """A folder below the one that is judged; what is looked into counts there."""

    def __init__(self, outer: _View, name: str) -> None:
        self._outer = outer
        self._name = name
        self.files, self.folders = outer.listed(name)

    @property
    def path(self) -> str:
        return self._name if self._outer.path == "." else f"{self._outer.path}/{self._name}"

    def head(self, name: str, limit: int = 65536) -> bytes:
        return self._outer.head_of(f"{self._name}/{name}", limit)

    def inside(self, name: str) -> "_Inner":
        return _Inner(self._outer, f"{self._name}/{name}")


def _mark(found: os.stat_result | None) -> Mark:
    if found is None:
        return _ABSENT
    return (found.st_size, found.st_mtime_ns, found.st_ino, found.st_mode, found.st_uid, found.st_gid)


class Claims:
    """The readers' patterns as one expression, and their verdicts."""

    def __init__(self, readers: Mapping[str, Reader]) -> None:
        self._readers = {name: (_any_of(reader.patterns), reader) for name, reader in readers.items()}
        every = sorted({pattern for reader in readers.values() for pattern in reader.patterns})
        self.match = _any_of(every)
        self.editions = editions(readers)
        """Reader name -> the edition that judges and reads."""
        self._version = repr(sorted(self.editions.items()))
        self._heads = Heads()

    def judge(
        self,
        root: str,
        stats: Stats,
        listing: Listing,
        matched: Sequence[str],
        look: tuple[bytes, bytes] | None,
    ) -> Verdict:
        """The remembered verdict if nothing moved, else what the readers say now."""
        kept = self._remembered(stats, listing, look) if look is not None else None
        if kept is not None:
            return _with_pending(kept, listing, matched)
        view = _View(root, stats, listing, self._heads)
        sources: list[Source] = []
        problems: list[Problem] = []
        for name, (match, reader) in self._readers.items():
            if not any(map(match, matched)):
                continue
            try:
                sources += reader.claims(view)
            except Exception as error:  # noqa: BLE001 - a plug-in's reader must not end the scan
                words = f"the reader {name} broke on this folder: {type(error).__name__}: {error}"
                problems.append(Problem(listing.path, words))
        view.close()
        headed = tuple(sorted(view.marks.items()))
        problems += view.unread.values()
        stamp = self._stamp(listing, headed) if view.settled and not problems else b""
        verdict = Verdict(tuple(sources), headed, stamp, fresh=True, problems=tuple(problems))
        return _with_pending(verdict, listing, matched)

    def _stamp(self, listing: Listing, headed: Sequence[tuple[str, Mark]]) -> bytes:
        parts = [self._version, *sorted(listing.files), "/", *sorted(listing.folders)]
        parts += [f"{name}\0{mark}" for name, mark in headed]
        return blake2b("\0\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=12).digest()

    def _remembered(self, stats: Stats, listing: Listing, look: tuple[bytes, bytes]) -> Verdict | None:
        try:
            kept = json.loads(look[1])
            sources = tuple(Source(reader, path, tuple(files)) for reader, path, files in kept["sources"])
            headed = tuple((name, _mark(stats.of(listing.within(name)))) for name in kept["heads"])
        except (ValueError, TypeError, KeyError):
            return None
        return Verdict(sources, headed, look[0]) if self._stamp(listing, headed) == look[0] else None


def heads_hold(stats: Stats, path: str, verdict: Verdict) -> bool:
    """Whether no file whose head decided has moved since."""
    if not verdict.headed:
        return True
    if not verdict.stamp:
        return False
    before = "" if path == "." else path + "/"
    return all(_mark(stats.of(before + name)) == mark for name, mark in verdict.headed)


def remembered_form(verdict: Verdict) -> tuple[bytes, bytes]:
    """A verdict as the store keeps it: (stamp, JSON)."""
    sources = [(source.reader, source.path, source.files) for source in verdict.sources]
    names = [name for name, _ in verdict.headed]
    return verdict.stamp, json.dumps({"heads": names, "sources": sources}).encode("ascii")


def _any_of(patterns: Iterable[str]) -> Callable[[str], object]:
    together = "|".join(translate(pattern) for pattern in patterns)
    return re.compile(together or r"(?!)").match


def _with_pending(verdict: Verdict, listing: Listing, matched: Sequence[str]) -> Verdict:
    wanted = {file for source in verdict.sources for file in source.files}
    pending = frozenset(name for name in matched if listing.within(name) not in wanted)
    return replace(verdict, pending=pending if len(pending) <= _MOST_PENDING else frozenset())
