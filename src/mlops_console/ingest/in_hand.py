"""The page that says what the child has in hand: shared memory, so that it is known even after a kill -9."""

import mmap
import os
import struct
import tempfile
from dataclasses import dataclass

_LAYOUT = struct.Struct("<QQqH")
"""Beats, number of the request, place in its order list (negative: none), bytes of the path."""
_SIZE = 8192


@dataclass(frozen=True, slots=True)
class InHand:
    """What was in hand, and how often anything was taken in hand so far."""

    beats: int
    request: int
    """Which request is being worked on, counted from 1."""
    place: int
    """Index of the order being read; -1 while a folder is looked at or nothing is done."""
    path: str
    """The folder that is being looked at; empty while none is."""


class HandPage:
    """Written by the child, read by the parent."""

    def __init__(self, fd: int) -> None:
        self._page = mmap.mmap(fd, _SIZE)
        self._beats = 0
        self.request = 0

    @staticmethod
    def make() -> int:
        """A descriptor for a new page, to be handed to the child."""
        if hasattr(os, "memfd_create"):
            fd = os.memfd_create("mlops-console", os.MFD_CLOEXEC)
        else:
            with tempfile.TemporaryFile() as file:
                fd = os.dup(file.fileno())
        os.ftruncate(fd, _SIZE)
        return fd

    def take(self, place: int, path: str = "") -> None:
        """Note what comes next, before it is touched."""
        self._beats += 1
        raw = os.fsencode(path)[: _SIZE - _LAYOUT.size]
        _LAYOUT.pack_into(self._page, 0, self._beats, self.request, place, len(raw))
        self._page[_LAYOUT.size : _LAYOUT.size + len(raw)] = raw

    def beat(self) -> None:
        """Say that work goes on."""
        self._beats += 1
        struct.pack_into("<Q", self._page, 0, self._beats)

    def look(self) -> InHand:
        """What the child noted last."""
        beats, request, place, length = _LAYOUT.unpack_from(self._page, 0)
        length = min(length, _SIZE - _LAYOUT.size)
        return InHand(beats, request, place, os.fsdecode(self._page[_LAYOUT.size : _LAYOUT.size + length]))

    def close(self) -> None:
        """Give the page back."""
        self._page.close()
