"""What a deployment would do, before it does anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_console.display import safe_text, size
from mlops_console.errors import ConsoleError, ReleaseError
from mlops_console.promotion.manifest import RELEASES, read_manifest
from mlops_console.promotion.releases import prunable, room
from mlops_console.promotion.swapping import current
from mlops_console.promotion.target import is_held, why_not_target
from mlops_console.wishes.model import Command, Target
from mlops_console.workspace.deploying.deploying import source_of
from mlops_console.workspace.deploying.targets import named_target
from mlops_console.workspace.trust import trusted

if TYPE_CHECKING:
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class DeployPlan:
    """Nothing was written to make it."""

    label: str
    alias: str
    target: str
    folder: str
    sha256: str
    before: str | None
    """The SHA-256 of what is current now."""
    before_label: str
    """`churn@2`; empty where nothing is current, or it is not known."""
    copies: int
    """Bytes that would be copied; 0: the release is in the target already."""
    files: int
    room: int
    """Bytes free on the target's disk."""
    smoke: str
    """`trusted`, `not trusted`, or empty: there is none."""
    health: str
    pruned: tuple[str, ...]
    """Labels of releases that would be removed."""
    refusals: tuple[str, ...]
    """Why it would not be done, a sentence each."""
    steps: tuple[str, ...]
    """In order, a sentence each."""


def plan(workspace: "Workspace", resolved: "Resolved", target: str, *, alias: str = "") -> DeployPlan:
    """What `deploying.deploy` would do; UsageError and ReleaseError where it can't even be named."""
    place, folder = named_target(resolved.project, resolved.model.name, target)
    version = resolved.version
    refusals = [one for one in (_no_source(resolved), why_not_target(folder)) if one]
    if folder.is_dir() and is_held(folder):
        refusals.append(f"somebody else deploys to {folder} right now")
    before = None
    try:
        before = current(folder)
    except ReleaseError as error:
        refusals.append(str(error))
    there = read_manifest(folder, version.sha256)
    is_there = there is not None and not there.check(folder).problems
    there_now = read_manifest(folder, before) if before else None
    if there_now is not None and there_now.model != version.model:
        refusals.append(f"{folder} holds {there_now.label}, another model")
    copies = 0 if is_there else version.size
    free = room(folder)
    if copies > free:
        refusals.append(f"the disk of {folder} has {size(free)} free, and the model takes {size(copies)}")
    asked = {which: _trust(workspace, resolved, command) for which, command in _commands(place)}
    refusals += [
        f"the {which} command was never trusted by you" for which, said in asked.items() if said == "no"
    ]
    words = {"yes": "trusted", "no": "not trusted", "": ""}
    pruned = _pruned(folder, place, before, version.sha256, is_there)
    found = DeployPlan(
        version.label,
        alias,
        place.name,
        str(folder),
        version.sha256,
        before,
        there_now.label if there_now is not None else "",
        copies,
        len(version.files),
        free,
        words[asked["smoke"]],
        words[asked["health"]],
        pruned,
        tuple(refusals),
        (),
    )
    return _with_steps(found, place)


def _with_steps(found: DeployPlan, target: Target) -> DeployPlan:
    from dataclasses import replace

    releases = f"{found.folder}/{RELEASES}/{found.sha256[:12]}…"
    steps = ["write the intent into the journal"]
    if found.copies:
        steps.append(
            f"copy {size(found.copies)} to {releases} and hash it there ({size(found.room)} are free)"
        )
    else:
        steps.append(f"take {releases}, which is there already and whole")
    if target.smoke is not None:
        steps.append(f"ask the smoke command ({found.smoke}): {safe_text(target.smoke.text, 200)}")
    if found.before == found.sha256:
        steps.append("leave current as it is: it is this release already")
    else:
        was = found.before_label or (f"{found.before[:12]}…" if found.before else "nothing")
        steps.append(f"switch current from {was} to {found.label}")
    if target.health is not None:
        back = " and return to what was current if it says no" if found.before != found.sha256 else ""
        steps.append(f"ask the health command ({found.health}){back}: {safe_text(target.health.text, 200)}")
    steps.append("write the end into the journal")
    if found.pruned:
        steps.append(f"remove {', '.join(found.pruned)}: {target.keep} releases stay")
    return replace(found, steps=tuple(steps))


def _no_source(resolved: "Resolved") -> str:
    try:
        source_of(resolved)
    except ConsoleError as error:
        return str(error)
    return ""


def _commands(target: Target) -> tuple[tuple[str, Command | None], ...]:
    return ("smoke", target.smoke), ("health", target.health)


def _trust(workspace: "Workspace", resolved: "Resolved", command: Command | None) -> str:
    if command is None:
        return ""
    return "yes" if trusted(workspace, resolved.project, command) else "no"


def _pruned(folder: Path, target: Target, before: str | None, sha256: str, is_there: bool) -> tuple[str, ...]:
    spared = frozenset(one for one in (before, sha256) if one)
    labels = []
    for one in prunable(folder, target.keep, spared):
        manifest = read_manifest(folder, one)
        labels.append(manifest.label if manifest is not None else f"{one[:12]}…")
    return tuple(labels)
