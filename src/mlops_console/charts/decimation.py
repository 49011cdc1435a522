"""Many points, few columns: per column its first, lowest, highest and last, so that no spike is lost.

A stretch is what may be joined by a line: it ends where a value is no number and where x steps back (a
resumed run writes over its own tail).
"""

from dataclasses import dataclass

import numpy as np

from mlops_console.records import FloatArray, IntArray

_FAR = 1e12
"""Positions beyond this many dots are all the same: outside."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Points of a curve gathered by column, in record order; heights are dots from the top, unrounded."""

    column: IntArray
    first: FloatArray
    low: FloatArray
    high: FloatArray
    last: FloatArray
    joined: "np.ndarray[tuple[int], np.dtype[np.bool_]]"
    """Whether a line leads from the column before to this one."""


def gather(column: FloatArray, height: FloatArray) -> Columns:
    """Gather points at (column, height), in dots; not-numbers in either end the line."""
    good = np.isfinite(column) & np.isfinite(height)
    broken = ~good
    back = np.zeros(len(column), bool)
    if len(column) > 1:
        with np.errstate(invalid="ignore"):
            back[1:] = column[1:] < column[:-1]
    stretch = np.cumsum(broken | back)
    places = np.rint(np.clip(column[good], -_FAR, _FAR)).astype(np.int64)
    heights = np.clip(height[good], -_FAR, _FAR)
    stretch = stretch[good]
    if not len(places):
        none = np.empty(0)
        return Columns(places, none, none, none, none, np.empty(0, bool))
    new = np.empty(len(places), bool)
    new[0] = True
    new[1:] = (places[1:] != places[:-1]) | (stretch[1:] != stretch[:-1])
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(places)) - 1
    joined = np.zeros(len(starts), bool)
    joined[1:] = stretch[starts[1:]] == stretch[starts[:-1]]
    return Columns(
        places[starts],
        heights[starts],
        np.minimum.reduceat(heights, starts),
        np.maximum.reduceat(heights, starts),
        heights[ends],
        joined,
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
