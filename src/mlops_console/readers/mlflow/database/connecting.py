"""Opening a stranger's SQLite file: only to read, in a way that neither keeps its writer out nor writes.

SQLite itself would make `-wal` and `-shm` files beside a database in WAL mode, even for someone who only
reads (and, where that is another user, keep its owner out for good); and while it holds a reader's lock no
writer of a database in another mode can commit. So what lies beside the file decides:

- no `-wal`: all of it is in the file, which is read as it is, without a lock (`immutable`), and what was read
  is thrown away if anything moved meanwhile; where that goes on and on, or it can't be told whether
  somebody writes, `mode=ro` with the locks of every reader;
- `-wal` and `-shm`: somebody has it open; `mode=ro` with the `-shm` read-only too;
- what can't be read so (a `-wal` without its `-shm`, a journal that its dead writer left): a private copy.

`docs/decisions/0010-other-peoples-sqlite.md` says why.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from mlops_console import beneath
from mlops_console.beneath import FileStat
from mlops_console.readers.mlflow.database.claiming import MAGIC
from mlops_console.readers.mlflow.database.copies import private_folder, sweep_once, unlink_all
from mlops_console.readers.mlflow.database.stillness import Writer, writer_of

_WAIT = 0.1
"""Seconds to wait for a lock; then somebody is writing, and it is read later."""
_GRACE = 5.0
"""Seconds past the budget after which what is still being read is given up: no honest file takes so long."""
_EVERY = 50_000
_LONGEST = 64 << 20
_LONGEST_SQL = 1 << 20
_LARGEST_COPY = 1 << 30
_PIECE = 1 << 20
_JOURNAL_END = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
_FUNCTIONS = frozenset({"substr", "max", "count"})
_PRAGMAS = frozenset({"table_xinfo", "index_list", "index_info", "schema_version"})
_LATER = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_SENTENCES = {
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_NOTADB: "is not a SQLite database",
    sqlite3.SQLITE_INTERRUPT: "takes too long to read",
    sqlite3.SQLITE_TOOBIG: "holds a value that is too large to be read",
    sqlite3.SQLITE_IOERR: "can't be read: the disk reports an error",
    sqlite3.SQLITE_CANTOPEN: "can't be opened",
    sqlite3.SQLITE_ERROR: "is unlike what MLflow writes",
    sqlite3.SQLITE_AUTH: "is unlike what MLflow writes",
}


ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What reading through SQLite may raise: a message that quotes a damaged file may be no text at all."""


class BusyError(Exception):
    """Somebody is writing it: to be read later."""


class RefusedError(Exception):
    """It can't be read; `str()` says why, as the end of a sentence about the file."""


def why_not(error: Exception) -> str:
    """The end of a sentence about what could not be read; raises BusyError where it can be read later."""
    code = error_code(error)
    if code in _LATER:
        raise BusyError from error
    return _SENTENCES.get(code, f"can't be read ({str(error)[:80]})")


def error_code(error: Exception) -> int:
    """SQLite's primary result code."""
    if isinstance(error, UnicodeDecodeError):
        return sqlite3.SQLITE_CORRUPT
    code: int = getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR
    return code & 0xFF


@dataclass(frozen=True, slots=True)
class _Seen:
    """The database and what lies beside it, None where it isn't there."""

    main: FileStat
    wal: FileStat | None
    journal: FileStat | None
    shm: FileStat | None
    wal_mode: bool
    commits: bytes
    """The counter that every commit moves."""
    writer: Writer

    def holds(self, now: "_Seen") -> bool:
        """Whether the file is as it was; a journal that somebody has begun says nothing of that."""
        if self.writer is Writer.UNKNOWN and now.journal != self.journal:
            return False
        still = self.wal_mode or now.writer is not Writer.WRITING
        return still and (now.main, now.wal, now.commits) == (self.main, self.wal, self.commits)


