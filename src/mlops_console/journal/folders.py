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


def mode_below(parent: int, *, replaced: bool = False) -> int | None:
    """The mode of a new folder in one of mode `parent`; None: not shared, the umask decides.

    Sticky, so that nobody removes what others wrote; not where whoever comes replaces the files in it
    (`replaced`: pointers of aliases).
    """
    if not is_shared(parent):
        return None
    mode = stat.S_IMODE(parent)
    return mode & ~stat.S_ISVTX if replaced else mode | stat.S_ISVTX


def file_mode(folder: int) -> int:
    """The mode of a file that is never rewritten: whoever may read the folder may read it."""
    return 0o400 | folder & 0o044


def make_folder(parent: int, name: str, *, replaced: bool = False) -> bool:
    """Make a folder in an open one, durable and as shared as that; False: it was there."""
    try:
        os.mkdir(name, 0o777, dir_fd=parent)
    except FileExistsError:
        return False
    mode = mode_below(os.fstat(parent).st_mode, replaced=replaced)
    if mode is not None:
        with beneath.OpenFolder(parent).folder(name) as made:
            os.fchmod(made.fd, mode)
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
