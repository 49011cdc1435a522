"""`mlops-console drift reference MONITOR`: hold a monitor against one of its windows, or go back."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console.cli.drift.said import reason_arguments
from mlops_console.cli.printing import Progress, coloured, out, out_json, say, table
from mlops_console.display import day, iso, safe_text
from mlops_console.errors import ConsoleError, UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.monitors import Watched

EPILOG = """\
  drift reference                                      what every monitor is held against, since when and why
  drift reference loans                                of this one
  drift reference loans --reason "prices rose for good"                 the newest judged window from now on
  drift reference loans --window 2026-10 --reason "the first month after"
  drift reference loans --back --reason "it was the sensor"             what mlops-console.toml names again

The rows of the window are made a baseline, as those of versions are, and the windows that an alarm goes by
are judged anew by the next check (an open console does so by itself). It holds as long as the file, and the
alias where it names one, name what they name now: when another version takes the alias, its baseline counts.
--json prints {"project", "monitor", "event", "kind", "at", "by", "window" (null: back), "rows", "sha256",
"reason", "notes"}; of what is only listed a line each {"project", "monitor", "reference", "window", "holds",
"since", "by", "reason", "problem"}. Exit codes: 0 done; 2 it could not be done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("monitor", metavar="MONITOR", nargs="?", help="its name (default: list all)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--window", metavar="W", default="", help="this window (default: the newest judged)")
    which.add_argument("--back", action="store_true", help="what mlops-console.toml names again")
    reason_arguments(parser)


def run(asked: Namespace) -> int:
    """Do it."""
    if asked.monitor is None or not (asked.window or asked.back or asked.reason):
        if asked.window or asked.back or asked.reason:
            raise UsageError("name the monitor", "drift reference MONITOR --reason TEXT")
        return _list(asked)
    from mlops_console.cli.drift.said import deciding, tell
    from mlops_console.workspace.deciding.moving import reason_of
    from mlops_console.workspace.drifting.deciding import caution, pin_reference, unpin_reference

    reason = reason_of(asked.reason)
    with deciding(asked, asked.monitor) as (workspace, watched):
        if asked.back:
            event, notes = unpin_reference(workspace, watched, reason), []
        else:
            said = caution(workspace, watched, asked.window)
            notes, progress = [said] if said else [], Progress()
            try:
                event = pin_reference(workspace, watched, reason, asked.window, progress)
            finally:
                progress.done()
        body = event.body
        more = {"window": body["window"] or None, "rows": body["rows"] or None, "sha256": body["sha256"]}
        code = tell(workspace, watched, event, asked.json, more, notes)
        say(f"The next check judges by it: mlops-console drift check {safe_text(watched.name, 80)}")
        return code


def _list(asked: Namespace) -> int:
    from pathlib import Path

    from mlops_console.cli.drift.monitored import meant
    from mlops_console.workspace import open_workspace

    found = meant(asked, () if asked.monitor is None else (asked.monitor,)).monitors
    if not found:
        return 0
    roots = dict.fromkeys(one.project.root for one in found)
    with open_workspace([Path(root) for root in roots], asked.store) as workspace:
        lines = [_line(workspace, one) for one in found]
    if asked.json:
        for line in lines:
            out_json({key: value for key, value in line.items() if key != "at"})
        return 0
    several = len({one.project.key for one in found}) > 1
    head = ("monitor", "held against", "since", "by", "why")
    cells = [
        (
            safe_text(f"{one['project']}/{one['monitor']}" if several else str(one["monitor"]), 80),
            safe_text(str(one["reference"] or one["problem"]), 100),
            day(one["at"]) if one["holds"] else "-",
            safe_text(str(one["by"]), 40) if one["holds"] else "-",
            safe_text(str(one["reason"]), 200) if one["holds"] else _past(one),
        )
        for one in lines
    ]
    for text in table(head, list(zip(*cells, strict=True)), (False,) * len(head)):
        out(text)
    return 0


def _line(workspace: "Workspace", watched: "Watched") -> dict[str, Any]:
    from mlops_console.workspace.drifting import referring

    said = referring.said(workspace, watched)
    holds = said is not None and referring.standing(workspace, watched) is not None
    name, problem = None, None
    try:
        name = referring.referent(workspace, watched).name
    except ConsoleError as error:
        problem = str(error)
    return {
        "project": watched.project.name,
        "monitor": watched.name,
        "reference": name,
        "window": said.window if said is not None else None,
        "holds": holds,
        "since": iso(said.at) if said is not None else None,
        "at": said.at if said is not None else None,
        "by": said.by if said is not None else None,
        "reason": said.reason if said is not None else None,
        "problem": problem,
    }


def _past(one: "dict[str, Any]") -> str:
    if one["window"] is None:
        return "-"
    return coloured(f"window {safe_text(str(one['window']), 60)} was, until that became another one", "muted")
