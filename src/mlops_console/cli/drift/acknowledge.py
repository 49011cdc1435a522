"""`mlops-console drift acknowledge MONITOR`: somebody has seen what it says."""

from argparse import ArgumentParser, Namespace

from mlops_console.cli.drift.said import reason_arguments

EPILOG = """\
  drift acknowledge loans --reason "the new car dealers, ana asks them"

Whoever looks at what needs attention is not asked about it again: until it is another alarm, until another
feature drifts, or until labels say that the model is harmed. The verdicts stay as they are, and so does the
exit code of `drift check`. Refused where the monitor asks for nobody.
--json prints {"project", "monitor", "event", "kind", "at", "by", "window", "verdict", "model", "features",
"reason", "notes"}. Exit codes: 0 done; 2 it could not be done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("monitor", metavar="MONITOR", help="its name in mlops-console.toml")
    reason_arguments(parser)


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.drift.said import deciding, tell
    from mlops_console.workspace.deciding.moving import reason_of
    from mlops_console.workspace.drifting.deciding import acknowledge

    reason = reason_of(asked.reason)
    with deciding(asked, asked.monitor) as (workspace, watched):
        event = acknowledge(workspace, watched, reason)
        body = event.body
        more = {
            "window": body["window"] or None,
            "verdict": body["verdict"],
            "model": body["model"],
            "features": body["features"],
        }
        return tell(workspace, watched, event, asked.json, more)
