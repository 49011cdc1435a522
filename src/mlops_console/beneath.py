"""How files of a project are opened: beneath its root, never through a link, only regular files.

Files of a watched project may be hostile: a FIFO hangs whoever opens it, a link leads out of the root or to
`/dev/zero`. So every component of a path is opened by itself without following links, without waiting, and
what comes out must be a regular file. Nothing here raises anything but `OSError` for what is on the disk.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

BELOW = "/**"
"""At the end of one of a source's files: all that lies below this folder tells of a change."""

_FILE_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
_STEP_FLAGS = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_LIST_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_SMALL = 4_096

_opened = 0


@dataclass(frozen=True, slots=True)
class FileStat:
    """What `lstat` says of a regular file."""

    size: int
    modified_ns: int
    inode: int


class NotReadable(OSError):  # noqa: N818 - says what the file is, as FileNotFoundError's kin do
    """A file that must not or can't be read; `str()` says why, as the end of a sentence about the file."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return self.why


def opened() -> int:
    """How many files this process has opened through here so far."""
    return _opened


def open_beneath(root: str, relpath: str) -> int:
    """Open a regular file for reading; the caller closes the descriptor."""
    parent, name = _parent(root, relpath)
    try:
        fd = _open(name, _FILE_FLAGS, parent)
    finally:
        os.close(parent)
    return _regular(fd)


def open_folder(root: str, relpath: str) -> int:
    """Open a folder for `os.scandir(fd)`; the caller closes the descriptor."""
    if relpath in (".", ""):
        return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    parent, name = _parent(root, relpath)
    try:
        return _open(name, _LIST_FLAGS, parent)
    finally:
        os.close(parent)


@contextmanager
def reading(root: str, relpath: str) -> Iterator[int]:
    """`open_beneath` that closes what it opened."""
    fd = open_beneath(root, relpath)
    try:
        yield fd
    finally:
        os.close(fd)


def read_range(fd: int, offset: int, length: int) -> bytes:
    """Up to `length` bytes from `offset` on; fewer only where the file ends."""
    first = os.pread(fd, length, offset)
    if len(first) == length or not first:
        return first
    parts, got = [first], len(first)
    while got < length:
        part = os.pread(fd, length - got, offset + got)
        if not part:
            break
        parts.append(part)
        got += len(part)
    return b"".join(parts)


def past_hole(fd: int, offset: int) -> int:
    """Where bytes go on that were ever written: a hole of terabytes reads as zeros, and costs nothing."""
    try:
        return os.lseek(fd, offset, os.SEEK_DATA)
    except OSError as error:
        # Nothing but a hole up to the end; other errors: the file system does not tell.
        return max(offset, os.fstat(fd).st_size) if error.errno == errno.ENXIO else offset


def read_small(root: str, relpath: str, limit: int) -> bytes:
    """A whole file, refused when it is larger than `limit` bytes."""
    with reading(root, relpath) as fd:
        size = os.fstat(fd).st_size
        data = read_range(fd, 0, limit + 1) if size <= limit else b""
    if size > limit or len(data) > limit:
        raise NotReadable(f"holds more than {limit >> 10:,} KiB, the most that is read of such a file")
    return data


def file_stat(fd: int) -> FileStat:
    """What `fstat` says of an open file."""
    found = os.fstat(fd)
    return FileStat(found.st_size, found.st_mtime_ns, found.st_ino)


def stat_beneath(root: str, relpath: str) -> FileStat:
    """What `lstat` says of a regular file, without opening it."""
    parent, name = _parent(root, relpath)
    try:
        found = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except ValueError as error:
        raise NotReadable("has a name that is no file name") from error
    finally:
        os.close(parent)
    if not stat.S_ISREG(found.st_mode):
        raise NotReadable("is a link" if stat.S_ISLNK(found.st_mode) else "is not a regular file")
    return FileStat(found.st_size, found.st_mtime_ns, found.st_ino)


class OpenFolder:
    """A folder that is held open: what lies in it is reached by its name, by the same rules as from the root.

    For readers of many small files in one place: from the root each would open every folder on its way.
    """

    __slots__ = ("fd",)

    def __init__(self, fd: int) -> None:
        self.fd = fd
        """Open for `os.scandir`; closed with the folder."""

    @classmethod
    def at(cls, root: str, relpath: str) -> "OpenFolder":
        """A folder of the project."""
        return cls(open_folder(root, relpath))

    def folder(self, name: str) -> "OpenFolder":
        """A folder in it."""
        return OpenFolder(_open(_one_name(name), _LIST_FLAGS, self.fd))

    def open(self, name: str) -> int:
        """A regular file in it, open for reading; the caller closes the descriptor."""
        return _regular(_open(_one_name(name), _FILE_FLAGS, self.fd))

    def read(self, name: str, limit: int) -> tuple[bytes, FileStat]:
        """A whole file in it, refused when it is larger than `limit` bytes, and how it was found."""
        fd = _open(_one_name(name), _FILE_FLAGS, self.fd)
        try:
            found = os.fstat(fd)
            if not stat.S_ISREG(found.st_mode):
                raise NotReadable("is not a regular file")
            # Most are tiny: one short read is the whole of them.
            data = os.pread(fd, _SMALL, 0)
            if len(data) == _SMALL:
                data = read_range(fd, 0, limit + 1)
        finally:
            os.close(fd)
        _count_opened()
        if len(data) > limit:
            raise NotReadable(f"holds more than {limit >> 10:,} KiB, the most that is read of such a file")
        return data, FileStat(found.st_size, found.st_mtime_ns, found.st_ino)

    def close(self) -> None:
        """Let go of it."""
        os.close(self.fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def why_not(error: OSError) -> str:
    """The reason as the end of a sentence about the file: "can't be opened: permission denied"."""
    if isinstance(error, NotReadable):
        return error.why
    if error.errno == errno.ENOENT:
        return "is gone"
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return "is a link, or lies behind one; links are not followed"
    return f"can't be read: {(error.strerror or 'unknown error').lower()}"


def _regular(fd: int) -> int:
    """The descriptor of what was just opened, if that is a regular file."""
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise NotReadable("is not a regular file")
    _count_opened()
    return fd


def _count_opened() -> None:
    global _opened  # noqa: PLW0603 - one count per process is what the figure asks for
    _opened += 1


def _one_name(name: str) -> str:
    if "/" in name or name in ("", ".", ".."):
        raise NotReadable("has a path that could lead out of the project")
    return name


def _parent(root: str, relpath: str) -> tuple[int, str]:
    """An open descriptor of the folder that holds the file, and the file's name in it."""
    parts = relpath.split("/")
    if "\0" in relpath or any(part in ("", ".", "..") for part in parts):
        raise NotReadable("has a path that could lead out of the project")
    try:
        fd = os.open(root, _STEP_FLAGS & ~os.O_NOFOLLOW)
    except ValueError as error:
        raise NotReadable("lies in a folder whose name is no file name") from error
    for part in parts[:-1]:
        try:
            below = _open(part, _STEP_FLAGS, fd)
        finally:
            os.close(fd)
        fd = below
    return fd, parts[-1]


def _open(name: str, flags: int, parent: int) -> int:
    try:
        return os.open(name, flags, dir_fd=parent)
    except ValueError as error:
        raise NotReadable("has a name that is no file name") from error
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise NotReadable("is not a regular file") from error
        raise
