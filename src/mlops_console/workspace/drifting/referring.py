"""What a monitor's windows are held against: data, or the baseline of the version that an alias stands on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_console.drift.windows.listing import files_of
from mlops_console.errors import DataError
from mlops_console.workspace.drifting.monitors import Watched

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Referent:
    """A reference, found."""

    name: str
    """As people know it: the place of data, `baseline churn@3`."""
    identity: tuple[Any, ...]
    """Plain values: others as soon as the reference is another one."""
    given: Mapping[str, Any]
    """What the judging needs to open it."""


class References:
    """Finds references; opens a workspace when the first one needs the decisions of its project."""

    def __init__(self, workspace: "Callable[[], Workspace]") -> None:
        self._workspace = workspace

    def __call__(self, watched: Watched) -> Referent:
        """The reference of a monitor.

        Raises:
            DataError: There is none.
        """
        if watched.monitor.reference:
            return _data(watched)
        from mlops_console.workspace.drifting.pinned import pinned

        return pinned(self._workspace(), watched)


def _data(watched: Watched) -> Referent:
    place = watched.monitor.reference
    files, problems = files_of(place, watched.project.root)
    if not files:
        why = problems[0].rstrip(".") if problems else f"{place} holds no data files"
        raise DataError(f"the reference can't be read: {why}")
    identity = ("data", [[one.path, one.size, one.modified_ns] for one in files])
    return Referent(place, identity, {"files": [one.path for one in files], "name": place})
