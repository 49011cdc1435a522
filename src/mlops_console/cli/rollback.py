"""`mlops-console rollback MODEL ALIAS --reason TEXT`: put an alias back where it stood before."""

from argparse import ArgumentParser, Namespace

from mlops_console.cli.printing import say, tell_notices
from mlops_console.display import safe_text

EPILOG = """\
No gates are asked, but the version's files must be what was registered: else the one before it
is taken, which is said. Versions that were rolled back from, or withdrawn, are not gone back to.
Rolling back again goes on further.

  rollback churn champion --reason "fraud spike"           to the version that was champion before
  rollback churn champion --to 12 --reason "fraud spike"   to this one, which was champion once

What is deployed is not touched: `deploy MODEL@ALIAS TARGET` follows. --json prints the object that `promote`
does. Exit codes: 0 done; 2 not done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("model", metavar="MODEL", help="a registered model")
    parser.add_argument("alias", metavar="ALIAS", help="the alias to put back")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument("--to", metavar="VERSION", help="a version that the alias stood on once")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.decided import tell, version_words
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.models import resolve_model
    from mlops_console.workspace.promoting.deciding import rollback
    from mlops_console.workspace.promoting.moving import alias_of, reason_of
    from mlops_console.workspace.promoting.plan import serving

    alias, reason = alias_of(asked.alias), reason_of(asked.reason)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        found = resolve_model(workspace, asked.model, asked.project)
        outcome = rollback(workspace, found, alias, reason, to=asked.to)
        name = found.model.name
        words = (
            f"{safe_text(name)} {safe_text(alias)} is {version_words(outcome.version)} again"
            f" (was {version_words(outcome.before)})"
        )
        code = tell(outcome, found.project, name, alias, words, asked.json)
        if outcome.version is not None and not asked.json:
            for one in serving(found.model, alias, outcome.before, outcome.version):
                where = safe_text(one.target, 120)
                serves = f"v{one.version}" if one.version is not None else "another version"
                say(f"{where} still serves {serves}: mlops-console deploy {safe_text(name)}@{alias} {where}")
    return code
