"""Folders below a shared one: whoever makes one, the whole group may write in it, whatever the umask."""

import errno
import os
import stat
from typing import Final

from mlops_console import beneath

SHARED: Final = stat.S_ISGID | stat.S_IWGRP
"""The bits by which a folder is known to be shared: new entries get its group, which may write."""


def is_shared(mode: int) -> bool:
    """Whether a folder of this mode is shared with its group."""
    return mode & SHARED == SHARED


def file_mode(folder: os.stat_result) -> int:
    """The mode of a file that is never rewritten: whoever may read the folder may read it."""
    return 0o444 if _is_a_guest(folder) else 0o400 | folder.st_mode & 0o044


def _is_a_guest(folder: os.stat_result) -> bool:
    """Whether root writes where somebody else is at home, who must be able to go on there and to read it."""
    return os.geteuid() == 0 and folder.st_uid != 0


def make_folder(parent: int, name: str) -> bool:
    """Make a folder in an open one, durable; False: it was there.

    It is as shared as that one, and sticky, so that nobody removes what others wrote; else the umask decides.
    """
    try:
        os.mkdir(name, 0o777, dir_fd=parent)
    except FileExistsError:
        return False
    above = os.fstat(parent)
    with beneath.OpenFolder(parent).folder(name) as made:
        if _is_a_guest(above):
            os.fchown(made.fd, above.st_uid, above.st_gid)
        if is_shared(above.st_mode):
            os.fchmod(made.fd, stat.S_IMODE(above.st_mode) | stat.S_ISVTX)
    sync(parent)
    return True


def make_folders(root: str, below: str) -> None:
    """Make every missing folder on the way from a root that is there."""
    fd = beneath.open_folder(root, ".")
    try:
        for name in below.split("/"):
            try:
                inner = beneath.OpenFolder(fd).folder(name)
            except FileNotFoundError:
                make_folder(fd, name)
                inner = beneath.OpenFolder(fd).folder(name)
            os.close(fd)
            fd = inner.fd
    finally:
        os.close(fd)


def names_in(folder: int) -> list[str]:
    """Names of all that lies in an open folder."""
    return os.listdir(folder)


def sync(folder: int) -> None:
    """Make a folder's entries durable; not every file system knows that of folders."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
