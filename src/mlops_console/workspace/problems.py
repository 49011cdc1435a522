"""What could not be read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console.records import Problem
from mlops_console.store import problems as questions
from mlops_console.workspace.projects import vanished
from mlops_console.workspace.wishing import wish_problems

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

_GONE: Final = "the project's folder is not there; its runs are kept as they were"


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A problem, and the project it is in."""

    project_key: str
    project: str
    problem: Problem


def problems(workspace: "Workspace") -> list[FoundProblem]:
    """All problems of the workspace's projects: with folders and settings first, then by project and path."""
    scope = workspace.scope or None
    rows = workspace.ask(lambda connection: questions.all_problems(connection, scope))
    wishes = [
        FoundProblem(project.key, project.name, problem)
        for project in workspace.projects
        for problem in wish_problems(project.root)
    ]
    read = [FoundProblem(*row) for row in rows]
    told = {one.project_key for one in read if one.problem.path == "."}
    gone = [
        FoundProblem(project.key, project.name, Problem(".", _GONE))
        for project in vanished(workspace.places, workspace.projects)
        if project.key not in told
    ]
    return [*gone, *wishes, *read]
