"""What the child has answered and the store has yet to take: many answers of a first scan in one transaction.

[A transaction costs some 25 ms of its own, and blocks of points that come by the thousand are written once,
into the file; fewer go through the log first.]
"""

from time import monotonic
from typing import Final

from mlops_console.ingest.project_state import Entry
from mlops_console.store.packed import Packed
from mlops_console.store.types import Read

_MOST_READS: Final = 4_000
_MOST_BYTES: Final = 26 << 20
_ROW_GROUP: Final = 2048
_OVER: Final = 1_100
"""Rows of a table are kept in groups. One that is begun by a transaction is written anew with its neighbours,
soon after, if it is less than half full: so a transaction ends with one that is fuller."""
_RAW: Final = 24
"""Bytes of a point that is in no block."""


class Held:
    """Used by the thread that writes; whoever holds back more waits for an answer to come."""

    def __init__(self) -> None:
        self.seconds = 1.0
        """How long what was read may stay unseen, from the last time that something was written."""
        self._written = float("-inf")
        self._bytes = self._blocks = 0
        self._first = False
        self._reads: list[Read] = []
        self._entries: list[Entry] = []

    def __bool__(self) -> bool:
        return bool(self._reads)

    @property
    def due_at(self) -> float:
        """When it must be written at the latest, by the monotonic clock."""
        return self._written + self.seconds

    @property
    def enough(self) -> bool:
        """Whether it must be written now."""
        if self._bytes >= _MOST_BYTES or len(self._reads) >= _MOST_READS or monotonic() >= self.due_at:
            return True
        return self._blocks > _ROW_GROUP and self._blocks % _ROW_GROUP >= _OVER

    @property
    def first(self) -> bool:
        """Whether it holds what a source had to say when it was read first."""
        return self._first

    def add(self, reads: list[Read], entries: list[Entry], packed: Packed | None) -> None:
        """Hold these back as well, and the blocks that are theirs."""
        self._reads += reads
        self._first = self._first or any(read.read_anew for read in reads)
        self._entries += entries
        if packed is not None:
            self._blocks += len(packed.data.sizes)
            self._bytes += packed.data.nbytes
        self._bytes += _RAW * sum(len(read.chunk.points) for read in reads)

    def take(self) -> tuple[list[Read], list[Entry]]:
        """Hand it over to be written now."""
        reads, entries = self._reads, self._entries
        self.clear()
        self._written = monotonic()
        return reads, entries

    def clear(self) -> None:
        """Hold nothing."""
        self._reads, self._entries = [], []
        self._bytes = self._blocks = 0
        self._first = False
