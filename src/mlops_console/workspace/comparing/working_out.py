"""Having the analysis child do something, as an outcome that front ends can show."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from mlops_console.comparison.model import Progress
from mlops_console.workspace.comparing.model import Outcome

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

Wanted: TypeAlias = Callable[[], bool]
"""Asked now and then whether anybody still waits; a no ends the work."""


def worked_out(
    workspace: "Workspace",
    job: str,
    given: dict[str, Any],
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> "Outcome[Any]":
    """The answer to a job of `analysis.jobs`, or why there is none."""
    from mlops_console.analysis.messages import Done, Lost

    answer = workspace.analyst.ask(job, given, progress, wanted)
    if isinstance(answer, Done):
        return Outcome(answer.value)
    return Outcome(None, answer.why if isinstance(answer, Lost) else "")
