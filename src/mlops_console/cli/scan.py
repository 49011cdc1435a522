"""`mlops-console scan FOLDER...`: read everything new once."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_console.cli.printing import Progress, coloured, out, out_json, say, tell_notices
from mlops_console.cli.run_json import problem_object
from mlops_console.display import count, safe_text

if TYPE_CHECKING:
    from mlops_console.ingest import ScanReport
    from mlops_console.workspace import Workspace

SHOWN = 20
EPILOG = """\
--json prints a line per problem, then one for the scan:
  {"kind": "problem", "project", "path", "offset", "what"}
  {"kind": "scan", "projects": [{"key", "name", "root"}], "new", "updated", "unchanged", "problems",
   "files_opened", "seconds"}
new, updated and unchanged count runs. Problems in files are told, and are no reason to fail.
The folders are read, not added to the watched ones: `mlops-console FOLDER` does that."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("folders", metavar="FOLDER", nargs="+", type=Path, help="a project folder")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.problems import problems

    with open_workspace(asked.folders, asked.store) as workspace:
        report = scanned(workspace)
        found = problems(workspace)
        if asked.json:
            for one in found:
                out_json({"kind": "problem", **problem_object(one.problem, one.project)})
            out_json(
                {
                    "kind": "scan",
                    "projects": [{"key": p.key, "name": p.name, "root": p.root} for p in workspace.projects],
                    "new": report.new,
                    "updated": report.updated,
                    "unchanged": report.unchanged,
                    "problems": len(found),
                    "files_opened": report.files_opened,
                    "seconds": round(report.seconds, 3),
                }
            )
            return 0
        out(in_words(report, len(found)))
        for one in found[:SHOWN]:
            place = "" if one.problem.offset is None else f" (byte {count(one.problem.offset)})"
            where = safe_text(f"{one.project}/{one.problem.path}")
            mark = coloured("!", "killed")
            out(f"  {mark} {where}{place}: {safe_text(one.problem.what)}")
        if len(found) > SHOWN:
            out(f"  and {count(len(found) - SHOWN)} more: --json lists them")
    return 0


def scanned(workspace: "Workspace") -> "ScanReport":
    """Read the workspace's projects, with words on stderr."""
    tell_notices(workspace)
    progress = Progress()
    try:
        report = workspace.scan(progress)
    finally:
        progress.done()
    if workspace.store.role == "follower":
        say(
            "Another mlops-console has the store open: it reads its watched folders itself,"
            " and what this scan found is not kept beyond this report."
        )
    return report


def in_words(report: "ScanReport", problems: int) -> str:
    """The report in a sentence."""
    total = report.new + report.updated + report.unchanged
    runs = "no runs found"
    if total:
        kinds = (("new", report.new), ("updated", report.updated), ("unchanged", report.unchanged))
        runs = f"{count(total)} run{'s' if total != 1 else ''}: "
        runs += ", ".join(f"{count(number)} {word}" for word, number in kinds)
    trouble = f"; {count(problems)} problem{'s' if problems != 1 else ''}" if problems else ""
    return f"{runs}{trouble}; {report.seconds:.1f} s"
