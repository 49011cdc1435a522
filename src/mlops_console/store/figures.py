"""The figures of pieces of series: extremes, first, last, a sparkline. Pure functions of arrays."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mlops_console.records import FloatArray, IntArray

SPARK: Final = 64
"""Samples of a sparkline at most."""

_LONG: Final = 192
"""Points of a segment, in the mean, from which on numpy is quicker segment by segment than over all."""


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
    find = _one_by_one if len(value) >= _LONG * len(counts) else _at_once
    nan_count, low_at, high_at = find(counts, starts, ends, value)
    lowest, highest = value[low_at], value[high_at]
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


def _at_once(
    counts: IntArray, starts: IntArray, ends: IntArray, value: FloatArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Per segment how many are no numbers, and where its least and its greatest are first met."""
    nan = np.isnan(value)
    nan_count = np.add.reduceat(nan, starts, dtype=np.int64)
    low_at = _extreme(value, nan, counts, starts, np.minimum, np.inf)
    return nan_count, low_at, _extreme(value, nan, counts, starts, np.maximum, -np.inf)


def _extreme(
    value: FloatArray,
    nan: npt.NDArray[np.bool_],
    counts: IntArray,
    starts: IntArray,
    pick: np.ufunc,
    worst: float,
) -> IntArray:
    if not nan.any():
        hits = np.flatnonzero(value == np.repeat(pick.reduceat(value, starts), counts))
        first: IntArray = hits[np.searchsorted(hits, starts)]
        return first
    values = np.where(nan, worst, value)
    hits = np.flatnonzero((values == np.repeat(pick.reduceat(values, starts), counts)) & ~nan)
    if not len(hits):
        return starts
    found = hits[np.minimum(np.searchsorted(hits, starts), len(hits) - 1)]
    at: IntArray = np.where((found >= starts) & (found < starts + counts), found, starts)
    return at


def _one_by_one(
    counts: IntArray, starts: IntArray, ends: IntArray, value: FloatArray
) -> tuple[IntArray, IntArray, IntArray]:
    """The same for long segments."""
    lows, highs = [], []
    odd: list[int] = []
    for place, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        some = value[start:end]
        low = int(some.argmin())
        if some[low] != some[low]:  # the first that is no number comes before every other
            odd.append(place)
        lows.append(start + low)
        highs.append(start + int(some.argmax()))
    nan_count, low_at, high_at = np.zeros(len(counts), np.int64), np.array(lows), np.array(highs)
    for place in odd:
        one = slice(starts[place], ends[place])
        found = _at_once(counts[place : place + 1], np.zeros(1, np.int64), counts, value[one])
        nan_count[place] = found[0][0]
        low_at[place], high_at[place] = (starts[place] + at[0] for at in found[1:])
    return nan_count, low_at, high_at


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
