"""How much a reference moves by itself: a floor for each feature, where its rows are in time order.

A column with seasons, batches or campaigns differs from month to month while nothing is wrong. Its floor is
the 99% quantile of what its own chunks, each about as large as a window, differ from all others; at least the
rules' limit and at most .30, so that a reference that wanders cannot silence a real shift (a limit above what
the statistic can reach is no limit). A chunk is never held against a reference that contains it: that would
draw all distances towards nothing, the more the fewer chunks there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from mlops_console.drift.judging.homogeneity import moved
from mlops_console.drift.model import Rules
from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import LevelSample, NumericSample, Sample, level_sample, numeric_sample
from mlops_console.records import FloatArray

CAP: Final = 0.30
QUANTILE: Final = 0.99
FEWEST: Final = 4
"""Chunks: of fewer it can't be said how much they differ."""
MOST: Final = 50


def pieces(rows: int, window: int) -> tuple[tuple[int, int], ...]:
    """(offset, rows) of chunks in the order of the file, about as large as a window; () where they are few.

    At most `MOST`: of a long reference they are spread evenly, and what lies between belongs to no chunk.
    """
    number = rows // max(1, window)
    if window < 1 or number < FEWEST:
        return ()
    taken = min(number, MOST)
    size = rows // number
    return tuple((int(at) * size, size) for at in np.linspace(0, number - 1, taken).round())


def floors(chunks: Sequence[Mapping[str, Sample]], rules: Rules | None = None) -> dict[str, float]:
    """Floors by feature, for `Rules.floors`: only those above the rules' limit.

    Args:
        chunks: Samples of consecutive parts of the reference, by feature.
        rules: Whose `drift` a floor is never below.
    """
    least = (rules or Rules()).drift
    found = {}
    for name in sorted({name for chunk in chunks for name in chunk}):
        effects = own_moves([chunk[name] for chunk in chunks if name in chunk])
        if len(effects) < FEWEST:
            continue
        floor = min(CAP, float(np.quantile(effects, QUANTILE)))
        if floor > least:
            found[name] = floor
    return found


def own_moves(samples: Sequence[Sample]) -> list[float]:
    """The effect of each chunk against all others together; without those that have nothing to compare."""
    out = []
    for at, one in enumerate(samples):
        others = together([*samples[:at], *samples[at + 1 :]])
        effect = effect_of(Pair(others, one)) if others is not None and type(others) is type(one) else None
        if effect is not None:
            out.append(effect)
    return out


def effect_of(pair: Pair) -> float | None:
    """The share of rows that moved, as the check of the distribution tells it; None: nothing to compare."""
    from mlops_console.drift.measures.registry import measures

    if pair.bins is None:
        return None
    variation, _ = moved(*pair.bins)
    score = measures()["ks"].score(pair) if isinstance(pair.reference, NumericSample) else None
    distance = score.value if score is not None and score.value is not None else 0.0
    return min(1.0, max(distance, variation))


def together(samples: Sequence[Sample]) -> Sample | None:
    """One sample of all rows; None where there is none, or where they are not of one form."""
    numbers = [one for one in samples if isinstance(one, NumericSample)]
    levels = [one for one in samples if isinstance(one, LevelSample)]
    if not samples or (numbers and levels):
        return None
    if numbers:
        values = np.concatenate([_values(one) for one in numbers])
        return numeric_sample(values, sum(one.missing + one.infinite for one in numbers))
    counts: dict[str, int] = {}
    for level, rows in _listed(levels):
        counts[level] = counts.get(level, 0) + rows
    return level_sample(
        list(counts),
        list(counts.values()),
        sum(one.rows for one in levels),
        sum(one.missing for one in levels),
    )


def _values(sample: NumericSample) -> FloatArray:
    return sample.values if sample.counts is None else np.repeat(sample.values, sample.counts)


def _listed(samples: Iterable[LevelSample]) -> Iterable[tuple[str, int]]:
    for one in samples:
        yield from zip(one.levels, one.counts.tolist(), strict=True)
