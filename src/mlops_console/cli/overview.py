"""`mlops-console overview`: the day over all projects: figures, what needs a person, production, runs."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from mlops_console.cli.printing import out, out_json, say, tell_notices
from mlops_console.display import iso, json_number, safe_text

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.overview.model import Act, Figures, Lively, LiveRun, Produced, ProjectRow

EPILOG: Final = """\
The screen on key 1, in plain text. Nothing is judged and no data is read.

--json prints a line per thing, each with "part": figures {"runs", "failed", "ended", "running", "silent",
"days", "disk", "projects", "total"} (`runs` and `failed` by day of 24 hours, the last one ends now);
attention (as `attention --json`); production {"project", "model", "version", "since", "owner", "metric",
"goal", "value", "kpi", "monitor", "health", "because", "contested"} (`kpi` as `kpis --json`); run {"id",
"name", "project", "status", "kind", "reason", "started", "at", "done", "of", "unit"} of those that run, fell
silent or failed in the last 24 hours; project {"project", "root", "runs", "running", "last", "metric",
"goal", "best", "run"}; activity {"at", "by", "project", "what", "event"}."""
PARTS: Final = ("figures", "attention", "production", "running", "projects", "activity")


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part; may be repeated")
    parser.add_argument("--project", metavar="P", help="only of this project, by name or folder")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from pathlib import Path

    from mlops_console.workspace import open_workspace

    wanted = asked.part or PARTS
    roots: tuple[Path, ...] = ()
    if asked.project is not None:
        from mlops_console.workspace.registering.subject import project_of

        with open_workspace((), asked.store, at_hand=True) as workspace:
            roots = (Path(project_of(workspace, asked.project).root),)
    with open_workspace(roots, asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        workspace.sweep()
        if not workspace.projects:
            say("Nothing is watched: `mlops-console FOLDER` watches one.")
        elif asked.json:
            for part in wanted:
                for one in _JSON[part](workspace):
                    out_json(one)
        else:
            from mlops_console.cli.overview_text import told

            for at, part in enumerate(wanted):
                if at:
                    out("")
                for line in told(workspace, part):
                    out(line)
    return 0


def _figures(workspace: "Workspace") -> Iterator[dict[str, Any]]:
    from mlops_console.workspace.overview.figures import figures

    yield figures_json(figures(workspace))


def figures_json(one: "Figures") -> dict[str, Any]:
    """The figures as `--json` prints them."""
    disk = one.disk
    return {
        "part": "figures",
        "runs": list(one.runs),
        "failed": list(one.failed),
        "ended": one.ended,
        "running": one.running[-1] if one.running else 0,
        "silent": one.silent,
        "days": len(one.runs),
        "disk": None if disk is None else {"free": disk.free, "size": disk.size},
        "projects": one.projects,
        "total": one.total,
    }


def _attention(workspace: "Workspace") -> Iterator[dict[str, Any]]:
    from mlops_console.cli.attention import item_json
    from mlops_console.workspace.attention.listing import attention

    found = attention(workspace)
    for problem in found.problems:
        say(safe_text(problem, 4096))
    for item in found.items:
        yield {"part": "attention", **item_json(item)}


def _production(workspace: "Workspace") -> Iterator[dict[str, Any]]:
    from mlops_console.workspace.overview.production import production

    yield from map(produced_json, production(workspace))


def produced_json(one: "Produced") -> dict[str, Any]:
    """A model in production as `--json` prints it."""
    from mlops_console.workspace.kpis.kpi_json import kpi_json

    monitor = one.monitor
    return {
        "part": "production",
        "project": one.project.name,
        "model": one.model,
        "version": one.version.number,
        "since": iso(one.since),
        "owner": one.owner or None,
        "metric": one.metric or None,
        "goal": one.goal,
        "value": json_number(one.value),
        "kpi": None if one.kpi is None else kpi_json(one.kpi),
        "monitor": None if monitor is None else monitor.watched.name,
        "health": None if monitor is None else monitor.health,
        "because": None if monitor is None else monitor.because,
        "contested": one.contested,
    }


def _running(workspace: "Workspace") -> Iterator[dict[str, Any]]:
    from mlops_console.workspace.overview.running import lively

    found: Lively = lively(workspace)
    yield from map(run_json, found.runs)


def run_json(one: "LiveRun") -> dict[str, Any]:
    """A run as `--json` prints it here."""
    return {
        "part": "run", "id": one.id, "name": one.name, "project": one.project.name, "status": one.status,
        "kind": one.kind, "reason": one.reason or None, "started": iso(one.started), "at": iso(one.at),
        "done": one.done, "of": one.total, "unit": one.unit or None,
    }  # fmt: skip


def _projects(workspace: "Workspace") -> Iterator[dict[str, Any]]:
    from mlops_console.workspace.overview.projects import projects

    yield from map(project_json, projects(workspace))


def project_json(one: "ProjectRow") -> dict[str, Any]:
    """A project as `--json` prints it."""
    return {
        "part": "project", "project": one.project.name, "root": one.project.root, "runs": one.runs,
        "running": one.running, "last": iso(one.last), "metric": one.metric or None, "goal": one.goal,
        "best": json_number(one.best), "run": one.by or None,
    }  # fmt: skip


def _activity(workspace: "Workspace") -> Iterator[dict[str, Any]]:
    from mlops_console.workspace.overview.activity import activity

    yield from map(act_json, activity(workspace))


def act_json(one: "Act") -> dict[str, Any]:
    """Something that was done, as `--json` prints it."""
    return {
        "part": "activity", "at": iso(one.at), "by": one.by or None, "project": one.project.name,
        "what": one.what, "event": one.event or None,
    }  # fmt: skip


_JSON: Final[dict[str, Callable[[Any], Iterator[dict[str, Any]]]]] = {
    "figures": _figures,
    "attention": _attention,
    "production": _production,
    "running": _running,
    "projects": _projects,
    "activity": _activity,
}
