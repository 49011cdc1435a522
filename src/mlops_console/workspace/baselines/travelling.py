"""A version's baseline where its model goes: beside a release in a target, and in an export.

A release's hash is the model's alone, so the baseline lies beside its manifest, as
`manifests/<sha256>.baseline`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import DataError
from mlops_console.promotion.manifest import MANIFESTS
from mlops_console.replacing import replace_file
from mlops_console.workspace.baselines import files as baseline_files

if TYPE_CHECKING:
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

EXPORTED: Final = "reference.baseline"
"""In the folder of an export."""


def bytes_of(workspace: "Workspace", resolved: "Resolved") -> bytes | None:
    """A baseline's file, verified; None: the version has none. DataError where it is gone or damaged."""
    pinned = resolved.version.baseline
    if pinned is None:
        return None
    return baseline_files.read(workspace, resolved.project, resolved.model.name, pinned.sha256)


def put_beside(workspace: "Workspace", resolved: "Resolved", target: Path) -> str:
    """Put it beside the release of the version; why it is not there, a sentence; empty: nothing is wrong.

    It never keeps a model from being deployed.
    """
    place = target / MANIFESTS / f"{resolved.version.sha256}{baseline_files.SUFFIX}"
    try:
        data = bytes_of(workspace, resolved)
        if data is None:
            return ""
        replace_file(place, data)
    except DataError as error:
        return f"the baseline does not go along: {error}"
    except OSError as error:
        why = (error.strerror or type(error).__name__).lower()
        return f"the baseline does not go along: {safe_text(str(place), 200)} can't be written ({why})"
    return ""
