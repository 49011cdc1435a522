"""What a training prints, kept in a file that does not grow for ever: its beginning and its end."""

import contextlib
import os
from typing import Final

from mlops_console.journal.folders import file_mode
from mlops_console.workspace.retraining.folders import LOG

HEAD: Final = 1 << 20
TAIL: Final = 4 << 20
"""Bytes that are kept of the beginning, and of the end."""
OURS: Final = "[mlops-console: "
"""How lines of ours begin."""
_NEW: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LINE: Final = 64 << 10
"""A line's end is looked for within so many bytes."""


class Printed:
    """The log of one training, in its open folder. What can't be written ends the log, nothing else."""

    def __init__(self, folder: int) -> None:
        self._folder = folder
        self._fd: int | None = None
        self._size = 0
        self._head = 0
        """Bytes of the beginning, once something was left out."""
        self._mark = 0
        """Bytes of the line that says so."""
        self._left_out = 0
        with contextlib.suppress(OSError):
            self._fd = self._begun(LOG)

    def write(self, data: bytes) -> None:
        """More of it."""
        if self._fd is None:
            return
        try:
            self._put(self._fd, data)
            if self._size > HEAD + 2 * TAIL:
                self._shorten(self._fd)
        except OSError as error:
            fd, self._fd = self._fd, None
            with contextlib.suppress(OSError):
                why = (error.strerror or "it failed").lower()
                os.write(fd, f"\n{OURS}the log ends here: {why}]\n".encode())
            os.close(fd)

    def close(self, last: str) -> None:
        """Nothing more; with a line of ours at the end."""
        if self._fd is None:
            return
        with contextlib.suppress(OSError):
            if self._size > HEAD + TAIL + _LINE:
                self._shorten(self._fd)
            begun = self._size and os.pread(self._fd, 1, self._size - 1) != b"\n"
            self._put(self._fd, ("\n" if begun else "").encode() + f"{OURS}{last}]\n".encode())
        os.close(self._fd)
        self._fd = None

    def _begun(self, name: str) -> int:
        fd = os.open(name, _NEW, 0o600, dir_fd=self._folder)
        # Its writer has it open; whoever may read the folder may read it.
        os.fchmod(fd, file_mode(os.fstat(self._folder)))
        return fd

    def _put(self, fd: int, data: bytes) -> None:
        left = memoryview(data)
        while left:
            written = os.write(fd, left)
            self._size += written
            left = left[written:]

    def _shorten(self, old: int) -> None:
        """Write the beginning and the end anew, and put that in the log's place."""
        head = self._head or _line_end(old, HEAD)
        after = head + self._mark
        start = _line_end(old, self._size - TAIL)
        left_out = self._left_out + start - after
        mark = f"{OURS}{left_out:,} bytes left out here]\n".encode()
        name = f".tmp-{LOG}-{os.getpid()}"
        fd = self._begun(name)
        try:
            size = _copied(old, fd, 0, head)
            size += os.write(fd, mark)
            size += _copied(old, fd, start, self._size)
            os.rename(name, LOG, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        except OSError:
            os.close(fd)
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=self._folder)
            raise
        self._fd, self._size = fd, size
        self._head, self._mark, self._left_out = head, len(mark), left_out
        os.close(old)


def _line_end(fd: int, at: int) -> int:
    """Where the line ends that is at this place; the place itself where that is far."""
    end = os.pread(fd, _LINE, at).find(b"\n")
    return at if end < 0 else at + end + 1


def _copied(source: int, to: int, start: int, end: int) -> int:
    at = start
    while at < end:
        data = memoryview(os.pread(source, min(1 << 20, end - at), at))
        if not data:
            raise OSError("its log was shortened by somebody else")
        at += len(data)
        while data:
            data = data[os.write(to, data) :]
    return at - start
