"""The two locks beside the store, and the counter of its commits.

Owner's lock: taken before DuckDB is touched, held until after it is closed. DuckDB's own lock can't serve: it
drops when any descriptor of the file is closed, and contended opens have lost commits. Write lock: exclusive
during a write transaction or checkpoint, shared while a follower copies.
"""

import contextlib
import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Self


def beside(store: Path, suffix: str) -> Path:
    """A file of ours next to the store."""
    return store.with_name(store.name + suffix)


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)


class OwnerLock:
    """Held by the one process that has the store open."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, store: Path) -> "OwnerLock | None":
        """The lock, or None while another process owns the store."""
        descriptor = _open(beside(store, ".lock"))
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return None
            raise
        with contextlib.suppress(OSError):  # the number only serves the sentence that names the owner
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        """Let another process own the store."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def owner_of(store: Path) -> int | None:
    """The process that says it owns the store, for words."""
    try:
        return int(beside(store, ".lock").read_text())
    except (OSError, ValueError):
        return None


class WriteLock:
    """Keeps copies and commits apart."""

    def __init__(self, store: Path) -> None:
        self._descriptor = _open(beside(store, ".write"))

    @contextlib.contextmanager
    def held(self, shared: bool = False) -> Iterator[None]:
        """Exclusive for a commit, shared for a copy."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the descriptor back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Generation:
    """How many commits the store has seen: tells a follower whether its copy is still good."""

    def __init__(self, store: Path) -> None:
        self._descriptor = _open(beside(store, ".generation"))
        if len(os.pread(self._descriptor, 8, 0)) < 8:
            with contextlib.suppress(
                OSError
            ):  # a full disk: the counter stays 0, copies are then never reused
                os.pwrite(self._descriptor, bytes(8), 0)

    def value(self) -> int:
        """The count now; 0 means unknown."""
        raw = os.pread(self._descriptor, 8, 0)
        return int(struct.unpack("<Q", raw)[0]) if len(raw) == 8 else 0

    def bump(self) -> None:
        """One more commit."""
        with contextlib.suppress(OSError):
            os.pwrite(self._descriptor, struct.pack("<Q", (self.value() + 1) % 2**64), 0)

    def close(self) -> None:
        """Give the descriptor back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
