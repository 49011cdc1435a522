"""What tells a changed source from an unchanged one without opening it."""

import os
from collections.abc import Iterator
from hashlib import blake2b
from time import monotonic, time_ns
from typing import Final

from mlops_console.beneath import BELOW, OpenFolder
from mlops_console.records import Source

_FINE_NS = 20_000_000
_COARSE_NS = 2_000_000_000
_UNSETTLED = b"~"
_DEEPEST: Final = 3
_MOST_BELOW: Final = 20_000
"""Files and folders that are looked at below a folder."""
_LASTS: Final = 20.0
"""What was seen below a folder is believed so many times as long as it took to see it; a second at least."""


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
        self._below: dict[str, tuple[float, bytes]] = {}

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

    def below(self, path: str) -> bytes:
        """Moves when a folder or file below this folder does, three levels deep; its own files don't count.

        Many sources ask for the same folder, so it is looked at once a second, whatever is forgotten.
        """
        kept = self._below.get(path)
        now = monotonic()
        if kept is not None and now < kept[0]:
            return kept[1]
        newest = 0
        digest = blake2b(digest_size=8)
        try:
            with OpenFolder.at(self._root or "/", path) as folder:
                for name, found in _entries(folder.fd, _DEEPEST, [_MOST_BELOW]):
                    newest = max(newest, found.st_mtime_ns)
                    seen = f"{name}\0{found.st_size}\0{found.st_mtime_ns}\0{found.st_ino}\0\0"
                    digest.update(seen.encode("utf-8", "surrogateescape"))
        except OSError:
            pass
        state = digest.digest() if settled(newest, time_ns()) else never_settled(digest.digest())
        self._below[path] = (now + max(1.0, _LASTS * (monotonic() - now)), state)
        return state

    def forget_below(self) -> None:
        """Look below folders anew from now on."""
        self._below.clear()

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
    sure = True
    of = stats.of
    for file in source.files:
        if file.endswith(BELOW):
            below = stats.below(file.removesuffix(BELOW))
            sure = sure and not below.endswith(_UNSETTLED)
            parts.append(f"{file}\0{below.hex()}")
            continue
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
    return (digest if sure and settled(recent, time_ns()) else never_settled(digest)), newest


def _entries(fd: int, depth: int, left: list[int]) -> Iterator[tuple[str, os.stat_result]]:
    """What lies below a folder, in order; of the folder itself only folders."""
    with os.scandir(fd) as inside:
        entries = sorted(inside, key=lambda entry: entry.name)
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if depth == _DEEPEST and not is_folder:
            continue
        if left[0] <= 0:
            return
        left[0] -= 1
        try:
            yield entry.name, entry.stat(follow_symlinks=False)
            if is_folder and depth > 1:
                below = os.open(entry.name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
                try:
                    yield from _entries(below, depth - 1, left)
                finally:
                    os.close(below)
        except OSError:
            continue
