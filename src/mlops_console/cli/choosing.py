"""Which runs a command speaks of, where a filter chooses them."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.cli.failing import MOST
from mlops_console.cli.printing import cells
from mlops_console.errors import FilterError, UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace


def filtered(workspace: "Workspace", where: str, most: int) -> list[str]:
    """The ids of the runs that a filter lets through, the oldest first; UsageError for none or too many."""
    from mlops_console.workspace.columns import FIELDS
    from mlops_console.workspace.runs import RunQuery, load

    try:
        frame = load(workspace, RunQuery(where=where, sort=(("age", True),)), [FIELDS["name"]])
    except FilterError as error:
        before = display.safe_text(where[: error.position], MOST)
        shown = display.safe_text(where, MOST)
        raise UsageError(f"{error}\n{shown}\n{' ' * cells(before)}^", error.hint) from error
    if not len(frame.ids):
        raise UsageError("no run answers the filter", "`mlops-console runs --where` tries one")
    if len(frame.ids) > most:
        raise UsageError(f"{len(frame.ids):,} runs answer the filter", f"narrow it to {most:,} at most")
    return [str(run_id) for run_id in frame.ids]
