"""`mlops-console drift propose MONITOR`: what could be done about a model that is harmed."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlops_console.cli.drift.monitored import project_argument, verdict
from mlops_console.cli.printing import coloured, out, out_json, say
from mlops_console.display import safe_text

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace.diagnosing.proposing import Proposal, Step

EPILOG = """\
Where the newest labels of a monitor say that its model is harmed, or without labels an estimate of its newest
window does: look at the source, train anew on what, roll back to which version, collect which labels, each
with what speaks for it and against it, and the command that does it. Nothing is done.
--json prints {"project", "monitor", "version", "window", "because", "sure", "steps": [{"way", "what",
"advised", "because", "against", "command", "cwd", "start"}]}; "steps" is null where nothing is proposed.
"command" does it, in the folder "cwd"; "start" is the command line of mlops-console that begins it, open at
its end where a reason is wanted, null where there is none.
Exit codes: 0 done; 2 it could not be done."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("monitor", metavar="MONITOR", help="its name in mlops-console.toml")
    project_argument(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.cli.drift.said import deciding
    from mlops_console.workspace.diagnosing.proposing import proposal
    from mlops_console.workspace.drifting.states.listing import state

    with deciding(asked, asked.monitor) as (workspace, watched):
        now = state(workspace, watched.project.key, watched.name)
        found = proposal(workspace, now)
        if asked.json:
            out_json(_object(watched.project, watched.name, found))
        elif found is None:
            newest = now.standing.newest
            model = newest.model.verdict if newest is not None and newest.model is not None else "not judged"
            lacking = model in ("UNVERIFIED", "UNKNOWN")
            what = "only labels of these rows can tell more" if lacking else "nothing is to be proposed"
            say(f"{safe_text(watched.name, 120)}: the model is {model}, {what}.")
        else:
            for line in lines(found):
                out(line)
    return 0


def lines(found: "Proposal") -> Iterator[str]:
    """A proposal for people."""
    of = f" of {safe_text(found.version, 120)}" if found.version else ""
    name, window = safe_text(found.monitor, 120), safe_text(found.window, 120)
    yield f"{name}  {verdict('HARMFUL')}{of} in {window}: {safe_text(found.because, 2_048)}"
    for place, step in enumerate(found.steps, 1):
        yield ""
        yield from _step(place, step)


def _step(place: int, step: "Step") -> Iterator[str]:
    doubt = "" if step.advised else "  (more speaks against it)"
    yield coloured(f"{place}. {safe_text(step.what, 512)}", "strong") + doubt
    for sentence in step.because:
        yield f"   + {safe_text(sentence, 512)}"
    for sentence in step.against:
        yield f"   - {safe_text(sentence, 512)}"
    line = step.start or step.command
    if line:
        where = f"   (in {safe_text(step.cwd, 512)})" if step.cwd else ""
        yield f"   $ {safe_text(line, 4_096)}{where}"


def _object(project: "Project", monitor: str, found: "Proposal | None") -> dict[str, Any]:
    if found is None:
        nothing = dict.fromkeys(("version", "window", "because", "sure", "steps"))
        return {"project": project.name, "monitor": monitor, **nothing}
    return {
        "project": project.name, "monitor": monitor, "version": found.version or None, "window": found.window,
        "because": found.because, "sure": found.sure,
        "steps": [
            {
                "way": step.way, "what": step.what, "advised": step.advised, "because": list(step.because),
                "against": list(step.against), "command": step.command or None, "cwd": step.cwd or None,
                "start": step.start or None,
            }
            for step in found.steps
        ],
    }  # fmt: skip
