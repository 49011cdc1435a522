"""`mlops-console approve MODEL@VERSION ALIAS --reason TEXT`: consent that a version takes an alias."""

from argparse import ArgumentParser, Namespace

from mlops_console.cli.printing import tell_notices
from mlops_console.display import safe_text

EPILOG = """\
Recorded with your user id, which the owner of the event's file proves. It counts once, for this version and
this alias, and never from who registered the version. Nothing moves by it.

  approve churn@3 champion --reason "looked at the slices"
  approve churn@3 champion --gate ece --reason "scores are ranked, never thresholded"
                                       this gate may fail for this move (see `promote`)
  approve churn@3 champion --withdraw --reason "the slices were last month's"
                                       take your approval back; with --gate, what you said of that gate

--json prints the object that `promote` does. Exit codes: 0 done (or said before); 2 not done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3, or churn@challenger")
    parser.add_argument("alias", metavar="ALIAS", help="what it would take")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument(
        "--gate", metavar="GATE", action="append", default=[],
        help="let this gate fail for the move; may be said again",
    )  # fmt: skip
    parser.add_argument("--withdraw", action="store_true", help="take back what you said")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.decided import tell
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.consenting import allow, approve, withdraw
    from mlops_console.workspace.deciding.moving import alias_of, reason_of
    from mlops_console.workspace.models import resolve

    alias, reason = alias_of(asked.alias), reason_of(asked.reason)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        found = resolve(workspace, asked.version, asked.project)
        label = f"{safe_text(found.version.label)} as {safe_text(alias)}"
        gates = ", ".join(safe_text(one, 120) for one in asked.gate)
        if asked.withdraw:
            outcome = withdraw(workspace, found, alias, reason, gates=asked.gate)
            words = f"withdrawn: {f'your word on {gates} for' if gates else 'your approval of'} {label}"
        elif asked.gate:
            outcome = allow(workspace, found, alias, asked.gate, reason)
            words = f"{gates} may fail for {label}"
        else:
            outcome = approve(workspace, found, alias, reason)
            words = f"approved {label}"
        return tell(outcome, found.project, found.model.name, alias, words, asked.json)