@dataclass(slots=True)
class Opened:
    """A connection, and how to know that what was read through it holds."""

    connection: sqlite3.Connection
    spent: float = 0.0
    """Seconds that opening it took beyond the ordinary: the copy."""
    _root: str = ""
    _path: str = ""
    _seen: _Seen | None = None
    _exactly: bool = False

    @property
    def unlocked(self) -> bool:
        """No lock keeps the file as it is: what is read holds only if nothing has moved since."""
        return self._exactly

    def holds(self) -> bool:
        """Whether what was read is of one state of the file."""
        try:
            self.check()
        except BusyError:
            return False
        return True

    def check(self) -> None:
        """Raise BusyError if what was read may be of two different states of the file."""
        assert self._seen is not None
        try:
            now = _look(self._root, self._path)
        except (OSError, RefusedError) as error:
            raise BusyError from error
        if now.main.inode != self._seen.main.inode or (self._exactly and not self._seen.holds(now)):
            raise BusyError


@contextmanager
def connected(root: str, path: str, seconds: float, *, patient: bool = True) -> Iterator[Opened]:
    """A connection to a database of the project, for not much longer than some seconds.

    Raises BusyError, RefusedError or OSError where there is none. Who has no patience any more reads under a
    lock what is always being written.
    """
    sweep_once()
    seen = _look(root, path)
    with ExitStack() as stack:
        copied = 0.0
        connection: sqlite3.Connection | None = None
        exactly = _is_whole(root, path, seen, patient)
        if exactly:
            connection = _as_it_is(stack, root, path, seen)
        elif seen.wal is None:
            connection = _connect(stack, f"{_uri(root, path)}?mode=ro", may_fail=seen.journal is not None)
        elif seen.shm is not None:
            connection = _connect(stack, f"{_uri(root, path)}?mode=ro&readonly_shm=1", may_fail=True)
        if connection is None:
            began = time.monotonic()
            folder = stack.enter_context(private_folder())
            _copy(root, path, seen, folder)
            connection = _connect(stack, f"{_uri(str(folder), 'copy.db')}?mode=rw")
            unlink_all(folder)
            copied = time.monotonic() - began
        assert connection is not None
        until = time.monotonic() + seconds + _GRACE
        connection.set_progress_handler(lambda: time.monotonic() > until, _EVERY)
        yield Opened(connection, copied, root, path, seen, exactly)


def _is_whole(root: str, path: str, seen: _Seen, patient: bool) -> bool:
    """Whether all of a database is in its file, and that can be read without a lock."""
    if seen.wal is not None and (seen.wal.size or seen.shm is not None):
        return False
    if seen.wal_mode:
        return True
    if seen.writer is Writer.UNKNOWN or not patient:
        return False
    journal = f"{path}-journal"
    if seen.journal is None or seen.writer is not Writer.NONE or not _is_live(root, journal):
        return True
    # Its writer is dead, unless it began or ended just now: then there is a lock, or the journal has moved.
    now = _look(root, path)
    if now.writer is not Writer.NONE or now.journal != seen.journal or not seen.holds(now):
        raise BusyError
    return False


def _is_live(root: str, journal: str) -> bool:
    """Whether there is anything in a journal; some writers empty theirs instead of deleting it."""
    try:
        with beneath.reading(root, journal) as fd:
            return any(beneath.read_range(fd, 0, len(_JOURNAL_END)))
    except FileNotFoundError:
        return False


def _as_it_is(stack: ExitStack, root: str, path: str, seen: _Seen) -> sqlite3.Connection | None:
    """A connection without locks; what looks damaged is being written, if anything has moved."""
    if seen.writer is Writer.WRITING and not seen.wal_mode:
        raise BusyError
    try:
        return _connect(stack, f"{_uri(root, path)}?mode=ro&immutable=1")
    except RefusedError:
        if not seen.holds(_look(root, path)):
            raise BusyError from None
        raise


