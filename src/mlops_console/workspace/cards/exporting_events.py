"""The events that concern a version, and their files byte for byte."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath
from mlops_console.display import safe_text
from mlops_console.errors import JournalError
from mlops_console.journal.event import DEPLOYED, REGISTER, RETRACT
from mlops_console.journal.places import month_of, place_of
from mlops_console.journal.ulid import milliseconds_of

if TYPE_CHECKING:
    from mlops_console.journal.event import Event
    from mlops_console.records import Project
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

_LIMIT: Final = 8 << 20
_FOLDER: Final = "journal"


def concerning(workspace: "Workspace", resolved: "Resolved") -> "list[Event]":
    """In their order: what was decided about it, its deployments, what took any of it back, its ancestors."""
    events = workspace.decisions.events(resolved.project.key)
    own = resolved.version.id
    chosen: set[str] = {*_ancestors(events, own)}
    for event in events:
        if own in _versions(event.body):
            chosen.add(event.id)
    # What refers to a chosen event comes after it.
    for event in events:
        if event.kind in (DEPLOYED, RETRACT) and _refers(event.body) & chosen:
            chosen.add(event.id)
    return [event for event in events if event.id in chosen]


def _ancestors(events: "Iterable[Event]", version_id: str) -> set[str]:
    """What registered it, what it was fine-tuned from, and so on back."""
    registered = {event.id: event for event in events if event.kind == REGISTER}
    found: set[str] = set()
    at: str | None = version_id
    while at is not None and at in registered and at not in found:
        found.add(at)
        parent = registered[at].body.get("from")
        before = parent.get("version_id") if isinstance(parent, Mapping) else None
        at = before if isinstance(before, str) else None
    return found


def _versions(body: Mapping[str, Any]) -> set[str]:
    subject = body.get("subject")
    inner = subject.get("version_id") if isinstance(subject, Mapping) else None
    said = (body.get("version_id"), body.get("from_version_id"), inner)
    return {one for one in said if isinstance(one, str)}


def _refers(body: Mapping[str, Any]) -> set[str]:
    return {one for one in (body.get("deploy"), body.get("event")) if isinstance(one, str)}


def event_file(workspace: "Workspace", project: "Project", event: "Event") -> tuple[str, bytes]:
    """Where an event's file goes in an export, and its bytes as they lie in the journal.

    Raises:
        JournalError: The file is gone, or not what was read.
    """
    month = month_of(milliseconds_of(event.id))
    name = f"{event.id}-{event.uid}.json"
    for folder in place_of(project.root, project.key, workspace.places).folders:
        try:
            data = beneath.read_small(folder.root, f"{folder.below}/{month}/{name}", _LIMIT)
        except OSError:
            continue
        if sha256(data).hexdigest() == event.sha256:
            return f"{_FOLDER}/{month}/{name}", data
    raise JournalError(
        f"the event {safe_text(event.id, 40)} is not in the journal as it was read",
        "`mlops-console audit verify` tells what is wrong with the journal",
    )
