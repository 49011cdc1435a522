"""Whether somebody writes a database, found out without a lock of one's own: asking for locks takes none.

SQLite changes a file that is not in WAL mode only under its exclusive lock, and every commit moves the
counter in the file's head. So what was read without a lock is of one state if nobody held that lock before
and after, and neither the counter nor size nor times moved. A reader's lock would do as well, but while one
is held no writer can commit, and a writer that does not wait fails.
"""

import struct
import sys
from enum import Enum

try:
    import fcntl
except ImportError:  # elsewhere nobody can be asked
    fcntl = None  # type: ignore[assignment]

_RESERVED = 0x40000001
_SHARED = 0x40000002
_SHARED_SIZE = 510
_LAYOUTS = {"linux": ("hhxxxxqqixxxx", 0), "darwin": ("qqihh", 3)}
"""`struct flock` as the C library has it, and where the lock's kind is in it."""


class Writer(Enum):
    """What the writers of a file are at."""

    NONE = "none"
    PREPARING = "preparing"
    """Somebody is about to change it; as yet the file itself is as it was."""
    WRITING = "writing"
    UNKNOWN = "unknown"
    """Nobody can be asked here."""


def writer_of(fd: int) -> Writer:
    """Whether another process has an open file locked as SQLite does to write in it.

    To be asked with a descriptor of one's own: closing it ends all locks of this process on the file.
    """
    try:
        if _is_locked(fd, _SHARED, _SHARED_SIZE):
            return Writer.WRITING
        return Writer.PREPARING if _is_locked(fd, _RESERVED, 1) else Writer.NONE
    except (OSError, ValueError, struct.error):
        return Writer.UNKNOWN


def _is_locked(fd: int, start: int, size: int) -> bool:
    """Whether somebody holds a lock there that keeps others from reading."""
    layout = _LAYOUTS.get(sys.platform)
    if fcntl is None or layout is None or struct.calcsize("l") != 8:
        raise OSError
    form, place = layout
    lock = [start, size, 0]
    lock[place:place] = [fcntl.F_RDLCK, 0]
    found = struct.unpack(form, fcntl.fcntl(fd, fcntl.F_GETLK, struct.pack(form, *lock)))
    return bool(found[place] != fcntl.F_UNLCK)