def _look(root: str, path: str) -> _Seen:
    with beneath.reading(root, path) as fd:
        # Who writes is asked before and after the head is read: a change in between shows in one of them.
        before = writer_of(fd)
        main = beneath.file_stat(fd)
        head = beneath.read_range(fd, 0, 100)
        writer = writer_of(fd)
        writer = before if before is Writer.WRITING else writer
    if not head:
        raise RefusedError("is empty")
    if not head.startswith(MAGIC):
        raise RefusedError("is not a SQLite database" if len(head) == 100 else "is cut off")
    wal, journal, shm = (_beside(root, path + end) for end in ("-wal", "-journal", "-shm"))
    quiet = wal is None and journal is None and writer is not Writer.WRITING
    if quiet and _cut_off(head, main.size):
        raise RefusedError("is shorter than it says: it is being copied, or was cut off")
    return _Seen(main, wal, journal, shm, 2 in head[18:20], head[24:28] + head[92:96], writer)


def _cut_off(head: bytes, size: int) -> bool:
    """Whether pages are missing at the end; where the file is being changed its head may not tell."""
    page = int.from_bytes(head[16:18], "big")
    page = 65536 if page == 1 else page
    told = head[24:28] == head[92:96]
    return told and size < page * int.from_bytes(head[28:32], "big")


def _beside(root: str, path: str) -> FileStat | None:
    try:
        return beneath.stat_beneath(root, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        name = path.rpartition("/")[2]
        raise RefusedError(f"can't be read: {name} beside it {beneath.why_not(error)}") from error


def _uri(root: str, path: str) -> str:
    return f"file:{quote(os.fsencode(Path(root, path).absolute()))}"


def _connect(stack: ExitStack, uri: str, *, may_fail: bool = False) -> sqlite3.Connection | None:
    """A connection whose first statement went well; None where it may fail and did."""
    try:
        connection = sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)
    except ERRORS as error:
        if may_fail:
            return None
        raise RefusedError(why_not(error)) from error
    stack.callback(connection.close)
    try:
        _restrict(connection)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except ERRORS as error:
        words = why_not(error)
        if may_fail and error_code(error) not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            return None
        raise RefusedError(f"{words}, or cut off" if words == "is damaged" else words) from error
    return connection


def _restrict(connection: sqlite3.Connection) -> None:
    """Nothing but reading tables, within bounds, whatever the file holds."""
    connection.text_factory = bytes
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_SQL)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1)
    connection.setlimit(sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0)
    for setting in (
        "query_only=1",
        "trusted_schema=0",
        "cell_size_check=1",
        "mmap_size=0",
        "temp_store=2",
        "cache_size=-16384",
    ):
        connection.execute(f"PRAGMA {setting}").close()
    connection.set_authorizer(_allows)
    until = time.monotonic() + _GRACE
    connection.set_progress_handler(lambda: time.monotonic() > until, _EVERY)


def _allows(action: int, first: str | None, second: str | None, _base: str | None, _by: str | None) -> int:
    fine = (
        action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION)
        or (action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS)
        or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
    )
    return sqlite3.SQLITE_OK if fine else sqlite3.SQLITE_DENY


def _copy(root: str, path: str, seen: _Seen, folder: Path) -> None:
    """The database with its `-wal` or journal, if nobody writes them meanwhile."""
    parts = [("", seen.main), ("-wal", seen.wal), ("-journal", seen.journal)]
    if sum(part.size for _, part in parts if part) > _LARGEST_COPY:
        raise RefusedError("can't be read beside its unfinished changes: it is too large to be copied")
    for end, part in parts:
        if part is not None:
            try:
                _copy_file(root, path + end, Path(folder, f"copy.db{end}"))
            except FileNotFoundError as error:
                raise BusyError from error
    now = _look(root, path)
    if not seen.holds(now) or now.journal != seen.journal:
        raise BusyError
    if seen.journal is not None and _names_another(Path(folder, "copy.db-journal")):
        raise RefusedError("can't be read: its journal belongs to several files")


def _copy_file(root: str, path: str, into: Path) -> None:
    with beneath.reading(root, path) as fd, into.open("xb") as out:
        offset = 0
        while data := beneath.read_range(fd, offset, _PIECE):
            out.write(data)
            offset += len(data)


def _names_another(journal: Path) -> bool:
    """Whether a journal names a file over it, which SQLite would delete after rolling back."""
    with journal.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - len(_JOURNAL_END)))
        return file.read() == _JOURNAL_END
