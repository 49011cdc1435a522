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
_SAMPLE = 4
_MOST_PERIODS = 6
_FAR = 1 << 62


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
    lengths = np.diff(starts, append=stop) - FRAME
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
