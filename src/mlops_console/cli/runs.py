"""`mlops-console runs [FOLDER...]`: list runs."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.cli.failing import MOST
from mlops_console.cli.printing import cells, out, out_json, say, tell_notices
from mlops_console.errors import FilterError, UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.runs import RunFrame, Sort

EPILOG = """\
filters   loss<0.2 status:running lr>=1e-4 name~resnet tag:baseline project:churn -is:archived
          model:lgbm|xgb   lr:1e-4..1e-2   (auc>.9 or f1>.8)   "odd key"<3   age<2h   took>10m
          started>2026-11-01   has:problem   is:gone   param.lr<.1   best.val/loss<.2   bare words
          A bare key is a field (name, status, ...), else a metric's last value, else a param, a summary,
          a tag. Archived runs are hidden unless the filter says is:archived or -is:archived; runs that their
          own tool has deleted are listed while their files are there: -is:deleted leaves them out.
sort      a column or key, ascending; KEY:desc the other way round. `age` counts from now: newest first.
--json    one object a line: id, project, path, source, native_id, name, group, parent, parent_native_id,
          status, status_reason, started, ended, params, tags, metrics, summary, artifacts, models, datasets,
          environment, problems (and gone, archived, deleted where true)"""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument(
        "folders", metavar="FOLDER", nargs="*", type=Path, help="only runs below these folders"
    )
    parser.add_argument(
        "--where", metavar="FILTER", default="", help="only runs that the filter lets through"
    )
    parser.add_argument(
        "--sort", metavar="KEY[:desc]", action="append", default=[], help="order; may be repeated"
    )
    parser.add_argument("--limit", metavar="N", type=_whole, help="at most so many")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="JSON Lines on stdout")
    form.add_argument("--csv", action="store_true", help="CSV with every param, metric and summary on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.runs import NEWEST_FIRST

    sort = sort_keys(asked.sort) or NEWEST_FIRST
    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        places = [_place(workspace, folder) for folder in asked.folders]
        if None not in places:
            workspace.sweep()
            return _print(workspace, asked, sort, [place for place in places if place is not None])
    say("Not read before: scanning first.")
    from mlops_console.cli.scan import scanned

    with open_workspace(asked.folders, asked.store) as workspace:
        scanned(workspace)
        return _print(workspace, asked, sort, [(project.key, "") for project in workspace.projects])


def _print(workspace: "Workspace", asked: Namespace, sort: "Sort", places: list[tuple[str, str]]) -> int:
    from mlops_console.workspace.details import details
    from mlops_console.workspace.runs import RunQuery

    query = RunQuery(asked.where, sort, tuple(dict.fromkeys(key for key, _ in places)), deleted=True)
    frame = _found(workspace, query, places, asked.limit)
    missing = next((folder for folder in asked.folders if not folder.expanduser().exists()), None)
    if missing is not None and not len(frame.ids) and not asked.where:
        shown = display.safe_text(str(missing), MOST)
        raise UsageError(f"there is no folder {shown}", "`mlops-console runs` lists all runs")
    if asked.json:
        from mlops_console.cli.run_json import run_object

        ids = frame.ids.tolist()
        del frame
        workspace.lighten()
        for detail in details(workspace, ids):
            out_json(run_object(detail))
    elif asked.csv:
        from mlops_console.cli.runs_csv import write_csv

        projects, ids = frame.query.projects, frame.ids.tolist()
        del frame
        write_csv(workspace, projects, ids)
    elif len(frame.ids):
        from mlops_console.cli.runs_table import lines

        for line in lines(workspace, frame):
            out(line)
    else:
        say(_nothing(frame, asked))
    return 0


def _found(
    workspace: "Workspace", query: Any, places: Sequence[tuple[str, str]], limit: int | None
) -> "RunFrame":
    from mlops_console.workspace.columns import FIELDS
    from mlops_console.workspace.runs import load

    try:
        frame = load(workspace, query, [FIELDS["path"], FIELDS["project"]])
    except FilterError as error:
        before = display.safe_text(query.where[: error.position], MOST)
        shown = display.safe_text(query.where, MOST)
        raise UsageError(f"{error}\n{shown}\n{' ' * cells(before)}^", error.hint) from error
    inner = [(key, below) for key, below in places if below]
    if inner:
        whole = {key for key, below in places if not below}
        frame = frame.only(
            [
                key in whole or any(key == k and _within(path, below) for k, below in inner)
                for key, path in zip(frame.project_keys(), frame.values["path"], strict=True)
            ]
        )
    return frame if limit is None else frame.only(slice(limit))


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + "/")


def _place(workspace: "Workspace", folder: Path) -> tuple[str, str] | None:
    """(project key, path in it) of a folder that was read before; None for another."""
    try:
        real = os.path.realpath(folder.expanduser(), strict=True)
    except OSError as error:
        gone = os.path.realpath(folder.expanduser())
        known = [p for p in workspace.projects if gone == p.root or gone.startswith(p.root.rstrip("/") + "/")]
        if not known:
            raise UsageError(f"there is no folder {folder}", "`mlops-console runs` lists all runs") from error
        real = gone
    best = max(
        (p for p in workspace.projects if real == p.root or real.startswith(p.root.rstrip("/") + "/")),
        key=lambda project: len(project.root),
        default=None,
    )
    if best is None:
        return None
    return best.key, "" if real == best.root else os.path.relpath(real, best.root)


def sort_keys(asked: Sequence[str]) -> "Sort":
    """(column key, ascending) of `--sort` options; ages sort by the time that they are counted from."""
    keys: list[tuple[str, bool]] = []
    for text in asked:
        key, colon, way = text.rpartition(":")
        if not colon or way not in ("desc", "asc"):
            key, way = text, "asc"
        if not key:
            raise UsageError(f"{text!r} is no sort key", "for example --sort val/loss or --sort started:desc")
        ascending = way == "asc"
        keys.append((key, not ascending if key == "age" else ascending))
    return tuple(keys)


def _nothing(frame: "RunFrame", asked: Namespace) -> str:
    if frame.total and not asked.where and asked.limit != 0:
        below = display.safe_text(", ".join(map(str, asked.folders)), MOST)
        return f"None of {frame.total:,} runs lies below {below}."
    if frame.total:
        return f"None of {frame.total:,} runs is let through by the filter."
    return "No runs yet. Try: mlops-console scan FOLDER"


def _whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


_whole.__name__ = "number"
