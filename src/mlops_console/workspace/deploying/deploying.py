"""Deploy a version to a target: copied, verified, asked, switched, asked again, and taken back if need be.

The intent is written into the journal before anything is done, the end after everything; in between `current`
of the target is the truth, and whoever comes next closes what was left open by it.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import ConsoleError, JournalError, ReleaseError, UsageError
from mlops_console.journal.event import DEPLOY, DEPLOYED, Event
from mlops_console.ours import MODELS
from mlops_console.promotion.copying import Progress
from mlops_console.promotion.kept import kept_path
from mlops_console.promotion.manifest import RELEASES, Manifest, read_manifest
from mlops_console.promotion.releases import prune, put_release
from mlops_console.promotion.swapping import current, swap, withdraw
from mlops_console.wishes.model import Target
from mlops_console.workspace.baselines.travelling import put_beside
from mlops_console.workspace.deploying.commands import Asked, ask, untrusted
from mlops_console.workspace.deploying.targets import (
    TargetState,
    held_and_settled,
    named_target,
    settle,
    state_of,
    targets,
)

if TYPE_CHECKING:
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

__all__ = [
    "Deployed",
    "TargetState",
    "deploy",
    "held_and_settled",
    "settle",
    "source_of",
    "state_of",
    "targets",
]


@dataclass(frozen=True, slots=True)
class Deployed:
    """How a deployment ended."""

    label: str
    """`churn@3`."""
    target: str
    folder: Path
    outcome: str
    """`done`, `returned` (the release before is current again), `refused` (nothing was switched)."""
    because: str
    sha256: str
    """Of the version."""
    before: str | None
    """The SHA-256 of what was current before."""
    now: str | None
    """Of what is current now."""
    copied: bool
    """False: the release was in the target already."""
    pruned: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    commands: tuple[Asked, ...] = ()


@dataclass(slots=True)
class _Work:
    """A deployment on its way."""

    workspace: "Workspace"
    resolved: "Resolved"
    target: Target
    folder: Path
    alias: str
    before: str | None = None
    intent: Event | None = None
    switched: bool = False
    copied: bool = False
    notes: list[str] = field(default_factory=list)
    commands: list[Asked] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        return self.resolved.version.sha256


def deploy(
    workspace: "Workspace",
    resolved: "Resolved",
    target: str,
    *,
    alias: str = "",
    progress: Progress | None = None,
) -> Deployed:
    """Make a version current in a target. A worker's work: it copies files and runs trusted commands.

    Args:
        workspace: The workspace.
        resolved: The version.
        target: A target's name in the project's file, or a folder's path with a `/` in it.
        alias: The alias by which the version was named, if it was.
        progress: Told how far the copy is.

    Raises:
        UsageError: There is no such target, or the version has no files.
        ReleaseError: It can't be copied or switched; what was current before still is.
        JournalError: It could not be written down.
    """
    begun = time.monotonic()
    place, folder = named_target(resolved.project, resolved.model.name, target)
    path = source_of(resolved)
    work = _Work(workspace, resolved, place, folder, alias)
    with held_and_settled(workspace, resolved.project, folder):
        work.before = current(folder)
        _not_another_model(work)
        work.intent = workspace.decisions.append(resolved.project.key, DEPLOY, _intent(work))
        try:
            outcome, because = _carried_out(work, path, progress)
        except BaseException as error:
            _ended_badly(work, error)
            raise
        return _ended(work, outcome, because, begun)


def source_of(resolved: "Resolved") -> str:
    """Where a version's files are, relative to its project: the registry's copy, or where they were left.

    Raises:
        UsageError: It has none.
        ReleaseError: They are not here.
    """
    version, root = resolved.version, resolved.project.root
    if not version.sha256:
        raise UsageError(f"{version.label} is an external version: it has no files to deploy")
    if version.retracted:
        raise UsageError(f"{version.label} was withdrawn: {safe_text(version.retracted, 200)}")
    kept = kept_path(root, version.model, version.sha256)
    if kept is not None:
        return str(kept.relative_to(root))
    # Unlike Path.exists it says no to any name, however long.
    if version.artifact and not version.copied and os.path.exists(f"{root}/{version.artifact}"):  # noqa: PTH110
        return version.artifact
    raise ReleaseError(
        f"the files of {version.label} are not here: models do not travel with git",
        f"copy {MODELS}/{version.model}/{version.sha256} from where it was registered",
    )


def _ended(work: _Work, outcome: str, because: str, begun: float) -> Deployed:
    """Write the end down, and let old releases go."""
    now = current(work.folder)
    try:
        _close(work, outcome, because, now)
    except JournalError as error:
        raise JournalError(
            f"the deployment ended as {outcome}, but that could not be written down: {error}",
            "the next deployment there, or `deploy --check`, writes it by what is current",
        ) from error
    spared = frozenset(one for one in (work.before, now) if one)
    keep = work.target.keep
    pruned = prune(work.folder, keep, spared, work.notes.append) if outcome == "done" else ()
    return Deployed(
        work.resolved.version.label,
        work.target.name,
        work.folder,
        outcome,
        because,
        work.sha256,
        work.before,
        now,
        work.copied,
        pruned,
        tuple(work.notes),
        time.monotonic() - begun,
        tuple(work.commands),
    )


def _intent(work: _Work) -> dict[str, "str | int"]:
    version = work.resolved.version
    return {
        "model": version.model,
        "version_id": version.id,
        "version": version.number,
        "alias": work.alias,
        "target": work.target.name,
        "folder": str(work.folder),
        "sha256": version.sha256,
        "from_sha256": work.before or "",
    }


def _carried_out(work: _Work, path: str, progress: Progress | None) -> tuple[str, str]:
    """Copy, ask, switch, ask; the outcome and why."""
    why = untrusted(work.workspace, work.resolved.project, work.target)
    if why:
        return "refused", why
    work.copied = put_release(
        work.folder, work.resolved.project.root, path, _manifest(work), progress=progress
    )
    beside = put_beside(work.workspace, work.resolved, work.folder)
    if beside:
        work.notes.append(beside)
    refusal = _asked(work, "smoke")
    if refusal:
        return "refused", refusal
    if work.before != work.sha256:
        swap(work.folder, work.sha256, expected=work.before)
        work.switched = True
    refusal = _still_whole(work) or _asked(work, "health")
    if refusal:
        return _taken_back(work, refusal)
    if work.switched:
        return "done", ""
    return "done", "it was current already" + (", and what differed was put right" if work.copied else "")


def _asked(work: _Work, which: str) -> str:
    """Why a command says no; empty where it does not, or there is none."""
    command = work.target.smoke if which == "smoke" else work.target.health
    if command is None:
        return ""
    manifest = read_manifest(work.folder, work.sha256)
    assert manifest is not None
    said = ask(
        which,
        command,
        work.resolved.project,
        {
            "model": work.resolved.version.model,
            "version": str(work.resolved.version.number),
            "alias": work.alias,
            "path": str(work.folder / manifest.path),
            "release": str(work.folder / RELEASES / work.sha256),
            "target": str(work.folder),
        },
    )
    work.commands.append(said)
    return said.refusal


def _still_whole(work: _Work) -> str:
    """Why what is current now is not the release, or not whole; empty where it is."""
    manifest = read_manifest(work.folder, work.sha256)
    if manifest is None or current(work.folder) != work.sha256:
        return "what is current after the switch is not what was put there"
    problems = manifest.check(work.folder).problems
    return f"the release is not whole after the switch: {problems[0]}" if problems else ""


def _taken_back(work: _Work, why: str) -> tuple[str, str]:
    """Let the release before be current again, if there was one that is whole."""
    if not work.switched:
        return "refused", f"{why}; it was current already, and stays"
    if work.before is None:
        withdraw(work.folder, expected=work.sha256)
        return "returned", f"{why}; there was no release before, so none is current"
    before = read_manifest(work.folder, work.before)
    if before is None or before.check(work.folder).problems:
        work.notes.append("the release before is damaged: nothing could be returned to")
        return "done", f"{why}; the release before is damaged, so this one stays current"
    swap(work.folder, work.before, expected=work.sha256)
    return "returned", f"{why}; {before.label} is current again"


def _ended_badly(work: _Work, error: BaseException) -> None:
    """Take back what was switched, and write down why; what can't be is closed by whoever comes next."""
    said = str(error) if isinstance(error, ConsoleError) else "it was interrupted"
    try:
        outcome, because = _taken_back(work, said) if work.switched else ("refused", said)
        _close(work, outcome, because, current(work.folder))
    except (ConsoleError, OSError) as more:
        work.notes.append(str(more))


def _close(work: _Work, outcome: str, because: str, now: str | None) -> None:
    assert work.intent is not None
    body = {
        "model": work.resolved.version.model,
        "deploy": work.intent.id,
        "outcome": outcome,
        "because": because,
        "sha256": now or "",
    }
    work.workspace.decisions.append(work.resolved.project.key, DEPLOYED, body)


def _manifest(work: _Work) -> Manifest:
    version, intent = work.resolved.version, work.intent
    assert intent is not None
    return Manifest(
        version.model,
        version.number,
        version.id,
        version.sha256,
        version.size,
        work.alias,
        intent.by,
        os.getuid(),
        intent.host,
        intent.at,
        work.resolved.project.root,
        intent.id,
        intent.sha256,
    )


def _not_another_model(work: _Work) -> None:
    there = read_manifest(work.folder, work.before) if work.before else None
    if there is not None and there.model != work.resolved.version.model:
        raise ReleaseError(
            f"{work.folder} holds {there.label}, another model: nothing was changed",
            "every model has a target of its own",
        )
