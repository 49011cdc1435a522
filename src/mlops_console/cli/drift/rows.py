"""`mlops-console drift rows MONITOR`: some rows of a part of a window, for people to look at."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from mlops_console.cli.drift.monitored import project_argument
from mlops_console.cli.printing import coloured, out, out_json, say, table
from mlops_console.display import count, safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_console.drift.model import Segment
    from mlops_console.workspace.drifting.segment_rows import SegmentRows
    from mlops_console.workspace.drifting.standing import Told

EPILOG = """\
Reads the files of the window as they are now: up to 20,000 rows of it are looked through, up to 40 shown,
the column that parts the rows first.

  drift rows schedule                              the part that explains most of what moved
  drift rows schedule --segment "origin=EWR"       any level of a column
  drift rows schedule --segment "distance=below 500" --window 2013-05
  drift rows tower --unlabelled                    the rows that lack a label, those that moved first
  drift rows tower --unlabelled --out rows.csv     up to 10,000 of them, for somebody to label

Levels of numbers are intervals, as `drift windows --json` names them. --json prints {"monitor", "project",
"window", "segment": {"by", "level", "feature", "share_ref", "share_cur"}, "columns", "rows", "matching",
"looked", "problems"}; a segment that no window names has null shares.
--unlabelled takes few columns along: key, time, what parts the rows, what moved, what the model said, and the
label, empty. FILE may not be there yet, and only its owner may read it. Its --json prints {"monitor",
"project", "window", "part": {"by", "level", "feature"}, "columns", "rows", "moved", "lacking",
"lacking_moved", "of", "problems"}: the first "moved" of "rows" are of the part that moved; "lacking" rows of
the window's "of" have no label.
Exit codes: 0 done; 2 it could not be done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("monitor", metavar="MONITOR", help="its name in mlops-console.toml")
    parser.add_argument(
        "--segment", metavar="COLUMN=LEVEL", default="", help="which rows (default: those that explain most)"
    )
    parser.add_argument("--unlabelled", action="store_true", help="rows that lack a label, to collect them")
    parser.add_argument("--out", metavar="FILE", default="", help="with --unlabelled: write them, as CSV")
    parser.add_argument("--window", metavar="W", default="", help="a judged window (default: the newest)")
    project_argument(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.drift.said import deciding
    from mlops_console.workspace.drifting.segment_rows import rows_of
    from mlops_console.workspace.drifting.states.listing import windows

    if asked.out and not asked.unlabelled:
        raise UsageError("--out is for the rows that lack a label", "--unlabelled --out FILE")
    if asked.unlabelled and asked.segment:
        raise UsageError("--unlabelled and --segment ask for different rows", "leave one out")
    with deciding(asked, asked.monitor) as (workspace, watched):
        told = _window([one for one in windows(workspace, watched) if not one.superseded], asked.window)
        if asked.unlabelled:
            from mlops_console.cli.drift.rows_unlabelled import tell_unlabelled

            return tell_unlabelled(workspace, watched, told, asked)
        segment = _segment(told, asked.segment)
        found = rows_of(workspace, watched, told.judged, segment)
        if not found.columns:
            name = safe_text(told.judged.window, 80)
            raise UsageError(f"the rows of {name} have no column {safe_text(segment.by, 80)}")
        if asked.json:
            out_json(
                {
                    "monitor": watched.name, "project": watched.project.name, "window": told.judged.window,
                    "segment": _segment_object(told, segment), "columns": list(found.columns),
                    "rows": [list(row) for row in found.rows], "matching": found.matching,
                    "looked": found.looked, "problems": list(found.problems),
                }
            )  # fmt: skip
            return 0
        for line in _lines(told, segment, found):
            out(line)
        for problem in found.problems:
            say(safe_text(problem, 2_000))
    return 0


def _window(windows: "Sequence[Told]", name: str) -> "Told":
    if not windows:
        raise UsageError("no window is judged yet", "mlops-console drift check")
    if not name:
        return windows[-1]
    found = [one for one in windows if one.judged.window == name]
    if not found:
        last = ", ".join(safe_text(one.judged.window, 40) for one in windows[-3:])
        raise UsageError(f"no window {safe_text(name, 80)} is judged", f"the newest are {last}")
    return found[-1]


def _segment(told: "Told", text: str) -> "Segment":
    from mlops_console.drift.model import Segment

    known = told.judged.segments
    if not text:
        if not known:
            name = safe_text(told.judged.window, 80)
            raise UsageError(
                f"no part of the rows explains what moved in {name}", "say which: --segment COLUMN=LEVEL"
            )
        return max(known, key=lambda one: one.explains)
    by, _, level = (part.strip() for part in text.partition("="))
    if not by or not level:
        raise UsageError(f"--segment is {safe_text(text, 80)}", 'a column and its level: "origin=EWR"')
    same = [one for one in known if (one.by, one.level) == (by, level)]
    if same:
        return max(same, key=lambda one: one.explains)
    return Segment("", by, level, 0.0, 0.0, 0.0)


def _segment_object(told: "Told", one: "Segment") -> dict[str, object]:
    known = one in told.judged.segments
    return {
        "by": one.by, "level": one.level, "feature": one.feature or None,
        "share_ref": one.share_ref if known else None, "share_cur": one.share_cur if known else None,
    }  # fmt: skip


def _lines(told: "Told", segment: "Segment", found: "SegmentRows") -> "Iterator[str]":
    what = f"{safe_text(segment.by, 80)} = {safe_text(segment.level, 80)}"
    yield coloured(what, "strong") + f"  in {safe_text(told.judged.window, 80)}"
    if segment.because:
        yield f"  {safe_text(segment.because, 1_000)}"
    shown = f", {len(found.rows)} of them shown" if len(found.rows) < found.matching else ""
    yield f"  {count(found.matching)} of {count(found.looked)} rows looked through{shown}"
    if found.rows:
        columns = [[safe_text(row[at], 40) for row in found.rows] for at in range(len(found.columns))]
        yield from table([safe_text(name, 40) for name in found.columns], columns, [False] * len(columns))
