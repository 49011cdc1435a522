"""Rows below, at and above given edges, counted exactly beside a summary that is not exact."""

from typing import TYPE_CHECKING

import numpy as np

from mlops_console.drift.tables.sketch import Summary
from mlops_console.records import FloatArray, IntArray

if TYPE_CHECKING:
    from mlops_console.drift.sample import Figures


class Pins:
    """Counts rows between edges: below the first, at it, between it and the second, and so on."""

    def __init__(self, edges: FloatArray) -> None:
        self.edges = np.unique(edges)
        self.counts: IntArray = np.zeros(2 * len(self.edges) + 1, np.int64)

    @classmethod
    def of(cls, figures: "Figures | None") -> "Pins | None":
        """At the deciles, the tails and the range of the other side."""
        if figures is None:
            return None
        others = (*figures.tails, *figures.quartiles, figures.median, figures.minimum, figures.maximum)
        return cls(np.concatenate((figures.deciles, others)))

    def add(self, ordered: FloatArray) -> None:
        """A batch: finite, ascending."""
        cuts = np.empty(2 * len(self.edges), np.int64)
        cuts[::2] = np.searchsorted(ordered, self.edges, "left")
        cuts[1::2] = np.searchsorted(ordered, self.edges, "right")
        self.counts += np.diff(cuts, prepend=0, append=len(ordered))

    def fitted(self, summary: Summary, low: float, high: float) -> Summary:
        """The summary with as many rows in each part as were counted there.

        Args:
            summary: of the same rows.
            low: the smallest of them.
            high: the largest.
        """
        part = 2 * np.searchsorted(self.edges, summary.values, "right").astype(np.int64)
        at_edge = np.searchsorted(self.edges, summary.values, "left") < part // 2
        part -= at_edge
        values, counts = [], []
        for index in np.flatnonzero(self.counts):
            first, end = np.searchsorted(part, (index, index + 1), "left")
            here, rows = summary.values[first:end], summary.counts[first:end]
            if not len(here):
                here, rows = np.array([self._inside(int(index), low, high)]), np.ones(1, np.int64)
            through = np.cumsum(rows)
            scaled = np.rint(through / through[-1] * self.counts[index]).astype(np.int64)
            values.append(here)
            counts.append(np.diff(scaled, prepend=0))
        if not values:
            return summary
        whole, rows = np.concatenate(values), np.concatenate(counts)
        return Summary(whole[rows > 0], rows[rows > 0], summary.off)

    def _inside(self, index: int, low: float, high: float) -> float:
        """A value of a part that the summary has none of."""
        if index % 2:
            return float(self.edges[index // 2])
        if index == 0:
            return low
        if index == 2 * len(self.edges):
            return high
        below, above = self.edges[index // 2 - 1], self.edges[index // 2]
        middle = below / 2 + above / 2
        return float(middle if below < middle < above else np.nextafter(below, above))
