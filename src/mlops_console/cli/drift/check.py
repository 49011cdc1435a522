"""`mlops-console drift check [MONITOR...]`: judge what is new, and say how the monitors stand."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console.cli.drift.check_text import lines
from mlops_console.cli.drift.monitored import meant, project_argument, references
from mlops_console.cli.printing import Progress, out, out_json, say
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_console.settings import Places
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.drifting.referring import References
    from mlops_console.workspace.drifting.standing import Standing

EPILOG = """\
Windows that are complete and not judged yet are judged, in order; what an open console or another check has
judged is taken from there. Then each monitor stands as its newest complete window does:
  0  nothing says DRIFT
  1  a monitor raises an alarm: its newest window says DRIFT, confirmed as `confirm` asks, or labels say that
     its model is HARMFUL; also where others could not be judged
  2  a monitor could not be judged: no data, no reference, a mistake in the file, TOO FEW ROWS
--json prints a line per monitor: {"project", "monitor", "model", "owner", "code", "verdict", "alarm",
"because", "confirm", "since", "window": {"window", "start", "end", "rows", "verdict", "moved", "ranked_by",
"domain", "model", "segments", "reference", "by", "host", "at", ...}, "thresholds", "awaited", "action",
"problems"}; the same line as long as nothing is new."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("monitors", metavar="MONITOR", nargs="*", help="only these (default: all)")
    project_argument(parser)
    parser.add_argument(
        "--quiet", "-q", action="store_true", help="print only monitors with an alarm or a problem"
    )
    parser.add_argument(
        "--again", action="store_true",
        help="also judge windows anew that were judged by another reference or other columns",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout, one per monitor")


def run(asked: Namespace) -> int:
    """Do it."""
    asked_for = meant(asked, asked.monitors)
    several = len({one.project.key for one in asked_for.monitors}) > 1
    codes = {2} if asked_for.lost else set()
    private: set[str] = set()
    with references(asked, asked_for.monitors) as refer:
        for watched in asked_for.monitors:
            one = _standing(watched, asked_for.where, refer, private, again=asked.again)
            codes.add(one.code)
            if asked.quiet and not one.code and not asked.json:
                continue
            if asked.json:
                from mlops_console.workspace.drifting.standing_json import standing_json

                out_json(standing_json(one))
                continue
            for line in lines(one, several=several):
                out(line)
            for problem in one.problems:
                say(safe_text(f"{watched.name}: {problem}", 4096))
    for root in sorted(private):
        say(
            f"{safe_text(root, 4096)} can't be written by you: these verdicts are kept among your own files"
            " and count for nobody else"
        )
    return 1 if 1 in codes else 2 if 2 in codes else 0


def _standing(
    watched: "Watched", where: "Places", refer: "References", private: set[str], *, again: bool
) -> "Standing":
    """One monitor, judged; what goes wrong in it is its own.

    Its project's root goes into `private` where a verdict could not be kept in the project.
    """
    from dataclasses import replace

    from mlops_console.errors import ConsoleError
    from mlops_console.workspace.drifting.checking import judge, look, without_damaged
    from mlops_console.workspace.drifting.standing import Standing, standing

    progress = Progress()
    try:
        damaged: tuple[str, ...] = ()
        while True:
            found = look(watched, where, refer, again=again)
            for place, new in enumerate(found.new):
                progress(f"{watched.name}: {new.window.name} ({place + 1} of {len(found.new)})")
                judge(found, new, _work)
            if found.folder.private:
                private.add(watched.project.root)
            one = standing(found, refer.importance(watched))
            again_damaged = without_damaged(found)
            if not again_damaged:
                return replace(one, problems=(*damaged, *one.problems))
            damaged = tuple(dict.fromkeys((*damaged, *again_damaged)))
    except ConsoleError as error:
        return Standing(watched, None, 2, f"{str(error).rstrip('.')}.")
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else watched.monitor.current
        why = (error.strerror or type(error).__name__).lower()
        return Standing(watched, None, 2, f"{name} can't be read: {why}.")
    finally:
        progress.done()


def _work(name: str, given: "dict[str, Any]") -> "Mapping[str, Any]":
    """In this process: a command is nobody's interface."""
    import json

    from mlops_console.analysis.jobs import function

    found: Mapping[str, Any] = json.loads(function(name)(request=given))
    return found
