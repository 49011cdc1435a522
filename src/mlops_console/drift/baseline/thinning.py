"""Samples made small enough to travel: quantiles that stand for as many rows each, the commonest levels."""

from typing import Final

import numpy as np

from mlops_console.drift.sample import LevelSample, NumericSample, Sample
from mlops_console.records import FloatArray, IntArray

_ENDS: Final = 16
"""Different values at either end that stand for themselves: a mean over tails would be no tail."""
_MOST_BYTES: Final = 1 << 18
"""Of all levels of one column, as text."""
_LONGEST: Final = 4_096
"""Bytes of a level that is kept."""


def thinned(sample: Sample, points: int) -> Sample:
    """The same sample in at most so many values or levels; what was counted exactly stays exact.

    Of numbers, equal values are counted; where more are different than `points`, those of which there are
    many and those at the ends stand for themselves, and the others are put together into groups of about
    n / `points` rows for which the middle one stands. So no share of rows below a value is off by more than
    1 / (`points` - 4 x 16): KS distances are exact to that, and W1 to the widths of the groups.
    """
    if isinstance(sample, LevelSample):
        return _levels(sample, points)
    values, counts = _counted(sample)
    if len(values) > points:
        values, counts = _grouped(values, counts, points)
    elif sample.counts is None and len(values) == len(sample.values):
        return sample
    return NumericSample(values, counts, sample.rows, sample.missing, sample.infinite, sample.figures)


def _counted(sample: NumericSample) -> tuple[FloatArray, IntArray]:
    """Different values, ascending, with how many rows each stands for."""
    values = sample.values
    if not len(values):
        return values, np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    if sample.counts is None:
        return values[starts], np.diff(np.append(starts, len(values)))
    return values[starts], np.add.reduceat(sample.counts, starts)


def _grouped(values: FloatArray, counts: IntArray, points: int) -> tuple[FloatArray, IntArray]:
    total = int(counts.sum())
    alone = counts > 2 * total / points
    ends = min(_ENDS, points // 8)
    alone[:ends] = alone[len(alone) - ends :] = True
    groups = max(1, points - 2 * int(alone.sum()))
    rest = np.where(alone, 0, counts)
    upto = np.cumsum(rest)
    group = np.minimum(groups - 1, (upto - 1) * groups // max(1, int(upto[-1])))
    begins = np.concatenate(([True], (group[1:] != group[:-1]) | alone[1:] | alone[:-1]))
    first = np.flatnonzero(begins)
    sizes = np.add.reduceat(counts, first)
    cumulated = np.cumsum(counts)
    middle = np.searchsorted(cumulated, cumulated[first] - counts[first] + (sizes + 1) // 2)
    return values[middle], sizes


def _levels(sample: LevelSample, points: int) -> Sample:
    lengths = np.array([len(one.encode()) for one in sample.levels], np.int64)
    if len(sample.levels) <= points and lengths.sum() <= _MOST_BYTES and not (lengths > _LONGEST).any():
        return sample
    order = np.argsort(-sample.counts, kind="stable")[:points]
    order = order[lengths[order] <= _LONGEST]
    order = np.sort(order[np.cumsum(lengths[order]) <= _MOST_BYTES])
    kept = sample.counts[order]
    return LevelSample(
        tuple(sample.levels[place] for place in order),
        kept,
        sample.rows,
        sample.missing,
        sample.n - int(kept.sum()),
        len(sample.levels) if sample.distinct < 0 else sample.distinct,
    )
