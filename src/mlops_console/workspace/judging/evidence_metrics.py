"""What versions reached, as it was recorded when they were registered."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import count
from mlops_console.workspace.deciding.stood import before_this

if TYPE_CHECKING:
    from mlops_console.journal.registry import Model, Version

_NAMES: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def metrics_of(version: "Version") -> tuple[dict[str, float], dict[str, str]]:
    """The value of each metric, and which of its values that is, short.

    The last of a history, else what the tool states as final: the same rule as in comparisons.
    """
    body = version.registered.body
    values: dict[str, float] = {}
    notes: dict[str, str] = {}
    external = version.origin == "external"
    for key, said in _mapping(body.get("metrics")).items():
        figures = _mapping(said)
        value = _number(figures.get("last"))
        if value is not None:
            values[key] = value
            many = figures.get("count")
            notes[key] = "as evaluated" if external else _which(many)
    for key, said in _mapping(body.get("summary")).items():
        value = _number(said)
        if value is not None and key not in values:
            values[key] = value
            notes[key] = "final value"
    return values, notes


def metrics_of_aliases(model: "Model") -> dict[str, dict[str, float]]:
    """What the version reached that each alias stands on, or stood on last where it was taken off."""
    holders = {alias: state.version or before_this(model, alias) for alias, state in model.aliases.items()}
    return {alias: metrics_of(holder)[0] for alias, holder in holders.items() if holder is not None}


def _which(many: Any) -> str:
    if not isinstance(many, int) or isinstance(many, bool) or many < 2:
        return "only value" if many == 1 else ""
    return f"last of {count(many)}"


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return _NAMES.get(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
