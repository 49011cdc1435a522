"""Trainings that people started from here: which run, how the others ended, what they print; stopping one."""

import contextlib
import json
import os
import platform
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError, UsageError
from mlops_console.journal.authors import user_name
from mlops_console.journal.event import RETRAINED, Event
from mlops_console.journal.places import Folder
from mlops_console.journal.writing import write_once
from mlops_console.readers.previews.lines import cut
from mlops_console.workspace.deciding.moving import reason_of
from mlops_console.workspace.retraining import folders
from mlops_console.workspace.retraining.model import Seen, State
from mlops_console.workspace.retraining.order import GRACE
from mlops_console.workspace.retraining.printed import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mlops_console.journal.registry import Registry, Retraining
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace

_PATIENCE: Final = GRACE + 20.0
"""Seconds that are waited for the end of a training that was asked to end."""
_TICK: Final = 0.05
_LAST: Final = 4 << 10
"""Bytes in which the last line is looked for."""
_A_LINE: Final = 400
_LIMIT: Final = re.compile(r", at most ([0-9]{1,9}(?:\.[0-9]{1,9})?(?:e\+0[0-7])?) s\)$")
_BEGIN: Final = 64 << 10
"""Bytes of a log's end in which its last lines are looked for first: who follows one asks each second."""
_USUAL: Final = 86_400
UNPRINTED: Final = "it has printed nothing yet"
UNREAD: Final = "nothing that it printed can be read"
"""In place of the log of one that runs, and of one that has ended: that log has a line of ours, at least."""
MOST: Final = 4 << 20
"""Bytes of a log's end that are read."""


def seen(workspace: "Workspace", project_key: str, model: str = "") -> tuple[Seen, ...]:
    """The trainings of a project that were started from here, or of one model of it, the newest first.

    From the journal as it was read last; a lock is tried of those that no end was written of.
    """
    project = _project(workspace, project_key)
    found = [
        look(workspace, project, name, said, tail=place == 0)
        for name, some in said_in(workspace.decisions.registry(project_key), model)
        for place, said in enumerate(some)
    ]
    return tuple(sorted(found, key=lambda one: one.said.event.order, reverse=True))


def find(workspace: "Workspace", project_key: str, model: str, event_id: str = "") -> Seen | None:
    """A training of a model by the id of its event, else the newest; None: there is none."""
    project = _project(workspace, project_key)
    for name, some in said_in(workspace.decisions.registry(project_key), model):
        for said in some:
            if not event_id or said.event.id == event_id:
                return look(workspace, project, name, said)
    return None


def said_in(registry: "Registry", model: str = "") -> "Iterator[tuple[str, tuple[Retraining, ...]]]":
    """What the journal knows of trainings, by model, each the newest first; of one where it is named."""
    if model:
        known = registry.models.get(model)
        some = known.retrainings if known is not None else registry.trainings.get(model, ())
        if some:
            yield model, some
        return
    for name, one in registry.models.items():
        if one.retrainings:
            yield name, one.retrainings
    yield from registry.trainings.items()


def running(workspace: "Workspace", project: "Project", model: str, said: "Retraining") -> bool:
    """Whether a training that no end was written of runs: one try of a lock."""
    here = said.event.host == platform.node()
    return any(
        folders.runs(folders.below(place, model, said.event.id), here=here, uid=said.event.uid)
        for place in folders.places_of(project, workspace.places)
    )


def stop(workspace: "Workspace", seen: Seen, reason: str) -> Event | None:
    """Have a training end, and wait for it: a worker's work.

    Returns:
        The event that says how it ended; None where that was not written down in time.

    Raises:
        UsageError: It does not run any more, somebody else started it, or there is no reason.
        ConsoleError: It could not be asked.
    """
    reason = reason_of(reason)
    workspace.decisions.refresh()
    said, label = seen.said, f"the training of {safe_text(seen.model, 80)}"
    if not _open(workspace, seen) or not running(workspace, seen.project, seen.model, said):
        raise UsageError(f"{label} does not run any more")
    if os.geteuid() not in (said.event.uid, 0):
        by = safe_text(said.event.by, 60)
        raise UsageError(f"{by} started {label}: nobody else can stop it", f"ask {by}, or root")
    place = _folder(workspace, seen.project, seen.model, said.event.id)
    if place is not None:
        _ask(place, reason)
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        workspace.decisions.refresh()
        if not _open(workspace, seen):
            return _end(workspace, seen)
        if not running(workspace, seen.project, seen.model, said):
            # It may have written its end between the two looks.
            workspace.decisions.refresh()
            return _end(workspace, seen)
        time.sleep(_TICK)
    return None


