"""Many points, few columns: per column its first, lowest, highest and last, so that no spike is lost.

A stretch is what may be joined by a line: it ends where a value is no number and where x steps back (a
resumed run writes over its own tail).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlops_console.records import FloatArray, IntArray

_FAR = 1e12
"""Positions beyond this many dots are all the same: outside."""
BoolArray = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Points of a curve gathered by column, in record order."""

    column: IntArray
    first: FloatArray
    low: FloatArray
    high: FloatArray
    last: FloatArray
    joined: BoolArray
    """Whether a line leads from the column before to this one."""

    def heights(self, ends: tuple[float, float], dots_of_ends: tuple[float, float]) -> "Columns":
        """The same, with values turned into dots: the lowest value of an axis, and its highest, are known."""
        (bottom, top), (low_dot, high_dot) = ends, dots_of_ends

        def dots(values: FloatArray) -> FloatArray:
            with np.errstate(over="ignore", invalid="ignore"):
                share = (values - bottom) / (top - bottom)
                return np.clip(low_dot + share * (high_dot - low_dot), -_FAR, _FAR)

        first, low, high, last = (dots(part) for part in (self.first, self.high, self.low, self.last))
        return replace(self, first=first, low=low, high=high, last=last)

    def mapped(self) -> "Columns":
        """The same on a log axis. Every value is above zero."""
        parts = (np.log10(part) for part in (self.first, self.low, self.high, self.last))
        first, low, high, last = parts
        return replace(self, first=first, low=low, high=high, last=last)


def nothing() -> Columns:
    """No points."""
    none = np.empty(0)
    return Columns(np.empty(0, np.int64), none, none, none, none, np.empty(0, bool))


def gather(column: FloatArray, height: FloatArray, starts: IntArray | None = None) -> Columns:
    """Gather points at (column, height); not-numbers in either, and `starts`, end the line."""
    good = np.isfinite(column) & np.isfinite(height)
    broken = ~good
    if len(column) > 1:
        with np.errstate(invalid="ignore"):
            broken[1:] |= column[1:] < column[:-1]
    if starts is not None:
        broken[starts] = True
    stretch = np.cumsum(broken)[good]
    places = np.rint(np.clip(column[good], -_FAR, _FAR)).astype(np.int64)
    heights = height[good]
    if not len(places):
        return nothing()
    new = np.empty(len(places), bool)
    new[0] = True
    new[1:] = (places[1:] != places[:-1]) | (stretch[1:] != stretch[:-1])
    begins = np.flatnonzero(new)
    joined = np.zeros(len(begins), bool)
    joined[1:] = stretch[begins[1:]] == stretch[begins[:-1]]
    return _reduced(heights, begins, len(heights), places[begins], joined)


def gather_rising(
    x: FloatArray,
    y: FloatArray,
    starts: IntArray,
    part: tuple[int, int],
    x_range: tuple[float, float],
    across: int,
) -> Columns:
    """Gather the points of a part in which x never falls: columns are searched for, not computed.

    Of what lies outside only the neighbours are kept, from which lines cross the edge.
    """
    begin, end = part
    low, high = x_range
    step = (high - low) / max(1, across - 1)
    edges = low + (np.arange(across + 1) - 0.5) * step
    bounds = begin + np.searchsorted(x[begin:end], edges)
    left, right = max(begin, int(bounds[0]) - 1), min(end, int(bounds[-1]) + 1)
    if left >= right:
        return nothing()
    inner = starts[np.searchsorted(starts, left) : np.searchsorted(starts, right)]
    begins = np.unique(np.concatenate(((left,), bounds[bounds < right], inner)))
    begins = begins[begins >= left]
    # A group's column is how many edges lie at or before it; outside it is as far as its x says.
    column = np.searchsorted(bounds, begins, "right") - 1
    outside = (column < 0) | (column >= across)
    if outside.any():
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            far = np.rint((x[begins[outside]] - low) / step)
        far = np.nan_to_num(np.clip(far, -_FAR, _FAR))
        beyond = np.where(column[outside] < 0, np.minimum(far, -1), np.maximum(far, across))
        column[outside] = beyond.astype(np.int64)
    joined = ~np.isin(begins, inner)
    joined[0] = False
    return _reduced(y, begins, right, column, joined)


def _reduced(y: FloatArray, begins: IntArray, end: int, column: IntArray, joined: BoolArray) -> Columns:
    cut = y[:end]
    return Columns(
        column,
        cut[begins],
        np.minimum.reduceat(cut, begins),
        np.maximum.reduceat(cut, begins),
        cut[np.append(begins[1:], end) - 1],
        joined,
    )


def joined_columns(parts: Sequence[Columns]) -> Columns:
    """Several parts, one after the other; no line leads from one to the next."""
    return Columns(
        np.concatenate([part.column for part in parts]),
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
        np.concatenate([part.last for part in parts]),
        np.concatenate([part.joined for part in parts]),
    )


def spans(columns: Columns, width: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Vertical runs of dots (column, from, to) that draw the gathered points and the lines between them."""
    join = np.flatnonzero(columns.joined)
    start, end = columns.column[join - 1], columns.column[join]
    # A zoomed picture sees only the part of a line that crosses it.
    from_step, to_step = np.maximum(0, -1 - start), np.minimum(end, width) - start
    steps = to_step - from_step
    seen = steps > 0
    join, start, from_step, steps = join[seen], start[seen], from_step[seen], steps[seen]
    y0, y1 = columns.last[join - 1], columns.first[join]
    slope = (y1 - y0) / (columns.column[join] - start)
    which = np.repeat(np.arange(len(join)), steps)
    step = np.arange(len(which)) - np.repeat(np.cumsum(steps) - steps - from_step, steps)
    here = y0[which] + slope[which] * step
    half, there = here + slope[which] * 0.5, here + slope[which]
    x = start[which] + step
    return (
        np.concatenate((columns.column, x, x + 1)),
        np.concatenate((columns.low, np.minimum(here, half), np.minimum(half, there))),
        np.concatenate((columns.high, np.maximum(here, half), np.maximum(half, there))),
    )
