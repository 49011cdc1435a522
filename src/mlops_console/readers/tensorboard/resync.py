"""Where whole records begin again after damage."""

import numpy as np

from mlops_console.readers.tensorboard.checksum import crc32c, length_checks, masked
from mlops_console.readers.tensorboard.walk import FRAME, HEAD, header
from mlops_console.readers.tensorboard.window import Window

MOST_LENGTH = 1 << 26
"""A record of more than 64 MiB is not believed in."""
_STRETCH = 1 << 16


def next_record(window: Window, at: int, left: int) -> int | None:
    """The first place from `at` on where a sound record begins, or a sound header whose data is to come.

    `left` is what the file holds from the window's start on. None where there is no such place in the window
    but for its last few bytes, which may hold half a header.
    """
    last = window.size - HEAD
    while at <= last:
        stop = min(at + _STRETCH, last + 1)
        if not window.bytes[at : stop + 3].any():
            at = stop  # what a crash or a hole leaves behind: a length is not 0, so none begins here
            continue
        for place in _headers(window, at, stop):
            found = header(window, place)
            if found is None or not found[1]:
                continue
            end = place + HEAD + found[0]
            if place + found[0] + FRAME > left:
                return place  # unfinished
            if end + 4 > window.size:
                return place  # the next window tells
            check = int.from_bytes(window.raw[end : end + 4], "little")
            if masked(crc32c(window.bytes[place + HEAD : end])) == check:
                return place
        at = stop
    return None


def _headers(window: Window, at: int, stop: int) -> list[int]:
    """Places with a believable length and its right checksum."""
    places = np.arange(at, stop, dtype=np.int64)
    lengths = window.words_at(places)
    chosen = lengths <= MOST_LENGTH
    places, lengths = places[chosen], lengths[chosen]
    stored = window.words_at(places + 8).astype(np.uint32)
    return places[length_checks(lengths.view(np.int64)) == stored].tolist()  # type: ignore[no-any-return]
