"""Targets of a project's models: which there are, and whether they still are what was deployed."""

import contextlib
import difflib
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import JournalError, ReleaseError, UsageError
from mlops_console.journal.event import DEPLOYED
from mlops_console.journal.registry import Deployment, Model
from mlops_console.promotion.kept import tidy
from mlops_console.promotion.releases import TargetFound, look_at
from mlops_console.promotion.swapping import current
from mlops_console.promotion.target import held_target, is_target, target_folder
from mlops_console.wishes.model import Target
from mlops_console.wishes.reading import read_wishes

if TYPE_CHECKING:
    from mlops_console.records import Project
    from mlops_console.workspace.opening import Workspace


_LONGEST: Final = 1_000
"""Bytes of a folder's path; its releases have longer ones."""


@dataclass(frozen=True, slots=True)
class TargetState:
    """A target as it is now, and as it should be."""

    project_key: str
    model: str
    name: str
    """As the project's file calls it; the folder, where it is not in the file."""
    folder: str
    configured: Target | None
    """What the file says; None: it was deployed to once, and is not in the file."""
    sha256: str | None
    """Of the release that is current."""
    version: int | None
    """Its number, where it is one of this model's."""
    problems: tuple[str, ...]
    """A sentence for each way in which it is not what was deployed; empty: it is, or nothing was yet."""
    notes: tuple[str, ...] = ()
    last: Deployment | None = None
    """The last deployment there that was ended."""
    releases: int = 0
    by: str = ""
    """Who put the current release there."""
    at: int | None = None
    found: TargetFound | None = None


def targets(workspace: "Workspace", project: "Project", *, full: bool = False) -> list[TargetState]:
    """Every target of a project: those in its file, and others that were deployed to. A worker's work.

    Args:
        workspace: The workspace.
        project: Which.
        full: Read every byte of what is current, even where nothing has touched it.
    """
    wishes = read_wishes(project.root)
    registry = workspace.decisions.registry(project.key)
    states: list[TargetState] = []
    for name in sorted({*registry.models, *wishes.models}):
        model = registry.models.get(name)
        known = {}
        for target in wishes.model(name).targets:
            with contextlib.suppress(ReleaseError):
                known[str(target_folder(project.root, target.folder))] = target
        deployed = {one.folder for one in model.deployments if _here(one)} if model else set()
        states += [
            state_of(project, name, model, folder, known.get(folder), full=full)
            for folder in sorted({*known, *deployed})
        ]
    return states


def state_of(
    project: "Project",
    name: str,
    model: Model | None,
    folder: str,
    configured: Target | None,
    *,
    full: bool = False,
) -> TargetState:
    """One target, looked at now."""
    last = _last(model, folder)
    found = look_at(Path(folder), full=full)
    problems, notes = list(found.problems), []
    expected = _left(last) if last is not None else None
    numbers = {one.sha256: one.number for one in reversed(model.versions)} if model else {}
    if last is not None and not problems and found.sha256 != expected:
        problems.append(
            f"{_label(name, numbers, found.sha256)} is current, but the last deployment left"
            f" {_label(name, numbers, expected)}: somebody changed it by hand, or deployed from elsewhere"
        )
    if model is not None and any(one.outcome == "open" and one.folder == folder for one in model.deployments):
        notes.append("a deployment there is under way, or was interrupted")
    manifest = found.manifest
    if manifest is not None and manifest.model != name:
        problems.append(f"it holds {safe_text(manifest.label, 80)}, another model")
    shown = configured.name if configured is not None else folder
    return TargetState(
        project.key,
        name,
        shown,
        folder,
        configured,
        found.sha256,
        _number(model, found, last) or numbers.get(found.sha256 or ""),
        tuple(problems),
        tuple(notes),
        last,
        len(found.releases),
        manifest.by if manifest is not None else "",
        manifest.at if manifest is not None else None,
        found,
    )


