"""What the Models view asks of the workspace. Runs in worker threads."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from mlops_console.console.audit.telling import Told, told
from mlops_console.console.models.gates import Judged
from mlops_console.console.models.state import Held, Shown, standing_as
from mlops_console.console.retraining.history import with_trainings
from mlops_console.workspace.models import Resolved, ResolvedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mlops_console.journal.event import Event
    from mlops_console.journal.registry import Version
    from mlops_console.promotion.copying import Progress
    from mlops_console.promotion.model import GateResult
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.deciding.plan import Plan
    from mlops_console.workspace.deploying.deploying import Deployed
    from mlops_console.workspace.deploying.plan import DeployPlan
    from mlops_console.workspace.deploying.targets import TargetState
    from mlops_console.workspace.drifting.states.model import MonitorState


def models(workspace: "Workspace") -> Shown:
    """All registered models of the projects in scope, by name, with what is wished of them."""
    # What decides is at hand then when a key asks whether it could: it takes a while to import.
    from mlops_console.wishes.reading import read_wishes
    from mlops_console.workspace.deciding import stood  # noqa: F401
    from mlops_console.workspace.registering.adopting import found

    projects = {project.key: project for project in workspace.projects}
    held: list[Held] = []
    problems: list[str] = []
    registries = workspace.decisions.registries()
    for key, registry in registries.items():
        project = projects[key]
        problems += [f"{project.name}: {one}" for one in registry.problems]
        if not registry.models:
            continue
        wishes = read_wishes(project.root)
        problems += [f"{project.name}: mlops-console.toml: {one.key}: {one.what}" for one in wishes.mistakes]
        held += [
            Held(project, model, wishes.model(name))
            for name, model in registry.models.items()
            if model.versions
        ]
    often = Counter(one.model.name for one in held)
    held = [
        Held(one.project, one.model, one.wishes, often[one.model.name] > 1)
        if often[one.model.name] > 1
        else one
        for one in held
    ]
    elsewhere: Counter[str] = Counter()
    for project in projects.values():
        elsewhere.update(one.model for one in found(workspace, project) if one.adopted is None)
    held.sort(key=lambda one: (one.model.name, one.project.name))
    private = frozenset(key for key in registries if workspace.decisions.private(key))
    return Shown(tuple(held), tuple(problems), projects, elsewhere, private)


def history(workspace: "Workspace", held: Held, known: "Mapping[str, Told]") -> tuple[Told, ...]:
    """What was decided about a model, the newest first."""
    events = workspace.decisions.events(held.project.key, models=(held.model.name,))
    closing = _closing(workspace, held, events)
    every = sorted((*events, *closing), key=lambda event: event.order)
    return with_trainings(workspace, held.project, held.model, told(held.project, every, known))


def _closing(workspace: "Workspace", held: Held, events: "tuple[Event, ...]") -> "list[Event]":
    """Ends of deployments and retractions name no model, but an event that does."""
    ids = {event.id for event in events}
    ends = workspace.decisions.events(held.project.key, kinds=("deployed", "retract"))
    return [one for one in ends if one.id not in ids and _named(one) in ids]


def _named(event: "Event") -> Any:
    return event.body.get("deploy") or event.body.get("event")


def judged(workspace: "Workspace", held: Held, version: "Version", alias: str, commands: bool) -> Judged:
    """What the gates say; commands of the project run only when somebody asked for that."""
    from mlops_console.workspace.judging.judging import judge

    resolved = Resolved(held.project, held.model, version)
    run = judge(workspace, resolved, alias, run_commands=commands)
    champion = run.champion
    number = champion.number if champion is not None else None
    return Judged(version.id, alias, tuple(run.results), number, run.evidence_json, run.mistakes, commands)


def card(workspace: "Workspace", held: Held, version: "Version") -> str:
    """The card of a version, as Markdown."""
    from mlops_console.workspace.cards import cards

    return cards.as_markdown(cards.card(workspace, Resolved(held.project, held.model, version)))


# Deciding


def planned(
    workspace: "Workspace",
    held: Held,
    version: "Version",
    alias: str,
    gates: "tuple[GateResult, ...] | None",
) -> "Plan":
    """What promoting would do."""
    from mlops_console.workspace.deciding.plan import plan

    return plan(
        workspace, Resolved(held.project, held.model, version), alias, gates=gates, wishes=held.wishes
    )


def promote(
    workspace: "Workspace",
    held: Held,
    version: "Version",
    alias: str,
    reason: str,
    before: "Version | None",
    allowed: "tuple[str, ...]" = (),
    told: "Callable[[str], None] | None" = None,
) -> Any:
    """Move the alias, if it stands where it was seen to stand; gates that somebody allowed to may fail.

    `told` hears later what became of the version's baseline, in another thread.
    """
    from mlops_console.workspace.deciding import deciding

    resolved = Resolved(held.project, held.model, version)
    expect = before.id if before is not None else None
    return deciding.promote(
        workspace, resolved, alias, reason, allow_failing=allowed, expect=expect, told=told
    )


def targets(workspace: "Workspace", held: Held) -> "tuple[TargetState, ...]":
    """Where a model is served, looked at now."""
    from mlops_console.workspace.deploying import targets as places

    return tuple(one for one in places.targets(workspace, held.project) if one.model == held.model.name)


def monitors(workspace: "Workspace", held: Held) -> "tuple[MonitorState, ...]":
    """The monitors of a model as they stand, the worst first; nothing is loaded where none is wished."""
    from mlops_console.wishes.reading import read_wishes

    wished = read_wishes(held.project.root).monitors.values()
    if not any(one.model == held.model.name for one in wished):
        return ()
    from mlops_console.workspace.drifting.states.listing import states

    found = states(workspace, [held.project])
    return tuple(one for one in found if one.watched.monitor.model == held.model.name)


def deployment(workspace: "Workspace", held: Held, version: "Version", target: str) -> "DeployPlan":
    """What deploying would do."""
    from mlops_console.workspace.deploying.plan import plan

    resolved = Resolved(held.project, held.model, version)
    return plan(workspace, resolved, target, alias=standing_as(version))


def deploy(
    workspace: "Workspace", held: Held, version: "Version", target: str, progress: "Progress"
) -> "Deployed":
    """Make it current there; how that ended."""
    from mlops_console.workspace.deploying import deploying

    resolved = Resolved(held.project, held.model, version)
    return deploying.deploy(workspace, resolved, target, alias=standing_as(version), progress=progress)


def rollback(workspace: "Workspace", held: Held, alias: str, reason: str) -> Any:
    """Move it back."""
    from mlops_console.workspace.deciding import deciding

    return deciding.rollback(workspace, ResolvedModel(held.project, held.model), alias, reason)


def approve(
    workspace: "Workspace", held: Held, version: "Version", alias: str, reason: str, gate: str
) -> Any:
    """Consent; with a gate: that it may fail for this move."""
    from mlops_console.workspace.deciding import consenting

    resolved = Resolved(held.project, held.model, version)
    if gate:
        return consenting.allow(workspace, resolved, alias, (gate,), reason)
    return consenting.approve(workspace, resolved, alias, reason)
