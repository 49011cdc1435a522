"""Points of long pieces of series as they are kept, made where they are read: the writer only puts them in.

[A point takes 24 bytes on its way to the writer, and 4 to 8 in a block.]
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.records import FloatArray, IntArray, Points, RunKey
from mlops_console.store.figures import Extent, extent, sparks
from mlops_console.store.packing import Blocks, pack, unpack

PACK_AT: Final = 64
"""So many new points of a series are worth a block of their own; fewer wait in `tail`."""

_NOTHING: Final = Points.empty()
_AT_ONCE: Final = 65_536
"""Points that are packed together."""
_COLUMNS: Final = ("segment", "count", "step", "step_by", "wall", "wall_by", "form")


@dataclass(slots=True)
class Blobs:
    """Byte strings, one behind the other, in pieces that each hold some of them whole."""

    sizes: IntArray
    pieces: list[npt.NDArray[np.uint8]]
    counts: list[int]
    """How many each piece holds."""

    @staticmethod
    def of(some: Sequence[bytes]) -> "Blobs":
        """The same, laid out in one piece."""
        sizes = np.fromiter(map(len, some), np.int64, len(some))
        return Blobs(sizes, [np.frombuffer(b"".join(some), np.uint8)], [len(some)])

    @staticmethod
    def joined(some: Sequence["Blobs"]) -> "Blobs":
        """All of them, without a copy of the bytes."""
        return Blobs(
            np.concatenate([one.sizes for one in some]),
            [piece for one in some for piece in one.pieces],
            [count for one in some for count in one.counts],
        )

    @property
    def nbytes(self) -> int:
        """Bytes of all of them."""
        return sum(piece.nbytes for piece in self.pieces)

    def part(self, first: int, last: int) -> "Blobs":
        """Those from `first` up to `last`, in one piece."""
        ends, data = self._laid_out()
        return Blobs(self.sizes[first:last], [data[ends[first] : ends[last]]], [last - first])

    def some(self, places: Iterable[int]) -> Iterator[bytes]:
        """Single ones."""
        ends, data = self._laid_out()
        for place in places:
            yield data[ends[place] : ends[place + 1]].tobytes()

    def _laid_out(self) -> tuple[IntArray, npt.NDArray[np.uint8]]:
        ends = np.zeros(len(self.sizes) + 1, np.int64)
        np.cumsum(self.sizes, out=ends[1:])
        return ends, self.pieces[0] if len(self.pieces) == 1 else np.concatenate(self.pieces)


@dataclass(slots=True)
class Packed:
    """Blocks of segments, each of one series, in order; and what would be kept of a series that begins so."""

    series: tuple[tuple[RunKey, str], ...]
    figures: Extent
    spark: list[bytes]
    blocks: Blocks
    """Without their data."""
    data: Blobs

    def part(self, first: int, last: int) -> "Packed":
        """The segments from `first` up to `last`."""
        if first == 0 and last == len(self.series):
            return self
        begin, end = np.searchsorted(self.blocks.segment, (first, last)).tolist()
        columns = [getattr(self.blocks, name)[begin:end] for name in _COLUMNS]
        columns[0] = columns[0] - first
        return Packed(
            self.series[first:last],
            Extent(*(getattr(self.figures, name)[first:last] for name in Extent.__slots__)),
            self.spark[first:last],
            _blocks(columns),
            self.data.part(begin, end),
        )

    def only(self, wanted: Sequence[int]) -> "Packed":
        """Some of the segments, in order."""
        return joined([self.part(place, place + 1) for place in wanted])

    def values(self, places: Sequence[int]) -> Iterator[FloatArray]:
        """The values of some of the segments."""
        begins = np.searchsorted(self.blocks.segment, places).tolist()
        ends = np.searchsorted(self.blocks.segment, places, "right").tolist()
        wanted = [block for begin, end in zip(begins, ends, strict=True) for block in range(begin, end)]
        columns = [getattr(self.blocks, name)[wanted].tolist() for name in _COLUMNS[1:]]
        rows = zip(*columns, self.data.some(wanted), strict=True)
        for begin, end in zip(begins, ends, strict=True):
            yield np.concatenate([unpack(next(rows))[2] for _ in range(begin, end)])


def _blocks(columns: Sequence[npt.NDArray[Any]]) -> Blocks:
    named: dict[str, Any] = dict(zip(_COLUMNS, columns, strict=True))
    return Blocks(**named, data=[])


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the segments: those that one source has said."""

    whole: Packed
    first: int
    last: int

    @property
    def series(self) -> tuple[tuple[RunKey, str], ...]:
        """(run, metric key) of each."""
        return self.whole.series[self.first : self.last]


