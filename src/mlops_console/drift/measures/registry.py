"""All measures by name: ours, and those that installed packages bring."""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from mlops_console.drift.measures.contract import Measure
from mlops_console.drift.pair import Pair
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


class Measures(Mapping[str, Measure]):
    """Name -> measure. Those of other packages are listed without importing them."""

    def __getitem__(self, name: str) -> Measure:
        if name in BUILT_IN:
            measure: Measure = import_module(f"mlops_console.drift.measures.{name}").MEASURE
            return measure
        point = _plug_ins(tuple(sys.path))[name]
        from mlops_console.drift.measures.plugged import plugged

        return plugged(point)

    def __iter__(self) -> Iterator[str]:
        return iter((*BUILT_IN, *_plug_ins(tuple(sys.path))))

    def __len__(self) -> int:
        return len(BUILT_IN) + len(_plug_ins(tuple(sys.path)))

    def __contains__(self, name: object) -> bool:
        return name in BUILT_IN or name in _plug_ins(tuple(sys.path))


def measures() -> Measures:
    """Ours, and those that other packages bring; one of theirs that has a name of ours is left out."""
    return Measures()


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
def _plug_ins(_path: tuple[str, ...]) -> "Mapping[str, EntryPoint]":
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=PLUG_INS), key=lambda point: (point.name, point.value))
    return {point.name: point for point in reversed(points) if point.name not in BUILT_IN}
