"""What a forest is shown of params: ranks in few steps, params that move together told as one."""

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.why.table import Column, ParamTable
from mlops_console.records import FloatArray, IntArray

Codes = npt.NDArray[np.float32]
STEPS: Final = 64
"""Numbers are seen as at most so many steps of equal weight: trees need no more, and sort them quicker."""
TOGETHER: Final = 0.95
"""Numeric params whose ranks correlate at least so strongly are told as one."""


@dataclass(frozen=True, slots=True)
class Design:
    """Params as columns of codes, -1 where a run has none."""

    codes: Codes
    """Runs by columns; each column stands for the params of `names`."""
    names: tuple[tuple[str, ...], ...]
    """By column: the param, and those that always move with it."""
    columns: tuple[Column, ...]
    """By column: the first of its params."""
    ordered: npt.NDArray[np.bool_]
    """By column: whether larger codes mean larger numbers; others are levels."""

    def seed(self, values: FloatArray) -> int:
        """A number made of the content, so that the same question has the same answer."""
        names = "\0".join(name for group in self.names for name in group)
        start = zlib.crc32(names.encode("utf-8", "surrogatepass"))
        return zlib.crc32(np.ascontiguousarray(values).tobytes(), zlib.crc32(self.codes.tobytes(), start))


def design(params: ParamTable) -> Design:
    """The columns of a table, each once: params with the same partition of the runs are one column."""
    groups: dict[bytes, list[int]] = {}
    coded = [_codes(column) for column in params.columns]
    for at, codes in enumerate(coded):
        numeric = params.columns[at].levels is None
        groups.setdefault(_kinship(codes, ordered=numeric) or str(at).encode(), []).append(at)
    firsts = [members[0] for members in groups.values()]
    columns = tuple(params.columns[at] for at in firsts)
    names = tuple(tuple(params.columns[at].name for at in members) for members in groups.values())
    matrix = np.empty((params.count, len(firsts)), np.float32, order="F")
    for place, at in enumerate(firsts):
        matrix[:, place] = coded[at]
    ordered = np.array([column.levels is None for column in columns], bool)
    return Design(matrix, names, columns, ordered)


def _codes(column: Column) -> IntArray:
    missing = np.isnan(column.values)
    found = np.full(len(column.values), -1, np.int64)
    numbers, places = np.unique(column.values[~missing], return_inverse=True)
    if column.levels is None and len(numbers) > STEPS:
        counts = np.bincount(places, minlength=len(numbers))
        share = (np.cumsum(counts) - counts / 2) / counts.sum()
        steps = np.unique(np.minimum((share * STEPS).astype(np.int64), STEPS - 1), return_inverse=True)[1]
        places = steps[places]
    elif column.levels is not None:
        places = column.values[~missing].astype(np.int64)
    found[~missing] = places
    return found


def _kinship(codes: IntArray, *, ordered: bool) -> bytes:
    """What is the same for columns that always move together; empty for a column with no such mark.

    Columns of few values that tell the same runs apart, whatever they call them; of many values (any two
    such columns tell all runs apart) numbers that rise together, or one as the other falls.
    """
    _, first, dense = np.unique(codes, return_index=True, return_inverse=True)
    if len(first) <= max(2, len(codes) // 4):
        by_appearance = np.empty(len(first), np.int64)
        by_appearance[np.argsort(first)] = np.arange(len(first))
        return b"classes" + by_appearance[dense].astype(np.int16).tobytes()
    if not ordered:
        return b""
    if codes.min() >= 0 and dense[0] > len(first) - 1 - dense[0]:
        dense = len(first) - 1 - dense
    return b"order" + dense.astype(np.int16).tobytes()


def bundles(plan: Design, among: IntArray) -> list[IntArray]:
    """Columns that are to be shuffled together: each alone, or with those that nearly move with it."""
    kin = np.arange(len(among))
    numeric = np.flatnonzero(plan.ordered[among])
    if len(numeric) > 1:
        ranks = _ranks(plan.codes[:, among[numeric]])
        alike = np.abs(ranks.T @ ranks) >= TOGETHER
        for one, other in zip(*np.nonzero(np.triu(alike, 1)), strict=True):
            first, second = kin[numeric[one]], kin[numeric[other]]
            kin[kin == max(first, second)] = min(first, second)
    return [among[kin == group] for group in np.unique(kin)]


def _ranks(codes: Codes) -> FloatArray:
    """Ranks (ties share the mean) of each column, centred and of length 1."""
    found = np.empty(codes.shape, np.float64)
    for at in range(codes.shape[1]):
        _, inverse, counts = np.unique(codes[:, at], return_inverse=True, return_counts=True)
        found[:, at] = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    found -= found.mean(axis=0)
    length = np.sqrt((found**2).sum(axis=0))
    return np.divide(found, np.where(length > 0, length, 1.0))


def tells(codes: Codes, values: FloatArray, bins: int = 8) -> FloatArray:
    """How much of the values' spread each column explains alone: the correlation ratio over few bins.

    Adjusted for the number of bins, so that a column of many levels has no advantage: Kelley's epsilon
    squared (Kelley 1935, An unbiased correlation ratio measure, PNAS 21:554).
    """
    count = len(values)
    centred = values - values.mean()
    total = float((centred**2).sum())
    found = np.zeros(codes.shape[1])
    if total <= 0 or count < 3:
        return found
    for start in range(0, codes.shape[1], 512):
        part = codes[:, start : start + 512]
        least = part.min(axis=0)
        # More steps than bins: neighbours share one.
        width = np.maximum((part.max(axis=0) - least + 1) / bins, 1)
        binned = ((part - least) / width).astype(np.int8)
        between = np.zeros(part.shape[1])
        used = np.zeros(part.shape[1])
        for one in range(bins):
            inside = binned == one
            size = inside.sum(axis=0)
            sums = centred @ inside
            between += sums**2 / np.maximum(size, 1)
            used += size > 0
        within = (total - between) / np.maximum(count - used, 1)
        found[start : start + 512] = 1 - within / (total / (count - 1))
    return found
