"""Curves of several runs on one axis: aligned, subtracted from each other, gathered into a band."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from mlops_console import display
from mlops_console.comparison.why.metrics import Series, ordered
from mlops_console.records import FloatArray, IntArray

MOST_PLACES: Final = 2000
"""A band has at most so many places: more than any screen has columns."""
Spread: TypeAlias = Literal["range", "sd", "quartiles"]


@dataclass(frozen=True, slots=True)
class Curve:
    """A metric against something; `x` rises, and each is there once."""

    name: str
    x: FloatArray
    y: FloatArray
    """May hold NaN and infinities."""
    note: str = ""
    """Why there is less than one would think, a sentence; empty where all is there."""


@dataclass(frozen=True, slots=True)
class Band:
    """Several curves as one, with how they spread at each place."""

    x: FloatArray
    middle: FloatArray
    """The mean, or the median for quartiles."""
    low: FloatArray
    high: FloatArray
    """NaN where a single curve tells nothing of the spread."""
    n: IntArray
    """How many curves there are at each place."""
    words: str
    """What the band is: `mean and standard deviation of 5 runs`."""
    note: str = ""


def by_step(series: Series) -> Curve:
    """The metric against the step."""
    kept = ordered(series)
    return Curve(series.name, kept.steps, kept.values, "" if len(kept.steps) else "no points were recorded")


def by_time(series: Series) -> Curve:
    """The metric against the seconds since its first point."""
    kept = ordered(series)
    if kept.times is None or not np.isfinite(kept.times).any():
        return Curve(series.name, *_nothing(), "no times were recorded")
    known = np.isfinite(kept.times)
    with np.errstate(over="ignore"):
        seconds = kept.times[known] - kept.times[known].min()
    held = np.isfinite(seconds)
    x, y = _rising(seconds[held], kept.values[known][held])
    missing = int((~known).sum())
    note = f"{display.count(missing)} of its points have no time" if missing else ""
    return Curve(series.name, x, y, note)


def by_metric(series: Series, other: Series) -> Curve:
    """The metric against another one of the same run, by what that was at the step or the nearest before.

    A metric that goes back and forth is brought into rising order; of several points at one x the last holds.
    """
    kept, against = ordered(series), ordered(other)
    finite = np.isfinite(against.values)
    steps, values = against.steps[finite], against.values[finite]
    if not len(kept.steps) or not len(steps):
        return Curve(series.name, *_nothing(), "one of the two metrics has no numbers")
    place = np.searchsorted(steps, kept.steps, side="right") - 1
    known = place >= 0
    if not known.any():
        return Curve(series.name, *_nothing(), "the two metrics have no step in common")
    along = values[place[known]]
    x, y = _rising(along, kept.values[known])
    turns = bool((along[1:] < along[:-1]).any())
    return Curve(series.name, x, y, "the metric it is drawn against goes back and forth" if turns else "")


def difference(curve: Curve, base: Curve) -> Curve:
    """How a curve differs from the base, where both are: between their points along straight lines.

    At every x of either within the range that they share, so a sparse series loses nothing of a dense one.
    """
    (x, y), (base_x, base_y) = _numbers(curve), _numbers(base)
    if not len(x) or not len(base_x):
        return Curve(curve.name, *_nothing(), "one of the two has no numbers")
    low, high = max(x[0], base_x[0]), min(x[-1], base_x[-1])
    if low > high:
        said = f"no common range: one is from {_words(x)}, the base from {_words(base_x)}"
        return Curve(curve.name, *_nothing(), said)
    places = np.union1d(x, base_x)
    places = places[(places >= low) & (places <= high)]
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.interp(places, x, y) - np.interp(places, base_x, base_y)
    left = low > min(x[0], base_x[0]) or high < max(x[-1], base_x[-1])
    note = f"only from {_words(places)}, where both are" if left else ""
    return Curve(curve.name, places, found, note)


def band(curves: Sequence[Curve], spread: Spread = "sd") -> Band:
    """Curves (of seeds, say) as their middle and spread at each place that one of them has.

    A curve counts only between its own ends, and between its points along straight lines: curves with
    other steps, or shorter ones, change the number at a place and not its honesty. `sd` is the sample's
    standard deviation (n - 1), `range` from the least to the largest, `quartiles` from 25 to 75%.
    """
    parts = [(x, y) for x, y in map(_numbers, curves) if len(x)]
    lost = len(curves) - len(parts)
    words = _kind(spread, len(parts))
    if not parts:
        return Band(*_nothing(), *_nothing(), np.empty(0, np.int64), words, "none of the runs has numbers")
    places = parts[0][0]
    if any(len(x) != len(places) or not np.array_equal(x, places) for x, _ in parts[1:]):
        places = np.unique(np.concatenate([x for x, _ in parts]))
    if len(places) > MOST_PLACES:
        places = places[np.unique(np.linspace(0, len(places) - 1, MOST_PLACES).round().astype(np.int64))]
    rows = np.vstack([np.interp(places, x, y, left=np.nan, right=np.nan) for x, y in parts])
    n = np.isfinite(rows).sum(axis=0)
    held = n > 0
    rows, places, n = rows[:, held], places[held], n[held]
    with np.errstate(over="ignore", invalid="ignore"):
        middle, low, high = _spread(rows, n, spread)
    note = "1 run has no numbers" if lost == 1 else f"{lost} runs have no numbers" if lost else ""
    return Band(places, middle, low, high, n, words, note)


def _spread(rows: FloatArray, n: IntArray, spread: Spread) -> tuple[FloatArray, FloatArray, FloatArray]:
    several = n > 1
    if spread == "quartiles":
        low, middle, high = _quantiles(rows, n, (0.25, 0.5, 0.75))
    else:
        there = np.isfinite(rows)
        middle = np.where(there, rows / n, 0.0).sum(axis=0)
        if spread == "range":
            low = np.where(there, rows, np.inf).min(axis=0)
            high = np.where(there, rows, -np.inf).max(axis=0)
        else:
            squares = np.where(there, (rows - middle) ** 2, 0.0).sum(axis=0)
            sd = np.sqrt(squares / np.maximum(1, n - 1))
            low, high = middle - sd, middle + sd
    return middle, np.where(several, low, np.nan), np.where(several, high, np.nan)


def _quantiles(rows: FloatArray, n: IntArray, shares: Sequence[float]) -> list[FloatArray]:
    """Quantiles down each column over its own number of values, between order statistics along a line."""
    sorted_rows = np.sort(rows, axis=0)  # what is missing is NaN, and sorts last
    columns = np.arange(rows.shape[1])
    found = []
    for share in shares:
        place = share * (n - 1)
        under = np.floor(place).astype(np.int64)
        over = np.minimum(under + 1, n - 1)
        first, second = sorted_rows[under, columns], sorted_rows[over, columns]
        found.append(first + (second - first) * (place - under))
    return found


def _numbers(curve: Curve) -> tuple[FloatArray, FloatArray]:
    good = np.isfinite(curve.y) & np.isfinite(curve.x)
    return curve.x[good], curve.y[good]


def _rising(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    newest = np.append(x[1:] != x[:-1], True)[: len(x)]
    return x[newest], y[newest]


def _kind(spread: Spread, n: int) -> str:
    what = {
        "sd": "mean and standard deviation",
        "range": "mean, least and largest",
        "quartiles": "median and quartiles",
    }
    return f"{what[spread]} of {display.counted(n, 'run')}"


def _words(x: FloatArray) -> str:
    return f"{display.number(float(x[0]), 6)} to {display.number(float(x[-1]), 6)}"


def _nothing() -> tuple[FloatArray, FloatArray]:
    return np.empty(0), np.empty(0)
