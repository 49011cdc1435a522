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
    """Name -> gate; a gate is imported when it is asked for, and installed packages when none of ours is."""

    def __getitem__(self, name: str) -> "Gate":
        if name in BUILT_IN:
            gate: Gate = import_module(f"{__name__}.{name}").GATE
            return gate
        point = _plug_ins(tuple(sys.path))[name]
        from mlops_console.promotion.gates.plugged import plugged

        return plugged(point)

    def __iter__(self) -> Iterator[str]:
        return iter((*BUILT_IN, *_plug_ins(tuple(sys.path))))

    def __len__(self) -> int:
        return len(BUILT_IN) + len(_plug_ins(tuple(sys.path)))

    def __contains__(self, name: object) -> bool:
        return name in BUILT_IN or name in _plug_ins(tuple(sys.path))


def gates() -> Gates:
    """Ours, and those that other packages bring; one of theirs that has a name of ours is left out."""
    return Gates()


@cache
def _plug_ins(_path: tuple[str, ...]) -> "Mapping[str, EntryPoint]":
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=GATE_PLUGINS), key=lambda point: (point.name, point.value))
    return {point.name: point for point in reversed(points) if point.name not in BUILT_IN}
