"""Parts of the rows by the values of a column, with names that can be read."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.predictions.columns import coded, numbers, written
from mlops_console.comparison.predictions.model import Codes, Values
from mlops_console.display import count
from mlops_console.records import FloatArray

QUANTILES: Final = 5
LEVELS: Final = 25
"""So many values of a column are looked at, the most frequent."""
_FEW: Final = 10
"""Numbers with no more different values are taken value by value."""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Which part each row is in (-1: none), and the parts' names."""

    codes: Codes
    names: tuple[str, ...]
    note: str = ""


def parts(column: str, values: Values, least: int) -> Parts | str:
    """Cut the rows by a column into parts of at least `least` rows; or why not, the end of a sentence."""
    found = numbers(values)
    if found is not None:
        there = ~np.isnan(found)
        levels = np.unique(found[there])
        if len(levels) > _FEW:
            return _intervals(column, found, there, least)
        names = tuple(written(level) for level in levels.tolist())
        codes = np.where(there, np.searchsorted(levels, found), -1).astype(np.int32)
    else:
        codes, names = coded(values)
    return _levels(column, codes, names, least)


def _levels(column: str, codes: Codes, names: tuple[str, ...], least: int) -> Parts | str:
    """A part for each value, and one where there is none."""
    counts = np.bincount(codes + 1, minlength=len(names) + 1)
    there = int((counts[1:] > 0).sum())
    rows = len(codes)
    if there == 0:
        return "has no values"
    if counts.max() == rows:
        return "is the same in every row"
    if there > max(rows // 2, 1):
        return "is different in nearly every row"
    large = np.flatnonzero(counts[1:] >= least)
    if not len(large):
        return f"has {count(there)} values, none of them in {count(least)} rows"
    # Ties in count are broken by name, so that the order of the rows doesn't matter.
    chosen = sorted(large.tolist(), key=lambda at: (-counts[at + 1], names[at]))[:LEVELS]
    place = np.full(len(names) + 1, -1, np.int32)
    place[np.array(chosen) + 1] = np.arange(len(chosen), dtype=np.int32)
    said = [f"{column} = {names[at]}" for at in chosen]
    if counts[0] >= least:
        place[0] = len(said)
        said.append(f"{column} is missing")
    left = there - len(chosen)
    note = (
        f"of {column} only the {len(chosen)} largest of {count(there)} values were looked at" if left else ""
    )
    return Parts(place[codes + 1], tuple(said), note)


def _intervals(column: str, values: FloatArray, there: npt.NDArray[np.bool_], least: int) -> Parts | str:
    """Intervals that hold about as many rows each, between numbers that can be read."""
    known = np.sort(values[np.isfinite(values)])
    edges = readable_edges(known)
    at = np.searchsorted(np.array(edges), values, side="right")
    codes = np.where(there, at, -1).astype(np.int32)
    names = [f"{column} < {edges[0]:.15g}"] if edges else []
    names += [f"{low:.15g} <= {column} < {high:.15g}" for low, high in pairwise(edges)]
    if not edges:
        return "is nearly the same in every row"
    names.append(f"{column} >= {edges[-1]:.15g}")
    counts = np.bincount(codes + 1, minlength=len(names) + 1)
    large = [k for k in range(len(names)) if counts[k + 1] >= least]
    if not large:
        return f"has too few rows for parts of {count(least)}"
    place = np.full(len(names) + 1, -1, np.int32)
    place[np.array(large) + 1] = np.arange(len(large), dtype=np.int32)
    said = [names[k] for k in large]
    if counts[0] >= least:
        place[0] = len(said)
        said.append(f"{column} is missing")
    return Parts(place[codes + 1], tuple(said))


def readable_edges(known: FloatArray) -> list[float]:
    """Inner edges near the quintiles of sorted values: the shortest number within 4% of the rows of each."""
    n = len(known)
    edges: list[float] = []
    if not n:
        return edges
    for part in range(1, QUANTILES):
        middle = part / QUANTILES
        low, high = known[int((middle - 0.04) * n)], known[min(n - 1, int((middle + 0.04) * n))]
        edge = _shortest(float(low), float(known[int(middle * n)]), float(high))
        if known[0] < edge <= known[-1] and (not edges or edge > edges[-1]):
            edges.append(edge)
    return edges


def _shortest(low: float, middle: float, high: float) -> float:
    """The number of fewest digits in an interval, nearest to its middle."""
    if high <= low:
        return middle
    size = math.floor(math.log10(max(abs(low), abs(high))))
    for digits in range(-1, 16):
        if not -300 < size - digits < 300:
            continue
        step = 10.0 ** (size - digits)
        for finer in (step, step / 2):
            near = round(middle / finer) * finer
            if low <= near <= high:
                return float(f"{near:.15g}")
    return middle
