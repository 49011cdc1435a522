"""`mlops-console drift mute MONITOR`: a monitor, or one feature of it, asks nobody until then."""

from argparse import ArgumentParser, Namespace

from mlops_console.cli.drift.said import reason_arguments
from mlops_console.display import iso
from mlops_console.errors import UsageError

EPILOG = """\
  drift mute loans --until 2026-12-01 --reason "the campaign runs until then"
  drift mute loans --feature car_value --until 7d --reason "ben looks at it"
  drift mute loans --off --reason "the campaign is over"

A muted monitor is judged as before and shown as muted; nobody is asked to look at it. A muted feature raises
no alarm and plays no part in the verdict that asks for somebody; the figures stay. The exit code of
`drift check` knows no mutes.
--until takes a length of time (90m, 12h, 7d, 2w), a day, which lasts until it is over here (2026-12-01,
tomorrow), or a time (2026-12-01T14:05, here; 2026-12-01T14:05Z). Said again, the newest end holds.
--json prints {"project", "monitor", "event", "kind", "at", "by", "feature" (null: all of it), "until" (null:
muted no more), "reason", "notes"}. Exit codes: 0 done; 2 it could not be done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("monitor", metavar="MONITOR", help="its name in mlops-console.toml")
    parser.add_argument("--feature", metavar="F", default="", help="only this feature (default: all of it)")
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--until", metavar="WHEN", help="7d, 2026-12-01, 2026-12-01T14:05")
    end.add_argument("--off", action="store_true", help="mute it no longer")
    reason_arguments(parser)


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.drift.said import deciding, tell
    from mlops_console.workspace.deciding.moving import reason_of
    from mlops_console.workspace.drifting.deciding import mute
    from mlops_console.workspace.ending import until

    if not asked.off and asked.until is None:
        raise UsageError("a mute needs an end", "--until 7d | --until 2026-12-01, or --off")
    reason, end = reason_of(asked.reason), None if asked.off else until(asked.until)
    with deciding(asked, asked.monitor) as (workspace, watched):
        event = mute(workspace, watched, end, reason, asked.feature)
        more = {"feature": asked.feature or None, "until": iso(end)}
        return tell(workspace, watched, event, asked.json, more)
