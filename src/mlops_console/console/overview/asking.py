"""What the overview asks of the workspace. Runs in worker threads; what is heavy is imported there."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def attention(workspace: "Workspace") -> Needed:
    """The list."""
    from mlops_console.workspace.attention.listing import attention as listed
    from mlops_console.workspace.drifting.monitors import watched_in
    from mlops_console.workspace.overview.figures import in_scope

    projects = in_scope(workspace)
    found = listed(workspace)
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
