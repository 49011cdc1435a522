"""`mlops-console retrain MODEL --reason TEXT`: train a model anew, by the project's own command."""

import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from mlops_console import display
from mlops_console.cli.printing import coloured, out, out_json, say, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError, UsageError

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.retraining.model import Plan, Seen

EPILOG = """\
The command stands in mlops-console.toml, and runs once you have trusted its exact text:

  [models.churn.retrain]
  command = ["python", "train.py", "--upto", "{window}"]
  timeout = "6h"                                   # 24h where none is named, 30 days at most

  retrain churn --dry-run                          what would be run, and what is told to it
  retrain churn --reason "harmed since October" --trust
  retrain churn --monitor loans --reason "..."     the window that it answers is that monitor's newest
  retrain --status                                 every training of the project; of one model with its name
  retrain churn --log 20                           the end of what the newest training printed
  retrain churn --stop --reason "wrong rows"       who started it may, and root

It runs in a process of its own, which outlives this command, the terminal and the console; one at a time
for a model. docs/retraining.md has the rest.
--json prints a line per training: {"project", "model", "id", "by", "host", "started", "monitor", "window",
"version", "command", "reason", "state" (running, done, failed, late, stopped, lost), "because", "code",
"ended", "seconds", "log"}; with --dry-run {"project", "model", "command", "argv", "words", "monitor",
"window", "trusted", "why_not"}; with --log {"text"} a line.
Exit codes: 0 done (with --wait: the training is); 1 with --wait or --stop, it ended otherwise; 2 not done."""
_LINES: Final = 50
_LONGEST: Final = 16_384
_TICK: Final = 0.2


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("model", metavar="MODEL", nargs="?", help="registered, or named in the file")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why; it stays in the journal")
    parser.add_argument("--monitor", metavar="M", default="", help="the monitor whose window it answers")
    parser.add_argument("--trust", action="store_true", help="let the command's text run under your name")
    parser.add_argument("--dry-run", action="store_true", help="say what would be run, run nothing")
    parser.add_argument("--wait", action="store_true", help="stay until it has ended")
    parser.add_argument("--status", action="store_true", help="list trainings in place of starting one")
    parser.add_argument(
        "--log", metavar="N", nargs="?", const=_LINES, type=_lines, help="the last lines of what it printed"
    )
    parser.add_argument("--stop", action="store_true", help="end the one that runs")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def _lines(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is no number of lines")
    return int(text)


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace
    from mlops_console.workspace.deciding.moving import reason_of

    ways = [asked.status, asked.log is not None, asked.stop, asked.dry_run]
    if sum(ways) > 1:
        raise UsageError("--status, --log, --stop and --dry-run each go alone")
    if asked.model is None and not asked.status:
        raise UsageError("name a model", 'retrain churn --reason "...", or retrain --status')
    if not any(ways) or asked.stop:
        reason_of(asked.reason)
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        if asked.status:
            return _status(workspace, asked)
        project = _project(workspace, asked)
        if asked.log is not None:
            return _log(workspace, project, asked)
        if asked.stop:
            return _stop(workspace, project, asked)
        return _start(workspace, project, asked)


def _start(workspace: "Workspace", project: "Project", asked: Namespace) -> int:
    from mlops_console.workspace.retraining.planning import plan
    from mlops_console.workspace.retraining.starting import start

    found = plan(workspace, project.key, asked.model, asked.monitor)
    if asked.dry_run:
        _tell_plan(found, asked.json)
        return 0
    if not found.trusted and not found.why_not and not asked.trust:
        for line in _plan_lines(found):
            out(line)
        raise UsageError(
            f"the command that trains {safe_text(found.model, 80)} was never trusted by you: nothing runs",
            "once you have read it: the same again with --trust",
        )
    event = start(workspace, found, asked.reason, trusting=asked.trust)
    begun = _seen(workspace, project, asked.model, event.id)
    if asked.wait:
        return _waited(workspace, begun, asked.json)
    _tell(begun, asked.json)
    if not asked.json:
        name = safe_text(asked.model, 80)
        say(f"It goes on by itself: mlops-console retrain {name} --status, --log, --stop --reason TEXT")
    return 0


def _stop(workspace: "Workspace", project: "Project", asked: Namespace) -> int:
    from mlops_console.workspace.retraining.following import seen, stop

    running = [one for one in seen(workspace, project.key, asked.model) if one.state == "running"]
    if not running:
        raise UsageError(f"no training of {safe_text(asked.model, 80)} runs")
    if stop(workspace, running[0], asked.reason) is None:
        raise ConsoleError("it was asked to end, and has not yet", "retrain MODEL --status tells when it has")
    ended = _seen(workspace, project, asked.model, running[0].said.event.id)
    _tell(ended, asked.json)
    return 0 if ended.state == "stopped" else 1


def _log(workspace: "Workspace", project: "Project", asked: Namespace) -> int:
    from mlops_console.workspace.retraining.following import UNPRINTED, UNREAD, log_end

    newest = _seen(workspace, project, asked.model)
    if newest.log is None:
        raise UsageError(f"what the newest training of {safe_text(asked.model, 80)} printed is not kept")
    said = log_end(newest, asked.log)
    if asked.log and not said:
        say(UNPRINTED if newest.state == "running" else UNREAD)
    for line in said.split("\n") if said else ():
        if asked.json:
            out_json({"text": line})
        else:
            out(safe_text(line.expandtabs(8), _LONGEST))
    return 0


def _status(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.models import project_around
    from mlops_console.workspace.registering.subject import project_of
    from mlops_console.workspace.retraining.following import seen

    around = None if asked.project is not None else project_around(workspace)
    if asked.project is not None:
        projects = [project_of(workspace, asked.project)]
    else:
        projects = [around] if around is not None else list(workspace.projects)
    found = [one for project in projects for one in seen(workspace, project.key, asked.model or "")]
    if asked.wait and found and found[0].state == "running":
        return _waited(workspace, found[0], asked.json)
    for one in found:
        _tell(one, asked.json)
    if not found and not asked.json:
        of_it = f" of {safe_text(asked.model, 80)}" if asked.model else ""
        say(f"No training{of_it} was started from here.")
    return 0


def _waited(workspace: "Workspace", begun: "Seen", as_json: bool) -> int:
    """Stay until it has ended, and tell how."""
    project, event_id = begun.project, begun.said.event.id
    try:
        while begun.state == "running":
            time.sleep(_TICK)
            workspace.decisions.refresh()
            begun = _seen(workspace, project, begun.model, event_id)
    except KeyboardInterrupt:
        say(f"It goes on without you: mlops-console retrain {safe_text(begun.model, 80)} --status")
        raise
    if begun.state == "lost":  # its end may have been written between the two looks
        workspace.decisions.refresh()
        begun = _seen(workspace, project, begun.model, event_id)
    _tell(begun, as_json)
    return 0 if begun.state == "done" else 1


def _seen(workspace: "Workspace", project: "Project", model: str, event_id: str = "") -> "Seen":
    """A training by the id of its event, else the newest."""
    from mlops_console.workspace.retraining.following import find

    found = find(workspace, project.key, model, event_id)
    if found is not None:
        return found
    raise UsageError(f"no training of {safe_text(model, 80)} was started from here")


def _project(workspace: "Workspace", asked: Namespace) -> "Project":
    """The project that is named, the one at hand, else the only one that knows the model."""
    from mlops_console.wishes.reading import read_wishes
    from mlops_console.workspace.models import project_around
    from mlops_console.workspace.registering.subject import project_of

    if asked.project is not None:
        return project_of(workspace, asked.project)
    around = project_around(workspace)
    if around is not None:
        return around
    fits = [
        one
        for one in workspace.projects
        if asked.model in workspace.decisions.registry(one.key).models
        or asked.model in read_wishes(one.root).models
    ]
    return fits[0] if len(fits) == 1 else project_of(workspace)


def _tell_plan(found: "Plan", as_json: bool) -> None:
    if not as_json:
        for line in _plan_lines(found):
            out(line)
        return
    out_json(
        {
            "project": found.project.name,
            "model": found.model,
            "command": found.text,
            "argv": list(found.command.argv) if found.command is not None else None,
            "words": dict(found.words),
            "monitor": found.monitor,
            "window": found.window,
            "trusted": found.trusted,
            "why_not": found.why_not,
        }
    )


def _plan_lines(found: "Plan") -> Iterator[str]:
    """What would be run, whole: what is cut off can't be trusted."""
    if found.text:
        yield coloured(safe_text(found.text, len(found.text) + 1), "strong")
    if found.command is not None and found.command.text != found.text and not found.why_not:
        yield f"  now {safe_text(found.command.text, len(found.command.text) + 1)}"
    for name, value in found.words:
        if value:
            yield f"  {name:<10} {safe_text(value, 400)}"
    if found.why_not:
        yield f"  {safe_text(found.why_not)}"
    elif found.command is not None:
        yield f"  {'trusted by you' if found.trusted else 'never trusted by you'}"


def _tell(one: "Seen", as_json: bool) -> None:
    if as_json:
        out_json(_object(one))
        return
    said = one.said
    took = f" {'for' if one.state == 'running' else 'after'} {display.duration(int(one.seconds * 1e6))}"
    because = f": {safe_text(said.because, 400)}" if said.because else ""
    state = coloured(one.state, "strong") + (took if one.state != "lost" else "")
    asked = f", for {safe_text(said.monitor, 80)}" if said.monitor else ""
    window = f" in {safe_text(said.window, 80)}" if said.window else ""
    out(f"{safe_text(one.model, 80)}  {state}{because}")
    by = f"{safe_text(said.event.by, 60)}, {display.minute(said.event.at)} UTC"
    out(f"  by {by}{asked}{window}: {safe_text(said.reason, 400)}")
    if one.tail and one.state in ("running", "failed", "late", "lost"):
        out(f"  {safe_text(one.tail)}")
    if one.log is not None:
        out(coloured(f"  {safe_text(str(one.log), 4096)}", "muted"))


def _object(one: "Seen") -> dict[str, Any]:
    said = one.said
    return {
        "project": one.project.name,
        "model": one.model,
        "id": said.event.id,
        "by": said.event.by,
        "host": said.event.host,
        "started": display.iso(said.event.at),
        "monitor": said.monitor,
        "window": said.window,
        "version": said.version,
        "command": said.command,
        "reason": said.reason,
        "state": one.state,
        "because": said.because,
        "code": said.code,
        "ended": display.iso(said.ended),
        "seconds": one.seconds if one.state != "lost" else None,
        "log": str(one.log) if one.log is not None else None,
    }
