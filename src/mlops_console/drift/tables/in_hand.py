"""Which data file was opened last: shared memory, so that it is known when the process ended over it."""

import mmap
from typing import Final

SIZE: Final = 4096

page: mmap.mmap | None = None
"""Shared with whoever outlives this process; None: nobody does."""


def take(name: str) -> None:
    """Note the file that is read next."""
    if page is not None:
        raw = name.encode()[: SIZE - 1]
        page[: len(raw) + 1] = raw + b"\0"


def last(shared: mmap.mmap) -> str:
    """The file that was noted last; empty: none."""
    return shared[:SIZE].partition(b"\0")[0].decode(errors="replace")
