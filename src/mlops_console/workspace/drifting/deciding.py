"""What people say of monitors: that an alarm was seen, that they ask nobody until then; with a reason."""

import time
from typing import TYPE_CHECKING, Final

from mlops_console.display import minute, safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.event import ACKNOWLEDGE, MUTE, Event
from mlops_console.wishes.known import nearest
from mlops_console.workspace.deciding.moving import reason_of
from mlops_console.workspace.drifting.monitors import Watched, still
from mlops_console.workspace.drifting.renewing import caution, pin_reference, unpin_reference
from mlops_console.workspace.drifting.states.listing import state
from mlops_console.workspace.drifting.states.model import Health
from mlops_console.workspace.ending import in_the_future

if TYPE_CHECKING:
    from mlops_console.journal.registry import Registry
    from mlops_console.records import Json
    from mlops_console.workspace.drifting.standing import Told
    from mlops_console.workspace.opening import Workspace

__all__ = ["acknowledge", "caution", "features_of", "mute", "pin_reference", "unpin_reference"]

ASKING: Final[frozenset[Health]] = frozenset({"harmful", "drift", "unjudged", "stale"})
"""What can be acknowledged: what asks for somebody."""


def acknowledge(workspace: "Workspace", watched: Watched, reason: str) -> Event:
    """Say that what a monitor says now was seen: nothing is asked again until it is worse or another alarm.

    Raises:
        UsageError: It says nothing that asks for it, there is no such monitor, or there is no reason.
        JournalError: It can't be written.
    """
    reason = reason_of(reason)
    watched = still(watched)
    now = state(workspace, watched.project.key, watched.name)
    if now.health not in ASKING:
        name, says = safe_text(watched.name, 80), safe_text(now.because, 300)
        raise UsageError(f"{name} raises no alarm, there is nothing to acknowledge: {says}")
    if (seen := now.acknowledged) is not None:
        by, why = safe_text(seen.by, 80), safe_text(seen.reason, 300)
        said = (
            f"{by} acknowledged this alarm of {safe_text(watched.name, 80)} on {minute(seen.at)} UTC: {why}"
        )
        raise UsageError(said, "it asks again as soon as it is worse, or another alarm")
    newest = now.standing.newest
    body: dict[str, Json] = {
        "monitor": watched.name,
        "window": newest.judged.window if newest is not None else "",
        "start": newest.judged.start if newest is not None else None,
        "verdict": newest.verdict if newest is not None else "NOT JUDGED",
        "model": newest.model.verdict if newest is not None and newest.model is not None else None,
        "features": drifting_of(newest) if newest is not None else [],
        "reason": reason,
    }
    return workspace.decisions.append(watched.project.key, ACKNOWLEDGE, body)


def drifting_of(window: "Told") -> "list[Json]":
    """The names of the features that say DRIFT in a window."""
    return [one.measured.name for one in window.features if one.verdict == "DRIFT"]


def mute(
    workspace: "Workspace", watched: Watched, until_us: int | None, reason: str, feature: str = ""
) -> Event:
    """Have a monitor, or one feature of it, ask nobody until then; None: no longer.

    Args:
        workspace: The workspace.
        watched: The monitor.
        until_us: Epoch microseconds; None takes the mute back.
        reason: Why; stays in the journal.
        feature: Empty: all of it.

    Raises:
        UsageError: The end is past, there is no such monitor or feature, it is not muted, or no reason.
        JournalError: It can't be written.
    """
    reason = reason_of(reason)
    watched = still(watched)
    check = None
    if until_us is None:

        def check(registry: "Registry") -> None:
            _muted(registry, watched, feature)

    else:
        in_the_future(until_us)
        if feature:
            _feature_known(workspace, watched, feature)
    body: dict[str, Json] = {
        "monitor": watched.name,
        "feature": feature,
        "until": until_us,
        "reason": reason,
    }
    return workspace.decisions.append(watched.project.key, MUTE, body, check=check)


def features_of(workspace: "Workspace", watched: Watched) -> tuple[str, ...]:
    """The features that its newest window has, or that its file names."""
    newest = state(workspace, watched.project.key, watched.name).standing.newest
    found = [one.measured.name for one in newest.features] if newest is not None else []
    return tuple(dict.fromkeys((*found, *watched.monitor.features)))


def _feature_known(workspace: "Workspace", watched: Watched, feature: str) -> None:
    known = features_of(workspace, watched)
    if feature in known:
        return
    name = safe_text(watched.name, 80)
    if not known:
        raise UsageError(
            f"the features of {name} are not known before a window of it is judged",
            f"mlops-console drift check {name}",
        )
    near = nearest(feature, known)
    listed = ", ".join(safe_text(one, 60) for one in known[:12]) + (", …" if len(known) > 12 else "")
    hint = f"did you mean `{safe_text(near, 80)}`?" if near else f"known here: {listed}"
    raise UsageError(f"{name} has no feature {safe_text(feature, 80)}", hint)


def _muted(registry: "Registry", watched: Watched, feature: str) -> None:
    """UsageError where nothing is muted."""
    said, now = registry.monitors.get(watched.name), time.time_ns() // 1_000
    if said is not None and said.muted(now, feature) is not None:
        return
    name = safe_text(watched.name, 80)
    what = f"{safe_text(feature, 80)} of {name}" if feature else name
    others = {one.feature for one in said.mutes} if said is not None else set()
    muted = [one for one in sorted(others) if said is not None and said.muted(now, one) is not None]
    features = ", ".join(safe_text(one, 60) for one in muted[:12] if one)
    hint = f"muted of it: {features} (--feature)" if features else "all of it is" if muted else ""
    raise UsageError(f"{what} is not muted", hint)
