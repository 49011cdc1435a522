"""CSV and TSV: what separates, what the columns are called, and lines as columns of text."""

import csv
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.drift.tables import narrowing
from mlops_console.drift.tables.blocks import Block
from mlops_console.drift.tables.lines import COLUMNS
from mlops_console.drift.tables.ragged import Ragged
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

_CELLS: Final = 1 << 26
"""Cells of a block: a cell takes a byte at least, so lines that are as long as the header have fewer."""
_NUMBER: Final = re.compile(r"\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+|nan|inf)\s*", re.I)


class Delimited:
    """One file's dialect, as its first line tells it."""

    quoted = True

    def __init__(self, name: str, *, tabs: bool) -> None:
        self._name, self._mark, self._tabs = name, "\t" if tabs else ",", tabs
        self._names: list[str] = []
        self._head = b""
        self._told: dict[str, None] = {}
        self._ragged = Ragged()

    @property
    def problems(self) -> list[str]:
        """What was left out or renamed."""
        return [*self._told, *self._ragged.sentences()]

    def texts(self, block: Block, names: Sequence[str] | None) -> "pl.DataFrame":
        """A block's lines as text; `names`: only these columns."""
        data = block.data
        if block.first:
            if not self._names:
                self._begin(data)
            data = data[len(self._head) :]
            if names is None:
                self._ragged.pass_by(self._head)
        if block.last and not block.ended:
            data = self._without_cut(data)
        return self._parsed(data, self._names if names is None else names, fresh=names is None)

    def narrowed(self, texts: "pl.DataFrame") -> "pl.DataFrame":
        """Columns as what all their texts are."""
        import polars as pl

        return pl.DataFrame([narrowing.narrowed(column) for column in texts])

    def _begin(self, data: bytes) -> None:
        """Separator and names."""
        head = _first_record(data)
        text = head.decode("utf-8", "replace").rstrip("\r\n")
        if "\0" in text:
            raise DataError(f"{self._name} is none of the formats that are read.", "is it text at all?")
        if not self._tabs:
            bare = re.sub(r'"[^"]*"', "", text)
            self._mark = max(",\t;|", key=lambda mark: (bare.count(mark), -",\t;|".index(mark)))
        if text.count(self._mark) >= COLUMNS:
            raise DataError(f"{self._name} has more than {COLUMNS:,} columns.")
        csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
        try:
            cells = next(csv.reader([text], delimiter=self._mark), [])
        except csv.Error:
            cells = text.split(self._mark)
        if cells and all(_NUMBER.fullmatch(cell) for cell in cells):
            cells = [""] * len(cells)
            self._told["It has no line of names: its columns are called column 1, column 2 …"] = None
        else:
            self._head = head
        self._names = self._named([cell.strip() for cell in cells])

    def _named(self, cells: Sequence[str]) -> list[str]:
        """A name for each column, each one once."""
        names: dict[str, None] = {}
        twice: dict[str, None] = {}
        counts: dict[str, int] = {}
        for at, cell in enumerate(cells):
            name = cell or f"column {at + 1}"
            if name in names:
                twice[name] = None
                while name in names:
                    counts[cell] = counts.get(cell, 1) + 1
                    name = f"{cell or 'column'} ({counts[cell]})"
            names[name] = None
        if twice:
            shown = ", ".join(display.safe_text(name) for name in list(twice)[:5])
            self._told[f"Columns have the same name ({shown}): the later ones are called by (2), (3) …"] = (
                None
            )
        return list(names)

    def _without_cut(self, data: bytes) -> bytes:
        """The last line has no end: it is left out where it has not all its cells."""
        at = data.rstrip(b"\n").rfind(b"\n") + 1
        cells = re.sub(rb'"[^"]*"', b"", data[at:]).count(self._mark.encode()) + 1
        if not data[at:].strip() or (cells >= len(self._names) and data.count(b'"', at) % 2 == 0):
            return data
        self._told[
            "Its last line is cut off, it is still being written or damaged: that line is left out."
        ] = None
        return data[:at]

    def _parsed(self, data: bytes, names: Sequence[str], *, fresh: bool) -> "pl.DataFrame":
        import polars as pl

        wanted = set(names)
        at = [index for index, name in enumerate(self._names) if name in wanted]
        if not data.strip():
            return pl.DataFrame(schema={self._names[index]: pl.String for index in at})
        if data.count(b"\n") * len(self._names) > _CELLS:
            raise DataError(f"{self._name} is damaged: its lines are far shorter than its first.")
        quoted = True
        try:
            read = self._read(data, at, '"')
        except pl.exceptions.PolarsError:
            self._told["It has quotation marks that are never closed: they are read as any other sign."] = (
                None
            )
            read, quoted = self._read(data, at, None), False
        if fresh:
            self._look_over(data, quoted=quoted)
        read.columns = [self._names[index] for index in at]
        return read

    def _look_over(self, data: bytes, *, quoted: bool) -> None:
        """What is read otherwise than it was meant, in lines that are seen for the first time."""
        self._ragged.see(data, self._mark, len(self._names), quoted=quoted)
        if data.isascii():
            return
        try:
            data.decode()
        except UnicodeDecodeError:
            self._told[
                "It is not all UTF-8: signs of another encoding are read as \ufffd. Save it as UTF-8."
            ] = None

    def _read(self, data: bytes, at: list[int], quote: str | None) -> "pl.DataFrame":
        import polars as pl

        # A line of names above each block: by it polars tells how many cells a line has, whatever the first
        # of them has.
        names = self._mark.join(f"{index}" for index in range(len(self._names))).encode()
        return pl.read_csv(
            names + b"\n" + data, separator=self._mark, quote_char=quote, infer_schema=False,
            columns=None if len(at) == len(self._names) else at, encoding="utf8-lossy",
            truncate_ragged_lines=True, null_values=list(narrowing.MISSING),
        )  # fmt: skip


def _first_record(data: bytes) -> bytes:
    """The first line, which may go on between quotation marks."""
    end = data.find(b"\n") + 1 or len(data)
    while data.count(b'"', 0, end) % 2 and end < min(len(data), 1 << 20):
        end = data.find(b"\n", end) + 1 or len(data)
    return data[:end]
