"""The gates, one file each. Their names are known without importing any of them."""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from mlops_console.wishes.known import GATE_PLUGINS

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from mlops_console.promotion.model import Gate

BUILT_IN: Final = (
    "require", "significant", "slices", "kpis", "approvals", "clean_git", "environment", "data", "integrity",
    "safe", "size", "finished", "card", "command",
)  # fmt: skip
"""In the order of the documentation; each is the module of that name."""


class Gates(Mapping[str, "Gate"]):
    """Name -> gate; a gate is imported when it is asked for."""

    def __init__(self, plug_ins: "Mapping[str, EntryPoint]") -> None:
        self._plug_ins = plug_ins

    def __getitem__(self, name: str) -> "Gate":
        if name in BUILT_IN:
            gate: Gate = import_module(f"{__name__}.{name}").GATE
            return gate
        from mlops_console.promotion.gates.plugged import plugged

        return plugged(self._plug_ins[name])

    def __iter__(self) -> Iterator[str]:
        return iter((*BUILT_IN, *self._plug_ins))

    def __len__(self) -> int:
        return len(BUILT_IN) + len(self._plug_ins)

    def __contains__(self, name: object) -> bool:
        return name in BUILT_IN or name in self._plug_ins


def gates() -> Gates:
    """Ours, and those that other packages bring; one of theirs that has a name of ours is left out."""
    return _gates(tuple(sys.path))


@cache
def _gates(_path: tuple[str, ...]) -> Gates:
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=GATE_PLUGINS), key=lambda point: (point.name, point.value))
    return Gates({point.name: point for point in reversed(points) if point.name not in BUILT_IN})
