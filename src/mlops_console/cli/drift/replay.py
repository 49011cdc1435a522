"""`mlops-console drift replay MONITOR`: other thresholds, tried over the stored windows."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING

from mlops_console.cli.drift.monitored import meant, project_argument, references, verdict
from mlops_console.cli.printing import out, out_json, say, table
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.drifting.replaying import Proposal, Replayed, Stored

EPILOG = """\
No data is read and nothing is changed: what the windows measured is judged by other thresholds, beside those
that hold. What is decided then is written into mlops-console.toml by hand.
  mlops-console drift replay churn --drift 0.15 --feature amount=0.2
  mlops-console drift replay churn --quiet-for 2013-04
--quiet-for lists what would make that window's alarm go quiet, the smallest change first, and which other
alarms go with it. Certain findings (a column that vanished, another type) no threshold makes quiet.
--json prints a line per window: {"window", "start", "end", "before": {"verdict", "alarm", "moved",
"because"}, "after": {...}, "change": "quiet" | "appears" | null}, with --quiet-for one line: {"quiet_for",
"proposals": [{"keys", "change", "quiet", "alarms_left"}], "why_not"}"""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("monitor", metavar="MONITOR", help="whose windows")
    project_argument(parser)
    parser.add_argument("--drift", type=_share, metavar="X", help="share of rows that moved for DRIFT")
    parser.add_argument("--watch", type=_share, metavar="X", help="and for WATCH")
    parser.add_argument("--q", type=_share, metavar="X", help="false alarms among alarms")
    parser.add_argument(
        "--classifier",
        type=_share,
        metavar="X",
        help="AUC from which on rows that can be told apart are DRIFT",
    )
    parser.add_argument("--confirm", type=_confirm, metavar='"K of N"', help="windows that have to agree")
    parser.add_argument(
        "--feature", type=_feature, action="append", default=[], metavar="NAME=X",
        help="one feature's own share for DRIFT; may be said again",
    )  # fmt: skip
    parser.add_argument("--quiet-for", metavar="WINDOW", help="what would make this window's alarm go quiet")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace.drifting.judged import JudgedFolder
    from mlops_console.workspace.drifting.replaying import Stored, thresholds_with
    from mlops_console.workspace.drifting.standing import held_to
    from mlops_console.workspace.drifting.standing_json import replayed_json

    asked_for = meant(asked, [asked.monitor])
    where, watched = asked_for.where, _one(asked_for.monitors)
    folder = JudgedFolder(watched.project, watched.name, where)
    with references(asked, [watched]) as refer:
        stored = Stored(watched, folder, held_to(refer, watched))
    for problem in folder.problems:
        say(safe_text(f"{watched.name}: {problem}", 4096))
    if not stored.windows:
        raise UsageError(f"no window of {safe_text(watched.name, 80)} is judged", "mlops-console drift check")
    if asked.quiet_for is not None:
        return _quiet(stored, asked.quiet_for, as_json=asked.json)
    by = thresholds_with(
        watched, drift=asked.drift, watch=asked.watch, q=asked.q, classifier=asked.classifier,
        confirm=asked.confirm, features=dict(asked.feature),
    )  # fmt: skip
    replayed = stored.replayed(by)
    if asked.json:
        for one in replayed:
            out_json({"monitor": watched.name, **replayed_json(one)})
        return 0
    for line in _lines(replayed):
        out(line)
    return 0


def _one(found: "Sequence[Watched]") -> "Watched":
    if len(found) > 1:
        words = ", ".join(f"--project {safe_text(one.project.root, 120)}" for one in found[:8])
        raise UsageError("several projects have a monitor of this name", f"say which: {words}")
    return found[0]


def _lines(replayed: "Sequence[Replayed]") -> "Iterator[str]":
    columns = [
        [safe_text(one.before.judged.window, 80) for one in replayed],
        [verdict(one.before.verdict) for one in replayed],
        [verdict(one.after.verdict) for one in replayed],
        ["alarm" if one.before.alarm else "" for one in replayed],
        ["goes quiet" if one.quiet else "appears" if one.appears else "" for one in replayed],
    ]
    yield from table(["window", "holds", "tried", "", ""], columns, [False] * 5)
    before, after = (sum(getattr(one, side).alarm for one in replayed) for side in ("before", "after"))
    yield f"alarms: {before} now, {after} with these thresholds"


def _quiet(stored: "Stored", window: str, *, as_json: bool) -> int:
    from mlops_console.workspace.drifting.standing_json import proposal_json

    found = stored.proposals(window)
    if as_json:
        why = [] if found else list(stored.stubborn(window))
        out_json({"monitor": stored.watched.name, **proposal_json(window, found), "why_not": why})
        return 0
    if not found:
        out(f"No threshold makes {safe_text(window, 80)} go quiet.")
        for sentence in stored.stubborn(window):
            out(f"  {safe_text(sentence, 1024)}")
    for one in found:
        for line in _proposal(one, window):
            out(line)
    return 0


def _proposal(one: "Proposal", window: str) -> "Iterator[str]":
    for key, value in one.keys:
        yield f"{safe_text(key, 160)} = {value}"
    others = [name for name in one.quiet if name != window]
    also = f"; also quiet: {', '.join(safe_text(name, 80) for name in others[:8])}" if others else ""
    more = f" and {len(others) - 8} more" if len(others) > 8 else ""
    yield f"  {one.alarms} {'alarm stays' if one.alarms == 1 else 'alarms stay'}{also}{more}"


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        raise ArgumentTypeError(f"{safe_text(text, 40)!r} is no share above 0 and up to 1")
    return value


def _confirm(text: str) -> tuple[int, int]:
    words = text.split()
    if len(words) == 3 and words[1] == "of" and words[0].isdecimal() and words[2].isdecimal():
        least, last = int(words[0]), int(words[2])
        if 1 <= least <= last <= 50:
            return least, last
    raise ArgumentTypeError(f'{safe_text(text, 40)!r} is not like "2 of 3"')


def _feature(text: str) -> tuple[str, float]:
    name, found, value = text.rpartition("=")
    if not found or not name:
        raise ArgumentTypeError(f"{safe_text(text, 80)!r} is not like amount=0.2")
    return name, _share(value)
