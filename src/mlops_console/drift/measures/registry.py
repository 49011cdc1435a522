"""The measures there are, ours and those that other packages bring."""

import math
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Final

from mlops_console.drift.measures.contract import Measure
from mlops_console.drift.pair import Pair
from mlops_console.records import Json

OURS: Final = (
    "ks", "wasserstein", "wasserstein_norm_sd", "wasserstein_norm_iqr", "psi", "js_distance_base2",
    "hellinger", "total_variation", "l_infinity", "chi2", "cramers_v", "figures", "levels",
)  # fmt: skip
PLUGINS: Final = "mlops_console.measures"
"""The group of entry points by which other packages bring measures."""


@cache
def measures() -> Mapping[str, Measure]:
    """By name."""
    found: dict[str, Measure] = {
        name: import_module(f"mlops_console.drift.measures.{name}").MEASURE for name in OURS
    }
    return MappingProxyType(found)


def statistics_of(pair: Pair) -> dict[str, Json]:
    """Every measure that applies to a pair, flat, by its JSON name; `<name>_p` is its p-value."""
    found: dict[str, Json] = {}
    for name, measure in measures().items():
        if pair.form not in measure.accepts:
            continue
        score = measure.score(pair)
        if score is None:
            continue
        if score.value is not None:
            found[name] = score.value
        if score.p_value is not None and math.isfinite(score.p_value):
            found[f"{name}_p"] = score.p_value
        found.update(score.extra)
    return found
