"""Columns of more rows than fit: read once, in pieces; counted exactly, quantiles with a known bound.

Exact: rows, missing and infinite values, mean, standard deviation, smallest and largest value, levels (of
more than `MOST_LEVELS` the rarest are counted together); with the other side's figures also rows between
its deciles and beyond its tails. `sketch.KEPT` values remain, whose ranks are off by less than `bound`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.drift.sample import MOST_LEVELS, Figures, LevelSample, NumericSample, level_sample
from mlops_console.drift.tables import sampling, sketch
from mlops_console.drift.tables.moments import Moments
from mlops_console.drift.tables.pinned import Pins
from mlops_console.drift.tables.sketch import Sketch, Summary

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.model import Kind
    from mlops_console.drift.sample import Sample
    from mlops_console.drift.tables.files import FileTable

PIECE: Final = 1 << 19
"""Rows of a piece."""
_TOGETHER: Final = 1 << 16 << 6
"""Values that are held of all columns together that are read in one pass."""
_LEAST: Final = 1 << 10
_DECILES: Final = np.arange(1, 10) / 10
_OTHERS: Final = (0.25, 0.5, 0.75, 0.001, 0.999)


class Numbers:
    """A numeric column, piece by piece."""

    def __init__(self, kind: "Kind", size: int, pins: Pins | None = None) -> None:
        self._kind, self._pins = kind, pins
        self._rows = self._missing = self._infinite = 0
        self._moments, self._sketch = Moments(), Sketch(size)
        self.bound = 0.0
        """Of a finished column: by what share of the rows a rank may be off."""

    def add(self, series: "pl.Series") -> None:
        """The next rows."""
        values = sampling.numbers(series, self._kind)
        ordered = np.sort(values)
        first, end = np.searchsorted(ordered, -np.inf, "right"), np.searchsorted(ordered, np.inf, "left")
        last = int(np.searchsorted(ordered, np.inf, "right"))
        self._rows += len(values)
        self._missing += len(values) - last
        self._infinite += last - int(end - first)
        finite = ordered[first:end]
        self._moments.add(finite)
        self._sketch.add(finite)
        if self._pins is not None:
            self._pins.add(finite)

    def finished(self) -> NumericSample:
        """The column."""
        summary, n = self._sketch.finished(), self._moments.n
        if not n:
            return NumericSample(summary.values, None, self._rows, self._missing, self._infinite, None)
        distinct = self._sketch.distinct(len(summary.values))
        if self._sketch.cut:
            summary = _ended(summary, self._moments.low, self._moments.high)
            if self._pins is not None:
                summary = self._pins.fitted(summary, self._moments.low, self._moments.high)
            distinct = max(distinct, len(summary.values) + 1)
        self.bound = summary.off / n
        figures = _figures(summary, self._moments, distinct)
        return NumericSample(
            summary.values, summary.counts, self._rows, self._missing, self._infinite, figures
        )


class Levels:
    """A column of levels, piece by piece."""

    def __init__(self, kind: "Kind") -> None:
        self._kind = kind
        self._rows = self._others = self._dropped = 0
        self._levels: dict[str, int] = {}
        self._held = 0

    def add(self, series: "pl.Series") -> None:
        """The next rows."""
        self._rows += len(series)
        for name, count in sampling.counted(series, self._kind).items():
            self._levels[name] = self._levels.get(name, 0) + count
            self._held += count
        if len(self._levels) > 4 * MOST_LEVELS:
            most = sorted(self._levels.items(), key=lambda one: (-one[1], one[0]))[: 2 * MOST_LEVELS]
            self._dropped += len(self._levels) - len(most)
            self._levels = dict(most)
            self._others = self._held - sum(self._levels.values())

    def finished(self) -> LevelSample:
        """The column."""
        found = level_sample(self._levels, self._levels.values(), self._rows, self._rows - self._held)
        if not self._dropped:
            return found
        return LevelSample(
            found.levels, found.counts, found.rows, found.missing, found.others + self._others,
            max(found.distinct, len(found.levels)) + self._dropped,
        )  # fmt: skip


def samples(
    table: "FileTable", kinds: "Mapping[str, Kind]", pinned: Mapping[str, Figures]
) -> "dict[str, Sample]":
    """Several columns, in one pass over each file.

    Where columns can be read by themselves, one after the other, each with all memory; else all together,
    each with its share of it.

    Args:
        table: the rows.
        kinds: what to take each column as.
        pinned: figures of the other side, of those columns for which rows are counted between its edges.
    """
    if table.scattered:
        return {name: _all(table, {name: kind}, pinned, sketch.SIZE)[name] for name, kind in kinds.items()}
    share = 1 << (_TOGETHER // max(len(kinds), 1)).bit_length() - 1
    return _all(table, kinds, pinned, min(max(share, _LEAST), sketch.SIZE)) if kinds else {}


def _all(
    table: "FileTable", kinds: "Mapping[str, Kind]", pinned: Mapping[str, Figures], size: int
) -> "dict[str, Sample]":
    columns: dict[str, Numbers | Levels] = {
        name: Levels(kind)
        if sampling.levelled(table.types[name], kind)
        else Numbers(kind, size, Pins.of(pinned.get(name)))
        for name, kind in kinds.items()
    }
    at = 0
    for piece in table.batches(list(columns), PIECE):
        for name, column in columns.items():
            table.drawn.see(name, at, piece[name])
            column.add(piece[name])
        at += piece.height
    return {name: column.finished() for name, column in columns.items()}


def _ended(summary: Summary, low: float, high: float) -> Summary:
    """The summary with the smallest and the largest value in it."""
    values, counts = summary.values.copy(), summary.counts
    # One value of many thousands moves outwards: its rank stays within the bound.
    values[0], values[-1] = low, high
    return Summary(values, counts, summary.off)


def _figures(summary: Summary, moments: Moments, distinct: int) -> Figures:
    """As of an exact column: quantiles are values, the first through which so many rows have gone."""
    through = np.cumsum(summary.counts)

    def quantiles(at: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> np.ndarray:
        place = at * (moments.n - 1)
        below = np.floor(place)
        lower = summary.values[np.searchsorted(through, below + 1, "left")]
        upper = summary.values[np.searchsorted(through, np.minimum(below + 2, moments.n), "left")]
        part = place - below
        return np.asarray(lower * (1 - part) + upper * part)

    deciles = np.unique(quantiles(_DECILES))
    q1, median, q3, below, above = (float(one) for one in quantiles(np.array(_OTHERS)))
    upto = np.append(0, through)
    cuts = upto[np.searchsorted(summary.values, deciles, "right")]
    under = int(upto[np.searchsorted(summary.values, below, "left")])
    over = moments.n - int(upto[np.searchsorted(summary.values, above, "right")])
    counts = np.diff(cuts, prepend=0, append=moments.n).astype(np.int64)
    return Figures(
        moments.n, moments.mean, moments.sd, moments.low, moments.high, median, (q1, q3), deciles, counts,
        (below, above), (under, over), distinct,
    )  # fmt: skip
