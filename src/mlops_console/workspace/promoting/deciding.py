"""Move an alias past its gates, take it back, take it off: one event, or nothing and the reason."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import JournalError, UsageError
from mlops_console.journal.event import ALIAS, Event
from mlops_console.journal.registry import AliasState, Model, Registry, Version
from mlops_console.promotion.model import GateResult
from mlops_console.promotion.pointing import point
from mlops_console.wishes.overriding import override_of
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.promoting.evidence_files import files_of
from mlops_console.workspace.promoting.gates import GateRun, judge
from mlops_console.workspace.promoting.saying import ago, checked_alias, named, reasoned

if TYPE_CHECKING:
    from mlops_console.records import Json
    from mlops_console.workspace.models import Resolved, ResolvedModel
    from mlops_console.workspace.opening import Workspace

AS_NAMED: Final = ""
"""The alias is expected where it stood when the version was named."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a wish to move an alias."""

    moved: bool
    """False and no `because`: it would, but nothing was to be written."""
    version: Version | None
    """Where the alias was to go; None: off."""
    before: Version | None
    """Where it stood."""
    because: str = ""
    """Why it did not move: a sentence per gate in the way."""
    event: Event | None = None
    gates: GateRun | None = None
    overridden: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What else a person should know, a sentence each."""


def promote(
    workspace: "Workspace",
    resolved: "Resolved",
    alias: str,
    reason: str,
    *,
    allow_failing: Collection[str] = (),
    expect: str | None = AS_NAMED,
    write: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Outcome:
    """Move an alias to a version if every gate passes, or the failing ones may fail. A worker's work.

    Args:
        workspace: The workspace.
        resolved: The version.
        alias: What moves.
        reason: Why; stays in the journal.
        allow_failing: Gates that may fail, as `gates` names them (`require` stands for all of that key).
        expect: The id of the version that the alias was seen to stand on, None: on none.
        write: Without it the gates are asked and nothing is decided.
        progress: Told what is being done.

    Raises:
        UsageError: It makes no sense: the alias stands there, the version was withdrawn, no reason.
        JournalError: Somebody moved the alias meanwhile, or nothing can be written.
    """
    reason = reasoned(reason) if write else reason
    checked_alias(alias)
    version = resolved.version
    before = _holder(resolved.model, alias)
    if version.retracted:
        raise UsageError(f"{named(version)} was withdrawn: {safe_text(version.retracted)}")
    if before is not None and before.id == version.id:
        raise UsageError(f"{alias} stands on {named(version)} already")
    run = judge(workspace, resolved, alias, promoter_uid=os.getuid(), progress=progress)
    overridden, refused = _allowed(resolved, alias, run, allow_failing)
    if refused:
        return Outcome(False, version, before, "\n".join(refused), gates=run, overridden=overridden)
    if not write:
        return Outcome(False, version, before, gates=run, overridden=overridden)
    return _move(
        workspace,
        resolved.project.key,
        Outcome(True, version, before, gates=run, overridden=overridden),
        _Wish(resolved.model.name, alias, "promote", reason, before.id if before else None),
        before.id if expect == AS_NAMED and before else expect or None,
    )


def rollback(
    workspace: "Workspace",
    found: "ResolvedModel",
    alias: str,
    reason: str,
    *,
    to: Version | None = None,
) -> Outcome:
    """Put an alias back on the version before, without gates; its files must be what was registered.

    Without `to` that is the last version that stood there and was not taken back from; one whose files are
    not whole any more is passed over, which is said.

    Raises:
        UsageError: There is nothing to go back to.
        JournalError: Somebody moved the alias meanwhile, or nothing can be written.
    """
    reason = reasoned(reason)
    model = found.model
    now = _holder(model, checked_alias(alias))
    if now is None:
        raise UsageError(f"{alias} of {safe_text(model.name)} stands nowhere")
    if to is not None and to.id == now.id:
        raise UsageError(f"{alias} stands on {named(to)} already")
    notes: list[str] = []
    for version in [to] if to is not None else earlier(model, alias):
        broken = files_of(workspace, found.project, version, describe=False).integrity.problems
        if version.sha256 and broken:
            notes.append(f"{named(version)} can't be gone back to: {broken[0]}")
            continue
        wish = _Wish(model.name, alias, "rollback", reason, now.id)
        return _move(
            workspace, found.project.key, Outcome(True, version, now, notes=tuple(notes)), wish, now.id
        )
    why = " ".join(notes) or f"{alias} stood on no other version before {named(now)}"
    raise UsageError(why.rstrip("."), f"`mlops-console models {safe_text(model.name)}` lists its versions")


def earlier(model: Model, alias: str) -> tuple[Version, ...]:
    """The versions that an alias could go back to, the likeliest first."""
    now = _holder(model, alias)
    left: set[str] = {now.id} if now is not None else set()
    found: dict[str, Version] = {}
    for move in model.moves:
        if move.alias != alias or not move.holds:
            continue
        if move.version is not None and move.version.id not in left and not move.version.retracted:
            found.setdefault(move.version.id, move.version)
        if move.way == "rollback" and move.before is not None and move.before.id not in found:
            left.add(move.before.id)
    return tuple(found.values())


def remove(workspace: "Workspace", found: "ResolvedModel", alias: str, reason: str) -> Outcome:
    """Take an alias off: it stands nowhere then."""
    reason = reasoned(reason)
    now = _holder(found.model, checked_alias(alias))
    if now is None:
        raise UsageError(f"{alias} of {safe_text(found.model.name)} stands nowhere")
    wish = _Wish(found.model.name, alias, "remove", reason, now.id)
    return _move(workspace, found.project.key, Outcome(True, None, now), wish, now.id)


@dataclass(frozen=True, slots=True)
class _Wish:
    model: str
    alias: str
    way: str
    reason: str
    seen: str | None


def _move(workspace: "Workspace", key: str, found: Outcome, wish: _Wish, expect: str | None) -> Outcome:
    """Write the move if the alias still stands where it was seen, and bring what is served in line."""

    def check(registry: Registry) -> None:
        model = registry.models.get(wish.model)
        state = model.aliases.get(wish.alias) if model is not None else None
        stands = state.version.id if state is not None and state.version is not None else None
        if state is not None and stands != expect:
            raise _moved_meanwhile(wish.alias, state)

    version, before = found.version, found.before
    body: dict[str, Json] = {
        "model": wish.model,
        "alias": wish.alias,
        "version_id": version.id if version is not None else None,
        "version": version.number if version is not None else None,
        "from_version_id": before.id if before is not None else None,
        "from_version": before.number if before is not None else None,
        "way": wish.way,
        "reason": wish.reason,
    }
    if found.gates is not None:
        body["overridden"] = list(found.overridden)
        body["gates"] = [one.as_json() for one in found.gates.results]
    evidence = found.gates.evidence_json if found.gates is not None else {}
    event = workspace.decisions.append(key, ALIAS, body, evidence, check=check)
    registry = workspace.decisions.registry(key)
    root = next(project.root for project in workspace.projects if project.key == key)
    notes = [*found.notes, *point(root, registry)]
    state = registry.models[wish.model].aliases.get(wish.alias)
    if state is not None and state.contested:
        stands = named(state.version) if state.version is not None else "nothing"
        notes.append(
            f"{wish.alias} was moved by two at once; it stands on {stands} by {safe_text(state.by)}."
            " Move it again to settle that."
        )
    return Outcome(
        True, version, before, event=event, gates=found.gates, overridden=found.overridden, notes=tuple(notes)
    )


def _moved_meanwhile(alias: str, state: AliasState) -> JournalError:
    where = f"to {named(state.version)}" if state.version is not None else "off"
    when = ago(state.since)
    return JournalError(
        f"{safe_text(state.by)} moved {alias} {where} meanwhile ({when}); nothing was decided",
        "look at what is there now, then say it again",
    )


def _allowed(
    resolved: "Resolved", alias: str, run: GateRun, names: Collection[str]
) -> tuple[tuple[str, ...], list[str]]:
    """Which refusing gates may fail, and a sentence for each that is still in the way."""
    known = {one.gate for one in run.results}
    for name in names:
        if name not in known and not any(one.startswith(f"{name}:") for one in known):
            listed = ", ".join(safe_text(one, 80) for one in sorted(known))
            raise UsageError(f"there is no gate {safe_text(name, 80)!r} for {alias}", f"there are {listed}")
    table = read_wishes(resolved.project.root).model(resolved.model.name).gates.get(alias, {})
    rule = override_of(table)
    overridden, refused = [], []
    for one in run.refusing:
        why = _why_not(resolved, alias, one, names, rule)
        if why is None:
            overridden.append(one.gate)
        else:
            refused.append(f"{safe_text(one.gate)}: {safe_text(one.because, 2_000)}{why}")
    return tuple(overridden), refused


def _why_not(
    resolved: "Resolved", alias: str, one: GateResult, names: Collection[str], rule: str
) -> str | None:
    """What keeps this gate from being let fail, as more of its sentence; None: it may."""
    wanted = one.gate in names or one.gate.partition(":")[0] in names
    if one.always:
        return " It can't be overridden." if wanted else ""
    if not wanted:
        return ""
    if rule == "never":
        return " The project lets no gate of this alias fail (override)."
    if rule == "second" and not _second_person(resolved, alias, one.gate):
        label = safe_text(resolved.version.label)
        return (
            " The project wants a second person to allow that:"
            f" mlops-console approve {label} {alias} --gate {one.gate.partition(':')[0]} --reason TEXT"
        )
    return None


def _second_person(resolved: "Resolved", alias: str, gate: str) -> bool:
    """Whether somebody else than who promotes allowed it, as the owner of the event's file proves."""
    return any(
        one.proven
        and one.uid != os.getuid()
        and (one.version_id, one.alias) == (resolved.version.id, alias)
        and (gate in one.gates or gate.partition(":")[0] in one.gates)
        for one in resolved.model.approvals
    )


def _holder(model: Model, alias: str) -> Version | None:
    state = model.aliases.get(alias)
    return state.version if state is not None else None
