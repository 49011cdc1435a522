"""`mlops-console rollback MODEL ALIAS --reason TEXT`: put an alias back where it stood before."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.models import ResolvedModel

EPILOG = """\
No gates are asked, but the version's files must be what was registered: else the one before it
is taken, which is said. Versions that were rolled back from, or withdrawn, are not gone back to.
Rolling back again goes on further.

  rollback churn champion --reason "fraud spike"           to the version that was champion before
  rollback churn champion --to 12 --reason "fraud spike"   to this one, which was champion once
  rollback churn champion --dry-run                        from what to what; nothing is written

What is deployed is not touched: `deploy MODEL@ALIAS TARGET` follows. --json prints the object that `promote`
does; with --dry-run {"project", "model", "alias", "version", "holder", "gates", "notes"}.
Exit codes: 0 done; 2 not done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("model", metavar="MODEL", help="a registered model")
    parser.add_argument("alias", metavar="ALIAS", help="the alias to put back")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument("--to", metavar="VERSION", help="a version that the alias stood on once")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, write nothing")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.decided import tell, version_words
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.deciding import rollback
    from mlops_console.workspace.deciding.moving import alias_of, reason_of
    from mlops_console.workspace.deciding.plan import serving
    from mlops_console.workspace.models import resolve_model

    alias = alias_of(asked.alias)
    reason = "" if asked.dry_run else reason_of(asked.reason)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        found = resolve_model(workspace, asked.model, asked.project)
        if asked.dry_run:
            return _planned(workspace, found, asked)
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


def _planned(workspace: "Workspace", found: "ResolvedModel", asked: Namespace) -> int:
    """Say from what to what it would go, and that the files there are whole: those that aren't are noted."""
    from mlops_console.cli.decided import version_words
    from mlops_console.workspace.deciding.deciding import going_back

    wanted = going_back(workspace, found, asked.alias, to=asked.to)
    holder = next((one for one in found.model.versions if one.id == wanted.seen), None)
    if asked.json:
        out_json({
            "project": wanted.project.name, "model": wanted.model, "alias": wanted.alias,
            "version": wanted.version.number if wanted.version else None,
            "holder": holder.number if holder else None,
            "gates": [one.as_json() for one in wanted.gates], "notes": list(wanted.notes),
        })  # fmt: skip
    else:
        names = f"{safe_text(wanted.model)} {safe_text(wanted.alias)}"
        out(f"{names} would go from {version_words(holder)} back to {version_words(wanted.version)}")
        for one in wanted.gates:
            out(f"  {one.gate} {one.measured}: {safe_text(one.because, 2_000)}")
    for note in wanted.notes:
        say(safe_text(note, 2_000))
    if not asked.json:
        say("Nothing was written.")
    return 0
