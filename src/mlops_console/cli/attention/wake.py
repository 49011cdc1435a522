"""`mlops-console attention wake KEY`: have something back that was put off."""

import time
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import out, out_json, tell_notices
from mlops_console.display import iso, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace import Workspace

EPILOG: Final = """\
`mlops-console attention --snoozed` lists what is put off. Also what is over by now can be woken: it is listed
again as soon as it is back.
--json prints {"key", "project", "reason", "by", "at", "event"}."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("key", metavar="KEY", help="of what is put off, or the beginning of it")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.note import tell_private
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.attention.snoozing import wake
    from mlops_console.workspace.deciding.moving import reason_of

    reason = reason_of(asked.reason)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        project, key = _meant(workspace, asked.project, asked.key)
        event = wake(workspace, project.key, key, reason)
        tell_private(workspace, project.key)
    if asked.json:
        out_json({"key": key, "project": project.name, "reason": reason, "by": event.by, "at": iso(event.at),
                  "event": event.id})  # fmt: skip
    else:
        out(f"woken: {safe_text(key, 400)}")
    return 0


def _meant(workspace: "Workspace", name: str | None, key: str) -> "tuple[Project, str]":
    """The project and key of what is put off; UsageError where none or several fit."""
    from mlops_console.workspace.registering.subject import project_of

    now = time.time_ns() // 1_000
    projects = workspace.projects if name is None else [project_of(workspace, name)]
    held = [
        (project, known)
        for project in projects
        for known, said in workspace.decisions.registry(project.key).snoozes.items()
        if said and said[0].until is not None and said[0].until > now
    ]
    fits = [one for one in held if one[1] == key] or [one for one in held if key and one[1].startswith(key)]
    if len(fits) == 1:
        return fits[0]
    shown = safe_text(key, 120)
    if not fits:
        named = ", ".join(safe_text(one, 120) for _, one in held[:8])
        raise UsageError(f"{shown!r} is not snoozed", f"these are: {named}" if held else "nothing is")
    where = ", ".join(f"{safe_text(one, 120)} in {safe_text(project.name, 80)}" for project, one in fits[:8])
    raise UsageError(f"{shown!r} names several that are snoozed", f"say which: {where}")
