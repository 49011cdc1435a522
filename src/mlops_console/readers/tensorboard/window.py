"""A piece of a file in memory, and vectorised looks into it at any byte."""

import os
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from mlops_console.records import IntArray

Words = npt.NDArray[np.uint64]

PIECE = 1 << 20
"""Bytes read at once: small enough to stay in the processor's cache."""
_SPARE = 32


class Window:
    """Bytes of a file from `offset` on. Read, never mapped: a mapped file that shrinks kills its reader."""

    def __init__(self, capacity: int) -> None:
        self._capacity = 0
        self.offset = 0
        self.size = 0
        self._reserve(capacity)

    def _reserve(self, capacity: int) -> None:
        if capacity > self._capacity:
            self._capacity = capacity
            self.bytes = np.empty((capacity + _SPARE + 7) // 8 * 8, np.uint8)
            self.words = self.bytes.view("<u8")
            self.raw = memoryview(self.bytes)  # type: ignore[arg-type]

    def fill(self, fd: int, offset: int, size: int) -> int:
        """Take in up to `size` bytes from `offset` on; says how many there were."""
        self._reserve(size)
        got = 0
        while got < size:
            more = os.preadv(fd, [self.raw[got:size]], offset + got)
            if not more:
                break
            got += more
        self.bytes[got : got + _SPARE] = 0
        self.offset, self.size = offset, got
        return got

    def words_at(self, places: IntArray) -> Words:
        """The eight bytes at each place, as little-endian numbers."""
        return next(self.words_from(places))

    def words_from(self, places: IntArray) -> Iterator[Words]:
        """The eight bytes at each place, then the next eight, and so on: never more than the window holds."""
        index = places >> 3
        shift = ((places & 7) << 3).view(np.uint64)
        back = np.uint64(63) - shift
        here = self.words.take(index)
        while True:
            index += 1
            after = self.words.take(index, mode="clip")
            here >>= shift
            here |= (after << np.uint64(1)) << back
            yield here
            here = after
