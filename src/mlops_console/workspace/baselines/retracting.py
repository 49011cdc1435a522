"""Taking a baseline back: the one before it holds again, or none."""

from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.event import RETRACT, Event
from mlops_console.workspace.deciding.moving import again, reason_of

if TYPE_CHECKING:
    from mlops_console.journal.registry import Baseline, Registry
    from mlops_console.records import Json
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

LEAST = 6
"""Characters of a SHA-256 that tell which is meant."""


def retract_baseline(
    workspace: "Workspace", resolved: "Resolved", reason: str, which: str = ""
) -> "tuple[Event, Baseline]":
    """Take a baseline of a version back; its file stays.

    Args:
        workspace: The workspace.
        resolved: The version.
        reason: Why; stays in the journal.
        which: The beginning of its SHA-256; empty: the one that holds.

    Returns:
        The event, and the baseline that it took back.

    Raises:
        UsageError: There is none, it was taken back meanwhile, or there is no reason.
        JournalError: It can't be written.
    """
    reason = reason_of(reason)
    resolved = again(workspace, resolved)
    meant = _meant(resolved, which)

    def check(registry: "Registry") -> None:
        model = registry.models.get(resolved.model.name)
        there = [one.id for version in model.versions for one in version.baselines] if model else []
        if meant.id not in there:
            raise UsageError("somebody took it back meanwhile: nothing was written")

    body: dict[str, Json] = {"event": meant.id, "reason": reason}
    return workspace.decisions.append(resolved.project.key, RETRACT, body, check=check), meant


def _meant(resolved: "Resolved", which: str) -> "Baseline":
    label, known = safe_text(resolved.version.label, 120), resolved.version.baselines
    if not known:
        raise UsageError(f"{label} has no baseline", f"make one: mlops-console drift baseline {label}")
    if not which:
        return known[0]
    found = [one for one in known if len(which) >= LEAST and one.sha256.startswith(which.lower())]
    if found:
        return found[0]
    listed = ", ".join(one.sha256[:12] for one in known[:8])
    raise UsageError(f"{label} has no baseline {safe_text(which, 80)}", f"known here: {listed}")
