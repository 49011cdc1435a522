"""Bytes from files to their copies, as fast as the file system can, hashed from the copy on the way."""

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Final, Self

from mlops_console.beneath import OpenFolder
from mlops_console.digesting import Found, found_file
from mlops_console.errors import ReleaseError
from mlops_console.promotion.following import Following, Hasher
from mlops_console.promotion.syncing import begin_writing, sync_all

_CLONE: Final = 0x40049409
"""FICLONE: both files share their blocks until one is written to."""
_SMALL: Final = 1 << 20
_PIECE: Final = 8 << 20
_NOT_HERE: Final = frozenset(
    (errno.EXDEV, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOTTY, errno.EPERM, errno.EBADF)
)
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ_ONLY: Final = 0o444


def full_disk(error: OSError) -> bool:
    """Whether there was no room left."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


class Stream:
    """Copies files into one new folder; a second thread hashes what has arrived there.

    Args:
        fd: The new folder, open.
        total: Bytes in all.
        progress: Told bytes done and bytes in all; may raise.
    """

    def __init__(self, fd: int, total: int, progress: Callable[[int, int], None] | None) -> None:
        self.total = total
        self._fd = fd
        self._progress = progress
        self._done = 0
        self._hasher = Hasher()
        self._hashes: dict[str, str] = {}
        self._made = {""}
        self._ways = [_cloned, _in_the_kernel]
        self._buffer = bytearray(_SMALL)
        self._has_room = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hasher.stop()

    def copy_folder(self, source: int, folder: str, files: Sequence[Found]) -> None:
        """Copy the files that lie in one folder.

        Args:
            source: The folder, open.
            folder: Its path below the model's.
            files: As they were listed.

        Raises:
            ReleaseError: A file is not what was listed.
            OSError: One can't be read or written.
        """
        target = self._folder(folder)
        try:
            here = OpenFolder(source)
            for file in files:
                self._copy(here, target, file)
        finally:
            os.close(target)

    def finish(self) -> dict[str, str]:
        """The SHA-256 of every copy, by path; all of them are on the disk."""
        self._hashes.update(self._hasher.finish())
        sync_all(self._fd, len(self._hashes), sorted(self._made))
        return self._hashes

    def _copy(self, here: OpenFolder, target: int, file: Found) -> None:
        name = file.path.rpartition("/")[2]
        source = here.open(name)
        try:
            _same(file, source)
            made = os.open(name, _NEW, _READ_ONLY, dir_fd=target)
            try:
                os.fchmod(made, _READ_ONLY)
                self._room(source, made)
                if file.size <= _SMALL:
                    self._at_once(source, made, file)
                    os.close(made)
                else:
                    self._in_pieces(source, made, file)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.close(made)
                raise
            _same(file, source)
        finally:
            os.close(source)

    def _at_once(self, source: int, made: int, file: Found) -> None:
        view = memoryview(self._buffer)
        got = 0
        while got < file.size and (more := os.readv(source, [view[got : file.size]])):
            got += more
        if got != file.size:
            raise changed(file)
        _write(made, view[:got])
        self._hashes[file.path] = _sha256(view[:got])
        self._tell(got)

    def _in_pieces(self, source: int, made: int, file: Found) -> None:
        following = Following(file.path, os.dup(made))
        done = 0
        try:
            while done < file.size:
                more = self._some(source, made, done, min(_PIECE, file.size - done), file.size)
                if not more:
                    raise changed(file)
                begin_writing(made, done, more)
                done += more
                self._hasher.arrived(following, done)
                self._tell(more)
        finally:
            self._hasher.end(following)
        os.close(made)

    def _some(self, source: int, made: int, done: int, length: int, size: int) -> int:
        """Copy the next bytes, in the best way that works here; how many."""
        while self._ways:
            try:
                return self._ways[0](source, made, done, length, size)
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
                self._ways.pop(0)
        view = memoryview(self._buffer)[: min(length, _SMALL)]
        got = os.preadv(source, [view], done)
        _write(made, view[:got])
        return got

    def _room(self, source: int, made: int) -> None:
        """Refuse before the disk is full; where blocks are shared, a copy takes none."""
        if self._has_room:
            return
        room = os.fstatvfs(made)
        free = room.f_bavail * room.f_frsize
        if free < self.total and not _can_clone(source, made):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._has_room = True

    def _folder(self, folder: str) -> int:
        """A folder of the copy, open; made where it is not there yet."""
        fd = os.dup(self._fd)
        path = ""
        for part in folder.split("/") if folder else ():
            path = f"{path}/{part}" if path else part
            try:
                new = path not in self._made
                if new:
                    os.mkdir(part, 0o700, dir_fd=fd)
                    self._made.add(path)
                below = os.open(part, _FOLDER, dir_fd=fd)
                if new:
                    # Whatever the umask: who may enter is said by the folder around the copy.
                    os.fchmod(below, 0o755 | os.fstat(below).st_mode & stat.S_ISGID)
            finally:
                os.close(fd)
            fd = below
        return fd

    def _tell(self, more: int) -> None:
        self._done += more
        if self._progress is not None:
            self._progress(self._done, self.total)


def changed(file: Found) -> ReleaseError:
    """The source is another one than a moment ago."""
    from mlops_console.display import safe_text

    return ReleaseError(
        f"{safe_text(file.path, 160)} changed while it was copied", "try again when nothing writes to it"
    )


def _same(file: Found, source: int) -> None:
    if found_file(file.path, os.fstat(source)) != file:
        raise changed(file)


def _sha256(data: memoryview) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _write(made: int, data: memoryview) -> None:
    while data:
        data = data[os.write(made, data) :]


def _cloned(source: int, made: int, done: int, length: int, size: int) -> int:
    if done:
        raise OSError(errno.EINVAL, "only a whole file is shared")
    fcntl.ioctl(made, _CLONE, source)
    return size


def _in_the_kernel(source: int, made: int, done: int, length: int, size: int) -> int:
    return os.copy_file_range(source, made, length, done, done)


def _can_clone(source: int, made: int) -> bool:
    try:
        fcntl.ioctl(made, _CLONE, source)
    except OSError:
        return False
    os.ftruncate(made, 0)
    return True
