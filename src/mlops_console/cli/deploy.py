"""`mlops-console deploy MODEL@ALIAS TARGET`: make a version current in a folder."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.cli.printing import Progress, out, out_json, say, tell_notices
from mlops_console.display import safe_text
from mlops_console.errors import UsageError

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.deploying.deploying import Deployed
    from mlops_console.workspace.deploying.plan import DeployPlan
    from mlops_console.workspace.deploying.targets import TargetState
    from mlops_console.workspace.models import Resolved

EPILOG = """\
A target is a folder: releases/<sha256> hold the files of versions, `current` leads to one of them and is
replaced in one step. It is named in mlops-console.toml, or given as a path with a / in it:

  [models.churn.targets.production]
  folder = "/srv/churn"
  keep = 3                                       # releases that stay; never fewer than current and the last
  smoke = ["python", "checks/loads.py", "{path}"]     # before the switch
  health = ["curl", "-fsS", "localhost:8080/health"]  # after it; a no returns to the release before

  deploy churn@champion production --dry-run     say what would be done, do nothing
  deploy churn@champion production               do it
  deploy churn@2 production                      take it back: the release is there, only `current` moves
  deploy --check churn@champion production       1: the target is not this version, or was changed by hand
  deploy --check                                 every target of the project

docs/deploy.md has the rest. Exit codes: 0 done; 1 with --check, a difference; 2 not done, or taken back."""


def arguments(parser: ArgumentParser) -> None:
    """What it takes."""
    parser.add_argument("version", metavar="MODEL@ALIAS", nargs="?", help="or MODEL@VERSION")
    parser.add_argument("target", metavar="TARGET", nargs="?", help="a target's name, or a folder's path")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done")
    parser.add_argument("--check", action="store_true", help="compare targets with what was deployed")
    parser.add_argument("--full", action="store_true", help="with --check: read every byte, changed or not")
    parser.add_argument("--project", metavar="P", help="the project, by name or folder")
    parser.add_argument("--json", action="store_true", help="JSON Lines on stdout")


def run(asked: Namespace) -> int:
    """Do it."""
    from mlops_console.workspace import open_workspace

    if asked.full and not asked.check:
        raise UsageError("--full goes with --check")
    if (asked.version is None or asked.target is None) and not (asked.check and asked.version is None):
        raise UsageError("name a version and a target", "deploy churn@champion production")
    with open_workspace((), asked.store, at_hand=True) as workspace:
        tell_notices(workspace)
        if asked.check:
            return _check(workspace, asked)
        if asked.dry_run:
            return _plan(workspace, asked)
        return _deploy(workspace, asked)


def _resolved(workspace: "Workspace", asked: Namespace) -> "tuple[Resolved, str]":
    from mlops_console.workspace.models import resolve

    found = resolve(workspace, asked.version, project=asked.project)
    which = asked.version.rpartition("@")[2]
    return found, which if which in found.model.aliases else ""


def _deploy(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.deploying.deploying import deploy

    resolved, alias = _resolved(workspace, asked)
    progress = Progress()

    def bar(done: int, total: int) -> None:
        progress(f"{display.size(done)} of {display.size(total)} copied and hashed")

    try:
        done = deploy(workspace, resolved, asked.target, alias=alias, progress=bar)
    finally:
        progress.done()
    if asked.json:
        out_json({**_named(resolved), **_done_object(done)})
    else:
        _print_done(done)
    return 0 if done.outcome == "done" else 2


def _print_done(done: "Deployed") -> None:
    where = f"{safe_text(done.target, 200)} ({safe_text(str(done.folder), 200)})"
    if done.outcome == "done":
        how = "copied and verified" if done.copied else "the release was there"
        out(f"{safe_text(done.label)} is current in {where}: {how}, {done.seconds:.1f} s")
    elif done.outcome == "returned":
        out(f"{safe_text(done.label)} was taken back from {where}: {safe_text(done.because)}")
    else:
        out(f"{safe_text(done.label)} was not deployed to {where}: {safe_text(done.because)}")
    if done.outcome == "done" and done.because:
        say(f"  {safe_text(done.because)}")
    if done.pruned:
        say(f"  {len(done.pruned):,} old releases removed")
    for note in done.notes:
        say(f"  {safe_text(note)}")


def _named(resolved: "Resolved") -> dict[str, Any]:
    return {"model": resolved.model.name, "version": resolved.version.number}


def _done_object(done: "Deployed") -> dict[str, Any]:
    return {
        "target": done.target,
        "folder": str(done.folder),
        "outcome": done.outcome,
        "because": done.because,
        "sha256": done.sha256,
        "from_sha256": done.before,
        "current": done.now,
        "copied": done.copied,
        "pruned": list(done.pruned),
        "notes": list(done.notes),
        "seconds": round(done.seconds, 3),
        "commands": [
            {"which": one.which, "exit_code": one.outcome.exit_code, "refusal": one.refusal}
            for one in done.commands
        ],
    }


def _plan(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.deploying.plan import plan

    resolved, alias = _resolved(workspace, asked)
    found = plan(workspace, resolved, asked.target, alias=alias)
    if asked.json:
        out_json({**_named(resolved), **{name: getattr(found, name) for name in found.__slots__}})
    else:
        _print_plan(found)
    return 2 if found.refusals else 0


def _print_plan(found: "DeployPlan") -> None:
    out(f"{safe_text(found.label)} to {safe_text(found.target, 200)} ({safe_text(found.folder, 200)}) would:")
    for place, step in enumerate(found.steps, 1):
        out(f"  {place}. {safe_text(step)}")
    for refusal in found.refusals:
        out(f"  refused: {safe_text(refusal)}")


def _check(workspace: "Workspace", asked: Namespace) -> int:
    from mlops_console.workspace.deploying.targets import named_target, settle, state_of, targets

    if asked.version is not None:
        resolved, _ = _resolved(workspace, asked)
        settle(workspace, resolved.project)
        target, folder = named_target(resolved.project, resolved.model.name, asked.target)
        state = state_of(
            resolved.project, resolved.model.name, resolved.model, str(folder), target, full=asked.full
        )
        wanted = resolved.version
        differs = state.sha256 != wanted.sha256
        said = f"it is not {wanted.label}" if differs else ""
        _tell_state(state, asked.json, said)
        return 1 if state.problems or differs else 0
    from mlops_console.workspace.models import project_around

    if asked.project is not None:
        from mlops_console.workspace.registering.subject import project_of

        projects = [project_of(workspace, asked.project)]
    else:
        here = project_around(workspace)
        projects = [here] if here is not None else list(workspace.projects)
    for one in projects:
        settle(workspace, one)
    states = [state for one in projects for state in targets(workspace, one, full=asked.full)]
    for state in states:
        _tell_state(state, asked.json, "")
    if not states and not asked.json:
        say("No targets: nothing was deployed yet, and mlops-console.toml names none.")
    return 1 if any(state.problems for state in states) else 0


def _tell_state(state: "TargetState", as_json: bool, differs: str) -> None:
    problems = [*state.problems, *([differs] if differs else [])]
    if as_json:
        out_json(
            {
                "model": state.model,
                "target": state.name,
                "folder": state.folder,
                "current": state.sha256,
                "version": state.version,
                "by": state.by or None,
                "at": display.iso(state.at),
                "releases": state.releases,
                "problems": problems,
                "notes": list(state.notes),
            }
        )
        return
    what = f"{state.model}@{state.version}" if state.version else state.sha256 or "nothing"
    verdict = "differs" if problems else "as deployed" if state.sha256 else "empty"
    who = f"  by {safe_text(state.by, 60)}, {display.minute(state.at)} UTC" if state.by else ""
    line = f"{safe_text(state.name, 80):<14} {safe_text(what, 80):<16} {verdict:<12}"
    out(f"{line} {safe_text(state.folder)}{who}")
    for problem in problems:
        out(f"  {safe_text(problem)}")
    for note in state.notes:
        out(f"  {safe_text(note)}")
