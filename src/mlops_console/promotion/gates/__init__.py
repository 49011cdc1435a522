"""The gates, one file each. Their names are known without importing any of them."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from mlops_console.plugins import Parts
from mlops_console.wishes.known import GATE_PLUGINS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint

    from mlops_console.promotion.model import Gate

BUILT_IN: Final = (
    "require", "significant", "slices", "kpis", "approvals", "clean_git", "environment", "data", "integrity",
    "safe", "size", "finished", "card", "drift_quiet", "command",
)  # fmt: skip
"""In the order of the documentation; each is the module of that name."""


def gates() -> "Mapping[str, Gate]":
    """Name -> gate: ours, and those that other packages bring. Each is imported when it is asked for."""
    return Parts(GATE_PLUGINS, BUILT_IN, _ours, _theirs)


def _ours(name: str) -> "Gate":
    gate: Gate = import_module(f"{__name__}.{name}").GATE
    return gate


def _theirs(point: "EntryPoint") -> "Gate":
    from mlops_console.promotion.gates.plugged import plugged

    return plugged(point)
