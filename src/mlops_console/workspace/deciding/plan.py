"""What a promotion would do, before anybody confirms it: for the panel and for `promote --dry-run`."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlops_console.display import iso
from mlops_console.ours import pointer_of
from mlops_console.promotion.model import GateResult
from mlops_console.wishes.known import Override
from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.deciding.overriding import allowed, override_of
from mlops_console.workspace.deciding.people import People, people_of
from mlops_console.workspace.deciding.stood import way_back

if TYPE_CHECKING:
    from mlops_console.journal.registry import Approval, Deployment, Model, Version
    from mlops_console.wishes.model import ModelWishes
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Replaces:
    """What an alias stands on now."""

    version: "Version | None"
    """None: it was taken off."""
    since: int
    """Epoch microseconds."""
    by: str
    contested: bool = False


@dataclass(frozen=True, slots=True)
class Writes:
    """What is written besides the event in the journal."""

    pointer: str
    """The alias' pointer, relative to the project."""
    size: int
    """Bytes of the version's files; none of them is copied by promoting."""
    sha256: str
    """Empty: an external version, which has no files."""
    files: int


@dataclass(frozen=True, slots=True)
class Consent:
    """How far the approvals that the project asks for are there."""

    needed: int
    given: "tuple[Approval, ...]" = ()
    """Those that count: a user once, never the author, only where the file's owner proves it."""
    may: tuple[str, ...] = ()
    """Who could still approve: login names."""
    people: People = field(default_factory=People)

    @property
    def missing(self) -> int:
        """So many more must approve."""
        return max(0, self.needed - len(self.given))


@dataclass(frozen=True, slots=True)
class Serves:
    """A target that was deployed to by this alias, or serves what it stands on, and would be behind."""

    target: str
    folder: str
    version: int | None
    """What was deployed there last."""
    since: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Nothing was written to make it."""

    project: str
    model: str
    version: "Version"
    alias: str
    already: bool
    """The alias stands on it: there is nothing to promote."""
    replaces: Replaces | None
    """None: the alias stands nowhere yet, this is the first."""
    writes: Writes
    gates: tuple[GateResult, ...] | None
    """As judged now; None: they were not asked."""
    consent: Consent
    override: Override
    override_because: str
    """Why it is `never`, where the project did not say so itself."""
    allowed: "Mapping[str, Approval]"
    """Gate -> whose word lets it fail; those that pass are left out, where `gates` were asked."""
    way_back: "Version | None"
    """Where a rollback would lead afterwards; None: nowhere, this is the first."""
    targets: tuple[Serves, ...]
    private: bool
    """The project can't be written by this user: nobody else would see it."""

    @property
    def failing(self) -> tuple[GateResult, ...]:
        """Gates that fail or can't tell."""
        return tuple(one for one in self.gates or () if one.verdict != "pass")

    def as_json(self) -> dict[str, Any]:
        """As `promote --dry-run --json` prints it."""
        replaced = self.replaces
        return {
            "project": self.project, "model": self.model, "version": self.version.number,
            "alias": self.alias, "already": self.already,
            "replaces": None if replaced is None or replaced.version is None else replaced.version.number,
            "since": None if replaced is None else iso(replaced.since),
            "since_by": None if replaced is None else replaced.by,
            "contested": replaced is not None and replaced.contested,
            "writes": self.writes.pointer, "size": self.writes.size, "sha256": self.writes.sha256 or None,
            "gates": None if self.gates is None else [one.as_json() for one in self.gates],
            "override": self.override,
            "allowed": {gate: one.by for gate, one in self.allowed.items()},
            "approvals": {
                "needed": self.consent.needed, "given": [one.by for one in self.consent.given],
                "missing": self.consent.missing, "may": list(self.consent.may),
                "everyone_may": self.consent.people.everyone,
            },
            "way_back": None if self.way_back is None else self.way_back.number,
            "targets": [
                {"target": one.target, "folder": one.folder, "version": one.version, "since": iso(one.since)}
                for one in self.targets
            ],
            "private": self.private,
        }  # fmt: skip


def plan(
    workspace: "Workspace",
    resolved: "Resolved",
    alias: str,
    *,
    gates: Sequence[GateResult] | None = None,
    wishes: "ModelWishes | None" = None,
) -> Plan:
    """What promoting a version to an alias would do. Quick: opens no file of the model.

    Args:
        workspace: The workspace.
        resolved: The version.
        alias: Where it would move.
        gates: What they said, where somebody has asked them.
        wishes: Of the model; None: read now.
    """
    project, model, version = resolved.project, resolved.model, resolved.version
    wishes = wishes or read_wishes(project.root).model(model.name)
    table = wishes.gates.get(alias, {})
    override, because = override_of(table)
    state = model.aliases.get(alias)
    holder = state.version if state is not None else None
    return Plan(
        project.name,
        model.name,
        version,
        alias,
        holder is not None and holder.id == version.id,
        None if state is None else Replaces(holder, state.since, state.by, state.contested),
        Writes(
            pointer_of(model.name, alias),
            version.size,
            version.sha256,
            _files(version),
        ),
        None if gates is None else tuple(gates),
        consent_of(project.root, model, version, alias, table),
        override,
        because,
        _allowed(model, version, alias, override, gates),
        _way_back(model, alias, version, holder),
        serving(model, alias, holder, version),
        workspace.decisions.private(project.key),
    )


def consent_of(
    root: str, model: "Model", version: "Version", alias: str, table: Mapping[str, Any]
) -> Consent:
    """The approvals that a table of gates asks for, those that are there, and who may still give one."""
    wish = table.get("approvals", 0)
    needed = wish if isinstance(wish, int) and not isinstance(wish, bool) else 0
    author = version.registered
    given = {
        one.uid: one
        for one in model.approvals
        if one.version_id == version.id
        and one.alias == alias
        and not one.gates
        and one.proven
        and one.uid != author.uid
    }
    people = people_of(root)
    may = people.others(author.by, *(one.by for one in given.values()))
    return Consent(needed, tuple(given.values()), may, people)


def serving(model: "Model", alias: str, holder: "Version | None", version: "Version") -> tuple[Serves, ...]:
    """Targets that follow the alias and would not serve what it stands on any more."""
    last: dict[str, Deployment] = {}
    for one in model.deployments:
        if one.outcome == "done":
            last.setdefault(one.folder, one)
    numbers = {one.id: one.number for one in model.versions}
    return tuple(
        Serves(one.target, one.folder, numbers.get(one.version_id), one.event.at)
        for one in last.values()
        if one.version_id != version.id
        and (
            one.event.body.get("alias") == alias
            or (holder is not None and one.version_id == holder.id and not one.event.body.get("alias"))
        )
    )


def _way_back(model: "Model", alias: str, version: "Version", holder: "Version | None") -> "Version | None":
    """The first choice of a rollback, once the alias stands on the version."""
    choices = way_back(model, alias)
    if holder is not None and holder.id != version.id and not holder.retracted:
        choices = (holder, *choices)
    return next((one for one in choices if one.id != version.id), None)


def _files(version: "Version") -> int:
    total = version.registered.body.get("files_total")
    return total if isinstance(total, int) else len(version.files)


def _allowed(
    model: "Model", version: "Version", alias: str, override: Override, gates: Sequence[GateResult] | None
) -> "dict[str, Approval]":
    found = allowed(model, version, alias, override, os.getuid())
    if gates is None:
        return found
    failing = {one.gate for one in gates if one.verdict != "pass"}
    return {gate: one for gate, one in found.items() if gate in failing}
