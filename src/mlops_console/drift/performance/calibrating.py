"""Scores as probabilities: isotonic regression on rows whose labels are known."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console.records import FloatArray, IntArray

_POINTS: Final = 4_096
"""Distinct scores beyond this are taken together, equally many rows each."""
_STEPS: Final = 150
"""Steps that are kept; neighbours that differ least are merged."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """A rising step function from scores to probabilities; arrays of one length, ascending."""

    low: FloatArray
    """Lowest score of each step."""
    high: FloatArray
    share: FloatArray
    """Of its rows that were positive."""
    rows: FloatArray

    def probability(self, scores: FloatArray) -> FloatArray:
        """Of the positive class: steps, straight lines between them, the ends beyond."""
        at = np.column_stack((self.low, self.high)).reshape(-1)
        to = np.repeat(self.share, 2)
        return np.interp(scores, at, to)

    def step(self, scores: FloatArray) -> IntArray:
        """Which step each score is nearest to."""
        between = (self.high[:-1] + self.low[1:]) / 2
        return np.searchsorted(between, scores, side="left").astype(np.int64)

    def variance(self) -> FloatArray:
        """Of each step's share, by the rows that it was learnt from."""
        kept = (self.share * self.rows + 0.5) / (self.rows + 1)
        return kept * (1 - kept) / self.rows


def isotonic(scores: FloatArray, y: FloatArray) -> Steps:
    """The rising function nearest to the labels, by pooling adjacent violators.

    M. Ayer, H. D. Brunk, G. M. Ewing, W. T. Reid & E. Silverman, Annals of Mathematical Statistics 26 (1955)
    641-647; for probabilities B. Zadrozny & C. Elkan, KDD 2002.
    """
    low, high, hits, rows = _points(scores, y)
    first: list[int] = []
    sums: list[float] = []
    sizes: list[float] = []
    for at, (hit, size) in enumerate(zip(hits.tolist(), rows.tolist(), strict=True)):
        first.append(at)
        sums.append(hit)
        sizes.append(size)
        while len(sums) > 1 and sums[-2] * sizes[-1] >= sums[-1] * sizes[-2]:
            hit, size = sums.pop(), sizes.pop()
            first.pop()
            sums[-1] += hit
            sizes[-1] += size
    starts = np.array(first)
    ends = np.append(starts[1:], len(low)) - 1
    found = Steps(low[starts], high[ends], np.array(sums) / np.array(sizes), np.array(sizes))
    return _fewer(found)


def _points(scores: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Lowest and highest score, positives and rows of each distinct score, or of parts of them."""
    found, codes = np.unique(scores, return_inverse=True)
    levels: FloatArray = found
    codes = codes.reshape(-1)
    rows: FloatArray = np.bincount(codes).astype(np.float64)
    hits: FloatArray = np.bincount(codes, weights=y).astype(np.float64)
    if len(levels) <= _POINTS:
        return levels, levels, hits, rows
    part = np.minimum((np.cumsum(rows) - rows) * _POINTS // len(scores), _POINTS - 1)
    starts = np.flatnonzero(np.append(True, part[1:] != part[:-1]))
    ends = np.append(starts[1:], len(levels)) - 1
    sums: list[FloatArray] = [np.add.reduceat(each, starts) for each in (hits, rows)]
    low, high = levels[starts], levels[ends]
    return low, high, sums[0], sums[1]


def _fewer(found: Steps) -> Steps:
    low, high, share, rows = found.low, found.high, found.share, found.rows
    while len(share) > _STEPS:
        cost = (share[1:] - share[:-1]) ** 2 * rows[1:] * rows[:-1] / (rows[1:] + rows[:-1])
        at = int(np.argmin(cost))
        whole = rows[at] + rows[at + 1]
        share[at] = (share[at] * rows[at] + share[at + 1] * rows[at + 1]) / whole
        rows[at], high[at] = whole, high[at + 1]
        low, high, share, rows = (np.delete(each, at + 1) for each in (low, high, share, rows))
    return Steps(low, high, share, rows)
