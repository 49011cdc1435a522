"""The rows that a model is asked on: a monitor's newest complete window that has labels, or data named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.workspace.baselines.data import named, sum_of
from mlops_console.workspace.drifting.checking import Look, look
from mlops_console.workspace.drifting.judged import with_labels
from mlops_console.workspace.drifting.monitors import Watched, watched_in
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.requesting import request_of
from mlops_console.workspace.registering.choosing_artifact import inside

if TYPE_CHECKING:
    from mlops_console.drift.windows.model import Window
    from mlops_console.workspace.drifting.judged import Key
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows with labels are."""

    label: str
    """Column of what came true."""
    shown: str
    """`tower 2013-07`, or the path of data as people know it."""
    sha256: str = ""
    """Of data that was named."""
    window: Mapping[str, Any] | None = None
    """What the judging of a window is given."""
    data: Mapping[str, Any] | None = None
    metric: str = ""
    """What the monitor judges the model by."""


def rows_for(workspace: "Workspace", resolved: "Resolved", monitor: str, data: str, label: str) -> Rows:
    """The rows that a version is asked on.

    Args:
        workspace: The workspace.
        resolved: The version.
        monitor: Whose newest window; empty: of the model's first monitor with labels.
        data: A file, folder or glob in its place; empty: none.
        label: The column of labels; empty: the monitor's.

    Raises:
        UsageError: Nobody says which, or there are none.
        DataError: They can't be read.
    """
    watched = _monitor(resolved, monitor, needed=not data)
    if data:
        named_label = label or (watched.monitor.label if watched is not None else "")
        if not named_label:
            raise UsageError("importance needs labels", "--label COLUMN says which column they are")
        found = named(resolved.project, data)
        within = inside(resolved.project.root, found.place)
        place = {"root": resolved.project.root if within else "", "place": within or found.place}
        metric = watched.monitor.metric if watched is not None else ""
        sha256 = sum_of(resolved.project, found).sha256
        return Rows(named_label, found.shown, sha256, data=place, metric=metric)
    assert watched is not None
    looked = _looked(workspace, watched)
    window = _newest(looked)
    request = request_of(looked, window)
    shown = f"{watched.name} {window.name}"
    return Rows(label or watched.monitor.label, shown, window=request, metric=watched.monitor.metric)


def _monitor(resolved: "Resolved", name: str, *, needed: bool) -> Watched | None:
    project, model = resolved.project, resolved.model.name
    if name:
        return watched_in([project], [name])[0]
    mine = [one for one in watched_in([project]) if one.monitor.model == model and not one.monitor.unusable]
    with_label = [one for one in mine if one.monitor.label]
    if not with_label and needed:
        why = "no monitor of it names labels" if mine else "it has no monitor"
        raise UsageError(
            f"which data {safe_text(model, 80)} is asked on is not known: {why}",
            "--data PATH --label COLUMN, or --monitor NAME",
        )
    return min(with_label or mine, key=lambda one: one.name, default=None)


def _looked(workspace: "Workspace", watched: Watched) -> Look:
    name = safe_text(watched.name, 80)
    if not watched.monitor.label:
        raise UsageError(f"{name} names no column of labels", "--data PATH --label COLUMN names others")
    if workspace.live:  # whose process opens no data itself
        following = workspace.monitors.following
        key = (watched.project.key, watched.name)
        found = following.looks().get(key) if following is not None else None
        if found is None or found.watched.monitor != watched.monitor:
            raise UsageError(f"the files of {name} are not looked through yet", "try again in a moment")
        return found
    return look(watched, workspace.places, References(lambda: workspace))


def _newest(found: Look) -> "Window":
    """The newest complete window that has labels, as far as verdicts tell; else the newest one."""
    name = safe_text(found.watched.name, 80)
    if not found.keys:
        raise UsageError(f"{name} has no complete window", found.why_not)
    if found.referent is None:
        raise UsageError(found.why_not.rstrip("."))
    return next((window for window, key in reversed(found.keys) if _labelled(found, key)), found.keys[-1][0])


def _labelled(found: Look, key: "Key") -> bool:
    if key not in found.listed.keys:
        return False
    judged = found.folder.read(key)
    if judged is None:
        return False
    model = with_labels(judged, found.folder, found.listed).model
    return model is not None and any(one.labelled for one in model.performance)
