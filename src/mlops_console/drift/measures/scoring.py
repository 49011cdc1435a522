"""Scores that are numbers or nothing: no measure lets an infinity or NaN out."""

import math
from collections.abc import Mapping

from mlops_console.drift.measures.contract import Score
from mlops_console.drift.pair import Pair
from mlops_console.records import Json


def scored(
    pair: Pair, value: float | None, p_value: float | None = None, extra: Mapping[str, Json] | None = None
) -> Score:
    """A score of a pair."""
    return Score(
        value if value is not None and math.isfinite(value) else None,
        p_value,
        pair.n_ref,
        pair.n_cur,
        extra or {},
    )


def ratio(part: float | None, whole: float) -> float | None:
    """A quotient; None where there is nothing to divide, or nothing to divide by."""
    return part / whole if part is not None and whole > 0 else None
