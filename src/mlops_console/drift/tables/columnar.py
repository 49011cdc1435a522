"""Parquet and Arrow files: columns lie by themselves, so that one can be read without the others."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from mlops_console import display
from mlops_console.drift.tables import in_hand
from mlops_console.drift.tables.places import DataFile, fd_path
from mlops_console.drift.tables.source import told
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

_Asked = TypeVar("_Asked")
_FOOTER: Final = 256 << 20
"""Bytes of the largest list of columns and row groups that is read."""
_HELD: Final = 1 << 30
"""Bytes of the largest stream that is held."""
_ROWS: Final = 10**11
_COLUMNS: Final = 100_000
_WAIT: Final = "wait until it is written; a window is judged when its files have rested"


class Columnar:
    """A Parquet or an Arrow IPC file."""

    scattered = True
    problems: tuple[str, ...] = ()

    def __init__(self, file: DataFile, *, parquet: bool) -> None:
        self.name, self._file, self._parquet = file.shown, file, parquet
        with file.opened() as fd:
            _check_end(self.name, fd, os.fstat(fd).st_size, parquet=parquet)
        self.schema: dict[str, pl.DataType] = self._asked(lambda scan: dict(scan.collect_schema()))
        self.rows = self._asked(_count) if self.schema else 0
        if len(self.schema) > _COLUMNS or self.rows > _ROWS:
            raise DataError(
                f"{self.name} says of itself {self.rows:,} rows and {len(self.schema):,} columns."
            )

    def read(self, names: Sequence[str], first: int, rows: int) -> "pl.DataFrame":
        """Some rows of some columns."""

        def some(scan: "pl.LazyFrame") -> "pl.DataFrame":
            chosen = scan.select(list(names))
            return (chosen.slice(first, rows) if first or rows < self.rows else chosen).collect()

        return self._asked(some)

    def pieces(self, names: Sequence[str], rows: int) -> "Iterator[pl.DataFrame]":
        """Some columns in pieces of so many rows, in order."""
        for first in range(0, self.rows, rows):
            yield self.read(names, first, min(rows, self.rows - first))

    def _asked(self, ask: "Callable[[pl.LazyFrame], _Asked]") -> _Asked:
        with self._file.opened() as fd:
            in_hand.take(self.name)
            try:
                with told(self.name):
                    return ask(self._scan(fd))
            finally:
                self._file.check(fd)

    def _scan(self, fd: int) -> "pl.LazyFrame":
        import polars as pl

        if self._parquet:
            # A path would be mapped, and a map ends the process when somebody cuts the file off: what has an
            # address instead is read, as quickly.
            return pl.scan_parquet(f"file://{fd_path(fd)}", glob=False, hive_partitioning=False, cache=False)
        return pl.scan_ipc(fd_path(fd), glob=False, hive_partitioning=False)


def _count(scan: "pl.LazyFrame") -> int:
    import polars as pl

    return int(scan.select(pl.len()).collect().item())


def _check_end(name: str, fd: int, size: int, *, parquet: bool) -> None:
    """A file without its end is being written or was cut off: said before a parser says it in its words."""
    what, mark, length = ("Parquet", b"PAR1", 8) if parquet else ("Arrow", b"ARROW1", 10)
    end = os.pread(fd, length, max(0, size - length))
    if size < length + 4 or not end.endswith(mark):
        if end.endswith(b"PARE"):
            raise DataError(f"{name} is encrypted.", "write it without encryption")
        raise DataError(f"{name} is still being written or damaged: a {what} file without its end.", _WAIT)
    said = int.from_bytes(end[:4], "little")
    if said > size - length:
        raise DataError(f"{name} is damaged: its list of columns does not fit into it.")
    if said > _FOOTER:
        raise DataError(f"{name} has a list of columns of {display.size(said)}, more than is read.")


class ArrowStream:
    """An Arrow IPC stream: it can only be read from its start, so all of it is held."""

    scattered = True
    problems: tuple[str, ...] = ()

    def __init__(self, file: DataFile) -> None:
        import polars as pl

        self.name = file.shown
        with file.opened() as fd, told(self.name), open(fd, "rb", closefd=False) as stream:
            if file.size > _HELD:
                raise DataError(
                    f"{self.name} is an Arrow stream of {display.size(file.size)}: it must be held whole.",
                    "write it as an Arrow file, or as Parquet",
                )
            self._kept = pl.read_ipc_stream(stream)
        self.schema: dict[str, pl.DataType] = dict(self._kept.schema)
        self.rows = self._kept.height

    def read(self, names: Sequence[str], first: int, rows: int) -> "pl.DataFrame":
        """Some rows of some columns."""
        return self._kept.select(names).slice(first, rows)

    def pieces(self, names: Sequence[str], rows: int) -> "Iterator[pl.DataFrame]":
        """Some columns in pieces of so many rows, in order."""
        for first in range(0, self.rows, rows):
            yield self.read(names, first, rows)
