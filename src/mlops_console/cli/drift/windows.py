"""`mlops-console drift windows [MONITOR]`: the judged windows over time."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from mlops_console.cli.drift.monitored import meant, project_argument, references, title, verdict
from mlops_console.cli.printing import coloured, out, out_json, say, table
from mlops_console.display import count, minute, safe_text, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_console.workspace.drifting.standing import Told

EPILOG = """\
Nothing is judged and no data is read: `mlops-console drift check` does that. Verdicts are by the thresholds
that the file names now. --all also lists windows that were judged anew since (late rows, another reference).
--json prints a line per window: {"monitor", "window", "start", "end", "rows", "verdict", "because", "alarm",
"drifts", "moved": [{"name", "verdict", "effect", "severity", "q", "because"}], "ranked_by",
"domain", "model", "segments",
"reference", "superseded", "by", "host", "at", "labelled_at", "problems"}"""
_NAMED = 3


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("monitors", metavar="MONITOR", nargs="*", help="only these (default: all)")
    project_argument(parser)
    parser.add_argument("--all", action="store_true", help="also windows that were judged anew since")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout, one per window")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace.drifting.judged import JudgedFolder
    from mlops_console.workspace.drifting.standing import held_to, history
    from mlops_console.workspace.drifting.standing_json import window_json

    asked_for = meant(asked, asked.monitors)
    where, found = asked_for.where, asked_for.monitors
    several = len({one.project.key for one in found}) > 1
    with references(asked, found) as refer:
        importance = [refer.importance(watched) for watched in found]
        now = [held_to(refer, watched) for watched in found]
    for place, watched in enumerate(found):
        folder = JudgedFolder(watched.project, watched.name, where)
        told = history(watched, folder, importance[place], now[place])
        windows = [one for one in told if asked.all or not one.superseded]
        for problem in folder.problems:
            say(safe_text(f"{watched.name}: {problem}", 4096))
        if asked.json:
            for one in windows:
                out_json({"monitor": watched.name, "project": watched.project.name, **window_json(one)})
            continue
        if place:
            out("")
        for line in _lines(title(watched, several=several), windows):
            out(line)
    return 0


def _lines(name: str, windows: "Sequence[Told]") -> "Iterator[str]":
    from mlops_console.workspace.drifting.standing import onset_of

    standing = [one for one in windows if not one.superseded]
    onset = onset_of(standing)
    since = ""
    if onset is not None:
        first = f", {safe_text(onset.feature, 120)} first" if onset.feature else ""
        since = f"DRIFT since {safe_text(onset.window, 120)}{first}"
    yield coloured(f"{name}  {since}".rstrip(), "strong")
    if not windows:
        yield "no window is judged: mlops-console drift check"
        return
    columns = [
        [safe_text(one.judged.window, 80) for one in windows],
        [count(one.judged.current.rows) for one in windows],
        [verdict(one.verdict) for one in windows],
        [_alarm(one) for one in windows],
        [verdict(one.model.verdict) if one.model else "-" for one in windows],
        [_moved(one) for one in windows],
        [f"{safe_text(one.judged.by, 40)} {minute(one.judged.at)}" for one in windows],
    ]
    head = ["window", "rows", "verdict", "", "model", "moved", "judged"]
    yield from table(head, columns, [False, True, False, False, False, False, False])


def _alarm(one: "Told") -> str:
    if one.superseded:
        return "judged anew"
    return "alarm" if one.alarm else ""


def _moved(one: "Told") -> str:
    named = [f"{safe_text(each.measured.name, 40)} {share(each.effect)}" for each in one.moved[:_NAMED]]
    more = len(one.moved) - _NAMED
    return ", ".join(named) + (f" +{more}" if more > 0 else "") or "-"
