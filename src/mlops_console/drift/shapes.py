"""What a picture of both sides needs: counts in the reference's bins, or by level."""

from typing import Final

import numpy as np

from mlops_console.drift.pair import Pair, counts_between
from mlops_console.drift.sample import Figures, LevelSample, NumericSample
from mlops_console.records import FloatArray, Json

BINS: Final = 24
_FURTHER: Final = 12
"""So many bins more at each end, where the current side reaches further."""
LEVELS: Final = 30


def shapes_of(pair: Pair) -> dict[str, Json]:
    """Counts for a histogram.

    Returns:
        Of numbers `edges` (k + 1, ascending) and `reference`, `current` with k + 2 counts each: below the
        first edge, in k right-closed bins, above the last. Of levels `levels`, the commonest of both sides,
        `reference`, `current` with their counts, and `others`: [reference, current] rows of all other levels.
        Nothing where a side has no value.
    """
    if not pair.both:
        return {}
    one, other = pair.reference, pair.current
    if isinstance(one, NumericSample) and isinstance(other, NumericSample):
        assert pair.figures is not None
        edges = _edges(*pair.figures)
        if not len(edges):
            return {}
        return {
            "edges": [float(edge) for edge in edges],
            "reference": [int(count) for count in counts_between(one, edges)],
            "current": [int(count) for count in counts_between(other, edges)],
        }
    return _levels(pair)


def _edges(one: Figures, other: Figures) -> FloatArray:
    """Equally wide between the reference's tails, and on to where the current side's lie."""
    low, high = one.tails
    if one.distinct <= BINS and one.maximum - one.minimum <= BINS and _whole(one.minimum, one.maximum, low):
        # Whole numbers: each stands in a bin of its own.
        width, low, high = 1.0, one.minimum - 0.5, one.maximum + 0.5
    else:
        width = (high - low) / BINS
        if not width > 0:
            width = abs(high) / BINS or 1.0
            low, high = low - width * BINS / 2, high + width * BINS / 2
    if not np.isfinite(width) or low + width == low or high - width == high:
        return np.array([])
    bins = round((high - low) / width)
    before = int(min(_FURTHER, max(0.0, np.ceil((low - other.tails[0]) / width))))
    after = int(min(_FURTHER, max(0.0, np.ceil((other.tails[1] - high) / width))))
    edges: FloatArray = low + width * np.arange(-before, bins + after + 1, dtype=np.float64)
    return edges if np.isfinite(edges).all() and bool((np.diff(edges) > 0).all()) else np.array([])


def _whole(*values: float) -> bool:
    return all(value == np.floor(value) for value in values)


def _levels(pair: Pair) -> dict[str, Json]:
    assert pair.bins is not None
    assert isinstance(pair.reference, LevelSample)
    names = pair.levels
    one, other = (side[: len(names)] for side in pair.bins)
    shares = np.maximum(one / pair.n_ref, other / pair.n_cur)
    order = np.lexsort((np.arange(len(names)), -shares))[:LEVELS]
    return {
        "levels": [names[at] for at in order],
        "reference": [int(one[at]) for at in order],
        "current": [int(other[at]) for at in order],
        "others": [pair.n_ref - int(one[order].sum()), pair.n_cur - int(other[order].sum())],
    }
