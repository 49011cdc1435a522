"""`mlops-console retract MODEL@VERSION`: withdraw a version, so that it takes no alias; or its baseline."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import iso, safe_text

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.models import Resolved

EPILOG = """\
The version, its files and all that was recorded stay; it can't be promoted, approved or rolled back to.
Refused while an alias stands on it. An approval is taken back by `approve --withdraw`, a move by `rollback`.
With --baseline the version stays, and the newest baseline that was pinned to it is taken back (or the one
whose SHA-256 begins so): the one before it holds again. `drift baseline MODEL` lists them.
--json prints the object that `promote` does; with --baseline {"project", "model", "version", "event", "at",
"by", "baseline" (its SHA-256), "holds" (the SHA-256 of the one that does now, or null), "reason", "notes"}.
Exit codes: 0 done (or withdrawn before); 2 not done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3")
    parser.add_argument(
        "--baseline", metavar="SHA256", nargs="?", const="",
        help="take its baseline back instead: the newest, or the one that begins so",
    )  # fmt: skip
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.decided import tell
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.consenting import retract
    from mlops_console.workspace.deciding.moving import reason_of
    from mlops_console.workspace.models import resolve

    reason = reason_of(asked.reason)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        found = resolve(workspace, asked.version, asked.project)
        if asked.baseline is not None:
            return _baseline(workspace, found, reason, asked)
        outcome = retract(workspace, found, reason)
        words = f"withdrawn: {safe_text(found.version.label)}"
        return tell(outcome, found.project, found.model.name, "", words, asked.json)


def _baseline(workspace: "Workspace", found: "Resolved", reason: str, asked: Namespace) -> int:
    from mlops_console.workspace.baselines.retracting import retract_baseline
    from mlops_console.workspace.deciding.moving import again, private_note

    event, gone = retract_baseline(workspace, found, reason, asked.baseline)
    holds = again(workspace, found).version.baseline
    notes = private_note(workspace, found.project)
    if asked.json:
        out_json(
            {
                "project": found.project.name,
                "model": found.model.name,
                "version": found.version.number,
                "event": event.id,
                "at": iso(event.at),
                "by": event.by,
                "baseline": gone.sha256,
                "holds": holds.sha256 if holds is not None else None,
                "reason": reason,
                "notes": list(notes),
            }
        )
    else:
        now = f"{holds.sha256[:12]} holds again" if holds is not None else "it has none now"
        out(f"{safe_text(found.version.label)}  baseline {gone.sha256[:12]} taken back: {now}")
    for note in notes:
        say(safe_text(note, 2_000))
    return 0