def named_target(project: "Project", model: str, said: str) -> tuple[Target, Path]:
    """The target that somebody named: one of the project's file, or any folder by a path with a `/` in it.

    Raises:
        UsageError: There is none of this name.
        ReleaseError: It names no folder that can be a target.
    """
    known = read_wishes(project.root).model(model).targets
    for target in known:
        if target.name == said:
            return target, target_folder(project.root, target.folder)
    if "/" in said or said.startswith("~"):
        folder = target_folder(project.root, said if said.startswith("~") else str(Path(said).absolute()))
        for target in known:
            with contextlib.suppress(ReleaseError):
                if target_folder(project.root, target.folder) == folder:
                    return target, folder
        return Target(str(folder), str(folder)), folder
    near = difflib.get_close_matches(said, [one.name for one in known], 1, 0.5) or [one.name for one in known]
    hint = (
        "it has " + ", ".join(near)
        if near
        else f'name one in mlops-console.toml: [models.{model}.targets.{said}] folder = "/srv/{model}";'
        " or give the path of a folder, with a / in it"
    )
    raise UsageError(f"{safe_text(model, 80)} has no target {safe_text(said, 80)!r}", hint)


@contextlib.contextmanager
def held_and_settled(workspace: "Workspace", project: "Project", folder: Path) -> Iterator[None]:
    """Hold a target; what was left open there by a process that is gone is closed first."""
    with held_target(folder):
        _settle(workspace, project, str(folder))
        yield


def settle(workspace: "Workspace", project: "Project") -> int:
    """Close deployments that were interrupted, by what is current in their targets now; how many.

    Those that are under way, in targets of another machine, or that this user can't write to stay open.
    """
    tidy(project.root)
    closed = 0
    # An event may name any folder: only what is a target already is opened for looking at it.
    for folder in sorted({one.folder for one in _open(workspace, project) if is_target(Path(one.folder))}):
        with contextlib.suppress(ReleaseError, JournalError), held_target(Path(folder)):
            closed += _settle(workspace, project, folder)
    return closed


def _settle(workspace: "Workspace", project: "Project", folder: str) -> int:
    workspace.decisions.refresh()
    closed = 0
    for one in _open(workspace, project):
        if one.folder != folder:
            continue
        try:
            now = current(Path(folder))
        except ReleaseError:
            now = None
        done = now == one.sha256
        because = (
            "it was interrupted after the switch: it is current, its health command may not have been asked"
            if done
            else "it was interrupted before the switch"
        )
        body = {
            "model": one.event.body.get("model"),
            "deploy": one.event.id,
            "outcome": "done" if done else "refused",
            "because": because,
            "sha256": now or "",
        }
        workspace.decisions.append(project.key, DEPLOYED, body)
        closed += 1
    return closed


def _open(workspace: "Workspace", project: "Project") -> list[Deployment]:
    registry = workspace.decisions.registry(project.key)
    return [
        one
        for model in registry.models.values()
        for one in reversed(model.deployments)
        if one.outcome == "open" and _here(one)
    ]


def _here(deployment: Deployment) -> bool:
    """Whether its target is a folder of this machine: on another, the same path is another place."""
    return (
        deployment.event.host == platform.node()
        and Path(deployment.folder).is_absolute()
        and _is_path(deployment.folder)
    )


def _is_path(said: str) -> bool:
    """Whether a file system could have it: an event may say anything."""
    try:
        return "\0" not in said and len(os.fsencode(said)) <= _LONGEST
    except UnicodeError:
        return False


def _last(model: Model | None, folder: str) -> Deployment | None:
    ended = (one for one in model.deployments if one.folder == folder and _here(one)) if model else ()
    return next((one for one in ended if one.outcome != "open"), None)


def _left(deployment: Deployment) -> str | None:
    """What was current when it ended."""
    if deployment.outcome == "done":
        return deployment.sha256
    before = deployment.event.body.get("from_sha256")
    return before if isinstance(before, str) and before else None


def _number(model: Model | None, found: TargetFound, last: Deployment | None) -> int | None:
    """Which version was put there: several may have the same bytes."""
    if model is None or found.sha256 is None:
        return None
    same = {one.id: one.number for one in model.versions if one.sha256 == found.sha256}
    if (
        last is not None
        and last.outcome == "done"
        and last.sha256 == found.sha256
        and last.version_id in same
    ):
        return same[last.version_id]
    return same.get(found.manifest.version_id) if found.manifest is not None else None


def _label(name: str, numbers: dict[str, int], sha256: str | None) -> str:
    if sha256 is None:
        return "nothing"
    number = numbers.get(sha256)
    return f"{safe_text(name, 80)}@{number}" if number is not None else f"an unknown release {sha256[:12]}…"
