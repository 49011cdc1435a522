"""Both sides of a pair in the same bins: all that the checks look at beside the samples themselves."""

from dataclasses import dataclass

import numpy as np

from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import LevelSample, NumericSample
from mlops_console.records import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Rows of both sides, bin by bin."""

    reference: IntArray
    current: IntArray
    levels: tuple[str, ...] = ()
    """Of levels; a bin more than there are names holds those that are not listed."""

    @property
    def n(self) -> int:
        """Rows of the reference."""
        return int(self.reference.sum())

    @property
    def m(self) -> int:
        """Rows of the current window."""
        return int(self.current.sum())


def seen(pair: Pair) -> Seen | None:
    """In the reference's deciles, or by level; None where a side has nothing."""
    reference, current = pair.reference, pair.current
    if not reference.n or not current.n:
        return None
    if isinstance(reference, NumericSample):
        if not isinstance(current, NumericSample) or reference.figures is None:
            return None
        edges = reference.figures.deciles
        through = rows_through(current, edges)
        return Seen(reference.figures.decile_counts, np.diff(through, prepend=0, append=current.n))
    return _by_level(reference, current) if isinstance(current, LevelSample) else None


def rows_through(sample: NumericSample, edges: FloatArray) -> IntArray:
    """Rows with a value no larger than each edge."""
    places = np.searchsorted(sample.values, edges, "right")
    if sample.counts is None:
        return places.astype(np.int64)
    found: IntArray = np.concatenate(([0], np.cumsum(sample.counts)))[places]
    return found


def _by_level(one: LevelSample, other: LevelSample) -> Seen:
    same = one.levels == other.levels
    levels = one.levels if same else tuple(sorted({*one.levels, *other.levels}))
    sides = [side.counts if same else _aligned(side, levels) for side in (one, other)]
    if one.others or other.others:
        sides = [np.append(side, more) for side, more in zip(sides, (one.others, other.others), strict=True)]
    return Seen(sides[0], sides[1], levels)


def _aligned(sample: LevelSample, levels: tuple[str, ...]) -> IntArray:
    known = dict(zip(sample.levels, sample.counts.tolist(), strict=True))
    return np.array([known.get(level, 0) for level in levels], np.int64)
