"""Which rows of a table are looked at: runs of rows, ascending. All of them, a window, or any rows at all."""

from dataclasses import dataclass

import numpy as np

from mlops_console.records import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows by their number, as runs: row `starts[i]` up to, not with, `ends[i]`."""

    starts: IntArray
    ends: IntArray

    @classmethod
    def up_to(cls, rows: int) -> "Rows":
        """The first so many."""
        return cls.between(0, rows)

    @classmethod
    def between(cls, first: int, end: int) -> "Rows":
        """One run; none where it is empty."""
        some = [first] if end > first else []
        return cls(np.array(some, np.int64), np.array([end] if some else [], np.int64))

    @classmethod
    def where(cls, mask: np.ndarray) -> "Rows":
        """The rows at which a mask is true."""
        edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
        return cls(edges[::2].astype(np.int64), edges[1::2].astype(np.int64))

    @property
    def count(self) -> int:
        """How many rows."""
        return int((self.ends - self.starts).sum())

    def numbers(self) -> IntArray:
        """Every row's number."""
        lengths = self.ends - self.starts
        before = np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.asarray(np.repeat(self.starts, lengths) + np.arange(self.count) - before, np.int64)

    def of(self, chosen: "Rows") -> "Rows":
        """Rows of these rows: `chosen` counts within them."""
        lengths = self.ends - self.starts
        upto = np.concatenate(([0], np.cumsum(lengths)))
        cuts = np.unique(np.concatenate((chosen.starts, chosen.ends, upto)))
        cuts = cuts[cuts <= upto[-1]]
        starts, ends = cuts[:-1], cuts[1:]
        run = np.searchsorted(chosen.starts, starts, side="right") - 1
        inside = (run >= 0) & (starts < np.append(chosen.ends, 0)[run])
        starts, ends = starts[inside], ends[inside]
        mine = np.searchsorted(upto, starts, side="right") - 1
        shift = self.starts[mine] - upto[mine]
        return Rows(starts + shift, ends + shift).joined()

    def within(self, first: int, end: int) -> "Rows":
        """What of them lies from row `first` up to `end`, counted from `first`."""
        low = int(np.searchsorted(self.ends, first, side="right"))
        high = int(np.searchsorted(self.starts, end, side="left"))
        starts = np.maximum(self.starts[low:high], first) - first
        return Rows(starts, np.minimum(self.ends[low:high], end) - first)

    def joined(self) -> "Rows":
        """The same rows in as few runs as can be."""
        if len(self.starts) < 2:
            return self
        apart = self.starts[1:] != self.ends[:-1]
        return Rows(self.starts[np.append(True, apart)], self.ends[np.append(apart, True)])
