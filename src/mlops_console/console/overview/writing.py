"""What is decided on the overview as deeds: each writes an event, and knows how to take it back.

Made in workers.
"""

from typing import TYPE_CHECKING

from mlops_console.console.deeds import Deed

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.journal.event import Event
    from mlops_console.records import Project
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.attention.model import Item


def _deed(write: "Callable[[Workspace], Event]", workspace: "Workspace", project: "Project") -> Deed:
    written: list[Event] = [write(workspace)]

    def back() -> None:
        body = {"event": written[-1].id, "reason": "undone"}
        workspace.decisions.append(project.key, "retract", body)

    def again() -> None:
        written.append(write(workspace))

    return Deed("", back, again)


def acknowledging(item: "Item", reason: str) -> "Callable[[Workspace], Deed]":
    """Acknowledge the monitor's alarm."""

    def write(workspace: "Workspace") -> "Event":
        from mlops_console.workspace.drifting.deciding import acknowledge
        from mlops_console.workspace.drifting.monitors import watched_in

        name = item.place.subject if item.place is not None and item.place.view == "drift" else item.subject
        return acknowledge(workspace, watched_in([item.project], [name])[0], reason)

    return lambda workspace: _deed(write, workspace, item.project)


def reviewing(item: "Item", reason: str) -> "Callable[[Workspace], Deed]":
    """Say that a KPI was looked at; `review:churn:auc` is its key."""

    def write(workspace: "Workspace") -> "Event":
        from mlops_console.workspace.kpis.reviewing import review

        model = item.place.subject if item.place is not None and item.place.view == "models" else item.subject
        return review(workspace, item.project.key, model, kpi_of(item, model), reason)

    return lambda workspace: _deed(write, workspace, item.project)


def kpi_of(item: "Item", model: str) -> str:
    """The KPI that a matter is about; empty: all of the model's."""
    _, _, rest = item.key.partition(":")
    name, _, kpi = rest.partition(":")
    return kpi.partition(":")[0] if name == model else ""


def snoozing(item: "Item", until: str, reason: str) -> "Callable[[Workspace], Deed]":
    """Put it off."""

    def write(workspace: "Workspace") -> "Event":
        from mlops_console.workspace.attention.snoozing import snooze
        from mlops_console.workspace.ending import until as end_of

        return snooze(workspace, item.project.key, item, end_of(until), reason)

    return lambda workspace: _deed(write, workspace, item.project)


def waking(item: "Item", reason: str) -> "Callable[[Workspace], Deed]":
    """Have it back."""

    def write(workspace: "Workspace") -> "Event":
        from mlops_console.workspace.attention.snoozing import wake

        return wake(workspace, item.project.key, item.key, reason)

    return lambda workspace: _deed(write, workspace, item.project)
