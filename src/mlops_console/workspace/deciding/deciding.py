"""Move aliases: promote past the gates, roll back without them, take off. Others consent: `consenting`."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlops_console.display import day, safe_text
from mlops_console.errors import UsageError
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.deciding.consenting import allow, approve, retract, withdraw
from mlops_console.workspace.deciding.going_back import intact, where_to
from mlops_console.workspace.deciding.moving import (
    Outcome,
    Wanted,
    again,
    alias_of,
    move,
    no_slip,
    not_withdrawn,
    reason_of,
    still_there,
)
from mlops_console.workspace.deciding.overriding import passed_over
from mlops_console.workspace.models import Resolved, ResolvedModel

if TYPE_CHECKING:
    from mlops_console.journal.registry import AliasState, Version
    from mlops_console.workspace.judging.judging import GateRun
    from mlops_console.workspace.opening import Workspace

__all__ = ["SEEN", "Outcome", "allow", "approve", "promote", "remove", "retract", "rollback", "withdraw"]

SEEN: Final = "as resolved"
"""Of `expect`: the alias must stand where it stood when the version was looked up."""


def promote(
    workspace: "Workspace",
    resolved: Resolved,
    alias: str,
    reason: str,
    *,
    allow_failing: Sequence[str] = (),
    expect: str | None = SEEN,
    run_commands: bool = True,
    progress: Callable[[str], None] | None = None,
    wanted: Callable[[], bool] | None = None,
    told: Callable[[str], None] | None = None,
) -> Outcome:
    """Let a version take an alias if its gates let it; then it gets a baseline. A worker's work.

    Args:
        workspace: The workspace.
        resolved: The version.
        alias: What it takes.
        reason: Why; stays in the journal.
        allow_failing: Gates that need not pass (`require`, `ece`, `require: ece <= 0.015`).
        expect: The id of the version that the alias was seen to stand on, None: on none.
        run_commands: Whether trusted commands of the project run; else they are unknown.
        progress: Told what is being done; may raise to have it given up.
        wanted: Asked now and then whether anybody still waits.
        told: Hears of the baseline later, in another thread; None: it is made now, told in `notes`.

    Returns:
        `moved`, `refused` with the gates that refuse, or nothing to do.

    Raises:
        UsageError: Something can't be asked so: no reason, a withdrawn version, an unknown gate.
        JournalError: Somebody moved the alias meanwhile, or it can't be written.
    """
    alias, reason = alias_of(alias), reason_of(reason)
    seen = _standing(resolved.model.aliases.get(alias)) if expect == SEEN else expect
    resolved = again(workspace, resolved)
    state = _where_seen(resolved, alias, seen)
    if state is not None and seen == resolved.version.id and not state.contested:
        return _already(resolved.version, alias, state)
    from mlops_console.workspace.judging.judging import judge

    found = judge(
        workspace, resolved, alias,
        promoter_uid=os.getuid(), run_commands=run_commands, progress=progress, wanted=wanted,
    )  # fmt: skip
    move_to = Wanted(resolved.project, resolved.model.name, alias, resolved.version, seen, "promote", reason)
    outcome = _judged(workspace, resolved, found, allow_failing, move_to)
    return _with_baseline(workspace, resolved, outcome, alias, progress, told)


def _where_seen(resolved: Resolved, alias: str, seen: str | None) -> "AliasState | None":
    """Where the alias stands; an error where it was moved meanwhile, or this version can't have it."""
    state = resolved.model.aliases.get(alias)
    still_there(state, alias, seen)
    not_withdrawn(resolved.version)
    no_slip(alias, state)
    return state


def _with_baseline(
    workspace: "Workspace",
    resolved: Resolved,
    outcome: Outcome,
    alias: str,
    progress: Callable[[str], None] | None,
    told: Callable[[str], None] | None,
) -> Outcome:
    if not outcome.moved:
        return outcome
    from mlops_console.workspace.baselines.pinning import pin, pin_behind

    if told is None:
        return replace(outcome, notes=(*outcome.notes, *pin(workspace, resolved, alias, progress)))
    pin_behind(workspace, resolved, alias, told)
    return outcome


def _already(version: "Version", alias: str, state: "AliasState") -> Outcome:
    said = f"{safe_text(version.label)} is {alias} already, since {day(state.since)}"
    because = f"{said} (by {safe_text(state.by, 60)})"
    return Outcome(False, None, (), because, state.version, state.version, asked=version)


