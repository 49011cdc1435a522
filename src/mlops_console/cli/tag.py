"""`mlops-console tag RUN... TAG[=VALUE]`: give runs a tag, or take it away."""

from argparse import ArgumentParser, Namespace

from mlops_console.cli.printing import out, tell_notices
from mlops_console.display import safe_text

EPILOG = """\
Tags are kept beside the store, not in the run's files; they are found by `--where tag:TAG`, stand in the tags
of `runs --json`, and win over a tag of the same name that the run's tool wrote."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("runs", metavar="RUN", nargs="+", help="a run's id, its beginning, path or name")
    parser.add_argument("tag", metavar="TAG[=VALUE]", help="the tag")
    parser.add_argument("--remove", action="store_true", help="take the tag away")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import details, resolve
    from mlops_console.workspace.notes import tag, user_tags

    name, _, value = asked.tag.partition("=")
    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        ids = list(dict.fromkeys(resolve(workspace, run) for run in asked.runs))
        tag(workspace, ids, name, value, on=not asked.remove)
        for one in details(workspace, ids):
            given = user_tags(workspace, one.id)
            tags = "  ".join(safe_text(f"{key}={text}" if text else key) for key, text in given.items())
            out(f"{one.id}  {safe_text(one.name or one.path)}  {tags}".rstrip())
    return 0
