"""Opening DuckDB the one way we open it, and asking it from any thread."""

import contextlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from mlops_console.errors import StoreError, StoreFullError, StoreTooNewError

MEMORY: Final = "128MB"
ROW_GROUP: Final = 2048
"""Small row groups: a checkpoint writes a changed one anew, and ours hold blocks of points."""

_FULL = re.compile(
    r"No space left|Disk quota exceeded|File too large|errno 28|errno 122|errno 27", re.IGNORECASE
)
_NEWER = re.compile(r"version number (\d+), but we can only read versions? (?:between \d+ and )?(\d+)")
_HOLDER = re.compile(r"lock is held in (.*?) ?\(PID (\d+)\)")


def attach(path: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the file at `path` (made if absent) with everything shut that we do not need."""
    con = duckdb.connect(
        ":memory:",
        config={
            "autoload_known_extensions": "false",
            "autoinstall_known_extensions": "false",
            "python_enable_replacements": "false",
            "memory_limit": MEMORY,
            "threads": "1",
        },
    )
    try:
        quoted = str(path).replace("'", "''")
        with contextlib.suppress(OSError):  # made by us, so that nobody else looks into it
            spill_of(path).mkdir(mode=0o700, exist_ok=True)
        con.execute(f"SET temp_directory = '{quoted}.tmp'")
        # our writer checkpoints under the write lock, so that no copy is made of a file in motion
        con.execute("SET checkpoint_threshold = '1TB'")
        options = "READ_ONLY" if read_only else f"ROW_GROUP_SIZE {ROW_GROUP}"
        con.execute(f"ATTACH '{quoted}' AS store (TYPE duckdb, {options})")
        con.execute("USE store")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    except BaseException:
        con.close()
        raise
    return con


def spill_of(path: Path) -> Path:
    """Where DuckDB puts what does not fit into memory."""
    return path.with_name(path.name + ".tmp")


def is_full(error: BaseException) -> bool:
    """Whether the disk had no room."""
    return _FULL.search(str(error)) is not None


def is_damage(error: duckdb.Error) -> bool:
    """Whether the file, not the question, is at fault."""
    text = str(error)
    return "Corrupt database file" in text or "checksum" in text.lower()


def told(error: BaseException, store: Path) -> StoreError | None:
    """What to tell a person; None where the file must be damaged."""
    text = str(error)
    if is_full(error):
        return StoreFullError(f"no room left on the disk of {store}", "make room; what was committed is kept")
    if isinstance(error, UnicodeError):
        return StoreError(f"the store's path {str(store)!a} is not UTF-8", "name another with --store")
    holder = _HOLDER.search(text)
    if "Could not set lock" in text:
        who = f"process {holder[2]} ({holder[1]})" if holder else "another program"
        return StoreError(f"{store} is open in {who}", "close it there, or name another store with --store")
    newer = _NEWER.search(text)
    if newer and int(newer[2]) < int(newer[1]) < int(newer[2]) + 1000:
        return StoreTooNewError(
            f"{store} was written by a newer DuckDB"
            f" (storage version {newer[1]}, this one reads up to {newer[2]})",
            "upgrade mlops-console, or name another store with --store",
        )
    if "Permission denied" in text or "Operation not permitted" in text:
        return StoreError(f"{store} can't be opened: permission denied", "name another store with --store")
    if "Is a directory" in text or store.is_dir():
        return StoreError(f"{store} is a folder, not a store", "name a file with --store")
    return None


class Connection:
    """One query thread's view of the store. `interrupt` may be called from any thread."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        left: Callable[["Connection"], None],
        hurt: Callable[[], None],
    ) -> None:
        self._cursor = cursor
        self._left = left
        self._hurt = hurt
        self._using = threading.Lock()
        self._closed = False
        cursor.execute("USE store")

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """A small answer, row by row."""
        with self._asking() as cursor:
            return cursor.execute(sql, list(parameters)).fetchall()

    def columns(self, sql: str, parameters: Sequence[object] = ()) -> dict[str, npt.NDArray[Any]]:
        """A large answer, column by column; NULL is NaN, None or (in whole numbers) the lowest value."""
        with self._asking() as cursor:
            answer = cursor.execute(sql, list(parameters)).fetchnumpy()
        return {name: plain(column) for name, column in answer.items()}

    def interrupt(self) -> None:
        """End the running question: it raises StoreError in its own thread."""
        if not self._closed:
            self._cursor.interrupt()

    def close(self) -> None:
        """Done asking; fine to call twice."""
        self._left(self)
        while not self._using.acquire(timeout=0.02):
            self._cursor.interrupt()
        try:
            if not self._closed:
                self._closed = True
                self._cursor.close()
        finally:
            self._using.release()

    @contextlib.contextmanager
    def _asking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._using:
            if self._closed:
                raise StoreError("this connection to the store was closed", "ask the store for a new one")
            try:
                yield self._cursor
            except duckdb.InterruptException as error:
                raise StoreError("the question was interrupted") from error
            except duckdb.Error as error:
                if is_damage(error):
                    self._hurt()
                    raise StoreError(
                        "the store is damaged", "it is set aside, and everything is read again from the files"
                    ) from error
                raise StoreError(f"the store could not answer: {error}") from error


def listed(numbers: Iterable[int]) -> str:
    """Numbers for the parentheses of an IN; none of them is none in SQL too."""
    return ", ".join(str(int(number)) for number in numbers) or "NULL"


def plain(column: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A column without a mask."""
    if not isinstance(column, np.ma.MaskedArray):
        return column
    gaps = np.ma.getmaskarray(column)
    data: npt.NDArray[Any] = np.asarray(column.data)
    if not gaps.any():
        return data
    if data.dtype.kind == "f":
        data = data.copy()
        data[gaps] = np.nan
    elif data.dtype.kind == "O":
        data = data.copy()
        data[gaps] = None
    elif data.dtype.kind == "i":
        data = data.copy()
        data[gaps] = np.iinfo(data.dtype).min
    return data


def only_ours(path: Path) -> None:
    """Let nobody else read the store or its log of changes."""
    for file in (path, path.with_name(path.name + ".wal")):
        with contextlib.suppress(OSError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
