"""What the overview asks of the workspace. Runs in worker threads; what is heavy is imported there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_console.journal.event import Event
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.attention.model import Attention
    from mlops_console.workspace.overview.model import Act, Figures, Lively, Produced, ProjectRow


@dataclass(frozen=True, slots=True)
class Needed:
    """What needs attention, and where decisions are kept."""

    attention: "Attention"
    private: bool
    projects: int
    monitors: int


class Listing:
    """The list: at first its beginning, which comes before figures and all else, then the whole."""

    def __init__(self) -> None:
        self._coming: Iterator[Attention] | None = None
        self._begun = False

    def beginning(self, workspace: "Workspace") -> "Attention | None":
        """What is known at once, one time; None: the whole has been asked for."""
        if self._begun:
            return None
        from mlops_console.workspace.attention.listing import parts

        self._begun, coming = True, parts(workspace)
        begun = next(coming)
        self._coming = coming
        return begun

    def whole(self, workspace: "Workspace") -> Needed:
        """The list."""
        from mlops_console.workspace.attention.listing import attention
        from mlops_console.workspace.drifting.monitors import watched_in
        from mlops_console.workspace.overview.figures import in_scope

        coming, self._begun, self._coming = self._coming, True, None
        if coming is None:
            found = attention(workspace)
        else:
            *_, found = coming
        projects = in_scope(workspace)
        private = any(workspace.decisions.private(project.key) for project in projects)
        return Needed(found, private, len(projects), len(watched_in(projects)))


def figures(workspace: "Workspace") -> "Figures":
    """The day in figures."""
    from mlops_console.workspace.overview.figures import figures as asked

    return asked(workspace)


def production(workspace: "Workspace") -> "Sequence[Produced]":
    """Models in production."""
    from mlops_console.workspace.overview.production import production as asked

    return asked(workspace)


def lively(workspace: "Workspace") -> "Lively":
    """Runs on their way."""
    from mlops_console.workspace.overview.running import lively as asked

    return asked(workspace)


def projects(workspace: "Workspace") -> "Sequence[ProjectRow]":
    """Projects with their best runs."""
    from mlops_console.workspace.overview.projects import projects as asked

    return asked(workspace)


def activity(workspace: "Workspace") -> "Sequence[Act]":
    """What was done."""
    from mlops_console.workspace.overview.activity import activity as asked

    return asked(workspace)


def event(workspace: "Workspace", act: "Act") -> "Event | None":
    """A decision with its evidence."""
    return workspace.decisions.event(act.project.key, act.event)
