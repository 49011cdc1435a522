"""`mlops-console compare RUN RUN...`: which is better, by how much, how sure."""

import re
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING, Final

from mlops_console.cli.printing import Progress, out, out_json, say, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from mlops_console.comparison.model import Judgement
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.comparing.model import Asked, At
    from mlops_console.workspace.comparing.report import Report

EPILOG = """\
Each run is held against the base, the first one unless --base names another. With --by, runs are grouped by a
param, a tag (tag:NAME) or a field (group, host), and --base is a value of it; --by config takes each run
together with the runs of the same params and other seeds. Runs with the same seed or fold are pairs.
Judged is the metric named by --metric (which may be repeated), else the likeliest that all have. Values are
the last ones unless --at says otherwise. Goals are told by the metric's name; --goal says them for once.
--json prints one object: {"base", "subjects", "runs", "params", "metrics", "differences", "comparisons",
"sentence", ...}; "comparisons" holds {"metric", "a", "b", "difference" (b minus a), "ci", "p", "p_holm",
"effect_size", "n_a", "n_b", "test", "verdict" (of b: better, worse, equivalent, not shown to differ),
"because", ...}. "a" and "b" are ids of runs, or values of the group.
--html and --markdown write the whole report to files beside whatever is printed; a file that is there stays
as it is unless --force is said.
--check exits 0 if every run compared is better than the base on every judged metric, 1 if that is not shown,
2 if nothing can be said about one of them, or nobody said which way its metric is better."""
BETTER, NOT_SHOWN, NOT_JUDGED = 0, 1, 2
_MOST: Final = 5000


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("runs", metavar="RUN", nargs="*", help="a run's id, its beginning, path or name")
    parser.add_argument("--base", metavar="RUN", help="what the others are held against (a value, with --by)")
    parser.add_argument(
        "--by", metavar="PARAM", help="group the runs by this param, tag or field, or `config`"
    )
    parser.add_argument("--metric", metavar="KEY", action="append", default=[], help="judge by this metric")
    parser.add_argument("--margin", metavar="X", type=_positive, help="differences up to this don't matter")
    parser.add_argument("--goal", choices=("min", "max"), help="which way the judged metrics are better")
    parser.add_argument("--where", metavar="FILTER", help="compare the runs that this filter lets through")
    parser.add_argument("--at", metavar="WHEN", type=_at, default="last", help="last, best, area, or a step")
    parser.add_argument("--key", metavar="COLUMN", help="the column of predictions that names the row")
    parser.add_argument(
        "--label", metavar="COLUMN", help="the column of predictions that says what came true"
    )
    parser.add_argument("--score", metavar="COLUMN", help="the column of predictions that a model said")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object on stdout")
    form.add_argument("--csv", action="store_true", help="metrics and judgements, a line each")
    parser.add_argument("--html", metavar="FILE", help="write a report as one HTML file, with charts")
    parser.add_argument("--markdown", metavar="FILE", help="write a report in Markdown (- for stdout)")
    parser.add_argument("--force", action="store_true", help="write reports over files that are there")
    parser.add_argument("--check", action="store_true", help="say by the exit code whether it is better")


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"{text!r} is no number above 0")
    return value


def _at(text: str) -> "At":
    match text:
        case "last" | "best" | "area":
            return text
        case _ if re.fullmatch(r"-?[0-9]{1,18}", text):
            return int(text)
        case _:
            raise ArgumentTypeError(f"{text!r} is none of last, best, area or a step")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.comparing.reporting import report

    files = _files(asked)
    with open_workspace((), asked.store) as workspace:
        tell_notices(workspace)
        progress = Progress()
        try:
            found = report(workspace, _asked(workspace, asked), progress)
            if asked.html is not None:
                from mlops_console.workspace.comparing.drawn import with_curves

                found = with_curves(workspace, found)
        finally:
            progress.done()
    # Files first: whoever reads a pipe may leave early.
    for form, path in files.items():
        from mlops_console.workspace.comparing.handing_over import write

        write(path, _document(form, found), force=asked.force)
        say(f"wrote {safe_text(str(path))}")
    _print(asked, found)
    return verdict(found) if asked.check else 0


def _files(asked: Namespace) -> "dict[str, Path]":
    """The reports to write, each known to have a place."""
    from pathlib import Path

    from mlops_console.workspace.comparing.handing_over import writable

    if asked.markdown == "-" and (asked.json or asked.csv):
        raise UsageError("--markdown - and another form on stdout can't be told apart", "name a file for it")
    named = {"html": asked.html, "markdown": None if asked.markdown == "-" else asked.markdown}
    files = {form: Path(name) for form, name in named.items() if name is not None}
    for path in files.values():
        writable(path, force=asked.force)
    if len(set(files.values())) < len(files):
        raise UsageError("two reports can't be written to one file", "name another for one of them")
    return files


def _document(form: str, found: "Report") -> str:
    if form == "html":
        from mlops_console.workspace.comparing.html import html

        return html(found)
    from mlops_console.workspace.comparing.markdown import markdown

    return markdown(found)


def _print(asked: Namespace, found: "Report") -> None:
    if asked.json:
        out_json(found.as_json())
    elif asked.csv:
        from mlops_console.cli.compare_csv import csv_lines

        sys.stdout.writelines(csv_lines(found))
    elif asked.markdown == "-":
        for line in _document("markdown", found).splitlines():
            out(line)
    else:
        from mlops_console.cli.compare_text import lines

        for line in lines(found):
            out(line)


def _asked(workspace: "Workspace", asked: Namespace) -> "Asked":
    from mlops_console.cli.choosing import filtered
    from mlops_console.workspace.comparing.model import Asked, Columns
    from mlops_console.workspace.details import resolve

    ids = [resolve(workspace, name) for name in asked.runs]
    if asked.where:
        # The oldest first: what there was before is what the others are held against.
        ids += filtered(workspace, asked.where, _MOST)
    if not ids:
        raise UsageError("no runs are named", "name two or more, or let --where choose them")
    return Asked(
        tuple(ids), asked.by, asked.base, tuple(asked.metric),
        at=asked.at, margin=asked.margin, goal=asked.goal,
        columns=Columns(asked.key, asked.label, asked.score),
    )  # fmt: skip


def verdict(report: "Report") -> int:
    """The exit code of `--check`."""
    from mlops_console.workspace.comparing.judging import tells

    comparison, judged = report.comparison, report.judged
    found = [judged.primary(metric, other) for metric in comparison.judged for other in comparison.others]
    if not found or any(one is None or not tells(one) or _aimless(one) for one in found):
        return NOT_JUDGED
    return BETTER if all(one is not None and one.verdict == "better" for one in found) else NOT_SHOWN


def _aimless(one: "Judgement") -> bool:
    """Whether nobody said which way is better, so that no result could be called better."""
    return one.goal is None and one.verdict != "equivalent"
