"""Numbers of any count in little memory: weighted values whose ranks are off by less than a known bound.

Batches are sorted, equal values joined. A summary of more than `size` values is cut into `size` cells of
(nearly) as many rows each; a cell's middle value stands for its rows, so that a rank is off by half a cell at
most. Two summaries of equally many batches are merged and cut again, as a binary counter carries: a row goes
through as many cuts as the number of batches has binary digits (the "merge and prune" of mergeable summaries:
Agarwal et al., Mergeable Summaries, PODS 2012, section 3). No chance plays a part: the same rows in the same
batches give the same summary. While no cut was needed every value is exact.

Distinct values are estimated from the `_SMALLEST` smallest hashes (Bar-Yossef et al., RANDOM 2002): 1.6%.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console.records import FloatArray, IntArray

SIZE: Final = 1 << 16
KEPT: Final = 1 << 15
"""Values of a finished summary."""
_SMALLEST: Final = 4_096
_TOP: Final = 2.0**64


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Ascending values, how many rows each stands for, and by how many rows a rank may be off."""

    values: FloatArray
    counts: IntArray
    off: int = 0

    def cut(self, size: int) -> "Summary":
        """At most `size` values for the same rows."""
        if len(self.values) <= size:
            return self
        through = np.cumsum(self.counts)
        rows = int(through[-1])
        ends = np.arange(1, size + 1, dtype=np.int64) * rows // size
        begins = np.append(0, ends[:-1])
        at = np.searchsorted(through, (begins + ends + 1) // 2, side="left")
        off = self.off + int((ends - begins).max() + 1) // 2
        return _joined(self.values[at], ends - begins, off)

    def merged(self, other: "Summary") -> "Summary":
        """Both sides' rows."""
        values = np.concatenate((self.values, other.values))
        order = np.argsort(values, kind="stable")
        counts = np.concatenate((self.counts, other.counts))
        return _joined(values[order], counts[order], self.off + other.off)


def _joined(values: FloatArray, counts: IntArray, off: int) -> Summary:
    """Equal values as one."""
    first = np.flatnonzero(np.append(True, values[1:] != values[:-1]))
    return Summary(values[first], np.add.reduceat(counts, first), off)


class Sketch:
    """Takes batches, gives one summary."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._carried: list[Summary | None] = []
        self._hashes = np.empty(0, np.uint64)
        self.cut = False
        """Whether values were ever joined that are not equal."""

    def add(self, ordered: FloatArray) -> None:
        """A batch: finite, ascending."""
        if not len(ordered):
            return
        new = _joined(ordered, np.ones(len(ordered), np.int64), 0)
        self._hash(new.values)
        for level, held in enumerate(self._carried):
            if held is None:
                self._carried[level] = self._smaller(new)
                return
            new = held.merged(self._smaller(new))
            self._carried[level] = None
        self._carried.append(self._smaller(new))

    def finished(self, kept: int = KEPT) -> Summary:
        """All of it; empty where nothing came."""
        whole = Summary(np.empty(0, np.float64), np.empty(0, np.int64))
        for held in self._carried:
            if held is not None:
                whole = held if not len(whole.values) else held.merged(whole)
        self.cut = self.cut or len(whole.values) > kept
        return whole.cut(kept)

    def distinct(self, listed: int) -> int:
        """How many different values came; `listed`: those of the finished summary."""
        if not self.cut:
            return listed
        if len(self._hashes) < _SMALLEST:
            return max(len(self._hashes), listed + 1)
        estimate = (_SMALLEST - 1) * _TOP / float(self._hashes[-1])
        return max(round(estimate), listed + 1)

    def _smaller(self, summary: Summary) -> Summary:
        self.cut = self.cut or len(summary.values) > self._size
        return summary.cut(self._size)

    def _hash(self, values: FloatArray) -> None:
        found = _mixed(values + 0.0)  # + 0.0: minus zero is zero
        if len(self._hashes) == _SMALLEST:
            found = found[found < self._hashes[-1]]
        if len(found) > 2 * _SMALLEST:
            found = np.partition(found, _SMALLEST)[:_SMALLEST]
        both = np.sort(np.concatenate((self._hashes, found)))
        self._hashes = both[np.append(True, both[1:] != both[:-1])][:_SMALLEST]


def _mixed(values: FloatArray) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint64]]":
    """The bits of each number, mixed (splitmix64's finish: Steele et al., OOPSLA 2014)."""
    bits = np.ascontiguousarray(values).view(np.uint64).copy()
    with np.errstate(over="ignore"):
        bits += np.uint64(0x9E3779B97F4A7C15)
        bits ^= bits >> np.uint64(30)
        bits *= np.uint64(0xBF58476D1CE4E5B9)
        bits ^= bits >> np.uint64(27)
        bits *= np.uint64(0x94D049BB133111EB)
        bits ^= bits >> np.uint64(31)
    return bits
