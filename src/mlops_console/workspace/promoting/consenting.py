"""Consent: that a version takes an alias, or that named gates may fail for it. And take that back."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.event import ALLOW, APPROVE, RETRACT, Event
from mlops_console.workspace.promoting.saying import ago, checked_alias, named, reasoned

if TYPE_CHECKING:
    from mlops_console.records import Json
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace


def approve(workspace: "Workspace", resolved: "Resolved", alias: str, reason: str) -> Event:
    """Consent that a version takes an alias; not one's own version, and once."""
    return _consent(workspace, resolved, alias, reason, ())


def allow(
    workspace: "Workspace", resolved: "Resolved", alias: str, gates: Sequence[str], reason: str
) -> Event:
    """Let these gates fail for a version's move to an alias."""
    if not gates:
        raise UsageError("name the gate that may fail", "`mlops-console gates` lists them")
    if any(one.partition(":")[0] == "integrity" for one in gates):
        raise UsageError("integrity can't be allowed to fail: these are not the bytes that were registered")
    return _consent(workspace, resolved, alias, reason, tuple(gates))


def withdraw(workspace: "Workspace", resolved: "Resolved", alias: str, reason: str) -> tuple[Event, ...]:
    """Take back what this user approved or allowed for a version's move to an alias."""
    reason = reasoned(reason)
    mine = [
        one
        for one in resolved.model.approvals
        if (one.version_id, one.alias, one.uid) == (resolved.version.id, alias, os.getuid())
    ]
    if not mine:
        raise UsageError(f"you have not approved {named(resolved.version)} for {safe_text(alias, 80)}")
    append = workspace.decisions.append
    return tuple(append(resolved.project.key, RETRACT, {"event": one.id, "reason": reason}) for one in mine)


def _consent(
    workspace: "Workspace", resolved: "Resolved", alias: str, reason: str, gates: tuple[str, ...]
) -> Event:
    reason = reasoned(reason)
    version = resolved.version
    checked_alias(alias)
    if version.retracted:
        raise UsageError(f"{named(version)} was withdrawn: {safe_text(version.retracted)}")
    if not gates and version.registered.uid == os.getuid():
        raise UsageError(
            f"you registered {named(version)}: somebody else must approve it",
            "`mlops-console doctor` tells who may",
        )
    for one in resolved.model.approvals:
        same = (one.version_id, one.alias, one.uid) == (version.id, alias, os.getuid())
        if same and set(gates) <= set(one.gates) and bool(gates) == bool(one.gates):
            raise UsageError(f"you have said so already ({ago(one.at)})")
    body: dict[str, Json] = {
        "model": version.model,
        "version_id": version.id,
        "version": version.number,
        "alias": alias,
        "reason": reason,
    }
    if not gates:
        return workspace.decisions.append(resolved.project.key, APPROVE, body)
    return workspace.decisions.append(resolved.project.key, ALLOW, {**body, "gates": list(gates)})