def _judged(
    workspace: "Workspace", resolved: Resolved, found: "GateRun", allow_failing: Sequence[str], wanted: Wanted
) -> Outcome:
    """Make the move if its gates let it."""
    alias = wanted.alias
    table = read_wishes(resolved.project.root).model(resolved.model.name).gates.get(alias, {})
    over, because = passed_over(resolved, alias, table, found.results, allow_failing)
    results = found.results
    if not because:
        # Gates take their time, and a command could be what changes the files.
        now = intact(workspace, resolved.project, alias, resolved.version)
        if any(one.verdict != "pass" for one in now):
            because = f"its files changed while its gates were asked. {now[0].because}"
            results = (*(one for one in results if one.gate != now[0].gate), *now)
    if because:
        state = resolved.model.aliases.get(alias)
        return Outcome(
            False, None, results, because, state.version if state else None,
            refused=True, notes=found.mistakes, asked=wanted.version,
        )  # fmt: skip
    judged = replace(
        wanted, gates=found.results, evidence=found.evidence_json, overridden=over,
        rests_on=_rests_on(resolved, alias), notes=found.mistakes,
    )  # fmt: skip
    return move(workspace, judged)


def rollback(
    workspace: "Workspace",
    model: ResolvedModel,
    alias: str,
    reason: str,
    *,
    to: int | str | None = None,
    expect: str | None = SEEN,
) -> Outcome:
    """Put an alias back where it stood before: no gates, but the version's files must be what they were.

    Args:
        workspace: The workspace.
        model: Whose.
        alias: Which.
        reason: Why; stays in the journal.
        to: A version that it stood on once; None: the last before this one whose files are whole.
        expect: The id of the version that it was seen to stand on, None: on none.

    Raises:
        UsageError: There is nothing to go back to.
        JournalError: Somebody moved the alias meanwhile, or it can't be written.
    """
    return move(workspace, going_back(workspace, model, alias, reason_of(reason), to=to, expect=expect))


def going_back(
    workspace: "Workspace",
    model: ResolvedModel,
    alias: str,
    reason: str = "",
    *,
    to: int | str | None = None,
    expect: str | None = SEEN,
) -> Wanted:
    """The move that `rollback` would make, its version's files read; nothing is written."""
    alias = alias_of(alias)
    seen = _standing(model.model.aliases.get(alias)) if expect == SEEN else expect
    workspace.decisions.refresh()
    now = _model_again(workspace, model)
    state = now.model.aliases.get(alias)
    if state is None:
        raise UsageError(
            f"{safe_text(now.model.name)} has no alias {safe_text(alias)}: nothing can be rolled back",
            _aliases(now),
        )
    still_there(state, alias, seen)
    target, gates, notes = where_to(workspace, now, alias, to)
    return Wanted(now.project, now.model.name, alias, target, seen, "rollback", reason, gates, notes=notes)


def remove(
    workspace: "Workspace", model: ResolvedModel, alias: str, reason: str, *, expect: str | None = SEEN
) -> Outcome:
    """Take an alias off: no version has it any more. `rollback` puts it back."""
    alias, reason = alias_of(alias), reason_of(reason)
    seen = _standing(model.model.aliases.get(alias)) if expect == SEEN else expect
    workspace.decisions.refresh()
    now = _model_again(workspace, model)
    state = now.model.aliases.get(alias)
    if state is None:
        raise UsageError(f"{safe_text(now.model.name)} has no alias {safe_text(alias)}", _aliases(now))
    still_there(state, alias, seen)
    if state.version is None:
        return Outcome(False, None, (), f"{alias} stands nowhere already ({safe_text(state.by, 60)})")
    return move(workspace, Wanted(now.project, now.model.name, alias, None, seen, "remove", reason))


def _rests_on(resolved: Resolved, alias: str) -> frozenset[str]:
    version = resolved.version.id
    return frozenset(
        one.id for one in resolved.model.approvals if one.version_id == version and one.alias == alias
    )


def _model_again(workspace: "Workspace", model: ResolvedModel) -> ResolvedModel:
    found = workspace.decisions.registry(model.project.key).models.get(model.model.name)
    if found is None:
        raise UsageError(f"{safe_text(model.model.name)} is not in the journal any more")
    return ResolvedModel(model.project, found)


def _standing(state: "AliasState | None") -> str | None:
    return state.version.id if state is not None and state.version is not None else None


def _aliases(model: ResolvedModel) -> str:
    known = ", ".join(safe_text(one, 60) for one in list(model.model.aliases)[:8])
    return f"it has {known}" if known else "no alias of it was moved yet"
