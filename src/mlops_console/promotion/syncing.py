"""What was written reaches the disk before anybody is told."""

import functools
import os
from collections.abc import Callable, Iterable
from typing import Final

_ONE_BY_ONE: Final = 64
_WRITE: Final = 2
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


def sync_all(fd: int, files: int, folders: Iterable[str]) -> None:
    """Make a new folder durable: its files and the names in it and below.

    Args:
        fd: The folder, open.
        files: How many files it holds: for many, the whole file system is asked once instead of each file.
        folders: The folders in it, relative to it, itself included as an empty text.

    Raises:
        OSError: The disk could not take it.
    """
    if files > _ONE_BY_ONE and _whole_file_system(fd):
        return
    for folder in folders:
        below = os.open(folder or ".", _FOLDER, dir_fd=fd)
        try:
            with os.scandir(below) as entries:
                names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
            for name in names:
                _sync_file(below, name)
            os.fsync(below)
        finally:
            os.close(below)


def begin_writing(fd: int, offset: int, length: int) -> None:
    """Let the disk begin with what was just written, so that there is less to wait for at the end."""
    begin = _sync_file_range()
    if begin is not None:
        begin(fd, offset, length, _WRITE)


@functools.cache
def _sync_file_range() -> Callable[..., int] | None:
    """Linux's; None where there is none."""
    import ctypes

    try:
        found = ctypes.CDLL(None, use_errno=True).sync_file_range
    except (OSError, AttributeError):
        return None
    found.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return found


def _sync_file(folder: int, name: str) -> None:
    fd = os.open(name, _FILE, dir_fd=folder)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _whole_file_system(fd: int) -> bool:
    """Linux's syncfs; False where there is none."""
    import ctypes

    try:
        syncfs = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return False
    if syncfs(fd) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return True
