"""The SHA-256 of a file of any size."""

import hashlib
import os
from collections.abc import Callable
from typing import Final

from mlops_console.readers.contract import FileStat
from mlops_console.readers.opening import NotReadable, file_stat, reading

_PIECE: Final = 4 << 20


def sha256(root: str, path: str, beat: Callable[[int], None]) -> tuple[str, FileStat]:
    """The hash and of what it is; `beat` hears of the bytes gone through."""
    digest = hashlib.sha256()
    buffer = memoryview(bytearray(_PIECE))
    with reading(root, path) as fd:
        before = file_stat(fd)
        done = 0
        while count := os.preadv(fd, [buffer], done):
            digest.update(buffer[:count])
            done += count
            beat(done)
        if file_stat(fd) != before:
            raise NotReadable("is being written: its hash would be that of no file")
    return digest.hexdigest(), before
