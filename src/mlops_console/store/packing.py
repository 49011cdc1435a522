"""Blocks of points: many points of one series in one row.

A block keeps steps and wall times as a start and a stride where they are regular, else as differences in the
narrowest width that holds them, and values as float32 where nothing is lost by it. [A long table took 13
bytes a point and 2 CPU seconds for 10 million points; blocks take 4.1 bytes and 0.6 seconds.]
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.records import FloatArray, IntArray

BLOCK: Final = 1_024
"""Points in a block at most. DuckDB rewrites a row group of 2,048 blocks as one: it has to fit into the
memory that the store may use, at up to 24 bytes a point. [16,384 points broke the checkpoint after some 10
million points of long, irregular series.]"""

_WIDTHS: Final = (np.dtype("<i1"), np.dtype("<i2"), np.dtype("<i4"), np.dtype("<i8"))


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks as columns of the table `packed`, in order."""

    segment: IntArray
    """Which segment the block belongs to."""
    count: IntArray
    step: IntArray
    step_by: IntArray
    wall: IntArray
    wall_by: IntArray
    form: npt.NDArray[np.int16]
    """Bit 0: values are float64; bits 1-2 and 4-5: log2 of the width of step and wall differences; bits 3
    and 6: they are there at all (else the stride holds)."""
    data: list[bytes]


def pack(counts: IntArray, step: IntArray, wall: IntArray, value: FloatArray) -> Blocks:
    """Blocks of segments that lie one after another, each of at least one point."""
    segment, counts = _split(counts)
    starts = np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)[:-1]))
    step_by, step_form, step_by_one = _strides(step, starts, counts)
    wall_by, wall_form, wall_by_one = _strides(wall, starts, counts)
    narrow, is_narrow = _narrowed(value, starts)
    form = np.where(is_narrow, 0, 1)
    form |= np.where(step_form >= 0, (step_form << 1) | (1 << 3), 0)
    form |= np.where(wall_form >= 0, (wall_form << 4) | (1 << 6), 0)
    data: list[bytes] = []
    ends = starts + counts
    for start, end, step_kind, wall_kind, small in zip(
        starts.tolist(),
        ends.tolist(),
        step_form.tolist(),
        wall_form.tolist(),
        is_narrow.tolist(),
        strict=True,
    ):
        parts = (narrow if small else value)[start:end].tobytes()
        if step_kind >= 0:
            parts += step_by_one[start + 1 : end].astype(_WIDTHS[step_kind]).tobytes()
        if wall_kind >= 0:
            parts += wall_by_one[start + 1 : end].astype(_WIDTHS[wall_kind]).tobytes()
        data.append(parts)
    return Blocks(segment, counts, step[starts], step_by, wall[starts], wall_by, form.astype(np.int16), data)


def unpack(row: tuple[Any, ...]) -> tuple[IntArray, IntArray, FloatArray]:
    """Steps, wall times and values of one row (count, step, step_by, wall, wall_by, form, data)."""
    count, step, step_by, wall, wall_by, form, data = row
    kind = np.dtype("<f8") if form & 1 else np.dtype("<f4")
    value = np.frombuffer(data, kind, count).astype(np.float64)
    at = count * kind.itemsize
    steps, at = _unrolled(data, at, count, step, step_by, (form >> 1) & 3 if form & 8 else -1)
    walls, _ = _unrolled(data, at, count, wall, wall_by, (form >> 4) & 3 if form & 64 else -1)
    return steps, walls, value


def _split(counts: IntArray) -> tuple[IntArray, IntArray]:
    segment = np.arange(len(counts), dtype=np.int64)
    if len(counts) == 0 or counts.max() <= BLOCK:
        return segment, counts.astype(np.int64)
    pieces = -(-counts // BLOCK)
    sizes = np.full(int(pieces.sum()), BLOCK, np.int64)
    last = np.cumsum(pieces) - 1
    sizes[last] = counts - (pieces - 1) * BLOCK
    return np.repeat(segment, pieces), sizes


def _strides(numbers: IntArray, starts: IntArray, counts: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Per block its stride and the width of its differences (-1: the stride says all); the differences."""
    by_one = np.empty(len(numbers), np.int64)
    by_one[0] = 0
    with np.errstate(over="ignore"):  # differences wrap, and wrap back when they are added up
        np.subtract(numbers[1:], numbers[:-1], out=by_one[1:])
    second = np.minimum(starts + 1, len(numbers) - 1)
    stride = np.where(counts > 1, by_one[second], 0)
    by_one[starts] = stride
    low = np.minimum.reduceat(by_one, starts)
    high = np.maximum.reduceat(by_one, starts)
    form = np.full(len(starts), 3, np.int64)
    for width in (2, 1, 0):
        limits = np.iinfo(_WIDTHS[width])
        form[(low >= limits.min) & (high <= limits.max)] = width
    form[low == high] = -1
    return stride, form, by_one


def _narrowed(value: FloatArray, starts: IntArray) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    with np.errstate(over="ignore", invalid="ignore"):
        narrow = value.astype("<f4")
        same = narrow.astype(np.float64).view(np.int64) == value.view(np.int64)  # by bits: NaN and -0.0 too
    return narrow, np.logical_and.reduceat(same, starts)


def _unrolled(data: bytes, at: int, count: int, first: int, by: int, width: int) -> tuple[IntArray, int]:
    if width < 0:
        return np.int64(first) + np.arange(count, dtype=np.int64) * np.int64(by), at
    kind = _WIDTHS[width]
    numbers = np.empty(count, np.int64)
    numbers[0] = first
    numbers[1:] = np.frombuffer(data, kind, count - 1, at)
    return np.cumsum(numbers, out=numbers), at + (count - 1) * kind.itemsize
