"""The baseline that a monitor's windows are held against: of the version that its alias stands on."""

from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import DataError
from mlops_console.ours import BASELINES
from mlops_console.workspace.baselines.files import SUFFIX, own_folder
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.referring import Referent
from mlops_console.workspace.models import resolve

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace


def pinned(workspace: "Workspace", watched: Watched) -> Referent:
    """The baseline of the version that a monitor's alias stands on.

    Raises:
        UsageError: There is no such model or alias.
        DataError: The version has no baseline.
    """
    one = watched.monitor
    resolved = resolve(workspace, f"{one.model}@{one.alias}", watched.project)
    label = safe_text(resolved.version.label, 120)
    baseline = resolved.version.baseline
    if baseline is None:
        raise DataError(f"{label} has no baseline", f"make it: mlops-console drift baseline {label}")
    model, name = resolved.model.name, baseline.sha256 + SUFFIX
    return Referent(
        f"baseline {label}",
        ("baseline", baseline.sha256),
        {
            "baseline": baseline.sha256,
            "name": f"baseline {label}",
            "places": [
                [watched.project.root, f"{BASELINES}/{model}/{name}"],
                [str(own_folder(workspace, watched.project)), f"{model}/{name}"],
            ],
        },
    )
