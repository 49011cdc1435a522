"""Both sides of a numeric feature in one order: what several measures need, from one walk through them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mlops_console.drift.sample import NumericSample
from mlops_console.drift.stepping import area_beside_steps, distinct
from mlops_console.records import FloatArray, IntArray

PIECE: Final = 1 << 16
"""So many values of a side are looked at together: what is made of them stays in the processor's cache."""
_LARGE: Final = 2.0**900
_SMALLER: Final = 2.0**-100
"""What values beyond `_LARGE` are taken times, so that neither differences nor sums overflow."""
_WHOLE: Final = 2**53
"""Floats below it hold every whole number."""
_FEWER: Final = 16
"""A side with so many times fewer points is looked up in the other instead of being merged with it."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What follows from the order of all values. `n` and `m` are the rows of reference and current."""

    n: int
    m: int
    apart: int
    """n * m times the largest distance of the empirical distribution functions."""
    area: float | None
    """Between the two distribution functions: the 1-Wasserstein distance; None: beyond what a float holds."""
    above: int
    """Pairs (reference, current) in which current is larger less those in which it is smaller."""
    ties: float
    """Sum of t^3 - t over groups of t equal values of both sides together; estimated where one is thinned."""


@dataclass(frozen=True, slots=True, eq=False)
class _Side:
    values: FloatArray
    counts: IntArray | None

    def part(self, start: int, end: int) -> "_Side":
        return _Side(self.values[start:end], None if self.counts is None else self.counts[start:end])

    def rows(self, places: IntArray) -> IntArray:
        """How many rows the first so many values stand for."""
        if self.counts is None:
            return places
        found: IntArray = np.concatenate(([0], np.cumsum(self.counts)))[places]
        return found


def merged(reference: NumericSample, current: NumericSample) -> Merged:
    """Both have finite values. A sample that was thinned is taken as steps at its values.

    Exact where both hold every value. Where one holds much fewer points than the other (a baseline), only its
    points are looked up: its distribution changes nowhere else.
    """
    largest = max(abs(float(side.values[at])) for side in (reference, current) for at in (0, -1))
    scale = _SMALLER if largest > _LARGE else 1.0
    x, y = _side(reference, scale), _side(current, scale)
    n, m = reference.n, current.n
    if y.counts is None and len(x.values) * _FEWER < len(y.values):
        found = _looked_up(x, y, n, m)
    elif x.counts is None and len(y.values) * _FEWER < len(x.values):
        found = _looked_up(y, x, m, n)
        found = replace(found, n=n, m=m, above=-found.above)
    else:
        found = _walked(x, y, n, m)
    if not (reference.exact and current.exact):
        found = replace(found, ties=_estimated_ties(reference, current))
    if found.area is None or scale == 1.0:
        return found
    # Python's floats overflow to infinity without a word.
    area = found.area / scale
    return replace(found, area=area if np.isfinite(area) else None)


def _side(sample: NumericSample, scale: float) -> _Side:
    assert sample.figures is not None
    if sample.counts is None and sample.figures.distinct > sample.n // 2:
        values, counts = sample.values, None
    else:
        values, counts = distinct(sample)
    return _Side(values if scale == 1.0 else values * scale, counts)


