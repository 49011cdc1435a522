"""What tells a changed source from an unchanged one without opening it."""

import os
from hashlib import blake2b
from time import time_ns

from mlops_console.records import Source

_FINE_NS = 20_000_000
_COARSE_NS = 2_000_000_000
_UNSETTLED = b"~"


def settled(modified_ns: int, now_ns: int) -> bool:
    """Whether a further change would be sure to move this modification time.

    File systems keep times in ticks: of some milliseconds, or (old ones, some shares) of one or two seconds.
    """
    tick = _COARSE_NS if modified_ns % 1_000_000_000 == 0 else _FINE_NS
    return now_ns - modified_ns > tick or modified_ns - now_ns > tick


def never_settled(found: bytes) -> bytes:
    """A fingerprint that no later one equals."""
    return found if found.endswith(_UNSETTLED) else found + _UNSETTLED


class Stats:
    """What `lstat` says of files, asked once each until `forget`; None for one that is not there."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._kept: dict[str, os.stat_result | None] = {}

    def of(self, path: str) -> os.stat_result | None:
        """A file or folder of the project."""
        try:
            return self._kept[path]
        except KeyError:
            pass
        try:
            found: os.stat_result | None = os.lstat(f"{self._root}/{path}")
        except (OSError, ValueError):
            found = None
        self._kept[path] = found
        return found

    def forget(self) -> None:
        """Ask anew from now on."""
        self._kept.clear()

    def know(self, path: str, found: os.stat_result) -> None:
        """Take over what was just asked."""
        self._kept[path] = found


def fingerprint(stats: Stats, source: Source, edition: bytes = b"") -> tuple[bytes, int]:
    """The source's fingerprint (empty when none of its files is there) and its newest modification time.

    It is one of a reader's edition: another edition has yet to read the same files.

    Taken before a read, so that what is written meanwhile shows as a change. One that was taken so soon
    after a write that a second write could hide behind the same time never equals a later one.
    """
    parts: list[str] = []
    newest = 0
    there = False
    of = stats.of
    for file in source.files:
        found = of(file)
        if found is None:
            parts.append(f"{file}\0gone")
            continue
        there = True
        modified = found.st_mtime_ns
        if modified > newest:
            newest = modified
        # Who may read it does not move its time, but decides what was read.
        may = f"{found.st_mode}\0{found.st_uid}\0{found.st_gid}"
        parts.append(f"{file}\0{found.st_size}\0{modified}\0{found.st_ino}\0{may}")
    if not there:
        return b"", 0
    recent = newest
    if source.path not in source.files:
        # A file that appears in the run's folder may be an artifact: the folder's own time tells.
        folder = of(source.path)
        moved = folder.st_mtime_ns if folder is not None else 0
        parts.append(f"\0{moved}")
        recent = max(newest, moved)
    text = "\0\0".join(parts).encode("utf-8", "surrogateescape")
    digest = blake2b(text, digest_size=12, key=edition).digest()
    return (digest if settled(recent, time_ns()) else never_settled(digest)), newest
