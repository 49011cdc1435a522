"""Files, folders and globs as one table."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mlops_console import display
from mlops_console.drift.tables.blocks import blocks, is_packed
from mlops_console.drift.tables.columnar import ArrowStream, Columnar
from mlops_console.drift.tables.delimited import Delimited
from mlops_console.drift.tables.files import FileTable
from mlops_console.drift.tables.jsonl import JsonLines
from mlops_console.drift.tables.lines import HELD, LineFile
from mlops_console.drift.tables.model import Kinds
from mlops_console.drift.tables.places import FORMATS, DataFile, files_of
from mlops_console.drift.tables.source import Source
from mlops_console.errors import DataError

FITS: Final = 10_000_000
"""Tables of fewer rows are exact: each column is held whole while it is measured."""


def open_table(
    place: "str | Path | Sequence[str | Path]",
    kinds: Kinds | None = None,
    *,
    base: Path | None = None,
    fits_rows: int | None = None,
) -> FileTable:
    """A file, a folder, a glob, or several of them, as one table; rows in the order of the sorted paths.

    Args:
        place: what holds the rows: Parquet, CSV, TSV, JSON Lines (both also as .gz) or Arrow IPC.
        kinds: how columns are judged where their types do not say it rightly.
        base: the root of a project that names the place: paths are relative to it, and what lies beneath it
            is never opened through a link.
        fits_rows: a table of at least so many rows is read in one pass that keeps quantiles.

    Raises:
        DataError: nothing of it can be read, with why and what to do. A file among several that can't be
            read is left out, and told in `problems`.
    """
    files = files_of(place, base)
    name = _name(place, files)
    sources, problems = _sources(files)
    return FileTable(
        name, sources, kinds or Kinds(), fits=FITS if fits_rows is None else fits_rows, problems=problems
    )


def _name(place: "str | Path | Sequence[str | Path]", files: Sequence[DataFile]) -> str:
    if isinstance(place, str | Path):
        return display.safe_text(str(place))
    first, last = files[0].shown, files[-1].shown
    return first if len(files) == 1 else f"{first} to {last}"


def _sources(files: Sequence[DataFile]) -> tuple[list[Source], list[str]]:
    sources: list[Source] = []
    room = HELD
    problems: list[str] = []
    first: DataError | None = None
    for file in files:
        try:
            source = source_of(file, room)
        except DataError as error:
            first = first or error
            problems.append(f"{error} It is left out.")
            continue
        room -= min(room, getattr(source, "held", 0))
        problems += [f"{file.shown}: {one}" for one in source.problems]
        if source.rows:
            sources.append(source)
        elif len(files) > 1:
            problems.append(f"{file.shown} has no rows. It is left out.")
        else:
            raise DataError(f"{file.shown} has no rows.", "an empty window can't be judged")
    if not sources:
        if first is None:
            raise DataError(f"None of {len(files):,} files has a row.", "an empty window can't be judged")
        raise (
            first
            if len(files) == 1
            else DataError(f"None of {len(files):,} files can be read: {first}", first.hint)
        )
    return sources, problems


def source_of(file: DataFile, held: int = HELD) -> Source:
    """One file, as what its first bytes say it is; text as its ending or its first sign says.

    Args:
        file: what is opened.
        held: bytes of values that a file of lines may hold.
    """
    with file.opened() as fd:
        head = os.pread(fd, 64, 0)
    if not head:
        raise DataError(f"{file.shown} is empty (0 bytes).", "is it still being written?")
    source = _by_head(file, head, held)
    if not source.schema and isinstance(source, Columnar):
        raise DataError(f"{file.shown} has no columns.")
    return source


def _by_head(file: DataFile, head: bytes, held: int) -> Source:
    if head.startswith((b"PAR1", b"ARROW1")):
        return Columnar(file, parquet=head.startswith(b"PAR1"))
    if head.startswith(b"\xff\xff\xff\xff"):
        return ArrowStream(file)
    name = file.path.lower()
    ending = name.removesuffix(".gz").rpartition(".")[2]
    for what, endings in (("Parquet", ("parquet", "pq")), ("Arrow", ("arrow", "feather", "ipc", "arrows"))):
        if ending in endings:
            raise DataError(
                f"{file.shown} is still being written or damaged: it does not begin as a {what} file does.",
                "wait until it is written",
            )
    packed = is_packed(head)
    if packed:
        first = next(blocks(file, packed=True, quoted=False, size=4_096), None)
        head = first.data if first is not None else b""
    if ending == "json" and head.lstrip().startswith(b"["):
        raise DataError(f"{file.shown} is one JSON array.", "write JSON Lines: one object a line")
    if ending in ("jsonl", "ndjson", "json") or (ending not in ("csv", "tsv") and head.lstrip()[:1] == b"{"):
        return LineFile(file, JsonLines(file.shown), packed=packed, held=held)
    if b"\0" in head and ending not in ("csv", "tsv"):
        raise DataError(f"{file.shown} is none of the formats that are read.", f"they are {FORMATS}")
    return LineFile(file, Delimited(file.shown, tabs=ending == "tsv"), packed=packed, held=held)
