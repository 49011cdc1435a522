"""Tables: the first rows under each other, the types of the columns, how many rows where that is cheap."""

import csv
import os
import re
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from mlops_console import display
from mlops_console.readers.previews.grid import grid
from mlops_console.readers.previews.model import Fact, Preview
from mlops_console.readers.previews.opened import Opened
from mlops_console.readers.previews.texts import decoded, text

ROWS: Final = 100
COLUMNS: Final = 64
"""More columns than this are counted, not read."""
_CELL: Final = 200
_COUNTED: Final = 32 << 20
"""The lines of a larger file are not counted."""
_PIECE: Final = 1 << 20
_FOOTER: Final = 64 << 20
"""Bytes of the largest list of columns and row groups that is read of a Parquet or Feather file."""
_INT: Final = re.compile(r"\s*[-+]?\d+\s*")
_FLOAT: Final = re.compile(
    r"\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?|nan|inf(inity)?)\s*", re.I
)
_TIME: Final = re.compile(r"\s*\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?\s*")


def delimited(file: Opened) -> Preview:
    """A CSV or TSV file."""
    read = decoded(file)
    lines = read.text.split("\n")
    if not file.whole and len(lines) > 1:
        lines.pop()
    mark = _delimiter(lines[0], file.name)
    csv.field_size_limit(max(csv.field_size_limit(), len(file.head) + 1))
    rows: list[list[str]] = []
    width = 0
    try:
        for row in csv.reader((line + "\n" for line in lines), delimiter=mark):
            if not row:
                continue
            width = max(width, len(row))
            rows.append([cell[:_CELL] for cell in row[:COLUMNS]])
            if len(rows) > ROWS:
                break
    except csv.Error:
        return text(file)
    if not rows:
        return text(file, "table")
    shown = min(width, COLUMNS)
    rows = [row + [""] * (shown - len(row)) for row in rows]
    headed = not all(_FLOAT.fullmatch(cell) for cell in rows[0])
    names = rows.pop(0) if headed else [f"column {at + 1}" for at in range(shown)]
    rows = rows[:ROWS]
    types = [_type([row[at] for row in rows]) for at in range(shown)]
    facts: list[Fact] = [("columns", display.count(width))]
    count = _lines(file)
    if count is not None:
        facts.append(("lines" if '"' in read.text else "rows", display.count(count - headed)))
    table, left = grid(names, types, rows, file.width)
    left += width - shown
    more = len(rows) if count is None or count - headed > len(rows) else 0
    return Preview("table", file.name, file.facts(*facts), table, _note(file, more, left) or read.note)


def _note(file: Opened, rows: int, columns: int) -> str:
    words = []
    if rows:
        words.append(f"The first {display.count(rows)} rows of a file of {display.size(file.stat.size)}.")
    if columns:
        words.append(
            f"{display.count(columns)} more column{'s have' if columns > 1 else ' has'} no room here."
        )
    return " ".join(words)


def _delimiter(line: str, name: str) -> str:
    if name.lower().endswith(".tsv"):
        return "\t"
    return max(",\t;|", key=lambda mark: (line.count(mark), -",\t;|".index(mark)))


def _type(cells: Sequence[str]) -> str:
    full = [cell for cell in cells if cell.strip()]
    if not full:
        return "empty"
    for name, pattern in (("int", _INT), ("float", _FLOAT), ("time", _TIME)):
        if all(pattern.fullmatch(cell) for cell in full):
            return name
    return "text"


def _lines(file: Opened) -> int | None:
    """How many lines a file has, where counting them is quick."""
    if file.stat.size > _COUNTED:
        return None
    count, at, last = 0, 0, b"\n"
    while piece := os.pread(file.fd, _PIECE, at):
        count += piece.count(b"\n")
        at += len(piece)
        last = piece[-1:]
    return count + (last != b"\n")


def columnar(file: Opened) -> Preview:
    """A Parquet or Feather file: its schema, its size by its own account, its first rows."""
    import polars as pl

    # A path of the open file: polars maps it and reads what it needs, and it is the one that was looked at.
    place = f"/proc/self/fd/{file.fd}" if sys.platform == "linux" else f"/dev/fd/{file.fd}"
    parquet = file.head.startswith(b"PAR1")
    end = 8 if parquet else 10
    said = _footer(file, end)
    if said > file.stat.size - end:
        return _unreadable(file, ValueError("its end is missing or damaged: cut off, or still being written"))
    if said > _FOOTER:
        return _unreadable(file, ValueError(f"its list of columns would take {display.size(said)}"))
    try:
        with _mapping(file.stat.size):
            scan = pl.scan_parquet(place, glob=False) if parquet else pl.scan_ipc(place)
            schema = scan.collect_schema()
            count = int(scan.select(pl.len()).collect().item())
            names = schema.names()[:COLUMNS]
            table = scan.select(names[: _room(file, len(names))]).head(ROWS).collect()
    except (pl.exceptions.PanicException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        return _unreadable(file, error)
    facts = [("rows", display.count(count)), ("columns", display.count(len(schema)))]
    if parquet:
        facts.append(("format", "Parquet"))
    else:
        facts.append(("format", "Feather (Arrow IPC)"))
    types = [str(kind).lower() for kind in table.dtypes]
    cells = [[_cell(value) for value in row] for row in table.rows()]
    rows, left = grid(table.columns, types, cells, file.width) if table.columns else ((), 0)
    left += len(schema) - len(table.columns)
    more = table.height if count > table.height else 0
    return Preview("table", file.name, file.facts(*facts), rows, _note(file, more, left))


def _footer(file: Opened, end: int) -> int:
    """How long the list of columns is, in the words of the file's last bytes: its length, and a mark."""
    return int.from_bytes(os.pread(file.fd, 4, max(0, file.stat.size - end)), "little")


@contextmanager
def _mapping(size: int) -> Iterator[None]:
    """Addresses for a file that is mapped as a whole, however large; its memory is bounded elsewhere."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        yield
        return
    more = soft + 4 * size
    resource.setrlimit(
        resource.RLIMIT_AS, (more if hard == resource.RLIM_INFINITY else min(more, hard), hard)
    )
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _room(file: Opened, columns: int) -> int:
    """How many columns could be shown: only these are read."""
    return max(1, min(columns, file.width // 5 + 1))


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return display.number(value)
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, list | dict):
        return (
            f"[{len(value)}]" if isinstance(value, list) else "{" + ", ".join(map(str, value))[:_CELL] + "}"
        )
    return str(value)[:_CELL]


def _unreadable(file: Opened, error: BaseException) -> Preview:
    from mlops_console.readers.previews.raw import hex_rows

    why = " ".join(str(error).split())[:160]
    return Preview(
        "table", file.name, file.facts(), hex_rows(file.head), f"It can't be read as a table ({why})."
    )
