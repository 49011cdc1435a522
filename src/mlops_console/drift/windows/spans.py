"""What a file holds, window by window: how many rows, and a mark by which the same rows are known again."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.drift.windows.calendar import Unit
from mlops_console.drift.windows.model import PROBLEM, Cutting, DataFile, Memory
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.tables.files import FileTable

MARKED_WHOLE: Final = 1 << 30
"""Of a file up to so many bytes all columns make the mark of its rows; of a larger one, when they are of."""
_BOUNDS: Final = (
    -62_135_596_800_000_000 + 86_400_000_000 * 40,
    253_402_300_800_000_000 - 86_400_000_000 * 40,
)
"""Of times that a calendar of ours holds, with room for zones and months."""


@dataclass(frozen=True, slots=True)
class Span:
    """The rows of a file in one window."""

    first: date
    """The window's first day."""
    rows: int
    mark: str
    """Empty where the file has rows of no other window, and can't grow."""


@dataclass(frozen=True, slots=True)
class Spans:
    """The rows of a file."""

    rows: int
    without: int
    """Rows that have no time."""
    spans: tuple[Span, ...]
    """In time order."""


def spans_of(file: DataFile, base: str, cutting: Cutting, unit: Unit, memory: Memory) -> Spans:
    """The rows of a file by window, from what is remembered or read now.

    Raises:
        DataError: It can't be read, or has no such column.
    """
    what = f"{unit} {cutting.zone} {cutting.time}"
    found = _from_memory(_known(memory, file, what))
    if found is None:
        with _noting(memory, file, what):
            found = _read(file, base, cutting, unit)
        memory.put(file, what, _kept(found))
    return found


def rows_of(file: DataFile, base: str, memory: Memory) -> int:
    """How many rows a file has.

    Raises:
        DataError: It can't be read.
    """
    known = _known(memory, file, "rows")
    rows = None if known is None else known.get("rows")
    if not isinstance(rows, int):
        with _noting(memory, file, "rows"):
            rows = _table(file, base).rows
        memory.put(file, "rows", {"rows": rows})
    return rows


def mark_of(file: DataFile, base: str, offset: int, rows: int, memory: Memory) -> str:
    """The mark of some rows of a file.

    Raises:
        DataError: It can't be read.
    """
    what = f"mark {offset} {rows}"
    known = _known(memory, file, what)
    mark = None if known is None else known.get("mark")
    if not isinstance(mark, str):
        with _noting(memory, file, what):
            table = _table(file, base)
            names = [*table.types] if file.size <= MARKED_WHOLE else [*table.types][:1]
            mark = marked(table.part(offset, rows).frame(names))
        memory.put(file, what, {"mark": mark})
    return mark


def marked(frame: "pl.DataFrame") -> str:
    """A hash of rows that another machine, and another edition of polars, gives as well."""
    import polars as pl

    whole = hashlib.blake2b(digest_size=12)
    for column in sorted(frame.get_columns(), key=lambda one: one.name):
        whole.update(f"\0{column.name}\0{column.dtype}\0{len(column)}\0".encode(errors="surrogateescape"))
        nulls = column.is_null()
        if nulls.any():
            whole.update(nulls.to_numpy().tobytes())
        if isinstance(column.dtype, pl.Categorical | pl.Enum):
            column = column.cast(pl.String)
        if column.dtype == pl.String:
            whole.update("\0".join(column.fill_null("").to_list()).encode(errors="surrogateescape"))
        elif column.dtype.is_numeric() or column.dtype.is_temporal() or column.dtype == pl.Boolean:
            plain = column.to_physical()
            if plain.dtype.is_decimal():
                plain = plain.cast(pl.Float64)
            whole.update(plain.fill_null(strategy="zero").to_numpy().tobytes())
    return whole.hexdigest()


def _known(memory: Memory, file: DataFile, what: str) -> Mapping[str, object] | None:
    known = memory.get(file, what)
    problem = None if known is None else known.get(PROBLEM)
    if isinstance(problem, str):
        raise DataError(problem)
    return known


@contextmanager
def _noting(memory: Memory, file: DataFile, what: str) -> Iterator[None]:
    """What can't be read is not tried again before it changes, as long as the memory lasts."""
    try:
        yield
    except DataError as error:
        memory.put(file, what, {PROBLEM: str(error)})
        raise


def _read(file: DataFile, base: str, cutting: Cutting, unit: Unit) -> Spans:
    import polars as pl

    table = _table(file, base)
    if cutting.time not in table.types:
        raise DataError(f"{file.path} has no column {cutting.time}", "which `time` names")
    ticks = table.instants(cutting.time, cutting.zone)
    least, most = _BOUNDS
    times = pl.Series(ticks).set(pl.Series((ticks < least) | (ticks > most)), None)
    days = _first_days(times, cutting.zone, unit)
    counts = days.drop_nulls().value_counts(name="rows").sort(days.name)
    without = days.null_count()
    alone = len(counts) == 1 and not without and not file.grows
    marks: Mapping[date, str] = {}
    if not alone:
        names = [*table.types] if file.size <= MARKED_WHOLE else [cutting.time]
        rows = table.frame(names)
        marks = {
            first: marked(rows.filter((days == first).fill_null(value=False)))
            for first in counts.get_column(days.name).to_list()
        }
    spans = tuple(Span(first, rows, marks.get(first, "")) for first, rows in counts.iter_rows())
    return Spans(len(times), without, spans)


def _first_days(times: "pl.Series", zone: str, unit: Unit) -> "pl.Series":
    import polars as pl

    local = times.cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone).dt.date()
    every = {"day": "1d", "week": "1w", "month": "1mo"}[unit]
    return local.dt.truncate(every).alias("first")


def _table(file: DataFile, base: str) -> "FileTable":
    from mlops_console.drift.tables.opening import open_table

    return open_table([file.path], base=Path(base))


def _kept(found: Spans) -> dict[str, object]:
    return {
        "rows": found.rows,
        "without": found.without,
        "spans": [[one.first.isoformat(), one.rows, one.mark] for one in found.spans],
    }


def _from_memory(kept: Mapping[str, object] | None) -> Spans | None:
    match kept:
        case {"rows": int(rows), "without": int(without), "spans": list(spans)}:
            try:
                return Spans(rows, without, tuple(_span(one) for one in spans))
            except ValueError:
                return None
    return None


def _span(kept: Sequence[object]) -> Span:
    match kept:
        case [str(first), int(rows), str(mark)]:
            return Span(date.fromisoformat(first), rows, mark)
    raise ValueError("no span of ours")
