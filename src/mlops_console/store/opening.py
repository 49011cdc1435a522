"""Who may open the store, and where: as its owner, on a private copy, or on a temporary one."""

import contextlib
import errno
import os
import shutil
import stat
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import duckdb

from mlops_console.errors import StoreError, StoreFullError
from mlops_console.settings import Places
from mlops_console.store.follower import Copy
from mlops_console.store.locks import Generation, OwnerLock, WriteLock, beside, owner_of
from mlops_console.store.recovery import open_soundly, wal_of

Role = Literal["owner", "follower"]

_READ_ONLY: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_PATIENCE: Final = 100
_MAGIC: Final = slice(8, 12)
_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(slots=True)
class Opened:
    """An open store and what must be given back when it closes."""

    role: Role
    path: Path
    con: duckdb.DuckDBPyConnection
    notices: list[str]
    owner_lock: OwnerLock | None = None
    write_lock: WriteLock | None = None
    generation: Generation | None = None
    copy: Copy | None = None
    temporary: Path | None = field(default=None)

    def let_go(self, untouched: bool) -> None:
        """Give back locks and copies; DuckDB is closed already."""
        for held in (self.write_lock, self.generation):
            if held is not None:
                held.close()
        if self.copy is not None:
            self.copy.leave(keep=untouched)
        if self.temporary is not None:
            shutil.rmtree(self.temporary, ignore_errors=True)
        if self.owner_lock is not None:
            self.owner_lock.release()


def open_places(places: Places) -> Opened:
    """The store: as owner if nobody else is, else as follower; temporary where nothing can be written."""
    _refuse_strangers(places.store)
    try:
        lock = _lock(places.store)
    except OSError as error:
        if error.errno in _READ_ONLY:
            return _temporary(places.store, error)
        raise _unusable(places.store, error) from error
    if lock is not None:
        return own(places.store, lock)
    return follow(places)


def _refuse_strangers(store: Path) -> None:
    """A damaged store is set aside and begun anew; a file that never was one is somebody's, and stays."""
    with contextlib.suppress(OSError):
        kind = store.stat().st_mode
        if stat.S_ISDIR(kind):
            raise StoreError(f"{store} is a folder, not a store", "name a file with --store")
        if not stat.S_ISREG(kind):
            raise StoreError(f"{store} is no regular file", "name another file with --store")
        if beside(store, ".generation").exists():
            return
        with store.open("rb") as file:
            head = file.read(_MAGIC.stop)
        if any(head) and head[_MAGIC] != b"DUCK":
            raise StoreError(f"{store} is no store of mlops-console", "name another file with --store")


def own(store: Path, lock: OwnerLock) -> Opened:
    """Open the store proper; the lock is given back if that fails."""
    write_lock: WriteLock | None = None
    generation: Generation | None = None
    try:
        write_lock, generation = WriteLock(store), Generation(store)
        with write_lock.held():
            generation.bump()
            con, notices = open_soundly(store)
    except BaseException as error:
        for held in (write_lock, generation):
            if held is not None:
                held.close()
        lock.release()
        if isinstance(error, OSError):
            raise _unusable(store, error) from error
        raise
    return Opened("owner", store, con, notices, lock, write_lock, generation)


def follow(places: Places) -> Opened:
    """Open a private copy."""
    for _ in range(_PATIENCE):
        if places.store.exists():
            break
        time.sleep(0.02)  # the owner holds the lock and is making the file; it takes no notice to wait for
    else:
        who = owner_of(places.store)
        raise StoreError(
            f"{places.store} is being made by process {who or 'unknown'}", "try again in a moment"
        )
    copy = Copy.of(places)
    try:
        con, notices = open_soundly(copy.path)
    except BaseException:
        copy.leave(keep=False)
        raise
    return Opened("follower", copy.path, con, notices, copy=copy)


def _lock(store: Path) -> OwnerLock | None:
    if not store.parent.is_dir():
        store.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = OwnerLock.take(store)
    if lock is not None and store.exists() and not os.access(store, os.R_OK | os.W_OK):
        lock.release()
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(store))
    return lock


def _unusable(store: Path, error: OSError) -> StoreError:
    if error.errno in _ROOM:
        return StoreFullError(
            f"no room left on the disk of {store}", "make room, or name another with --store"
        )
    return StoreError(f"{store} can't be used as store: {error.strerror}", "name another file with --store")


def _temporary(store: Path, error: OSError) -> Opened:
    """Work in a store that is thrown away in the end, from what could be read of the proper one."""
    folder = Path(tempfile.mkdtemp(prefix="mlops-console-"))
    path = folder / "store.duckdb"
    for source, target in ((store, path), (wal_of(store), wal_of(path))):
        with contextlib.suppress(OSError):
            shutil.copyfile(source, target)
    try:
        con, notices = open_soundly(path)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    notices.insert(
        0,
        f"{store} can't be written ({error.strerror}):"
        " working in a temporary store that is gone when this closes.",
    )
    return Opened("owner", path, con, notices, temporary=folder)
