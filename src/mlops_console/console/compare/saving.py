"""A report of the comparison as a file to take along."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlops_console.console.compare.body import CompareBody
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.comparing.model import Asked

_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")


def write_report(body: "CompareBody", asked: "Asked") -> None:
    """Write what is compared as one HTML file, beside the store, in a worker; say where it is."""
    body.say("writing the report", "muted")
    body.ask("report", lambda workspace: written(workspace, asked), lambda path: body.say(f"Wrote {path}"))


def written(workspace: "Workspace", asked: "Asked") -> str:
    """Write the report under a name that no file has yet; where it is.

    Raises:
        ConsoleError: It can't be made or written.
    """
    from pathlib import Path

    from mlops_console.workspace.comparing.drawn import with_curves
    from mlops_console.workspace.comparing.handing_over import write_beside
    from mlops_console.workspace.comparing.html import html
    from mlops_console.workspace.comparing.reporting import report

    found = with_curves(workspace, report(workspace, asked))
    comparison = found.comparison
    stem = "-".join(["compare", comparison.base.name, *comparison.judged[:1]])
    name = _NOT_IN_NAMES.sub("-", stem).strip("-.")[:80] or "compare"
    return str(write_beside(Path(workspace.places.store).parent / "reports", name, ".html", html(found)))
