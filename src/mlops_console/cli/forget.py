"""`mlops-console forget RUN...`: take runs out of the store."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.cli.printing import out, say, tell_notices
from mlops_console.display import count, minute, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Forgotten

EPILOG = """\
Forgotten runs leave the store and stay away, also when their folder is read again. Their files are not
touched. --undo lets them back in, named by id, its beginning, path or name: they return with the next scan
of their folder. --undo without RUN lists what was forgotten. `mlops-console unwatch` is for whole folders."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("runs", metavar="RUN", nargs="*", help="a run's id, its beginning, path or name")
    parser.add_argument("--yes", "-y", action="store_true", help="don't ask")
    parser.add_argument("--undo", action="store_true", help="let forgotten runs come back, or list them")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.details import details, resolve

    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        if asked.undo:
            return _undo(workspace, asked.runs) if asked.runs else _list(workspace)
        if not asked.runs:
            raise UsageError("name the runs to forget", "`mlops-console runs` lists them")
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
    known = workspace.forgotten()
    meant = list(dict.fromkeys(_meant(known, name) for name in names))
    workspace.recall([one.id for one in meant])
    for one in meant:
        out(f"{one.id}  {safe_text(one.name)}  may come back: scan {safe_text(one.root or 'its folder')}")
    return 0


def _meant(known: "Sequence[Forgotten]", name: str) -> "Forgotten":
    for fits in (
        [one for one in known if name in (one.id, one.path, one.name)],
        [one for one in known if name and one.id.startswith(name)],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            which = ", ".join(f"{one.id} ({safe_text(one.path, 40)})" for one in fits)
            raise UsageError(f"{safe_text(name, 80)!r} names several forgotten runs", f"say which: {which}")
    raise UsageError(
        f"no run {safe_text(name, 80)!r} was forgotten", "`mlops-console forget --undo` lists those that were"
    )


def _list(workspace: "Workspace") -> int:
    known = workspace.forgotten()
    for one in known:
        out(f"{one.id}  {minute(one.at)} UTC  {safe_text(one.name)}  {safe_text(one.root)}".rstrip())
    if not known:
        say("No run was forgotten.")
    return 0
