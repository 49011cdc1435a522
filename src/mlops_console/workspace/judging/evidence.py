"""Gathering what gates look at: only what a gate that is asked needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mlops_console.promotion.gates import command as command_gate
from mlops_console.promotion.gates import significant as significant_gate
from mlops_console.promotion.gates import slices as slices_gate
from mlops_console.promotion.model import ApprovalSeen, Evidence, Need
from mlops_console.workspace.deciding.stood import to_beat
from mlops_console.workspace.judging.evidence_files import files_of
from mlops_console.workspace.judging.evidence_json import as_json
from mlops_console.workspace.judging.evidence_metrics import metrics_of, metrics_of_aliases

if TYPE_CHECKING:
    from mlops_console.comparison.model import Goal
    from mlops_console.journal.registry import Version
    from mlops_console.wishes.model import ModelWishes
    from mlops_console.workspace.judging.compared import Sides
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

Progress = Callable[[str], None]
"""Told what is being done; may raise to have it given up."""
_RUN: Final = ("status", "started", "ended", "code", "environment", "datasets", "params")


@dataclass(frozen=True, slots=True)
class How:
    """How it is gathered; what each means is said at `gates.judge`."""

    promoter_uid: int | None = None
    run_commands: bool = True
    full: bool = False
    progress: Progress = lambda _words: None
    wanted: Callable[[], bool] | None = None


def gather(
    workspace: "Workspace",
    resolved: "Resolved",
    alias: str,
    wishes: "ModelWishes",
    table: Mapping[str, Any],
    needs: frozenset[Need],
    how: How,
) -> Evidence:
    """The evidence that these gates need, one part after the other."""
    version = resolved.version
    champion = to_beat(resolved.model, alias, version)
    found = _recorded(resolved, alias, wishes, champion, needs, how)
    if needs & {"integrity", "description"} and not found.external:
        how.progress("reading the model's files")
        files = files_of(workspace, resolved.project, version, full=how.full)
        found = replace(found, integrity=files.integrity, description=files.description)
    if "drift" in needs:
        from mlops_console.workspace.judging.evidence_drift import drift_of

        how.progress("asking the monitors")
        found = replace(found, drift=drift_of(workspace, resolved))
    if needs & {"comparison", "slices"} and champion is not None and not found.holds:
        how.progress(f"comparing with v{champion.number}")
        found = _compared(workspace, resolved, champion, table, found, needs, how.wanted)
    if "command" in needs:
        from mlops_console.workspace.judging.commands import outcomes

        how.progress("running commands")
        asked = command_gate.commands(table.get("command"))
        given = as_json(found)
        run, wanted = how.run_commands, how.wanted
        said = outcomes(workspace, resolved.project, version, alias, asked, given, run=run, wanted=wanted)
        found = replace(found, commands=said)
    return found


def _recorded(
    resolved: "Resolved",
    alias: str,
    wishes: "ModelWishes",
    champion: "Version | None",
    needs: frozenset[Need],
    how: How,
) -> Evidence:
    """What the journal says: nothing is opened for it."""
    version, event = resolved.version, resolved.version.registered
    state = resolved.model.aliases.get(alias)
    stands = state.version if state is not None and not state.contested else None
    found = Evidence(
        model=resolved.model.name,
        alias=alias,
        version=version.number,
        wishes=wishes,
        author_uid=event.uid,
        author=event.by,
        author_proven=event.proven,
        champion=None if champion is None else champion.number,
        holds=stands is not None and stands.id == version.id,
        taken_off=frozenset(name for name, state in resolved.model.aliases.items() if state.version is None),
        external=version.origin == "external",
        promoter_uid=how.promoter_uid,
        size=version.size,
    )
    if "metrics" in needs:
        found = _with_metrics(found, resolved, champion)
    if "approvals" in needs:
        found = replace(found, approvals=_approvals(resolved, alias))
    if "run" in needs:
        found = replace(found, run={key: event.body[key] for key in _RUN if key in event.body})
    if "card" in needs:
        from mlops_console.promotion.card.missing import missing_parts

        missing = missing_parts(wishes, event.body)
        found = replace(found, card_missing=tuple(one.part for one in missing))
    return found


def _with_metrics(found: Evidence, resolved: "Resolved", champion: "Version | None") -> Evidence:
    values, notes = metrics_of(resolved.version)
    return replace(
        found,
        candidate_metrics=values,
        metric_notes=notes,
        champion_metrics=None if champion is None else metrics_of(champion)[0],
        aliases=metrics_of_aliases(resolved.model),
    )


def _approvals(resolved: "Resolved", alias: str) -> tuple[ApprovalSeen, ...]:
    return tuple(
        ApprovalSeen(one.by, one.uid, one.proven, one.gates)
        for one in resolved.model.approvals
        if one.version_id == resolved.version.id and one.alias == alias
    )


def _compared(
    workspace: "Workspace",
    resolved: "Resolved",
    champion: "Version",
    table: Mapping[str, Any],
    found: Evidence,
    needs: frozenset[Need],
    wanted: Callable[[], bool] | None,
) -> Evidence:
    """The statistics: asked of the analysis child, which remembers what it has worked out."""
    from mlops_console.workspace.judging.compared import Sides, sides_of

    if champion.id == resolved.version.id:
        sides = Sides(problem=f"Version {champion.number} is {found.alias} already: it is its own measure.")
    else:
        sides = sides_of(workspace, resolved.project, resolved.version, champion)
    goals = _goals(found.wishes)
    if "comparison" in needs:
        found = _judgements(workspace, sides, table.get("significant"), found, goals, wanted)
    if "slices" in needs:
        found = _slices(workspace, sides, table.get("slices"), found, goals, wanted)
    return found


def _judgements(
    workspace: "Workspace",
    sides: "Sides",
    wish: Any,
    found: Evidence,
    goals: "Mapping[str, Goal]",
    wanted: Callable[[], bool] | None,
) -> Evidence:
    from mlops_console.workspace.judging.compared import judgements

    asked = (
        significant_gate.Wanted() if significant_gate.GATE.mistakes(wish) else significant_gate.wanted(wish)
    )
    metric = asked.metric or found.wishes.metric
    if not metric:
        return replace(found, judgements=(), comparison_problem="Nobody said by which metric to judge.")
    said = judgements(workspace, sides, metric, goals, asked.over, wanted)
    return replace(found, judgements=said.judgements, comparison_problem=said.problem)


def _slices(
    workspace: "Workspace",
    sides: "Sides",
    wish: Any,
    found: Evidence,
    goals: "Mapping[str, Goal]",
    wanted: Callable[[], bool] | None,
) -> Evidence:
    from mlops_console.workspace.judging.compared import slices_between

    asked = slices_gate.Wanted(0.0) if slices_gate.GATE.mistakes(wish) else slices_gate.wanted(wish)
    metric = asked.metric or found.wishes.metric
    if not metric:
        return replace(
            found, slices_problem="Nobody said by which metric: write it for the model, or in this gate."
        )
    said = slices_between(workspace, sides, metric, found.wishes.slices, goals, wanted)
    return replace(found, slices=said.slices, slices_problem=said.problem)


def _goals(wishes: "ModelWishes") -> "dict[str, Goal]":
    """What the project says is better; names tell the rest."""
    found: dict[str, Goal] = {kpi.metric: kpi.goal for kpi in wishes.kpis}
    if wishes.metric and wishes.goal is not None:
        found[wishes.metric] = wishes.goal
    return found
