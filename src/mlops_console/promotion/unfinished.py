"""A folder under a temporary name until it is complete: whoever sees the final name sees all of it."""

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mlops_console.errors import ReleaseError
from mlops_console.replacing import PREFIX, exchange, sync_folder

_NO_LOCKS_SECONDS: Final = 86_400.0
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class Unfinished:
    """A new folder that only its maker knows, held by a lock that ends with the process."""

    def __init__(self, above: Path, name: str, fd: int) -> None:
        self.above = above
        self.name = name
        self.fd = fd

    @property
    def path(self) -> Path:
        """Where it lies now."""
        return self.above / self.name

    def become(self, name: str) -> bool:
        """Give it its final name, durably; False where that name is taken already."""
        self._open_up()
        try:
            self.path.rename(self.above / name)
        except OSError as error:
            if (self.above / name).exists():
                return False
            raise ReleaseError(f"{self.above / name} can't be made: {error.strerror}") from error
        self.name = name
        sync_folder(self.above)
        return True

    def replace(self, name: str) -> bool:
        """Take the place of what has the final name, in one step; False where it can't be moved away."""
        self._open_up()
        if not exchange(self.path, self.above / name):
            return False
        sync_folder(self.above)
        return True

    def _open_up(self) -> None:
        """As open to others as the folder around it, but nobody else writes into what is complete."""
        around = stat.S_IMODE(self.above.stat().st_mode)
        os.fchmod(self.fd, around & 0o2755 | 0o700)
        os.fsync(self.fd)


@contextlib.contextmanager
def unfinished(above: Path) -> Iterator[Unfinished]:
    """Make one in a folder; what is left under a temporary name at the end is removed.

    Raises:
        ReleaseError: It can't be made there.
    """
    try:
        made = _make(above)
    except OSError as error:
        raise ReleaseError(f"{above} can't be written: {(error.strerror or '').lower()}") from error
    try:
        yield made
    finally:
        if made.name.startswith(PREFIX):
            remove_folder(made.path)
        os.close(made.fd)


def sweep(above: Path) -> None:
    """Remove what processes left that are gone: the lock on it ended with them."""
    try:
        left = [place for place in above.iterdir() if place.name.startswith(PREFIX)]
    except OSError:
        return
    for place in left:
        with contextlib.suppress(OSError):
            _sweep_one(place)


def remove_folder(path: Path) -> None:
    """Remove a folder of ours with all that is in it, read-only as it may be; what can't go stays."""
    for folder, _, _ in os.walk(path):
        with contextlib.suppress(OSError):
            Path(folder).chmod(0o700)
    shutil.rmtree(path, ignore_errors=True)


def _make(above: Path) -> Unfinished:
    while True:
        name = f"{PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
        (above / name).mkdir(0o700)
        fd = -1
        try:
            fd = os.open(above / name, _FOLDER)
            _lock(fd)
            if (above / name).lstat().st_ino == os.fstat(fd).st_ino:
                return Unfinished(above, name, fd)
        except (FileNotFoundError, BlockingIOError):
            # Somebody who tidies took it for a leftover before the lock was held.
            pass
        except BaseException:
            if fd >= 0:
                os.close(fd)
            raise
        if fd >= 0:
            os.close(fd)


def _lock(fd: int) -> bool:
    """Whether there are locks here; BlockingIOError where another process holds this one."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        return False
    return True


def _sweep_one(path: Path) -> None:
    what = path.lstat()
    if not (stat.S_ISDIR(what.st_mode) or stat.S_ISREG(what.st_mode)):
        path.unlink()
        return
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if _lock(fd) or time.time() - what.st_mtime > _NO_LOCKS_SECONDS:
            if stat.S_ISDIR(what.st_mode):
                remove_folder(path)
            else:
                path.unlink()
    finally:
        os.close(fd)
