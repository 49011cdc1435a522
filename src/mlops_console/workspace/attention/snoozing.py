"""Putting off what needs attention, and waking it; with a reason, for everybody who reads the journal."""

import time
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.event import SNOOZE, Event
from mlops_console.workspace.attention.model import Item
from mlops_console.workspace.deciding.moving import reason_of
from mlops_console.workspace.ending import in_the_future

if TYPE_CHECKING:
    from mlops_console.journal.registry import Registry
    from mlops_console.records import Json
    from mlops_console.workspace.opening import Workspace

MOST_WHAT = 1_000
"""Characters that are kept of what an item says."""


def snooze(workspace: "Workspace", project_key: str, item: Item, until_us: int, reason: str) -> Event:
    """Put something off until then; said again, the newest end holds.

    Args:
        workspace: The workspace.
        project_key: Where it is written.
        item: What is put off.
        until_us: Epoch microseconds.
        reason: Why; stays in the journal.

    Raises:
        UsageError: The end is past, or there is no reason.
        JournalError: It can't be written.
    """
    reason = reason_of(reason)
    in_the_future(until_us)
    what = f"{item.subject}: {item.what}" if item.subject else item.what
    body: dict[str, Json] = {
        "item": item.key, "what": what[:MOST_WHAT], "until": until_us, "reason": reason
    }  # fmt: skip
    return workspace.decisions.append(project_key, SNOOZE, body)


def wake(workspace: "Workspace", project_key: str, item_key: str, reason: str) -> Event:
    """Have something that was put off back now.

    Raises:
        UsageError: It is not put off, or there is no reason.
        JournalError: It can't be written.
    """
    reason = reason_of(reason)
    known = workspace.decisions.registry(project_key).snoozes.get(item_key, ())

    def check(registry: "Registry") -> None:
        said = registry.snoozes.get(item_key, ())
        if not said or said[0].until is None or said[0].until <= time.time_ns() // 1_000:
            raise UsageError(f"{safe_text(item_key, 120)} is not snoozed")

    body: dict[str, Json] = {
        "item": item_key, "what": known[0].what if known else "", "until": None, "reason": reason
    }  # fmt: skip
    return workspace.decisions.append(project_key, SNOOZE, body, check=check)
