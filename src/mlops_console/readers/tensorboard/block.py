"""The quickest way through a file: a loop writes the same tags round after round.

Where the lengths of records repeat, a stretch of the file is a matrix with a round in every row. The bytes
that must not differ between rows are compared at once, the checksums follow from the columns that do differ,
and wall times, steps and numbers are columns at fixed places. A row that doesn't fit ends the block; what is
left is read by `columns`.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from mlops_console.readers.tensorboard.checksum import Words32, crc_of_parts, distances, unmasked
from mlops_console.readers.tensorboard.gathered import Gathered
from mlops_console.readers.tensorboard.layout import STEP_AT, Layout, layout_of
from mlops_console.readers.tensorboard.scalars import ScalarTags
from mlops_console.readers.tensorboard.steps import decoded
from mlops_console.readers.tensorboard.window import Window
from mlops_console.records import FloatArray, IntArray

LEAST = 1024
"""Records below which a block costs more than it saves."""
_HEAD = 12
_FRAME = 16


@lru_cache(maxsize=64)
def _round(lengths: tuple[int, ...], layouts: tuple[Layout, ...]) -> "_Round":
    """Runs of one project have the same rounds."""
    return _Round(lengths, layouts)


class _Round:
    """Where everything is in a round."""

    def __init__(self, lengths: Sequence[int], layouts: Sequence[Layout]) -> None:
        self.lengths = np.array(lengths, np.int64)
        sizes = self.lengths + _FRAME
        self.size = int(sizes.sum())
        self.data = np.cumsum(sizes) - sizes + _HEAD
        self.layouts = layouts
        self.widths = np.array([layout.step_width for layout in layouts], np.int64)
        self.owners = np.repeat(np.arange(len(layouts)), [len(layout.places) for layout in layouts])
        self.places = np.array([place.at for layout in layouts for place in layout.places], np.int64)
        self.fixed = np.ones(self.size, bool)
        for at, length, width in zip(self.data.tolist(), lengths, self.widths.tolist(), strict=True):
            self.fixed[at + 1 : at + 9] = False
            self.fixed[at + STEP_AT : at + STEP_AT + width] = False
            self.fixed[at + length : at + length + 4] = False
        for byte in range(4):
            self.fixed[self.data[self.owners] + self.places + byte] = False
        spread = np.arange(int(self.widths.max(initial=0)))
        steps = (self.data[:, None] + STEP_AT + spread)[spread < self.widths[:, None] - 1]
        self.going_on = steps
        self.step_ends = (self.data + STEP_AT + self.widths - 1)[self.widths > 0]


def block_at(
    window: Window, start: int, lengths: Sequence[int], rows: int, room: int, tags: ScalarTags
) -> "Block | None":
    """A block of up to `rows` rounds of records of these lengths, None where that isn't worth it."""
    layouts = _layouts(window, start, lengths, tags)
    if layouts is None:
        return None
    form = _round(tuple(lengths), layouts)
    rows = min(rows, room // len(form.places))
    if rows * len(lengths) < LEAST:
        return None
    matrix = window.bytes[start : start + rows * form.size].reshape(rows, form.size)
    moved = _moved(matrix, form)
    if moved is None:
        rows = _first_misfit(matrix, form)
        if rows * len(lengths) < LEAST:
            return None
        matrix = matrix[:rows]
        moved = _moved(matrix, form)
        if moved is None:
            return None
    block = Block(window, start, rows, form)
    block.keep_whole_rows(moved, matrix[0])
    return block if block.rows * len(lengths) >= LEAST else None


def _layouts(
    window: Window, start: int, lengths: Sequence[int], tags: ScalarTags
) -> tuple[Layout, ...] | None:
    layouts = []
    for length in lengths:
        start += _HEAD
        layout = layout_of(bytes(window.raw[start : start + length]))
        if layout is None or not tags.all_of(layout):
            return None
        layouts.append(layout)
        start += length + 4
    return tuple(layouts)


def _moved(matrix: npt.NDArray[np.uint8], form: _Round) -> npt.NDArray[np.uint8] | None:
    """The bits that differ within each column; None where a column differs that must not."""
    either, both = np.bitwise_or.reduce(matrix, axis=0), np.bitwise_and.reduce(matrix, axis=0)
    moved: npt.NDArray[np.uint8] = either ^ both
    if moved[form.fixed].any() or (both[form.going_on] < 128).any() or (either[form.step_ends] > 127).any():
        return None
    return moved


def _first_misfit(matrix: npt.NDArray[np.uint8], form: _Round) -> int:
    wrong = ((matrix != matrix[0]) & form.fixed).any(axis=1)
    wrong |= (matrix[:, form.going_on] < 128).any(axis=1)
    wrong |= (matrix[:, form.step_ends] > 127).any(axis=1)
    return int(wrong.argmax())


class Block:
    """What varies in a block: arrays of [record of the round, row]."""

    def __init__(self, window: Window, start: int, rows: int, form: _Round) -> None:
        def column(kind: str, places: IntArray) -> npt.NDArray[np.uint64]:
            out = np.empty((len(places), rows), kind)
            for number, place in enumerate((start + places).tolist()):
                out[number] = np.ndarray((rows,), kind, window.bytes, place, (form.size,))
            return out

        self.form, self.rows = form, rows
        self.end = start + rows * form.size
        self.wall: FloatArray = column("<f8", form.data + 1).view(np.float64)
        self.steps = column("<u8", form.data + STEP_AT)
        self.steps &= ((np.uint64(1) << (form.widths << 3).astype(np.uint64)) - np.uint64(1))[:, None]
        self.values = column("<f4", form.data[form.owners] + form.places).view(np.float32)
        self.stored: Words32 = column("<u4", form.data + form.lengths).view(np.uint32)

    def keep_whole_rows(self, moved: npt.NDArray[np.uint8], first: npt.NDArray[np.uint8]) -> None:
        """End the block before the first row whose checksums are not what its bytes demand."""
        form, table = self.form, distances()
        parts = [first[at : at + n] for at, n in zip(form.data.tolist(), form.lengths.tolist(), strict=True)]
        found = unmasked(self.stored)
        if (crc_of_parts(parts) != found[:, 0]).any():
            self.rows = 0
            return
        index = np.empty(self.wall.shape, np.int64)
        added = np.empty(self.wall.shape, np.uint32)

        def fold(octets: npt.NDArray[np.uint8], rows_of_table: IntArray) -> None:
            np.add(octets, (rows_of_table << 8)[:, None], out=index)
            table.take(index, out=added, mode="clip")
            np.bitwise_xor(found, added, out=found)

        wall = self.wall.view(np.uint8).reshape(*self.wall.shape, 8)
        for byte in np.flatnonzero(moved[form.data[:, None] + 1 + np.arange(8)].any(axis=0)).tolist():
            fold(wall[:, :, byte], form.lengths - (byte + 2))
        step = self.steps.view(np.uint8).reshape(*self.steps.shape, 8)
        for byte in range(int(form.widths.max())):
            fold(step[:, :, byte], form.lengths - (byte + STEP_AT + 1))
        values = self.values.view(np.uint8).reshape(*self.values.shape, 4)
        if len(form.owners) == len(form.lengths):
            for byte in range(4):
                fold(values[:, :, byte], form.lengths - form.places - (byte + 1))
        else:
            self._fold_many(values, found, table)
        right = found == found[:, :1]
        if not right.all():
            rows = int(right.all(axis=0).argmin())
            self.end -= (self.rows - rows) * form.size
            self.rows = rows

    def _fold_many(self, values: npt.NDArray[np.uint8], found: Words32, table: Words32) -> None:
        """Records that hold several numbers each."""
        form = self.form
        distance = form.lengths[form.owners] - form.places
        for number, owner in enumerate(form.owners.tolist()):
            for byte in range(4):
                found[owner] ^= table[(int(distance[number]) - byte - 1) << 8 :].take(values[number, :, byte])

    @property
    def walls(self) -> tuple[float, float]:
        """Wall times of the first and the last record."""
        return float(self.wall[0, 0]), float(self.wall[-1, self.rows - 1])

    def give(self, into: Gathered) -> None:
        """Hand the points on, series by series."""
        form, rows = self.form, self.rows
        steps = decoded(self.steps[:, :rows])
        tags: dict[bytes, list[int]] = {}
        for number, tag in enumerate(place.tag for layout in form.layouts for place in layout.places):
            tags.setdefault(tag, []).append(number)
        for tag, numbers in tags.items():
            series = into.series(tag)
            if len(numbers) == 1:
                number = numbers[0]
                owner = form.owners[number]
                into.add(series, steps[owner], self.wall[owner, :rows], self.values[number, :rows])
            else:  # several times in a round: row after row
                owners = form.owners[numbers]
                into.add(
                    series,
                    steps[owners].T.reshape(-1),
                    self.wall[owners, :rows].T.reshape(-1),
                    self.values[numbers, :rows].T.reshape(-1),
                )
