"""What others say of a promotion: that it may be, that a gate may fail for it; and that they take it back."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.display import day, safe_text
from mlops_console.errors import JournalError, UsageError
from mlops_console.journal.event import ALLOW, APPROVE, RETRACT
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.deciding.moving import (
    Outcome,
    again,
    alias_of,
    no_slip,
    not_withdrawn,
    private_note,
    reason_of,
)
from mlops_console.workspace.deciding.overriding import gates_meant, override_of
from mlops_console.workspace.deciding.people import people_of
from mlops_console.workspace.models import Resolved

if TYPE_CHECKING:
    from mlops_console.journal.registry import Approval, Registry
    from mlops_console.records import Json
    from mlops_console.workspace.opening import Workspace


def approve(workspace: "Workspace", resolved: Resolved, alias: str, reason: str) -> Outcome:
    """Consent that a version takes an alias; said again, it says so and writes nothing.

    Raises:
        UsageError: By whom registered it, without a reason, of a withdrawn version.
        JournalError: It can't be written.
    """
    alias, reason = alias_of(alias), reason_of(reason)
    resolved = _consentable(workspace, resolved, alias, "approve it")
    before = next((one for one in own(resolved, alias) if not one.gates), None)
    if before is not None:
        return Outcome(False, None, (), f"you approved it already, {day(before.at)}: “{before.reason}”")
    return _written(workspace, resolved, APPROVE, {**_body(resolved, alias), "reason": reason})


def allow(
    workspace: "Workspace", resolved: Resolved, alias: str, gates: Sequence[str], reason: str
) -> Outcome:
    """Say that gates may fail for this move.

    Where the project wants a second person (`override = "second-person"`), that is neither who promotes nor
    who registered the version.

    Args:
        workspace: The workspace.
        resolved: The version.
        alias: What it would take.
        gates: Gates that don't pass now, as a person calls them.
        reason: Why; stays in the journal.

    Raises:
        UsageError: As `approve`; or there is no such gate, it passes, or none may be passed over.
        JournalError: It can't be written.
    """
    from mlops_console.workspace.judging.judging import judge

    alias, reason = alias_of(alias), reason_of(reason)
    table = read_wishes(resolved.project.root).model(resolved.model.name).gates.get(alias, {})
    override, why = override_of(table)
    if override == "never":
        raise UsageError(
            f"no gate may be passed over there: {why or f'mlops-console.toml says so for {alias}'}"
        )
    resolved = _consentable(
        workspace, resolved, alias, "let a gate fail for it", author_may=override == "reason"
    )
    found = judge(workspace, resolved, alias, promoter_uid=os.getuid(), run_commands=False)
    meant = gates_meant(gates, found.results)
    verdicts = {one.gate: one.verdict for one in found.results}
    failing = tuple(gate for gate in meant if verdicts[gate] != "pass")
    if not failing:
        are = "passes" if len(meant) == 1 else "pass"
        raise UsageError(f"{', '.join(meant) or 'nothing'} {are}: there is nothing to let fail")
    there = {gate for one in own(resolved, alias) for gate in one.gates}
    if there.issuperset(failing):
        return Outcome(False, None, (), f"you let {', '.join(failing)} fail already")
    body: dict[str, Json] = {**_body(resolved, alias), "gates": list(failing), "reason": reason}
    return _written(workspace, resolved, ALLOW, body)


def withdraw(
    workspace: "Workspace", resolved: Resolved, alias: str, reason: str, *, gates: Sequence[str] = ()
) -> Outcome:
    """Take one's own approvals back; with `gates`, one's word that these may fail.

    Raises:
        UsageError: There are none.
        JournalError: It can't be written.
    """
    alias, reason = alias_of(alias), reason_of(reason)
    resolved = again(workspace, resolved)
    said = [one for one in own(resolved, alias) if _about(one, gates)]
    if not said:
        what = "let that gate fail" if gates else "approved it"
        raise UsageError(f"you have not {what}: {safe_text(resolved.version.label)} as {safe_text(alias)}")
    outcome = Outcome(False, None)
    for one in said:
        outcome = _written(workspace, resolved, RETRACT, {"event": one.id, "reason": reason})
    return outcome


def retract(workspace: "Workspace", resolved: Resolved, reason: str) -> Outcome:
    """Withdraw a version: it stays in the registry, and takes no alias any more.

    Raises:
        UsageError: An alias stands on it, or it was withdrawn.
        JournalError: It can't be written.
    """
    reason = reason_of(reason)
    resolved = again(workspace, resolved)
    version = resolved.version
    if version.retracted:
        return Outcome(False, None, (), f"it was withdrawn already: {version.retracted}")

    def check(registry: "Registry") -> None:
        model = registry.models[version.model]
        held = [
            name for name, state in model.aliases.items() if state.version and state.version.id == version.id
        ]
        if held:
            names = ", ".join(held)
            raise UsageError(
                f"{safe_text(version.label)} is {safe_text(names)}: production would be without a model",
                f"roll it back first: mlops-console rollback {version.model} {held[0]} --reason TEXT",
            )

    body: dict[str, Json] = {"event": version.id, "reason": reason}
    event = workspace.decisions.append(resolved.project.key, RETRACT, body, check=check)
    return Outcome(True, event, notes=private_note(workspace, resolved.project))


def own(resolved: Resolved, alias: str) -> "list[Approval]":
    """What this user has said of a version taking an alias."""
    return [
        one
        for one in resolved.model.approvals
        if one.uid == os.getuid() and one.version_id == resolved.version.id and one.alias == alias
    ]


def _consentable(
    workspace: "Workspace", resolved: Resolved, alias: str, what: str, *, author_may: bool = False
) -> Resolved:
    """The version as it is now; UsageError where this user can't say anything of it."""
    resolved = again(workspace, resolved)
    version, author = resolved.version, resolved.version.registered
    not_withdrawn(version)
    no_slip(alias, resolved.model.aliases.get(alias))
    if author.uid == os.getuid() and not author_may:
        raise UsageError(
            f"you registered {safe_text(version.label)} yourself: somebody else has to {what}",
            people_of(resolved.project.root).sentence(author.by),
        )
    state = resolved.model.aliases.get(alias)
    if state is not None and state.version is not None and state.version.id == version.id:
        raise UsageError(f"{safe_text(version.label)} is {alias} already: there is nothing to consent to")
    return resolved


def _body(resolved: Resolved, alias: str) -> "dict[str, Json]":
    version = resolved.version
    return {"model": version.model, "version_id": version.id, "version": version.number, "alias": alias}


def _written(workspace: "Workspace", resolved: Resolved, kind: str, body: "dict[str, Json]") -> Outcome:
    def check(registry: "Registry") -> None:
        model = registry.models.get(resolved.model.name)
        version = (
            next((one for one in model.versions if one.id == resolved.version.id), None) if model else None
        )
        if kind != RETRACT and (version is None or version.retracted):
            raise JournalError(f"{safe_text(resolved.version.label)} was withdrawn meanwhile")

    event = workspace.decisions.append(resolved.project.key, kind, body, check=check)
    return Outcome(True, event, notes=private_note(workspace, resolved.project))


def _about(one: "Approval", gates: Sequence[str]) -> bool:
    if not gates:
        return not one.gates
    return any(
        word in (gate, *gate.split(": ")) or word in gate.split() for word in gates for gate in one.gates
    )
