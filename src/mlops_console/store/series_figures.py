"""What is kept of each series beside its points, for those that grow: figures merged batch by batch."""

from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from mlops_console.records import IntArray
from mlops_console.store.database import plain
from mlops_console.store.figures import Extent

_SLOTS: Final = 32_768
_INTS: Final = ("count", "last_step", "last_wall", "min_step", "max_step", "nan_count")
_FLOATS: Final = ("last_value", "min", "max")


class SeriesFigures:
    """The figures of series that were touched lately, so that a live batch need not ask for them."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self.clear()

    def clear(self) -> None:
        """Forget all; the tables have them."""
        self._slot: dict[int, int] = {}
        self._ints = np.zeros((_SLOTS, len(_INTS)), np.int64)
        self._floats = np.zeros((_SLOTS, len(_FLOATS)), np.float64)
        self._spark: list[bytes] = [b""] * _SLOTS
        self._tail = np.zeros(_SLOTS, np.int64)

    def slots(self, series: IntArray) -> IntArray:
        """Where the figures of these (distinct, known) series lie, fetched if need be."""
        asked = series.tolist()
        missing = [s for s in asked if s not in self._slot]
        if missing:
            if len(self._slot) + len(missing) > len(self._spark):
                self.clear()
                missing = asked
                self._grow(len(missing))
            self._fetch(missing)
        return np.fromiter((self._slot[s] for s in asked), np.int64, len(asked))

    def _grow(self, wanted: int) -> None:
        if wanted > len(self._spark):
            self._ints = np.zeros((wanted, len(_INTS)), np.int64)
            self._floats = np.zeros((wanted, len(_FLOATS)), np.float64)
            self._spark = [b""] * wanted
            self._tail = np.zeros(wanted, np.int64)

    def _fetch(self, missing: list[int]) -> None:
        listed = ", ".join(map(str, missing))
        names = ", ".join(f'"{name}"' for name in (*_INTS, *_FLOATS))
        got = self._con.execute(
            f"SELECT series_id, {names}, spark FROM series WHERE series_id IN ({listed})"
        ).fetchnumpy()
        rows = {name: plain(column) for name, column in got.items()}
        at = np.arange(len(self._slot), len(self._slot) + len(rows["series_id"]))
        for series, slot in zip(rows["series_id"].tolist(), at.tolist(), strict=True):
            self._slot[series] = slot
        for i, name in enumerate(_INTS):
            self._ints[at, i] = rows[name]
        for i, name in enumerate(_FLOATS):
            self._floats[at, i] = rows[name]
        for slot, spark in zip(at.tolist(), rows["spark"].tolist(), strict=True):
            self._spark[slot] = bytes(spark)
        self._tail[at] = 0
        for series, count in self._con.execute(
            f"SELECT series_id, count(*) FROM tail WHERE series_id IN ({listed}) GROUP BY series_id"
        ).fetchall():
            self._tail[self._slot[series]] = count

    def counts(self, slots: IntArray) -> IntArray:
        """Points so far."""
        so_far: IntArray = self._ints[slots, 0]
        return so_far

    def sparks(self, slots: IntArray) -> list[bytes]:
        """Sparklines so far."""
        return [self._spark[slot] for slot in slots.tolist()]

    def tails(self, slots: IntArray) -> IntArray:
        """Points that lie in `tail`."""
        return self._tail[slots]

    def put_tails(self, slots: IntArray, counts: IntArray) -> None:
        """So many points lie in `tail` now."""
        self._tail[slots] = counts

    def merged(self, slots: IntArray, new: Extent, spark: list[bytes]) -> dict[str, npt.NDArray[Any]]:
        """Figures with the new points in them, kept here and returned by column name."""
        ints, floats = self._ints[slots], self._floats[slots]
        lower = (new.min < floats[:, 1]) | (np.isnan(floats[:, 1]) & ~np.isnan(new.min))
        higher = (new.max > floats[:, 2]) | (np.isnan(floats[:, 2]) & ~np.isnan(new.max))
        ints[:, 0] += new.count
        ints[:, 1] = new.last_step
        ints[:, 2] = new.last_wall
        ints[:, 3] = np.where(lower, new.min_step, ints[:, 3])
        ints[:, 4] = np.where(higher, new.max_step, ints[:, 4])
        ints[:, 5] += new.nan_count
        floats[:, 0] = new.last_value
        floats[:, 1] = np.where(lower, new.min, floats[:, 1])
        floats[:, 2] = np.where(higher, new.max, floats[:, 2])
        self._ints[slots], self._floats[slots] = ints, floats
        for slot, one in zip(slots.tolist(), spark, strict=True):
            self._spark[slot] = one
        columns: dict[str, npt.NDArray[Any]] = {name: ints[:, i].copy() for i, name in enumerate(_INTS)}
        columns.update({name: floats[:, i].copy() for i, name in enumerate(_FLOATS)})
        return columns
