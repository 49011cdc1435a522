"""From record to record: each begins with its length, the length's checksum, and ends with the data's."""

import struct
from itertools import repeat

import numpy as np

from mlops_console.readers.tensorboard.checksum import length_checks, length_fits, short_length_checks
from mlops_console.readers.tensorboard.window import Window
from mlops_console.records import IntArray

FRAME = 16
HEAD = 12
_LENGTH = struct.Struct("<Q").unpack_from
_HEADER = struct.Struct("<QI").unpack_from
_WALL_KEY = 9
_FAR = 1 << 14
_SAMPLE = 4
_MOST_PERIODS = 6


def hop(window: Window, at: int, most: int) -> tuple[IntArray, int]:
    """Where up to `most` records begin, and where the first begins that is not whole or not taken."""
    raw, end = window.raw[: window.size], window.size
    starts: list[int] = []
    add, unpack = starts.append, _LENGTH
    try:
        for _ in repeat(None, most):
            length = unpack(raw, at)[0]
            add(at)
            at += length + FRAME
    except (struct.error, OverflowError):
        pass
    while starts and at > end:
        at = starts.pop()
    return _sound(window, np.array(starts, np.int64), at)


def _sound(window: Window, starts: IntArray, stop: int) -> tuple[IntArray, int]:
    """The records before the first whose length doesn't have the right checksum."""
    if not len(starts):
        return starts, stop
    lengths = lengths_of(starts, stop)
    stored = window.words_at(starts + 8).astype(np.uint32)
    table = short_length_checks()
    if int(lengths.max()) < len(table):
        wrong = table.take(lengths) != stored
    else:
        wrong = length_checks(lengths) != stored
    if not wrong.any():
        return starts, stop
    first = int(wrong.argmax())
    return starts[:first], int(starts[first])


class Headers:
    """Where records may begin in a window, all found at once.

    A length below 16,384 has six zeros above it, an event begins with the key of its wall time, and the
    length has the right checksum: what holds all this begins a record, or lies in one that quotes another.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        places = self._likely(window)
        lengths = window.words_at(places)
        places = places[lengths < _FAR]
        lengths = lengths[lengths < _FAR].view(np.int64)
        sound = short_length_checks().take(lengths) == window.words_at(places + 8).astype(np.uint32)
        self._places = places[sound]
        self._ends = self._places + lengths[sound] + FRAME
        self._breaks = np.flatnonzero(self._ends[:-1] != self._places[1:])

    @staticmethod
    def _likely(window: Window) -> IntArray:
        """Places with six zeros in a length, and the first key of an event behind it."""
        zero = window.bytes[: window.size // 2 * 2].view("<u2") == 0
        # Six zeros in a row hold two whole pairs, whichever byte they begin at; where the first zero pair is
        # that follows another, the length begins one, two or three bytes before it.
        both = zero[1:-1] & zero[2:]
        both &= ~zero[:-2]
        found = (np.flatnonzero(both) + 1) << 1
        found = found[(found > 2) & (found < window.size - HEAD)]
        key = found + HEAD
        octets = window.bytes
        places = [found[octets.take(key - back) == _WALL_KEY] - back for back in (1, 2, 3)]
        return np.sort(np.concatenate(places))

    def hop(self, at: int, most: int) -> tuple[IntArray, int]:
        """As `hop`."""
        places, pieces = self._places, []
        while most > 0:
            first = int(np.searchsorted(places, at))
            if first < len(places) and places[first] == at:
                after = int(np.searchsorted(self._breaks, first))
                last = int(self._breaks[after]) if after < len(self._breaks) else len(places) - 1
                last = min(last, first + most - 1)
                if self._ends[last] > self._window.size:
                    last -= 1
                piece = places[first : last + 1]
                stop = int(self._ends[last]) if len(piece) else at
            else:
                piece, stop = hop(self._window, at, 1)
            if not len(piece):
                break
            pieces.append(piece)
            at = stop
            most -= len(piece)
        return (np.concatenate(pieces) if pieces else places[:0]), at


def lengths_of(starts: IntArray, stop: int) -> IntArray:
    """The lengths of the data of records that follow each other."""
    lengths = np.empty(len(starts), np.int64)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1] = stop - starts[-1]
    lengths -= FRAME
    return lengths


def header(window: Window, at: int) -> tuple[int, bool] | None:
    """The length of the record at a place and whether its header is sound; None if the window ends in it."""
    if at + HEAD > window.size:
        return None
    length, check = _HEADER(window.raw, at)
    return length, length_fits(length, check)


def period(lengths: IntArray) -> tuple[int, int] | None:
    """(how many records make a round, where the rounds begin) where the last records repeat."""
    count = len(lengths)
    if count < 2 * _SAMPLE:
        return None
    same = lengths[_SAMPLE - 1 : -1] == lengths[-1]
    for back in range(1, _SAMPLE):
        same &= lengths[_SAMPLE - 1 - back : -1 - back] == lengths[-1 - back]
    ends = np.flatnonzero(same)[::-1][:_MOST_PERIODS] + _SAMPLE - 1
    best: tuple[int, int] | None = None
    for size in (count - 1 - ends).tolist():
        if 2 * size > count:
            break
        differ = np.flatnonzero(lengths[size:] != lengths[:-size])
        begin = int(differ[-1]) + 1 if len(differ) else 0
        if count - begin >= 2 * size and (best is None or begin < best[1]):
            best = (size, begin)
        if begin == 0:
            break
    return best


def rounds(window: Window, at: int, lengths: list[int], most: int) -> int:
    """How many rounds of these records may follow each other, judged by the first record of each alone."""
    size = sum(lengths) + FRAME * len(lengths)
    count = min((window.size - at) // size, most)
    if count <= 0:
        return 0
    wrong = np.ndarray((count,), "<u8", window.bytes, at, (size,)) != lengths[0]
    return int(wrong.argmax()) if wrong.any() else count


def begins_with_record(head: bytes) -> bool:
    """Whether the first bytes of a file are a record's header."""
    return len(head) >= HEAD and length_fits(*_HEADER(head))
