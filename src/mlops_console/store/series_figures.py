"""What is kept of each series beside its points: extremes, first, last, a sparkline; batch by batch."""

from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np
import numpy.typing as npt

from mlops_console.records import FloatArray, IntArray
from mlops_console.store.database import plain

SPARK: Final = 64
"""Samples of a sparkline at most."""

_SLOTS: Final = 32_768
_INTS: Final = ("count", "last_step", "last_wall", "min_step", "max_step", "nan_count")
_FLOATS: Final = ("last_value", "min", "max")


@dataclass(slots=True)
class Extent:
    """Figures of some series, a position each."""

    count: IntArray
    first_step: IntArray
    first_value: FloatArray
    last_step: IntArray
    last_value: FloatArray
    last_wall: IntArray
    min: FloatArray
    max: FloatArray
    min_step: IntArray
    max_step: IntArray
    nan_count: IntArray


NO_STEP: Final = -(2**63)


def extent(counts: IntArray, step: IntArray, wall: IntArray, value: FloatArray) -> Extent:
    """The figures of segments that lie one after another, each of at least one point."""
    ends = np.cumsum(counts)
    starts = ends - counts
    nan = np.isnan(value)
    nan_count = np.add.reduceat(nan, starts, dtype=np.int64)
    lowest, low_at = _extreme(value, nan, counts, starts, np.minimum, np.inf)
    highest, high_at = _extreme(value, nan, counts, starts, np.maximum, -np.inf)
    empty = nan_count == counts
    return Extent(
        count=counts.astype(np.int64),
        first_step=step[starts],
        first_value=value[starts],
        last_step=step[ends - 1],
        last_value=value[ends - 1],
        last_wall=wall[ends - 1],
        min=np.where(empty, np.nan, lowest),
        max=np.where(empty, np.nan, highest),
        min_step=np.where(empty, NO_STEP, step[low_at]),
        max_step=np.where(empty, NO_STEP, step[high_at]),
        nan_count=nan_count,
    )


def _extreme(
    value: FloatArray,
    nan: npt.NDArray[np.bool_],
    counts: IntArray,
    starts: IntArray,
    pick: np.ufunc,
    worst: float,
) -> tuple[FloatArray, IntArray]:
    """Per segment its extreme and where it is first met."""
    values = np.where(nan, worst, value) if nan.any() else value
    best: FloatArray = pick.reduceat(values, starts)
    hits = np.flatnonzero(values == np.repeat(best, counts))
    return best, hits[np.searchsorted(hits, starts)]


def stride_of(count: IntArray) -> IntArray:
    """Every how many points a sparkline of so many takes a sample: the least power of two that fits."""
    blocks = -(-np.maximum(count, 1) // SPARK)
    stride: IntArray = np.left_shift(np.int64(1), np.ceil(np.log2(blocks)).astype(np.int64))
    return stride


def sparks(
    counts: IntArray, value: FloatArray, before: IntArray, had: list[bytes]
) -> tuple[list[bytes], npt.NDArray[np.bool_]]:
    """The sparklines after these segments were added, and which of them changed.

    Sample i is point i * stride of the whole history, so the outcome does not depend on how it was cut.
    """
    old_stride, stride = stride_of(before), stride_of(before + counts)
    thinned = np.where(before > 0, stride // old_stride, 1)
    offset = -before % stride
    changed = (offset < counts) | (thinned > 1)
    starts = np.cumsum(counts) - counts
    out = list(had)
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = value.astype("<f4")
    picked = np.flatnonzero(changed)
    for i, start, end, skip, step, thin in zip(
        picked.tolist(),
        starts[picked].tolist(),
        (starts + counts)[picked].tolist(),
        offset[picked].tolist(),
        stride[picked].tolist(),
        thinned[picked].tolist(),
        strict=True,
    ):
        kept = out[i]
        if thin > 1:
            kept = np.frombuffer(kept, "<f4")[::thin].tobytes()
        out[i] = kept + narrow[start + skip : end : step].tobytes()
    return out, changed


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
