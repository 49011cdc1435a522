"""Predictions by row: what goes in, and what is said of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.model import Goal, Verdict
from mlops_console.records import FloatArray

Codes: TypeAlias = npt.NDArray[np.int32]
Coded: TypeAlias = tuple[Codes, tuple[str, ...]]
"""Text of few kinds: for each row which of the names, -1 where there is none."""
Values: TypeAlias = npt.NDArray[Any] | Coded
"""A column: numbers (not-a-number where missing), truth values, text, or coded text."""


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """One model's predictions, a row each; all columns are of the same length."""

    name: str
    keys: npt.NDArray[Any] | None
    """What makes a row the same row elsewhere (whole numbers or text); None: only its place tells."""
    labels: Values
    """What came true."""
    scores: Values
    """What the model said: a number, or a label."""
    columns: Mapping[str, Values] = field(default_factory=dict)
    """What else is known of the rows, for slices."""
    predicted: Values | None = None
    """The label that the model chose, where the file says it beside the score."""


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """The rows that two models both predicted; arrays are aligned, one entry a matched row."""

    a: str
    b: str
    labels: Values
    scores_a: Values
    scores_b: Values
    predicted_a: Values | None
    predicted_b: Values | None
    columns: Mapping[str, Values]
    by: Literal["key", "row order", "nothing"]
    rows_a: int
    rows_b: int
    matched: int
    """Rows that can be compared: the same key once in each, equal labels, a score in both."""
    only_a: int = 0
    only_b: int = 0
    duplicate_a: int = 0
    """Rows whose key occurs more than once in `a`; they are left out of both."""
    duplicate_b: int = 0
    keyless_a: int = 0
    keyless_b: int = 0
    disagree: int = 0
    """Rows that both have, but with different labels: the two were not judged on the same truth."""
    unlabelled: int = 0
    missing_a: int = 0
    """Matched rows without a finite score of `a`."""
    missing_b: int = 0
    columns_differ: tuple[tuple[str, int], ...] = ()
    """Columns in which the two files differ in so many rows: no facts of the row, so no slices by them."""
    problem: str | None = None
    """Why nothing can be compared, a sentence."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of the rows, and how the two differ on it."""

    column: str
    name: str
    """`column = value`, `low <= column < high`, `column is missing`."""
    n: int
    value_a: float | None
    value_b: float | None
    difference: float | None
    """b minus a."""
    ci: tuple[float, float] | None
    """95%, of this slice alone."""
    p: float | None
    q: float | None
    """p after the correction over all slices that were looked at."""
    verdict: Verdict
    because: str
    test: str


@dataclass(frozen=True, slots=True)
class Slices:
    """Where two models differ, worst for `b` first."""

    metric: str
    goal: Goal | None
    a: str
    b: str
    slices: tuple[Slice, ...]
    looked: int
    """Slices that were tested: the family of the correction."""
    correction: str
    skipped: tuple[tuple[str, str], ...]
    """Columns that were not sliced, each with why."""
    overall: float | None = None
    """b minus a on all rows: what a slice is to be seen against."""
    overall_ci: tuple[float, float] | None = None
    problem: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Rows with scores in one interval (the last one closed)."""

    low: float
    high: float
    n: int
    mean_score: float
    observed: float
    """The share of them that came true."""
    ci: tuple[float, float]
    """Wilson's 95% interval of `observed`."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether scores mean what they say.

    `brier = reliability - resolution + uncertainty + within` (Murphy 1973; `within` is what scores vary
    inside the bins, Stephenson, Coelho & Jolliffe 2008).
    """

    name: str
    n: int
    bins: tuple[CalibrationBin, ...]
    ece: float | None
    brier: float | None
    reliability: float | None
    resolution: float | None
    uncertainty: float | None
    within: float | None
    problem: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference of one metric on one set of rows."""

    difference: float | None
    value_a: float | None
    value_b: float | None
    ci: tuple[float, float] | None = None
    p: float | None = None
    se: float | None = None
    inner: tuple[float, float] | None = None
    """90% interval: two one-sided tests at 5% against a margin."""
    test: str = "none"
    effect_size: float | None = None
    effect: str = ""
    problem: str | None = None
    notes: tuple[str, ...] = ()


__all__ = [
    "Calibration",
    "CalibrationBin",
    "Coded",
    "Codes",
    "Estimate",
    "FloatArray",
    "Matched",
    "Slice",
    "Slices",
    "Table",
    "Values",
]
