"""CSV, TSV and JSON Lines: read once from end to end, and held while they fit.

What a column is, all of its values say: each block of lines is read as text and narrowed; what blocks have in
common is the column's type. A column that turns out to be text after all is read again as text, so that one
odd value changes nothing but the type of its own column.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from mlops_console.drift.tables import types
from mlops_console.drift.tables.blocks import Block, blocks
from mlops_console.drift.tables.places import DataFile
from mlops_console.drift.tables.source import told
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

HELD: Final = 1 << 30
"""Bytes of all files' values that are held; what is more is read in pieces each time."""
COLUMNS: Final = 100_000
"""Columns of the widest table."""


class Format(Protocol):
    """How lines become columns."""

    quoted: bool
    """Whether lines may go on between quotation marks."""

    @property
    def problems(self) -> list[str]:
        """What was left out or renamed, so far."""
        ...

    def texts(self, block: Block, names: Sequence[str] | None) -> "pl.DataFrame":
        """A block's lines as they are written; `names`: only these columns."""
        ...

    def narrowed(self, texts: "pl.DataFrame") -> "pl.DataFrame":
        """The same as what the block's values are."""
        ...


class LineFile:
    """A file of lines."""

    def __init__(self, file: DataFile, form: Format, *, packed: bool, held: int = HELD) -> None:
        self.name, self._file, self._form, self._packed = file.shown, file, form, packed
        self.schema: dict[str, pl.DataType] = {}
        self.rows = 0
        self._kept: pl.DataFrame | None = None
        with told(self.name):
            self._look(held)
        self.problems = tuple(form.problems)
        self.held = int(self._kept.estimated_size()) if self._kept is not None else 0
        """Bytes."""
        self.scattered = self._kept is not None or not self.rows

    def read(self, names: Sequence[str], first: int, rows: int) -> "pl.DataFrame":
        """Some rows of some columns; only of a file that is held."""
        assert self._kept is not None
        return self._kept.select(names).slice(first, rows)

    def pieces(self, names: Sequence[str], rows: int) -> "Iterator[pl.DataFrame]":
        """Some columns in pieces of at most so many rows, in order."""
        for block in self._blocks():
            piece = self._typed(self._form.texts(block, names), names)
            for first in range(0, piece.height, rows):
                yield piece.slice(first, rows)

    def _blocks(self) -> Iterator[Block]:
        return blocks(self._file, packed=self._packed, quoted=self._form.quoted)

    def _look(self, held: int) -> None:
        """All of it once: how many rows, what the columns are, and its values while they fit."""
        import polars as pl

        parts: list[pl.DataFrame] = []
        late: set[str] = set()
        size = 0
        for block in self._blocks():
            part = self._form.narrowed(self._form.texts(block, None))
            self.rows += part.height
            late |= self._widen(part)
            if len(self.schema) > COLUMNS:
                raise DataError(f"{self.name} has more than {COLUMNS:,} columns.")
            size += int(part.estimated_size()) if size <= held else 0
            parts = [*parts, part] if size <= held else []
        if size <= held and self.rows:
            self._kept = self._joined(parts, late)
        elif not self.rows:
            self._kept = pl.DataFrame(schema=self.schema)

    def _widen(self, part: "pl.DataFrame") -> set[str]:
        """Take in what a block says of types; the columns that are text only from here on."""
        import polars as pl

        late: set[str] = set()
        for name, dtype in part.schema.items():
            known = self.schema.setdefault(name, dtype)
            if known == dtype:
                continue
            both = types.common(known, dtype)
            self.schema[name] = both if both is not None else pl.String()
            if both is None:
                late.add(name)
        return late

    def _joined(self, parts: "list[pl.DataFrame]", late: set[str]) -> "pl.DataFrame":
        import polars as pl

        names = [name for name in self.schema if name not in late]
        whole = pl.concat([self._fit(part, names) for part in parts], rechunk=True)
        if not late:
            return whole
        again = [self._typed(self._form.texts(block, sorted(late)), sorted(late)) for block in self._blocks()]
        return whole.hstack(pl.concat(again, rechunk=True)).select(list(self.schema))

    def _fit(self, part: "pl.DataFrame", names: Sequence[str]) -> "pl.DataFrame":
        import polars as pl

        return part.select(
            [
                pl.col(name).cast(self.schema[name], strict=False)
                if name in part.columns
                else pl.lit(None, self.schema[name]).alias(name)
                for name in names
            ]
        )

    def _typed(self, texts: "pl.DataFrame", names: Sequence[str]) -> "pl.DataFrame":
        """Texts as the columns' types: what all values are, so each one can be."""
        import polars as pl

        own = [name for name in texts.columns if texts.schema[name] == pl.String]
        plain = [name for name in own if self.schema.get(name) == pl.String]
        narrow = texts.select([name for name in texts.columns if name not in plain])
        narrowed = self._form.narrowed(narrow) if narrow.width else narrow
        kept = texts.select(plain)
        whole = narrowed.hstack(kept) if narrowed.width else kept
        return self._fit(whole, names)
