"""A private copy of the store for a process that does not own it.

A copy lives in a folder of its own under the state folder, held by a lock for as long as its process lives.
One that was only looked at is kept for the next process, as long as the owner has not committed.
"""

import contextlib
import errno
import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mlops_console.errors import StoreError, StoreFullError
from mlops_console.settings import Places
from mlops_console.store.locks import Generation, WriteLock
from mlops_console.store.recovery import wal_of

_FICLONE: Final = 0x40049409
_PIECE: Final = 1 << 24
_HELD: Final = "held"


class Copy:
    """A copy of the store in a private folder."""

    def __init__(self, folder: Path, generation: int, held: int) -> None:
        self.folder = folder
        self.path = folder / "store.duckdb"
        self._generation = generation
        self._held = held

    @classmethod
    def of(cls, places: Places) -> "Copy":
        """A copy of the store as it is now."""
        home = places.state / "followers"
        try:
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _alone(home):
                _sweep(home)
                return cls._made(places.store, home)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise StoreFullError(
                    f"no room for a copy of the store in {home}", "make room there"
                ) from error
            raise StoreError(f"the store can't be copied to {home}: {error.strerror}") from error

    @classmethod
    def _made(cls, store: Path, home: Path) -> "Copy":
        folder = home / f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
        generation = Generation(store)
        try:
            with WriteLock(store) as lock, lock.held(shared=True):
                now = generation.value()
                kept = home / f"kept-{now}"
                if now and kept.is_dir():
                    kept.rename(folder)
                else:
                    folder.mkdir(mode=0o700)
                    _clone(store, folder / "store.duckdb")
                    with contextlib.suppress(FileNotFoundError):
                        _clone(wal_of(store), wal_of(folder / "store.duckdb"))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            generation.close()
        held = os.open(folder / _HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
        for other in home.glob("kept-*"):
            shutil.rmtree(other, ignore_errors=True)
        return cls(folder, now, held)

    def leave(self, keep: bool) -> None:
        """Done with it, DuckDB closed; `keep` it for the next process if it is as the owner wrote it."""
        kept = self.folder.with_name(f"kept-{self._generation}")
        with contextlib.suppress(OSError):
            if keep and self._generation and not kept.exists():
                self.folder.rename(kept)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._held)


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    lock = os.open(home / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _sweep(home: Path) -> None:
    """Remove copies whose process is gone: nobody holds their lock."""
    for folder in home.iterdir():
        if folder.name.startswith((".", "kept-")) or not folder.is_dir():
            continue
        with contextlib.suppress(OSError):
            held = os.open(folder / _HELD, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)


def _clone(source: Path, target: Path) -> None:
    """Copy a file: by reference where the file system can, else inside the kernel."""
    origin = os.open(source, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.ioctl(copy, _FICLONE, origin)
            except OSError:
                _pour(origin, copy)
        finally:
            os.close(copy)
    finally:
        os.close(origin)


def _pour(origin: int, copy: int) -> None:
    try:
        while os.copy_file_range(origin, copy, _PIECE):
            pass
    except OSError as error:
        if error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM):
            raise
        while piece := os.read(origin, _PIECE):
            view = memoryview(piece)
            while view:
                view = view[os.write(copy, view) :]
