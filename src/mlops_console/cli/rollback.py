"""`mlops-console rollback MODEL ALIAS`: put an alias back on the version before."""

from argparse import ArgumentParser, Namespace

from mlops_console.cli.printing import out_json, tell_notices

EPILOG = """\
Goes back to the last version that the alias stood on and that was not itself taken back from; no gate is asked
but whether its files are still what was registered. What is deployed follows with `mlops-console deploy`.

  rollback churn champion --reason "precision fell at noon"
  rollback churn champion --to 12 --reason "..."

--json prints the object that `promote --json` prints."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("model", metavar="MODEL", help="the model's name")
    parser.add_argument("alias", metavar="ALIAS", help="which alias goes back")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; stays in the journal")
    parser.add_argument("--to", metavar="VERSION", help="to this version, instead of the one before")
    parser.add_argument("--project", metavar="PROJECT", help="the project's name or folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.promote import outcome_object, tell_moved
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.models import resolve_model, version_of
    from mlops_console.workspace.promoting.deciding import rollback

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        found = resolve_model(workspace, asked.model, asked.project)
        to = version_of(found.model, asked.to) if asked.to else None
        done = rollback(workspace, found, asked.alias, asked.reason, to=to)
    if asked.json:
        out_json(outcome_object(done, found.model.name, asked.alias))
    else:
        tell_moved(done, asked.alias)
    return 0
