"""One open database: its transactions, its readers, and what happens when it breaks."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from mlops_console.errors import StoreError, StoreFullError
from mlops_console.store.database import Connection, attach, is_damage, is_full, only_ours, spill_of, told
from mlops_console.store.known import Known
from mlops_console.store.opening import Opened
from mlops_console.store.recovery import open_soundly, set_aside, wal_of
from mlops_console.store.types import StoreRebuiltError

CHECKPOINT: Final = 40 * 2**20
"""Bytes in DuckDB's log of changes after which they are moved into the file."""

_UNWRITTEN: Final = 64 * 2**20
"""Bytes of memory for rows that are not in the file yet, after which the same happens. [The first row after
a checkpoint takes 34 MB: a buffer for each column of each table.]"""

_SPARE: Final = 4 * 2**20


class CrampedError(StoreError):
    """No memory for this transaction; there may be some now that the log is in the file."""


class Session:
    """What is open, for one writer and any number of readers."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.full = False
        self.written = False
        self.closed = False
        self._known: Known | None = None
        self._connections: set[Connection] = set()
        self._guard = threading.Lock()
        self._hurt = False
        self._commit = self._last_commit()

    def connect(self) -> Connection:
        """A connection for one query thread."""
        with self._guard:
            if self.closed:
                raise StoreError("the store is closed")
            connection = Connection(self.opened.con.cursor(), self._left, self._is_hurt)
            self._connections.add(connection)
            return connection

    @contextlib.contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The writer asks."""
        try:
            yield self._live()
        except duckdb.Error as error:
            self._broken(error)

    @contextlib.contextmanager
    def writing(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, Known]]:
        """One transaction, wholly kept or not at all."""
        self._live()
        if self.full and not self.resume():
            raise self._no_room()
        with self._locked():
            committing = False
            try:
                con = self.opened.con
                known = self.memory()
                con.execute("BEGIN")
                yield con, known
                con.execute("UPDATE meta SET value = ? WHERE key = 'commit'", [str(self._commit + 1)])
                if self.opened.generation is not None:
                    self.opened.generation.bump()
                committing = True
                con.execute("COMMIT")
            except duckdb.Error as error:
                self._fail(error, in_doubt=committing)
            except BaseException:
                self._known = None
                with contextlib.suppress(duckdb.Error):
                    self.opened.con.execute("ROLLBACK")
                raise
            else:
                self._commit += 1
                self.written = True
                self._tidy()

    def memory(self) -> Known:
        """What the writer keeps in memory."""
        if self._known is None:
            self._known = Known(self._live())
        return self._known

    def forget_memory(self) -> None:
        """Ask the tables again."""
        self._known = None

    def resume(self) -> bool:
        """Try to write again after the disk was full; connections made before are closed if it works."""
        if not self.full:
            return True
        wal = wal_of(self.opened.path)
        if _room(self.opened.path) < _SPARE + (wal.stat().st_size if wal.exists() else 0):
            return False
        with self._locked():
            try:
                self._reopen(read_only=False)
                self.opened.con.execute("CHECKPOINT store")
            except duckdb.Error:
                self._reopen(read_only=True)
                return False
        self.full = False
        return True

    def replace(self, opened: Opened) -> None:
        """Go on with another store in place of this one."""
        self._give_back()
        self.opened, self._known, self.written, self.full = opened, None, False, False
        self._commit = self._last_commit()

    def close(self) -> None:
        """Write everything into the file, close it, give the locks back; fine to call twice."""
        with self._guard:
            if self.closed:
                return
            self.closed = True
        with self._locked():
            if not self.full:
                with contextlib.suppress(duckdb.Error):
                    self.opened.con.execute("CHECKPOINT store")
            self._disconnect()
            with contextlib.suppress(OSError):
                spill_of(self.opened.path).rmdir()
            if self._hurt:
                set_aside(self.opened.path)
        self.opened.let_go(untouched=not self.written)

    def _live(self) -> duckdb.DuckDBPyConnection:
        if self.closed:
            raise StoreError("the store is closed")
        if self._hurt:
            with self._locked():
                raise StoreRebuiltError(self._begin_anew())
        return self.opened.con

    def _is_hurt(self) -> None:
        self._hurt = True

    def _left(self, connection: Connection) -> None:
        with self._guard:
            self._connections.discard(connection)

    def _give_back(self) -> None:
        self._disconnect()
        self.opened.let_go(untouched=not self.written)

    def _disconnect(self) -> None:
        """Close DuckDB and everybody's connections to it."""
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            connection.close()
        with contextlib.suppress(duckdb.Error):
            self.opened.con.close()

    def _locked(self) -> contextlib.AbstractContextManager[None]:
        lock = self.opened.write_lock
        return lock.held() if lock is not None else contextlib.nullcontext()

    def _last_commit(self) -> int:
        row = self.opened.con.execute("SELECT value FROM meta WHERE key = 'commit'").fetchone()
        return int(row[0]) if row else 0

    def _tidy(self) -> None:
        """Move DuckDB's log into the file once it is long. The commit stands whatever happens here."""
        try:
            if self._long():
                self.opened.con.execute("CHECKPOINT store")
        except duckdb.Error as error:
            if is_full(error) or isinstance(error, duckdb.FatalException):
                self._known = None
                self._degrade()
        only_ours(self.opened.path)

    def _long(self) -> bool:
        with contextlib.suppress(OSError):
            if wal_of(self.opened.path).stat().st_size >= CHECKPOINT:
                return True
        row = self.opened.con.execute(
            "SELECT sum(memory_usage_bytes) FROM duckdb_memory()"
            " WHERE tag IN ('IN_MEMORY_TABLE', 'ALLOCATOR')"
        ).fetchone()
        return row is not None and row[0] >= _UNWRITTEN

    def _fail(self, error: duckdb.Error, *, in_doubt: bool) -> None:
        """A transaction broke: find out whether it was kept all the same, else say what is wrong."""
        meant = self._commit + 1
        with contextlib.suppress(duckdb.Error):
            self.opened.con.execute("ROLLBACK")
        try:
            self._broken(error)
        except StoreError:
            if in_doubt and self._commit == meant:
                return
            raise

    def _broken(self, error: duckdb.Error) -> None:
        """Raise what a person must know; a connection that died is opened again."""
        self._known = None
        if is_full(error):
            self._degrade()
            raise self._no_room() from error
        if is_damage(error):
            raise StoreRebuiltError(self._begin_anew()) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            with contextlib.suppress(duckdb.Error):
                self.opened.con.execute("CHECKPOINT store")
            raise CrampedError("the store ran out of the memory it may use") from error
        if isinstance(error, (duckdb.FatalException, duckdb.InternalException)):
            self._reopen(read_only=False)
        raise StoreError(f"the store could not be used: {error}") from error

    def _begin_anew(self) -> str:
        """Set the damaged store aside and open an empty one; the sentence that says so."""
        self._disconnect()
        self._hurt, self._known = False, None
        notice = set_aside(self.opened.path)
        self.opened.con, more = open_soundly(self.opened.path)
        self._commit = self._last_commit()
        self.opened.notices += [notice, *more]
        return notice

    def _degrade(self) -> None:
        """Full disk: DuckDB's connection is dead for good. Go on answering questions from what is there."""
        self.full = True
        self._reopen(read_only=True)

    def _reopen(self, *, read_only: bool) -> None:
        self._disconnect()
        try:
            self.opened.con = attach(self.opened.path, read_only)
        except duckdb.Error as error:
            self.closed = True
            self.opened.let_go(untouched=False)
            raise (
                told(error, self.opened.path) or StoreError(f"the store can't be opened again: {error}")
            ) from error
        self._known = None
        self._commit = self._last_commit()

    def _no_room(self) -> StoreFullError:
        return StoreFullError(
            f"no room left on the disk of {self.opened.path}",
            "make room; what was committed is kept, and reading goes on by itself",
        )


def _room(path: Path) -> int:
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return 0
    return disk.f_bavail * disk.f_frsize
