"""`mlops-console forget RUN...`: take runs out of the store."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.cli.printing import out, say, tell_notices
from mlops_console.display import count, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.details import RunDetail

EPILOG = """\
Forgotten runs leave the store and stay away, also when their folder is read again. Their files are not
touched. --undo lets them back in: they return with the next scan of their folder."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("runs", metavar="RUN", nargs="+", help="a run's id, its beginning, path or name")
    parser.add_argument("--yes", "-y", action="store_true", help="don't ask")
    parser.add_argument("--undo", action="store_true", help="let forgotten runs (by id) come back")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import details, resolve

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        if asked.undo:
            return _undo(workspace, asked.runs)
        ids = list(dict.fromkeys(resolve(workspace, name) for name in asked.runs))
        found = list(details(workspace, ids))
        if not asked.yes and sys.stdin.isatty() and not _agreed(found):
            say("Nothing was forgotten.")
            return 2
        workspace.forget(ids)
    for one in found:
        out(f"forgot {one.id}  {safe_text(one.name or one.path)}")
    return 0


def _agreed(runs: "Sequence[RunDetail]") -> bool:
    for one in runs[:20]:
        say(f"  {one.id}  {safe_text(one.name or one.path)}  {one.status}")
    if len(runs) > 20:
        say(f"  and {count(len(runs) - 20)} more")
    what = "this run" if len(runs) == 1 else f"these {count(len(runs))} runs"
    sys.stderr.write(f"Forget {what}? Files are not touched. [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _undo(workspace: "Workspace", names: Sequence[str]) -> int:
    back = workspace.recall(names)
    if not back:
        raise UsageError("none of these runs was forgotten", "name them by id")
    for run_id in back:
        out(f"{run_id} may come back: scan its folder")
    return 0
