"""What other packages bring by entry points: named without importing any of them, loaded when asked for."""

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Part = TypeVar("Part")


class Parts(Mapping[str, Part], Generic[Part]):
    """Name -> part: ours in their order, then theirs. One of theirs that has a name of ours is left out."""

    def __init__(
        self,
        group: str,
        built_in: tuple[str, ...],
        ours: Callable[[str], Part],
        theirs: "Callable[[EntryPoint], Part]",
    ) -> None:
        self._group, self._built_in, self._ours, self._theirs = group, built_in, ours, theirs

    def __getitem__(self, name: str) -> Part:
        return self._ours(name) if name in self._built_in else self._theirs(self._others[name])

    def __iter__(self) -> Iterator[str]:
        return iter((*self._built_in, *self._others))

    def __len__(self) -> int:
        return len(self._built_in) + len(self._others)

    def __contains__(self, name: object) -> bool:
        return name in self._built_in or name in self._others

    @property
    def _others(self) -> "Mapping[str, EntryPoint]":
        # Looked for once per path: a test or a notebook may put a package there later.
        points = _points(self._group, tuple(sys.path))
        return {name: point for name, point in points.items() if name not in self._built_in}


def words(error: BaseException) -> str:
    """What a stranger's code raised, on one line of bounded length."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


@cache
def _points(group: str, _path: tuple[str, ...]) -> "Mapping[str, EntryPoint]":
    from importlib.metadata import entry_points

    points = sorted(entry_points(group=group), key=lambda point: (point.name, point.value))
    return {point.name: point for point in reversed(points)}