def log_end(seen: Seen, lines: int) -> str:
    """The last lines of what a training printed; empty where nothing is kept.

    Without escape codes; of a line that was drawn over itself (a bar of progress) its last state.
    """
    if seen.log is None:
        return ""
    place, most = _place_of(seen.log, seen.project.root), _BEGIN
    with contextlib.suppress(OSError):
        while True:
            data = folders.tail(place, most)
            found = _lines(data)
            # The first of them may have begun before what was read.
            if len(found) > lines or len(data) < most or most == MOST:
                return "\n".join(found[-lines:]) if lines > 0 else ""
            most = min(4 * most, MOST)
    return ""


def look(
    workspace: "Workspace", project: "Project", model: str, said: "Retraining", *, tail: bool = True
) -> Seen:
    """What is seen of one training; `tail`: also the last line of one that does not run."""
    state = _state(workspace, project, model, said)
    place = _folder(workspace, project, model, said.event.id)
    if said.seconds is not None:
        seconds = said.seconds
    else:
        seconds = max(0.0, time.time() - said.event.at / 1e6) if state == "running" else 0.0
    log = place.path / folders.LOG if place is not None else None
    last = ""
    if place is not None and (tail or state == "running"):
        with contextlib.suppress(OSError):
            found = [one for one in _lines(folders.tail(place, _LAST)) if one.strip() and not _ours(one)]
            last = found[-1][:_A_LINE] if found else ""
    return Seen(project, model, said, state, seconds, log, last)


def _project(workspace: "Workspace", key: str) -> "Project":
    found = next((one for one in workspace.projects if one.key == key), None)
    if found is None:
        raise UsageError(f"there is no project {safe_text(key, 80)!r}")
    return found


def _state(workspace: "Workspace", project: "Project", model: str, said: "Retraining") -> State:
    match said.outcome:
        case "done" | "failed" | "late" | "stopped" as outcome:
            return outcome
        case _:
            runs = running(workspace, project, model, said) or _elsewhere(workspace, project, model, said)
            return "running" if runs else "lost"


def _elsewhere(workspace: "Workspace", project: "Project", model: str, said: "Retraining") -> bool:
    """Whether it may run in another copy of the project, on another machine: nothing of it is here."""
    if said.event.host == platform.node() or _folder(workspace, project, model, said.event.id) is not None:
        return False
    limit = _LIMIT.search(said.command)
    return time.time() < said.event.at / 1e6 + float(limit[1] if limit else _USUAL)


def _folder(workspace: "Workspace", project: "Project", model: str, event_id: str) -> Folder | None:
    """Where a training is kept; None: it is not, or no more."""
    for place in folders.places_of(project, workspace.places):
        one = folders.below(place, model, event_id)
        with contextlib.suppress(OSError):
            one.open().close()
            return one
    return None


def _open(workspace: "Workspace", seen: Seen) -> bool:
    registry = workspace.decisions.registry(seen.project.key)
    found = (one for _, some in said_in(registry, seen.model) for one in some)
    return any(one.event.id == seen.said.event.id and one.outcome == "open" for one in found)


def _end(workspace: "Workspace", seen: Seen) -> Event | None:
    ends = workspace.decisions.events(seen.project.key, kinds=(RETRAINED,))
    return next((one for one in ends if one.body.get("retrain") == seen.said.event.id), None)


def _ask(place: Folder, reason: str) -> None:
    said = {"by": user_name(os.geteuid()), "reason": reason}
    try:
        with place.open() as opened:
            write_once(opened.fd, folders.STOP, json.dumps(said).encode())
    except FileExistsError:
        return  # somebody asked already
    except OSError as error:
        why = (error.strerror or "it failed").lower()
        said_so = f"the training can't be asked to end: {place.shown} can't be written ({why})"
        raise ConsoleError(said_so) from error


def _place_of(log: Path, root: str) -> Folder:
    """The folder of a log: beneath the project, or beneath the user's own."""
    top = Path(root) if log.is_relative_to(root) else log.parents[3]
    return Folder(str(top), str(log.parent.relative_to(top)), str(log.parent))


def _ours(line: str) -> bool:
    return line.startswith(OURS)


def _lines(data: bytes) -> list[str]:
    """As logs are read everywhere: escape codes left out, of a bar of progress its last state."""
    found = cut(data)
    return [*found.lines, *([found.partial] if found.partial else [])]
