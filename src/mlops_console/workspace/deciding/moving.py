"""Moving an alias: an event if it still stands where it was seen, then the pointers in line with it."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import iso, minute, safe_text
from mlops_console.errors import JournalError, UsageError
from mlops_console.journal.event import ALIAS, Event
from mlops_console.promotion.model import GateResult
from mlops_console.wishes.known import ALIASES, slip_of
from mlops_console.wishes.naming import why_no_alias
from mlops_console.workspace.models import Resolved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.journal.registry import AliasState, Model, Move, Registry, Version
    from mlops_console.records import Json, Project
    from mlops_console.workspace.opening import Workspace

MOST_REASON: Final = 4_096
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision."""

    moved: bool
    """Whether an event was written."""
    event: Event | None
    gates: tuple[GateResult, ...] = ()
    because: str = ""
    """Why nothing was written; empty where something was."""
    version: "Version | None" = None
    """Where the alias stands now."""
    before: "Version | None" = None
    """Where it stood."""
    overridden: tuple[str, ...] = ()
    """Gates that did not pass and were passed over."""
    refused: bool = False
    """Gates refuse. Else, where nothing was written, there was nothing to do."""
    contested: str = ""
    """Who moved it at the same time, and which move holds; empty: nobody."""
    notes: tuple[str, ...] = ()
    """What a person should know besides."""
    asked: "Version | None" = None
    """The version that it was asked of; None: the alias was to be taken off."""

    def as_json(self) -> dict[str, Any]:
        """As the commands print it."""
        return {
            "moved": self.moved,
            "refused": self.refused,
            "because": self.because or None,
            "version": None if self.asked is None else self.asked.number,
            "holder": None if self.version is None else self.version.number,
            "before": None if self.before is None else self.before.number,
            "event": None if self.event is None else self.event.id,
            "at": None if self.event is None else iso(self.event.at),
            "by": None if self.event is None else self.event.by,
            "gates": [one.as_json() for one in self.gates],
            "overridden": list(self.overridden),
            "contested": self.contested or None,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A move to be made."""

    project: "Project"
    model: str
    alias: str
    version: "Version | None"
    """None: it is taken off."""
    seen: str | None
    """The id of the version that it was seen to stand on; None: on none."""
    way: str
    reason: str
    gates: tuple[GateResult, ...] = ()
    evidence: "dict[str, Json]" = field(default_factory=dict)
    overridden: tuple[str, ...] = ()
    rests_on: frozenset[str] = frozenset()
    """Ids of approvals that must not have been withdrawn meanwhile."""
    notes: tuple[str, ...] = ()


def move(workspace: "Workspace", wanted: Wanted) -> Outcome:
    """Write it down, unless somebody moved the alias since it was looked at.

    Raises:
        JournalError: Somebody did, or it can't be written.
    """
    decisions, key = workspace.decisions, wanted.project.key
    before = _by_id(_model(workspace, wanted), wanted.seen)

    def check(registry: "Registry") -> None:
        model = registry.models.get(wanted.model)
        still_there(model.aliases.get(wanted.alias) if model else None, wanted.alias, wanted.seen)
        if model is not None:
            _still_holds(model, wanted)

    event = decisions.append(key, ALIAS, _body(wanted, before), wanted.evidence, check=check)
    notes = [*wanted.notes, *_not_in_line(workspace, wanted)]
    decisions.refresh()
    model = _model(workspace, wanted)
    state = model.aliases.get(wanted.alias) if model else None
    return Outcome(
        True,
        event,
        wanted.gates,
        "",
        state.version if state is not None else None,
        before,
        wanted.overridden,
        contested=_contested(model, wanted.alias, event) if model else "",
        notes=tuple(notes),
        asked=wanted.version,
    )


def again(workspace: "Workspace", resolved: Resolved) -> Resolved:
    """The same version as it is known now."""
    workspace.decisions.refresh()
    model = workspace.decisions.registry(resolved.project.key).models.get(resolved.model.name)
    version = _by_id(model, resolved.version.id)
    if model is None or version is None:
        raise UsageError(f"{safe_text(resolved.version.label)} is not in the journal any more")
    return Resolved(resolved.project, model, version)


def still_there(state: "AliasState | None", alias: str, seen: str | None) -> None:
    """JournalError where an alias does not stand where it was seen."""
    version = state.version if state is not None else None
    if (version.id if version is not None else None) == seen:
        return
    where = f"to v{version.number}" if version is not None else "off"
    by, at = (state.by, _moment(state.since)) if state is not None else ("somebody", "just now")
    verb = "took it" if version is None else "moved it"
    raise JournalError(
        f"{safe_text(by, 60)} {verb} {where} meanwhile ({at}): {safe_text(alias, 80)} is not where you"
        " saw it, and nothing was written",
        "look at what they did, and say it again if you still want to",
    )


def reason_of(said: str) -> str:
    """A reason as it is kept; UsageError where there is none, or too much."""
    reason = said.strip()
    if not reason:
        raise UsageError("a decision needs a reason: it stays in the journal", "--reason TEXT")
    if len(reason) > MOST_REASON:
        raise UsageError(f"the reason has {len(reason):,} characters; {MOST_REASON:,} are the most")
    return reason


def alias_of(name: str) -> str:
    """A name that an alias may have; UsageError where it may not."""
    wrong = why_no_alias(name)
    if wrong:
        raise UsageError(f"{safe_text(name, 80)!r} is no alias: it {wrong}", "for example champion")
    return name


def no_slip(alias: str, state: "AliasState | None") -> None:
    """UsageError for a new alias that is a slip of a usual one: it would have no gates, and serve nobody."""
    meant = slip_of(alias, ALIASES) if state is None else None
    if meant is not None:
        raise UsageError(f"there is no alias {safe_text(alias)} yet", f"did you mean {meant}?")


def not_withdrawn(version: "Version") -> None:
    """UsageError where a version was withdrawn."""
    if version.retracted:
        raise UsageError(
            f"{safe_text(version.label)} was withdrawn: {safe_text(version.retracted, 200)}",
            "register its files again, if they are good after all",
        )


def private_note(workspace: "Workspace", project: "Project") -> tuple[str, ...]:
    """What a person should know of a decision that nobody else sees; empty: others do."""
    if not workspace.decisions.private(project.key):
        return ()
    said = (
        f"{project.root} can't be written by you: this is kept among your own files and counts for nobody"
        " else; code that loads the model by name goes by the project, not by you"
    )
    return (said,)


def _body(wanted: Wanted, before: "Version | None") -> "dict[str, Json]":
    version = wanted.version
    return {
        "model": wanted.model,
        "alias": wanted.alias,
        "version_id": version.id if version is not None else None,
        "version": version.number if version is not None else None,
        "from_version_id": wanted.seen,
        "from_version": before.number if before is not None else None,
        "way": wanted.way,
        "reason": wanted.reason,
        "overridden": list(wanted.overridden),
        "gates": [one.as_json() for one in wanted.gates],
    }


def _still_holds(model: "Model", wanted: Wanted) -> None:
    """JournalError where what was judged is not so any more."""
    version = _by_id(model, wanted.version.id if wanted.version is not None else None)
    if version is not None and version.retracted:
        raise JournalError(f"{safe_text(version.label)} was withdrawn meanwhile: nothing was written")
    if wanted.rests_on - {one.id for one in model.approvals}:
        raise JournalError(
            "an approval that this rests on was withdrawn meanwhile: nothing was written",
            "`gates` says who must approve now",
        )


def _not_in_line(workspace: "Workspace", wanted: Wanted) -> tuple[str, ...]:
    """Why code that loads the model by name does not get what was decided; empty: it does."""
    from mlops_console.promotion.pointing import point

    private = private_note(workspace, wanted.project)
    if private:
        return private
    registry = workspace.decisions.registry(wanted.project.key)
    models = {name: model for name, model in registry.models.items() if name == wanted.model}
    return point(wanted.project.root, replace(registry, models=models))


def _contested(model: "Model", alias: str, event: Event) -> str:
    """Who moved an alias while this move was written, as a sentence; empty: nobody."""
    state = model.aliases.get(alias)
    own = next((one for one in model.moves if one.event.id == event.id), None)
    if state is None or own is None or not own.contested:
        return ""
    rivals = [one for one in model.moves if one.alias == alias and one.contested and one is not own]
    rival = _nearest(rivals, own)
    who = (
        f"{rival.event.by} moved {alias} to {_where(rival)} at the same time ({_moment(rival.event.at)})"
        if rival is not None
        else f"{alias} was moved at the same time by somebody else"
    )
    stands = f"v{state.version.number}" if state.version is not None else "nothing"
    return safe_text(
        f"{who}: it is contested, and stands on {stands}, by the move that is later in order,"
        " until one of you moves it again"
    )


def _nearest(rivals: "Sequence[Move]", own: "Move") -> "Move | None":
    return min(rivals, key=lambda one: abs(one.event.clock - own.event.clock), default=None)


def _where(move_made: "Move") -> str:
    return f"v{move_made.version.number}" if move_made.version is not None else "nothing"


def _model(workspace: "Workspace", wanted: Wanted) -> "Model | None":
    return workspace.decisions.registry(wanted.project.key).models.get(wanted.model)


def _by_id(model: "Model | None", version_id: str | None) -> "Version | None":
    if model is None or version_id is None:
        return None
    return next((one for one in model.versions if one.id == version_id), None)


def _moment(at: int) -> str:
    return f"{minute(at)} UTC"
