"""Blocks that were made where the points were read, on their way into the tables."""

from collections.abc import Sequence

import duckdb
import numpy as np
import numpy.typing as npt

from mlops_console.records import IntArray
from mlops_console.store.figures import sparks
from mlops_console.store.known import Known
from mlops_console.store.packed import Packed, together
from mlops_console.store.point_writing import fold_tails, put_blocks
from mlops_console.store.series_writing import Naming, SeriesNamed, write_series
from mlops_console.store.types import Read


def put(
    con: duckdb.DuckDBPyConnection,
    known: Known,
    reads: Sequence[Read],
    sources: Sequence[int],
    naming: Naming,
) -> list[SeriesNamed]:
    """The blocks of a wave, those of forgotten runs left out; whose they are."""
    parts = [(r.project_key, s, r.packed) for r, s in zip(reads, sources, strict=True) if r.packed]
    if not parts:
        return []
    table = naming.table(
        known, ((key, s, part.series, [1] * (part.last - part.first)) for key, s, part in parts)
    )
    new = together([part for _, _, part in parts])
    rest = np.flatnonzero(table[:, 0] > 0)
    written: list[SeriesNamed] = []
    while len(rest):
        # A series occurs once; whoever says it twice means the second piece to follow the first.
        first = np.sort(np.unique(table[rest, 0], return_index=True)[1])
        some = rest[first]
        named = _named(table[some], fresh_too=not written)
        _append(con, known, named, new if len(some) == len(table) else new.only(some.tolist()))
        written.append(named)
        rest = np.delete(rest, first)
    return written


def _named(table: IntArray, *, fresh_too: bool) -> SeriesNamed:
    fresh = table[:, 4].astype(bool) & fresh_too
    return SeriesNamed(table[:, 0], table[:, 1], table[:, 2], table[:, 3], fresh)


def _append(con: duckdb.DuckDBPyConnection, known: Known, named: SeriesNamed, new: Packed) -> None:
    def draw(before: IntArray, had: list[bytes]) -> tuple[list[bytes], npt.NDArray[np.bool_]]:
        drawn, changed = list(new.spark), np.ones(len(before), np.bool_)
        grown = np.flatnonzero(before).tolist()
        for place, values in zip(grown, new.values(grown), strict=True):
            here = slice(place, place + 1)
            again = sparks(new.figures.count[here], values, before[here], had[here])
            drawn[place], changed[place] = again[0][0], again[1][0]
        return drawn, changed

    old, slots = write_series(con, known, named, new.figures, draw)
    waits = old[known.figures.tails(slots) > 0]
    if len(waits):
        fold_tails(con, named.series[waits])
    put_blocks(con, named.series, new.blocks, new.data)
    known.figures.put_tails(slots, np.zeros(len(old), np.int64))
