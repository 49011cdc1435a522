"""All measures by name: ours, and those that installed packages bring."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from mlops_console.drift.measures.contract import Measure
from mlops_console.drift.pair import Pair
from mlops_console.plugins import Parts
from mlops_console.records import Json

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

PLUG_INS: Final = "mlops_console.measures"
BUILT_IN: Final = (
    "ks", "wasserstein", "wasserstein_norm_sd", "wasserstein_norm_iqr", "psi", "js_distance_base2",
    "hellinger", "total_variation", "l_infinity", "chi2", "cramers_v", "decile_chi2", "cliffs_delta",
    "mannwhitney", "figures", "levels",
)  # fmt: skip
"""In the order of the report; each is the module of that name, with a `MEASURE`."""


def measures() -> Mapping[str, Measure]:
    """Name -> measure: ours, and those that other packages bring."""
    return Parts(PLUG_INS, BUILT_IN, _ours, _theirs)


def statistics_of(pair: Pair) -> dict[str, Json]:
    """Every statistic that is defined for a pair, flat, by its JSON name; `<name>_p` is its p-value.

    Nothing in it is NaN or infinite: what is not defined for these samples is not in it.
    """
    found: dict[str, Json] = {}
    for name, measure in measures().items():
        score = measure.score(pair) if pair.form in measure.accepts else None
        if score is None:
            continue
        if score.value is not None:
            found.setdefault(name, score.value)
        if score.p_value is not None:
            found.setdefault(f"{name}_p", score.p_value)
        for other, value in score.extra.items():
            found.setdefault(other, value)
    return found


@cache
def _ours(name: str) -> Measure:
    measure: Measure = import_module(f"mlops_console.drift.measures.{name}").MEASURE
    return measure


def _theirs(point: "EntryPoint") -> Measure:
    from mlops_console.drift.measures.plugged import plugged

    return plugged(point)
