"""Reference and current of one feature, with what several measures need computed once."""

from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np

from mlops_console.drift.merging import Merged, merged
from mlops_console.drift.sample import Figures, LevelSample, NumericSample, Sample, parts
from mlops_console.records import FloatArray, IntArray


class Counted(NamedTuple):
    """Rows in the same bins, or of the same levels, on both sides."""

    reference: IntArray
    current: IntArray


class Pair:
    """Both samples are of the same form.

    Raises:
        TypeError: They are not.
    """

    def __init__(self, reference: Sample, current: Sample) -> None:
        if isinstance(reference, NumericSample) != isinstance(current, NumericSample):
            raise TypeError("numbers can't be held against levels")
        self.reference, self.current = reference, current
        self.form: Literal["numeric", "levels"] = (
            "numeric" if isinstance(reference, NumericSample) else "levels"
        )

    @property
    def n_ref(self) -> int:
        """Rows of the reference with a usable value."""
        return self.reference.n

    @property
    def n_cur(self) -> int:
        """Rows of the current window with a usable value."""
        return self.current.n

    @property
    def both(self) -> bool:
        """Whether there is something on both sides."""
        return bool(self.n_ref and self.n_cur)

    @cached_property
    def figures(self) -> tuple[Figures, Figures] | None:
        """What is known exactly of both; None: these are levels, or a side has no value."""
        if not (isinstance(self.reference, NumericSample) and isinstance(self.current, NumericSample)):
            return None
        one, other = self.reference.figures, self.current.figures
        return (one, other) if one is not None and other is not None else None

    @cached_property
    def merged(self) -> Merged | None:
        """What follows from the order of all values; None: these are levels, or a side has no value."""
        if not (isinstance(self.reference, NumericSample) and isinstance(self.current, NumericSample)):
            return None
        return merged(self.reference, self.current) if self.both else None

    @cached_property
    def bins(self) -> Counted | None:
        """Rows in the reference's deciles, or by level on the union of levels; None: a side has no value."""
        if not self.both:
            return None
        if self.figures is not None and isinstance(self.current, NumericSample):
            mine = self.figures[0]
            return Counted(mine.decile_counts, counts_between(self.current, mine.deciles))
        assert isinstance(self.reference, LevelSample)
        assert isinstance(self.current, LevelSample)
        return _side_by_side(self.reference, self.current, self.levels)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """All levels of both sides, sorted; numbers have none."""
        if not (isinstance(self.reference, LevelSample) and isinstance(self.current, LevelSample)):
            return ()
        if self.reference.levels == self.current.levels:
            return self.reference.levels
        return tuple(sorted({*self.reference.levels, *self.current.levels}))

    @cached_property
    def shares(self) -> tuple[FloatArray, FloatArray] | None:
        """`bins` as shares of the rows with a value."""
        if self.bins is None:
            return None
        return self.bins.reference / self.n_ref, self.bins.current / self.n_cur


def counts_between(sample: NumericSample, edges: FloatArray) -> IntArray:
    """Rows in right-closed bins between ascending edges, the outer ones open: len(edges) + 1 counts."""
    return parts(_rows(sample, np.searchsorted(sample.values, edges, "right")), sample.n)


def counts_outside(sample: NumericSample, low: float, high: float) -> tuple[int, int]:
    """Rows with a finite value below `low`, and above `high`."""
    places = np.array([np.searchsorted(sample.values, low), np.searchsorted(sample.values, high, "right")])
    below, upto = _rows(sample, places).tolist()
    return below, sample.n - upto


def _rows(sample: NumericSample, places: IntArray) -> IntArray:
    """How many rows the first so many values stand for."""
    if sample.counts is None:
        return places.astype(np.int64)
    found: IntArray = np.concatenate(([0], np.cumsum(sample.counts)))[places]
    return found


def _side_by_side(one: LevelSample, other: LevelSample, levels: tuple[str, ...]) -> Counted:
    if one.levels is other.levels or one.levels == other.levels:
        counts = Counted(one.counts, other.counts)
    else:
        place = {level: at for at, level in enumerate(levels)}
        columns = []
        for side in (one, other):
            column = np.zeros(len(levels), np.int64)
            column[np.fromiter((place[level] for level in side.levels), np.int64, len(side.levels))] = (
                side.counts
            )
            columns.append(column)
        counts = Counted(*columns)
    if one.others or other.others:
        # What was too much to be listed stands in a bin of its own, so that shares add up to one.
        counts = Counted(
            *(np.append(side, more) for side, more in zip(counts, (one.others, other.others), strict=True))
        )
    return counts
