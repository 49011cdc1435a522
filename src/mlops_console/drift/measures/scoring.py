"""Scores that are numbers or nothing: no measure lets an infinity or NaN out."""

import math
from collections.abc import Mapping

from mlops_console.drift.measures.contract import Score
from mlops_console.drift.pair import Pair
from mlops_console.records import Json


def scored(
    pair: Pair, value: float, p_value: float | None = None, extra: Mapping[str, Json] | None = None
) -> Score:
    """A score of a pair."""
    return Score(value if math.isfinite(value) else None, p_value, pair.n_ref, pair.n_cur, extra or {})


def ratio(part: float, whole: float) -> float:
    """A quotient; NaN where there is nothing to divide by."""
    return part / whole if whole > 0 else math.nan
