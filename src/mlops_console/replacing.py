"""Small files of ours, replaced so that whoever reads one sees the old or the new one, whatever happens."""

import contextlib
import fcntl
import os
import secrets
import stat
from pathlib import Path
from typing import Final

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
PREFIX: Final = ".tmp-mlops-"
"""Of whatever is not complete yet; ours alone, for leftovers of that name are removed."""
_EXCHANGE: Final = 2
_AT_FDCWD: Final = -100
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def replace_file(path: Path, data: bytes) -> None:
    """Write a small file, durably; in a folder that is shared with a group, the group may read it.

    Raises:
        OSError: It can't be written; what was there before still is.
    """
    while not _replaced(path, data):
        pass
    sync_folder(path.parent)


def _replaced(path: Path, data: bytes) -> bool:
    """False where somebody who tidied took the temporary file for a leftover before it was locked."""
    around = stat.S_IMODE(path.parent.stat().st_mode)
    temporary = path.parent / f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
    fd = os.open(temporary, _NEW, 0o600)
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.fchmod(fd, 0o600 | (around & 0o044))
        left = memoryview(data)
        while left:
            left = left[os.write(fd, left) :]
        os.fsync(fd)
        temporary.replace(path)
    except FileNotFoundError:
        if path.parent.is_dir():
            return False
        raise
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    finally:
        os.close(fd)
    return True


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    fd = os.open(path, _FOLDER)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders trade names in one step; False where the system or the file system can't."""
    import ctypes

    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    done: int = renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _EXCHANGE)
    return done == 0
