"""One process at a time judges the windows of a monitor."""

import contextlib
import os
from typing import Final

_LOCK: Final = ".judging"


class Lock:
    """An advisory lock; where there can be none (another file system), nobody waits."""

    def __init__(self, fd: int | None) -> None:
        self._fd = fd

    @classmethod
    def within(cls, folder: int) -> "Lock":
        """That of an open folder; OSError where it can't have one."""
        return cls(_lock_file(folder))

    def take(self) -> bool:
        """Whether it is held now, without waiting."""
        if self._fd is None:
            return True
        import fcntl

        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Let go of it; fine to call twice."""
        fd, self._fd = self._fd, None
        if fd is not None:
            os.close(fd)


def _lock_file(folder: int) -> int:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        return os.open(_LOCK, flags, dir_fd=folder)
    except FileNotFoundError:
        mode = 0o444 if os.fstat(folder).st_mode & 0o004 else 0o440
        with contextlib.suppress(FileExistsError):
            os.close(os.open(_LOCK, flags | os.O_CREAT | os.O_EXCL, mode, dir_fd=folder))
        return os.open(_LOCK, flags, dir_fd=folder)
