"""A monitor's state where something else is shown: a version, a run, a promotion."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.display import day, iso
from mlops_console.records import Json
from mlops_console.workspace.drifting.states.listing import by_version
from mlops_console.workspace.drifting.states.model import Health, MonitorState

if TYPE_CHECKING:
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace

WORDS: Final[Mapping[Health, str]] = {
    "harmful": "HARMFUL",
    "drift": "DRIFT",
    "unjudged": "not judged",
    "stale": "stale",
    "watch": "WATCH",
    "ok": "quiet",
    "none": "no window yet",
}
INKS: Final[Mapping[Health, str]] = {
    "harmful": "failed",
    "drift": "failed",
    "unjudged": "killed",
    "stale": "killed",
    "watch": "killed",
    "ok": "ok",
    "none": "muted",
}
"""The style that each is shown in, as statuses have them."""


def heard(one: MonitorState) -> str:
    """What people said to it, the end of a sentence; empty: nothing that holds."""
    if one.muted is not None:
        return f"muted by {one.muted.by} until {day(one.muted.until)}"
    if one.acknowledged is not None:
        return f"acknowledged by {one.acknowledged.by} on {day(one.acknowledged.at)}"
    return ""


def alarming(states: Sequence[MonitorState]) -> MonitorState | None:
    """The worst that somebody should look at; None: all is well, or known."""
    return next((one for one in states if one.needs), None)


def state_json(one: MonitorState) -> dict[str, Json]:
    """A monitor's state as plain values."""
    newest = one.windows[-1] if one.windows else None
    return {
        "monitor": one.watched.name,
        "health": one.health,
        "because": one.because,
        "since": iso(one.since),
        "window": newest.window if newest is not None else None,
        "verdict": newest.verdict if newest is not None else None,
        "alarm": newest.alarm if newest is not None else False,
        "stale_since": iso(one.stale_since),
        "muted_until": iso(one.muted.until) if one.muted is not None else None,
        "acknowledged_by": one.acknowledged.by if one.acknowledged is not None else None,
    }


def of_run(workspace: "Workspace", run: "RunDetail") -> tuple[tuple[str, MonitorState], ...]:
    """The monitors that watch what came of a run: the version (`churn@3`) and its monitor."""
    registry = workspace.decisions.registry(run.project_key)
    labels = {
        version.label: version
        for model in registry.models.values()
        for version in model.versions
        if version.run and (version.run.get("path"), version.run.get("native", "")) == (run.path, run.native)
    }
    if not labels:
        return ()
    project = next((one for one in workspace.projects if one.key == run.project_key), None)
    found = by_version(workspace, project) if project is not None else {}
    return tuple((label, one) for label in labels for one in found.get(label, ()))
