"""What the Audit view asks of the workspace. Runs in worker threads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_console.console.audit.telling import Told, told
from mlops_console.workspace.audit import Checked, check

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_console.journal.event import Event
    from mlops_console.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Decided:
    """All decisions in scope, the newest first."""

    entries: tuple[Told, ...]
    projects: int
    problems: tuple[str, ...] = ()
    private: bool = False
    """Decisions on one of the projects are kept among the user's own files."""


def decided(workspace: "Workspace", known: "Mapping[str, Told]") -> Decided:
    """Every decision of the projects in scope; what is known already is not told anew."""
    decisions = workspace.decisions
    projects = {project.key: project for project in workspace.projects}
    entries: list[Told] = []
    problems: list[str] = []
    with_some = 0
    private = False
    for key, registry in decisions.registries().items():
        private = private or decisions.private(key)
        found = told(projects[key], decisions.events(key), known)
        with_some += bool(found)
        entries += found
        problems += [f"{projects[key].name}: {one}" for one in registry.problems]
    if with_some > 1:
        entries.sort(key=lambda one: one.event.at, reverse=True)
    return Decided(tuple(entries), with_some, tuple(problems), private)


def checked(workspace: "Workspace") -> tuple[Checked, ...]:
    """Whether the journals are as they were written."""
    return check(workspace)


def whole(workspace: "Workspace", one: Told) -> "Event":
    """The event with its evidence."""
    return workspace.decisions.event(one.project.key, one.event.id) or one.event
