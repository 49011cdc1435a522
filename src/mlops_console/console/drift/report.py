"""A report of the window that is looked at, as a file to take along."""

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mlops_console.console.drift.body import DriftBody
    from mlops_console.drift.model import Report
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.standing import Thresholds, Told

_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")


def write_report(body: "DriftBody") -> None:
    """Write the window as one HTML file, beside the store, in a worker; say where it is."""
    from mlops_console.workspace.drifting.standing import Thresholds

    opened = body.opened
    if opened is None or opened.told is None:
        return
    told, name = opened.told, opened.watched.name
    by = Thresholds.of(opened.watched, opened.importance)
    body.say("writing the report", "muted")
    body.ask(
        "report", lambda workspace: written(workspace, name, told, by), lambda path: body.say(f"Wrote {path}")
    )


def written(workspace: "Workspace", monitor: str, told: "Told", by: "Thresholds") -> str:
    """Write the report under a name that no file has yet; where it is.

    Raises:
        ConsoleError: It can't be written.
    """
    from pathlib import Path

    from mlops_console.workspace.comparing.handing_over import write_beside
    from mlops_console.workspace.drifting.document import html

    stem = _NOT_IN_NAMES.sub("-", f"drift-{monitor}-{told.judged.window}").strip("-.")[:80] or "drift"
    folder = Path(workspace.places.store).parent / "reports"
    return str(write_beside(folder, stem, ".html", html(report_of(told, by))))


def report_of(told: "Told", by: "Thresholds") -> "Report":
    """A judged window as the report of a comparison, by the thresholds that it was told by."""
    from dataclasses import replace

    from mlops_console.drift.model import Report

    judged = told.judged
    rules = replace(by.rules, floors=judged.floors) if judged.floors and not by.rules.floors else by.rules
    return Report(
        told.verdict, judged.reference, judged.current, told.because, told.features, rules,
        told.domain, told.model, judged.segments, judged.problems,
    )  # fmt: skip
