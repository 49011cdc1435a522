"""One column of one side, ready to be measured: sorted numbers, or counts of levels.

Exact where every value was kept. Thinned where the data did not fit or comes from a baseline: then `values`
are quantiles with how many rows each stands for, and `figures` still holds what was counted exactly.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from mlops_console.records import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What is known exactly of a numeric column, however much of it was kept."""

    n: int
    """Finite values."""
    mean: float
    sd: float
    """ddof 0."""
    minimum: float
    maximum: float
    median: float
    quartiles: tuple[float, float]
    deciles: FloatArray
    """numpy's linear .1 … .9 quantiles, equal ones merged: ascending, 0 to 9 of them."""
    decile_counts: IntArray
    """Rows in each of the len(deciles) + 1 right-closed bins; the outer ones are open."""
    tails: tuple[float, float]
    """The 0.1% and the 99.9% quantile."""
    outside: tuple[int, int]
    """Rows below the first of `tails`, and above the second."""
    distinct: int


@dataclass(frozen=True, slots=True, eq=False)
class NumericSample:
    """Numbers (also dates as seconds, texts as lengths)."""

    values: FloatArray
    """Finite, ascending, float64."""
    counts: IntArray | None
    """Rows that each value stands for; None: one each, and equal values stand beside each other."""
    rows: int
    """All, with and without a value."""
    missing: int
    """Null or NaN."""
    infinite: int
    figures: Figures | None
    """None: there is no finite value."""

    @property
    def n(self) -> int:
        """Rows with a finite value."""
        return self.figures.n if self.figures is not None else 0

    @property
    def exact(self) -> bool:
        """Whether `values` is all there is (each value stands for itself)."""
        return self.figures is None or (
            len(self.values) == self.figures.n
            if self.counts is None
            else len(self.values) == self.figures.distinct
        )


@dataclass(frozen=True, slots=True, eq=False)
class LevelSample:
    """Levels and how often each: categorical and boolean columns."""

    levels: tuple[str, ...]
    """Sorted."""
    counts: IntArray
    rows: int
    missing: int
    others: int = 0
    """Rows whose levels are not listed: there were too many to keep."""
    distinct: int = field(default=-1)
    """Levels in all; -1: as many as are listed."""

    @property
    def n(self) -> int:
        """Rows with a level."""
        return self.rows - self.missing


Sample: TypeAlias = NumericSample | LevelSample