def _walked(x: _Side, y: _Side, n: int, m: int) -> Merged:
    before_x = before_y = apart = above = 0
    area = ties = 0.0
    last: float | None = None
    plain = x.counts is None and y.counts is None and n * m < _WHOLE
    for one, other in _pieces(x, y):
        gap = before_y * n - before_x * m
        walk = _row_by_row(one, other, n, m, gap) if plain else _by_value(one, other, n, m, gap)
        if last is not None:
            area += abs(gap) * (walk.first - last)
        apart = max(apart, walk.apart)
        # Not by numpy.dot: how it sums depends on how many cores there are.
        area += walk.area
        above += walk.above + 2 * before_x * walk.rows_y
        ties += walk.ties
        before_x, before_y, last = before_x + walk.rows_x, before_y + walk.rows_y, walk.last
    return Merged(n, m, apart, area / n / m, above - n * m, ties)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Of one piece: as `Merged` has it, `above` doubled."""

    rows_x: int
    rows_y: int
    first: float
    last: float
    apart: int
    area: float
    above: int
    ties: float


def _row_by_row(x: _Side, y: _Side, n: int, m: int, gap: int) -> _Walk:
    """Every value stands for one row, and most differ: equal ones are not put together unless there are some.

    `gap` is the distance before the piece. Distances are whole numbers below 2^53: as floats they are exact.
    """
    values, is_y = _in_order(x, y)
    distance = is_y * float(n + m)
    distance -= m
    distance[0] += gap
    np.cumsum(distance, out=distance)
    np.abs(distance, out=distance)
    widths = np.diff(values)
    if widths.min(initial=1.0) > 0:
        apart = distance.max()
        # Below the k-th y, which stands at p, lie p - k values of x.
        above, ties = 2 * (int(np.flatnonzero(is_y).sum()) - len(y.values) * (len(y.values) - 1) // 2), 0.0
    else:
        ends = np.append(np.flatnonzero(widths > 0), len(widths))
        apart = distance[ends].max()
        upto_y = np.cumsum(is_y)[ends]
        above, ties = _order(ends + 1 - upto_y, upto_y)
    widths *= distance[:-1]
    return _Walk(
        len(x.values), len(y.values), float(values[0]), float(values[-1]), int(apart), float(widths.sum()),
        above, ties,
    )  # fmt: skip


def _by_value(x: _Side, y: _Side, n: int, m: int, gap: int) -> _Walk:
    """Value by value: each stands for several rows."""
    values, upto_x, upto_y = _grouped(x, y)
    distance = upto_y * n
    distance -= upto_x * m
    distance += gap
    np.abs(distance, out=distance)
    above, ties = _order(upto_x, upto_y)
    return _Walk(
        int(upto_x[-1]), int(upto_y[-1]), float(values[0]), float(values[-1]), int(distance.max()),
        float((distance[:-1] * np.diff(values)).sum()), above, ties,
    )  # fmt: skip


def _order(upto_x: IntArray, upto_y: IntArray) -> tuple[int, float]:
    """Twice the pairs of a piece in which y is larger, equal ones once; and the sum of t^3 - t over ties."""
    rows_x, rows_y = np.diff(upto_x, prepend=0), np.diff(upto_y, prepend=0)
    together = (rows_x + rows_y).astype(np.float64)
    return int(np.dot(rows_y, 2 * upto_x - rows_x)), float((together * (together * together - 1.0)).sum())


def _pieces(x: _Side, y: _Side) -> Iterator[tuple[_Side, _Side]]:
    """Cut at the same values, so that equal ones stay together."""
    cuts = np.union1d(x.values[PIECE::PIECE], y.values[PIECE::PIECE])
    ends_x = np.append(np.searchsorted(x.values, cuts, side="right"), len(x.values))
    ends_y = np.append(np.searchsorted(y.values, cuts, side="right"), len(y.values))
    start_x = start_y = 0
    for end_x, end_y in zip(ends_x.tolist(), ends_y.tolist(), strict=True):
        if end_x > start_x or end_y > start_y:
            yield x.part(start_x, end_x), y.part(start_y, end_y)
        start_x, start_y = end_x, end_y


def _grouped(x: _Side, y: _Side) -> tuple[FloatArray, IntArray, IntArray]:
    """Distinct values of both, ascending, and the rows that each side has up to them."""
    values, is_y = _in_order(x, y)
    places_y: IntArray = np.cumsum(is_y)
    places_x: IntArray = np.arange(1, len(values) + 1) - places_y
    last = np.append(values[1:] != values[:-1], True)
    if not last.all():
        values, places_x, places_y = values[last], places_x[last], places_y[last]
    return values, x.rows(places_x), y.rows(places_y)


def _in_order(x: _Side, y: _Side) -> tuple[FloatArray, NDArray[np.bool_]]:
    """All values, ascending, and which are of y; of equal ones x's come first."""
    both = np.concatenate((x.values, y.values))
    # Two sorted runs: a stable sort merges them.
    order = np.argsort(both, kind="stable")
    return both[order], order >= len(x.values)


def _looked_up(few: _Side, many: _Side, n: int, m: int) -> Merged:
    """`few`, of n rows, taken for the reference."""
    counts = few.counts if few.counts is not None else np.ones(len(few.values), np.int64)
    through = np.cumsum(counts)
    before = np.searchsorted(many.values, few.values, side="left")
    upto = np.searchsorted(many.values, few.values, side="right")
    # The distance is largest at a point, or just before one.
    apart = max(
        int(np.abs(through * m - upto * n).max()), int(np.abs((through - counts) * m - before * n).max())
    )
    area = area_beside_steps(few.values, through, many.values)
    above = int(np.dot(counts, (m - upto) - before))
    rows = (counts + upto - before).astype(np.float64)
    # Values that only the other side has are hardly ever equal here: it has mostly different ones.
    return Merged(n, m, apart, area, above, float((rows**3 - rows).sum()))


def _estimated_ties(reference: NumericSample, current: NumericSample) -> float:
    """As many as the side that holds every value has, were the other like it."""
    for side in (current, reference):
        if side.exact:
            if side.figures is None or side.figures.distinct == side.n:
                return 0.0
            rows = distinct(side)[1].astype(np.float64)
            return float((rows**3 - rows).sum()) * ((reference.n + current.n) / side.n) ** 3
    return 0.0
