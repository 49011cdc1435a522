"""Private copies of databases that can't be read as they lie there, which never stay behind.

A copy lies in a folder of its own, locked for as long as its process lives. As soon as SQLite has it open its
files are unlinked, so that only open descriptors keep them. What a process that is killed while it copies
leaves is swept away by the next one that reads a database.
"""

import contextlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

_PREFIX = "mlops-console-copy-"
_JUST_MADE = 60.0
"""Seconds in which a folder without a lock is one that is about to get it."""


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for a copy, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _lock(held)
            yield folder
        finally:
            os.close(held)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unlink_all(folder: Path) -> None:
    """Take the names from the files in a folder: who has them open keeps them, and only for that long."""
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            path.unlink()
        folder.rmdir()


@cache
def sweep_once() -> None:
    """The first time in a process: remove what others of this user that are gone have left."""
    sweep(Path(tempfile.gettempdir()))


def sweep(above: Path, older_than: float = _JUST_MADE) -> None:
    """Remove the folders of copies whose processes are gone."""
    with contextlib.suppress(OSError), os.scandir(above) as entries:
        for entry in entries:
            if entry.name.startswith(_PREFIX) and _is_left(entry, older_than):
                shutil.rmtree(entry.path, ignore_errors=True)


def _is_left(entry: "os.DirEntry[str]", older_than: float) -> bool:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:  # its owner took it away meanwhile
        return False
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        return False
    if time.time() - found.st_mtime < older_than:
        return False
    try:
        held = os.open(entry.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return _lock(held)
    except OSError:
        return False
    finally:
        os.close(held)


def _lock(folder: int) -> bool:
    """Lock a folder for as long as it is open, if locks there are."""
    try:
        import fcntl
    except ImportError:
        return False
    fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True