def together(parts: Sequence[Part]) -> Packed:
    """Their segments, in order."""
    runs: list[Part] = []
    for part in parts:
        if runs and runs[-1].whole is part.whole and runs[-1].last == part.first:
            runs[-1] = Part(part.whole, runs[-1].first, part.last)
        else:
            runs.append(part)
    return joined([run.whole.part(run.first, run.last) for run in runs])


def joined(some: Sequence[Packed]) -> Packed:
    """All of them as one."""
    if len(some) == 1:
        return some[0]
    shifts = np.cumsum([0, *(len(one.series) for one in some[:-1])])
    columns: list[npt.NDArray[Any]] = [
        np.concatenate([one.blocks.segment + shift for one, shift in zip(some, shifts, strict=True)])
    ]
    columns += [np.concatenate([getattr(one.blocks, name) for one in some]) for name in _COLUMNS[1:]]
    return Packed(
        tuple(pair for one in some for pair in one.series),
        Extent(*(np.concatenate([getattr(one.figures, name) for one in some]) for name in Extent.__slots__)),
        [spark for one in some for spark in one.spark],
        _blocks(columns),
        Blobs.joined([one.data for one in some]),
    )


def packed(points: Points) -> Packed:
    """All of these points, as blocks."""
    counts, step, wall, value = points.counts, points.step, points.wall, points.value
    none = np.zeros(len(counts), np.int64)
    drawn, _ = sparks(counts, value, none, [b""] * len(counts))
    blocks = pack(counts, step, wall, value)
    data = Blobs.of(blocks.data)
    blocks.data.clear()
    return Packed(points.series, extent(counts, step, wall, value), drawn, blocks, data)


def _sound(points: Points) -> Points:
    """The same as the columns should be; a stranger's reader may have them otherwise."""
    counts, step, wall = (
        np.ascontiguousarray(column, np.int64) for column in (points.counts, points.step, points.wall)
    )
    value = np.ascontiguousarray(points.value, np.float64)
    whole = int(counts.sum())
    if len(counts) != len(points.series) or {len(step), len(wall), len(value)} != {whole}:
        raise ValueError("its points do not fit their counts")
    if whole and counts.min() < 0:
        raise ValueError("it counts less than no points")
    return Points(points.series, counts, step, wall, value)


def parted(points: Points) -> tuple[Points, Points]:
    """The long pieces, worth blocks of their own, and the short ones."""
    if len(points) < PACK_AT:
        return _NOTHING, points
    long = points.counts >= PACK_AT
    if long.all():
        return points, _NOTHING
    if not long.any():
        return _NOTHING, points
    mask = np.repeat(long, points.counts)
    return _some(points, long, mask), _some(points, ~long, ~mask)


def _some(points: Points, segments: npt.NDArray[np.bool_], mask: npt.NDArray[np.bool_]) -> Points:
    series = tuple(points.series[place] for place in np.flatnonzero(segments).tolist())
    return Points(series, points.counts[segments], points.step[mask], points.wall[mask], points.value[mask])


class Packing:
    """Gathers the long pieces of several sources, in pieces that stay in the processor's cache."""

    def __init__(self) -> None:
        self._waiting: list[Points] = []
        self._size = 0
        self._done: list[Packed] = []

    def take(self, points: Points) -> tuple[Points, int]:
        """Take what is long enough; what is left of it, and how many series were taken.

        Raises:
            ValueError: The columns do not fit together.
        """
        long, rest = parted(_sound(points))
        if len(long):
            self._waiting.append(long)
            self._size += len(long)
            if self._size >= _AT_ONCE:
                self._pack()
        return rest, len(long.series)

    def packed(self) -> Packed | None:
        """All that was taken."""
        self._pack()
        return joined(self._done) if self._done else None

    def _pack(self) -> None:
        if self._waiting:
            self._done.append(packed(_together(self._waiting)))
            self._waiting, self._size = [], 0


def _together(some: Sequence[Points]) -> Points:
    if len(some) == 1:
        return some[0]
    return Points(
        tuple(pair for one in some for pair in one.series),
        np.concatenate([one.counts for one in some]),
        np.concatenate([one.step for one in some]),
        np.concatenate([one.wall for one in some]),
        np.concatenate([one.value for one in some]),
    )
