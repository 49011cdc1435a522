"""`mlops-console tag RUN... TAG[=VALUE]`: give runs or versions a tag, or take it away."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

from mlops_console.cli.printing import out, tell_notices
from mlops_console.display import safe_text

EPILOG = """\
A RUN may also be a version of a model: churn@3. Tags are kept in the project's journal, where everybody who
works in it sees them; where this user can't write it, among their own files. Those of runs are found by
`--where tag:TAG`, stand in the tags of `runs --json`, and win over a tag of the same name that the run's tool
wrote."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "runs", metavar="RUN", nargs="+", help="a run's id, its beginning, path or name; or MODEL@VERSION"
    )
    parser.add_argument("tag", metavar="TAG[=VALUE]", help="the tag")
    parser.add_argument("--remove", action="store_true", help="take the tag away")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.note import tell_private
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import details
    from mlops_console.workspace.naming_subjects import run_or_version
    from mlops_console.workspace.notes import tag, tag_version, tags_of_version, user_tags

    name, _, value = asked.tag.partition("=")
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        subjects = [run_or_version(workspace, word) for word in asked.runs]
        ids = list(dict.fromkeys(one for one in subjects if isinstance(one, str)))
        versions = {one.version.id: one for one in subjects if not isinstance(one, str)}.values()
        tag(workspace, ids, name, value, on=not asked.remove)
        found = list(details(workspace, ids))
        for one in found:
            given = _shown(user_tags(workspace, one.id))
            out(f"{one.id}  {safe_text(one.name or one.path)}  {given}".rstrip())
        for named in versions:
            tag_version(workspace, named, name, value, on=not asked.remove)
            out(f"{safe_text(named.version.label)}  {_shown(tags_of_version(workspace, named))}".rstrip())
        for key in {*(one.project_key for one in found), *(named.project.key for named in versions)}:
            tell_private(workspace, key)
    return 0


def _shown(given: Mapping[str, str]) -> str:
    return "  ".join(safe_text(f"{key}={text}" if text else key) for key, text in given.items())
