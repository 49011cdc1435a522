"""What the monitors say of the data that a version knows."""

from typing import TYPE_CHECKING

from mlops_console.promotion.model import DriftSeen
from mlops_console.workspace.drifting import monitors
from mlops_console.workspace.drifting.states.listing import of_data

if TYPE_CHECKING:
    from mlops_console.workspace.drifting.states.model import MonitorState
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace


def drift_of(workspace: "Workspace", resolved: "Resolved") -> tuple[DriftSeen, ...]:
    """Of each monitor that judged it, the worst first; no data is read."""
    version = resolved.version
    found = of_data(workspace, resolved.project.key, version.model, version.number)
    now = monitors.now()
    return tuple(_seen(one, now) for one in found)


def _seen(one: "MonitorState", now: int) -> DriftSeen:
    newest = one.standing.newest
    judged = newest.judged if newest is not None else None
    since = (judged.end or judged.arrived or None) if judged is not None else None
    window = judged.window if judged is not None else ""
    age = None if since is None else max(0, now - since) / 1e6
    return DriftSeen(one.watched.name, one.health, one.because, window, age)
