"""A table that lies in files: one column at a time, or piece by piece; whole, or a window of its rows."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.drift.tables import instants, sampling
from mlops_console.drift.tables import kinds as kinds_of
from mlops_console.drift.tables.drawing import Drawn, draw
from mlops_console.drift.tables.model import ColumnAbout, Kinds
from mlops_console.drift.tables.schemas import Columns
from mlops_console.drift.tables.selection import Rows
from mlops_console.drift.tables.source import Source, told
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind
    from mlops_console.drift.sample import Figures, Sample
    from mlops_console.records import IntArray

_AHEAD: Final = 1 << 18
"""Cells that are read in one go: narrow tables column by column, wide short ones many columns at a time."""
_READS: Final = 16
"""A wide short table is read in about so many goes: each begins with the list of all its columns."""
_WIDE: Final = 1 << 21
"""Cells of such a go."""
_LOOKED: Final = 1_000_000
"""Rows of a very long table that are looked at to say what a column is."""
PIECE: Final = 1 << 19
"""Rows of a piece of a table that is read in pieces."""


class FileTable:
    """Rows of one or several files, in the order of the files."""

    sha256: str | None = None

    def __init__(
        self,
        name: str,
        sources: Sequence[Source],
        kinds: Kinds,
        *,
        fits: int,
        problems: Sequence[str] = (),
        rows: Rows | None = None,
    ) -> None:
        self.name, self.kinds, self._sources, self._fits = name, kinds, tuple(sources), fits
        self._columns = Columns.of(self._sources)
        self.problems: tuple[str, ...] = (*problems, *self._columns.problems)
        self._starts = np.cumsum([0, *(one.rows for one in self._sources)])
        self._rows = Rows.up_to(int(self._starts[-1])) if rows is None else rows
        self.rows = self._rows.count
        self.scattered = all(one.scattered for one in self._sources)
        """Whether columns can be read by themselves."""
        self.exact = self.rows < fits and self.scattered
        """False: columns are read in pieces, and quantiles of them are kept."""
        self._about: dict[str, ColumnAbout] | None = None
        self._ahead: dict[str, pl.Series] = {}
        self.drawn = Drawn(self.rows)
        self._moments: dict[tuple[str, str], IntArray] = {}
        self._streamed: dict[tuple[str, Kind], Sample] = {}

    @property
    def types(self) -> "Mapping[str, pl.DataType]":
        """The type of every column, also of those that are not judged."""
        return self._columns.types

    def columns(self) -> Mapping[str, ColumnAbout]:
        """By name, in the order of the file; without those that are ignored."""
        if self._about is None:
            self._about = self._judged_as()
        return self._about

    def sample(self, name: str, kind: "Kind | None" = None) -> "Sample":
        """One column, ready to be measured; `kind` where the other side's differs from its own."""
        kind = kind or self._kind(name)
        if not self.exact:
            return self.samples([name], {name: kind})[name]
        with told(self.name):
            return sampling.sample_of(self._column(name), kind)

    def samples(
        self,
        names: Sequence[str],
        kinds: "Mapping[str, Kind] | None" = None,
        pinned: "Mapping[str, Figures] | None" = None,
    ) -> "dict[str, Sample]":
        """Several columns; of a table that does not fit, in one pass.

        Args:
            names: the columns.
            kinds: what to take them as; otherwise their own.
            pinned: of columns of the other side: rows between its deciles and beyond its tails are then
                counted exactly, however little of the column is kept.
        """
        asked = {name: (kinds or {}).get(name) or self._kind(name) for name in names}
        if self.exact:
            return {name: self.sample(name, kind) for name, kind in asked.items()}
        from mlops_console.drift.tables import streaming

        missing = {name: kind for name, kind in asked.items() if pinned or (name, kind) not in self._streamed}
        if missing and not self.scattered and not pinned:
            # Every pass reads all there is: what others will ask for is taken along.
            judged = {name: one.kind for name, one in self.columns().items()}
            missing = {**judged, **missing}
        with told(self.name):
            fresh = streaming.samples(self, missing, pinned or {})
        if not self.scattered:
            self._streamed |= {(name, missing[name]): sample for name, sample in fresh.items()}
        return {name: fresh.get(name) or self._streamed[name, kind] for name, kind in asked.items()}

    def some_rows(self, names: Sequence[str], most: int, seed: int = 0) -> "pl.DataFrame":
        """Whole rows, drawn without replacement, in their order; the same ones for the same seed."""
        import polars as pl

        self._check(names)
        caught = {name: self.drawn.of(name, most, seed) for name in names}
        known = {name: series for name, series in caught.items() if series is not None}
        others = [name for name in names if name not in known]
        if others:
            chosen = draw(self.rows, most, seed)
            part = self.at(chosen).frame(others)
            known |= {name: part[name] for name in others}
        return pl.DataFrame([known[name] for name in names])

    def frame(self, names: Sequence[str]) -> "pl.DataFrame":
        """These columns whole: labels, scores, keys."""
        import polars as pl

        self._check(names)
        with told(self.name):
            if not self.scattered:
                return self._read(names)
            # What is read at once, not what is wanted of it, takes the room.
            most = max(self.rows, *(min(one.rows, 4 * PIECE) for one in self._sources))
            some = self._together(most)
            parts = [self._read(names[at : at + some]) for at in range(0, len(names), some)]
            return pl.concat(parts, how="horizontal") if parts else pl.DataFrame()

    def batches(self, names: Sequence[str], rows: int) -> "Iterator[pl.DataFrame]":
        """These columns in pieces of at most about so many rows, in the order of the files."""
        self._check(names)
        with told(self.name):
            yield from self._pieces(names, rows)

    def part(self, offset: int, rows: int) -> "FileTable":
        """A window: so many rows from row `offset` on."""
        first = min(max(offset, 0), self.rows)
        return self._taking(Rows.between(first, min(first + max(rows, 0), self.rows)))

    def between(self, time_column: str, start_us: int, end_us: int, zone: str = "UTC") -> "FileTable":
        """A window: rows from `start_us` up to, not with, `end_us` (microseconds since 1970)."""
        moments = self.instants(time_column, zone)
        inside = (moments >= start_us) & (moments < end_us) & (moments != instants.MISSING)
        return self._taking(Rows.where(inside))

    def at(self, rows: "IntArray") -> "FileTable":
        """Some rows, by their numbers, which ascend."""
        return self._taking(Rows(rows, rows + 1))

    def instants(self, time_column: str, zone: str = "UTC") -> "IntArray":
        """A column as microseconds since 1970; times without a zone are of `zone`. Without one: MISSING."""
        key = (time_column, zone)
        if key not in self._moments:
            self._check([time_column])
            with told(self.name):
                self._moments[key] = instants.microseconds(self._read([time_column])[time_column], zone)
        return self._moments[key]

    def _taking(self, rows: Rows) -> "FileTable":
        return FileTable(
            self.name, self._sources, self.kinds, fits=self._fits, rows=self._rows.of(rows),
            problems=[one for one in self.problems if one not in self._columns.problems],
        )  # fmt: skip

    def _kind(self, name: str) -> "Kind":
        self._check([name])
        known = self.columns().get(name)
        return known.kind if known is not None else kinds_of.by_type(self.types[name])

    def _judged_as(self) -> dict[str, ColumnAbout]:
        wanted = [name for name in self.types if name not in self.kinds.ignore]
        if self.kinds.only is not None:
            wanted = [name for name in wanted if name in self.kinds.only]
        asked = [name for name in wanted if kinds_of.open_question(self.types[name])]
        head = self.part(0, kinds_of.HEAD) if self.rows > kinds_of.HEAD else self
        looked = self.part(0, _LOOKED) if self.rows > _LOOKED else self
        with told(self.name):
            first = {one.name: one for one in head.frame(asked)}
            return {
                name: kinds_of.about(
                    name, self.types[name], self.kinds, first.get(name),
                    lambda name=name: looked.frame([name])[name],  # type: ignore[misc]
                )
                for name in wanted
            }  # fmt: skip

    def _column(self, name: str) -> "pl.Series":
        """One column, and with it the next ones where they are short."""
        self._check([name])
        if name not in self._ahead:
            names = list(self.types)
            some = self._together(self.rows)
            at = names.index(name) if some > 1 else 0
            several = names[at : at + some] if some > 1 else [name]
            self._ahead.clear()
            read = self._read(several)
            self._ahead = {one: read[one] for one in several}
        series = self._ahead.pop(name)
        self.drawn.see(name, 0, series)
        return series

    def _together(self, rows: int) -> int:
        """So many columns of so many rows are read in one go."""
        rows = max(rows, 1)
        return max(1, _AHEAD // rows, min(len(self.types) // _READS, _WIDE // rows))

    def _check(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.types:
                raise DataError(
                    f"{self.name} has no column {self._columns.shown(name)}.", self._columns.like(name)
                )

    def _read(self, names: Sequence[str]) -> "pl.DataFrame":
        """These columns of all chosen rows."""
        import polars as pl

        parts: list[pl.DataFrame] = []
        for source, first in zip(self._sources, self._starts, strict=False):
            rows = self._rows.within(int(first), int(first) + source.rows)
            if not len(rows.starts):
                continue
            if source.scattered and (rows.count == source.rows or source.rows <= 4 * PIECE):
                low, high = int(rows.starts[0]), int(rows.ends[-1])
                read = self._columns.fitted(source, names, low, high - low)
                parts.append(_chosen(read, rows, low))
            else:
                parts += self._some_pieces(source, rows, names, PIECE)
        return pl.concat(parts, rechunk=False) if parts else self._columns.nothing(names)

    def _pieces(self, names: Sequence[str], most: int) -> "Iterator[pl.DataFrame]":
        for source, first in zip(self._sources, self._starts, strict=False):
            rows = self._rows.within(int(first), int(first) + source.rows)
            if len(rows.starts):
                yield from self._some_pieces(source, rows, names, most)

    def _some_pieces(
        self, source: Source, rows: Rows, names: Sequence[str], most: int
    ) -> "Iterator[pl.DataFrame]":
        if source.scattered:
            for low in range(int(rows.starts[0]), int(rows.ends[-1]), most):
                high = min(low + most, int(rows.ends[-1]))
                here = rows.within(low, high)
                if len(here.starts):
                    yield _chosen(self._columns.fitted(source, names, low, high - low), here, 0)
            return
        at, end = 0, int(rows.ends[-1])
        for piece in self._columns.fitted_pieces(source, names, most):
            here = rows.within(at, at + piece.height)
            at += piece.height
            if len(here.starts):
                yield _chosen(piece, here, 0)
            if at >= end:
                break


def _chosen(read: "pl.DataFrame", rows: Rows, low: int) -> "pl.DataFrame":
    """The rows of what was read that are wanted; `low`: the number of the first row that was read."""
    if rows.count == read.height:
        return read
    if len(rows.starts) == 1:
        return read.slice(int(rows.starts[0]) - low, rows.count)
    mask = np.zeros(read.height + 1, np.int8)
    np.add.at(mask, rows.starts - low, 1)
    np.add.at(mask, rows.ends - low, -1)
    return read.filter(np.cumsum(mask[:-1]).astype(bool))
