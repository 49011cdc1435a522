"""What a person means who speaks of a run or of a version of a model."""

from typing import TYPE_CHECKING

from mlops_console.errors import UsageError
from mlops_console.workspace.details import resolve as resolve_run

if TYPE_CHECKING:
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace


def run_or_version(workspace: "Workspace", name: str) -> "str | Resolved":
    """The id of a run, or for `churn@3` a version; UsageError where it is neither."""
    if "@" not in name:
        return resolve_run(workspace, name)
    from mlops_console.workspace.models import resolve

    try:
        return resolve(workspace, name)
    except UsageError as error:
        try:
            return resolve_run(workspace, name)
        except UsageError:
            raise error from None
