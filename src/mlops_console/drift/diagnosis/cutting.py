"""How rows are parted: by level, or by the reference's fifths as a stored histogram tells them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.comparison.predictions.binning import QUANTILES, Parts, parts
from mlops_console.display import number
from mlops_console.drift.domain.encoding import numbers_of
from mlops_console.drift.model import Measured
from mlops_console.drift.performance.outcomes import values_of
from mlops_console.records import FloatArray, IntArray, Json

if TYPE_CHECKING:
    import polars as pl

COLUMNS: Final = 20
"""So many columns part the rows: those named, else those that moved most."""
BY: Final = ("categorical", "boolean", "numeric")


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """A column, and which part each row is in."""

    column: str
    codes: IntArray
    """Rows of no part have the number behind the last."""
    names: tuple[str, ...]
    """`carrier = EV`, `60 < temp <= 70`."""


def candidates(features: Sequence[Measured], by: Sequence[str], there: Collection[str]) -> list[Measured]:
    """The columns that part the rows, of those that were measured.

    Args:
        features: As they were measured, those that moved most first.
        by: Those that a person named; empty: nobody did.
        there: Columns of the window.
    """
    known = {one.name: one for one in features}
    if by:
        unknown = {name: Measured(name, "other", 0, 0, 0.0, 0.0) for name in by if name not in known}
        return [known.get(name) or unknown[name] for name in by if name in there][:COLUMNS]
    return [one for one in features if one.kind in BY and one.name in there][:COLUMNS]


def cut(measured: Measured, series: "pl.Series", least: int) -> Cut | None:
    """A column in parts; None where it has none that are large enough."""
    found = _numeric(measured, series) if measured.kind == "numeric" else None
    if found is None:
        made = parts(measured.name, values_of(series), least)
        if not isinstance(made, Parts):
            return None
        found = made
    codes = found.codes.astype(np.int64)
    codes[codes < 0] = len(found.names)
    return Cut(measured.name, codes, found.names)


def _numeric(measured: Measured, series: "pl.Series") -> Parts | None:
    """By the reference's fifths, as near as its histogram knows them."""
    edges = _fifths(measured.shapes.get("edges"), measured.shapes.get("reference"))
    values = numbers_of(series, "numeric")
    if edges is None or values is None or len(values) != len(series):
        return None
    # Right-closed, as the histogram's bins are.
    codes = np.searchsorted(edges, values, side="left").astype(np.int32)
    codes[np.isnan(values)] = -1
    said = [number(float(edge)) for edge in edges]
    name = measured.name
    middle = [f"{low} < {name} <= {high}" for low, high in pairwise(said)]
    return Parts(codes, (f"{name} <= {said[0]}", *middle, f"{name} > {said[-1]}"))


def _fifths(edges: Json, counts: Json) -> FloatArray | None:
    if not isinstance(edges, list) or not isinstance(counts, list) or len(counts) != len(edges) + 1:
        return None
    if len(edges) < 2 or not all(isinstance(one, int | float) for one in (*edges, *counts)):
        return None
    below = np.cumsum(np.array(counts, np.float64))[:-1]
    total = below[-1] + float(counts[-1])  # type: ignore[arg-type]
    if not total > 0:
        return None
    wanted = total * np.arange(1, QUANTILES) / QUANTILES
    nearest = np.abs(below[None, :] - wanted[:, None]).argmin(axis=1)
    return np.unique(np.array(edges, np.float64)[nearest])
