"""One file, all of it or nothing: temporary name, fsync, link, fsync of the folder.

Neither O_APPEND nor flock is needed, which network file systems don't give. Where links can't be made (FAT,
some FUSE), the name is claimed by an exclusive file and the temporary one renamed; a kill between the two
leaves the claim, which nobody else will want.
"""

import contextlib
import errno
import os
import time
from typing import Final

from mlops_console import beneath
from mlops_console.errors import JournalError
from mlops_console.journal.folders import file_mode, names_in, sync

TEMPORARY: Final = ".tmp-"
STRAY_SECONDS: Final = 3600.0
_NO_LINKS: Final = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.ENOTSUP)


def write_once(folder: int, name: str, data: bytes) -> None:
    """Write a file into an open folder, durable on return; FileExistsError where one has that name."""
    temporary = f"{TEMPORARY}{name}-{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(temporary, flags, 0o600, dir_fd=folder)
    try:
        try:
            _write(fd, data)
            os.fchmod(fd, file_mode(os.fstat(folder)))
            os.fsync(fd)
        finally:
            os.close(fd)
        _name(folder, temporary, name)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
    sync(folder)


def _write(fd: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]


def _name(folder: int, temporary: str, name: str) -> None:
    try:
        os.link(temporary, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _rename(folder, temporary, name)


def _rename(folder: int, temporary: str, name: str) -> None:
    claim = f"{TEMPORARY}{name}-claim"
    os.close(os.open(claim, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder))
    try:
        with contextlib.suppress(FileNotFoundError):
            os.stat(name, dir_fd=folder, follow_symlinks=False)
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), name)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        os.unlink(claim, dir_fd=folder)


def sweep(folder: beneath.OpenFolder) -> None:
    """Remove what killed writers of this user left behind, when it is too old to be in use."""
    before = time.time() - STRAY_SECONDS
    with contextlib.suppress(OSError):
        for name in names_in(folder.fd):
            if name.startswith(TEMPORARY):
                with contextlib.suppress(OSError):
                    found = os.stat(name, dir_fd=folder.fd, follow_symlinks=False)
                    if found.st_uid == os.geteuid() and found.st_mtime < before:
                        os.unlink(name, dir_fd=folder.fd)


def refusal(error: OSError, place: os.PathLike[str]) -> JournalError:
    """Why a decision is not written down, for a person."""
    shown = os.fspath(place)
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return JournalError(
                f"no room left where the journal lies ({shown}): nothing was decided", "make room"
            )
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return JournalError(
                f"{shown} can't be written: nothing was decided",
                "ask who owns it for `mlops-console init --shared GROUP`",
            )
        case errno.ELOOP | errno.ENOTDIR:
            return JournalError(f"{shown} is a link, or lies behind one: nothing was decided", "move it away")
    why = (error.strerror or str(error)).lower()
    return JournalError(f"the journal {shown} can't be written ({why}): nothing was decided")
