"""`mlops-console retract MODEL@VERSION`: withdraw a version, so that it takes no alias any more."""

from argparse import ArgumentParser, Namespace

from mlops_console.cli.printing import tell_notices
from mlops_console.display import safe_text

EPILOG = """\
The version, its files and all that was recorded stay; it can't be promoted, approved or rolled back to.
Refused while an alias stands on it. An approval is taken back by `approve --withdraw`, a move by `rollback`.
--json prints the object that `promote` does. Exit codes: 0 done (or withdrawn before); 2 not done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@VERSION", help="churn@3")
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
        outcome = retract(workspace, found, reason)
        words = f"withdrawn: {safe_text(found.version.label)}"
        return tell(outcome, found.project, found.model.name, "", words, asked.json)
