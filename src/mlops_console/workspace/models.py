"""Registered models over all projects: found by name, and as rows for the front ends."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.journal.registry import Model, Version
from mlops_console.records import Project
from mlops_console.workspace.registering.subject import project_of

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Resolved:
    """A version that somebody named."""

    project: Project
    model: Model
    version: Version


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """A model that somebody named."""

    project: Project
    model: Model


def resolve(workspace: "Workspace", name: str, project: Project | str | None = None) -> Resolved:
    """The version of `churn@3`, `churn@v3` or `churn@champion`.

    UsageError where there is none, with what is near; or where several projects have such a model.
    """
    model_name, at, which = name.rpartition("@")
    if not at or not model_name or not which:
        raise UsageError(
            f"{safe_text(name, 80)!r} names no version of a model",
            "write MODEL@VERSION or MODEL@ALIAS: churn@3",
        )
    found = resolve_model(workspace, model_name, project)
    return Resolved(found.project, found.model, version_of(found.model, which))


def resolve_model(workspace: "Workspace", name: str, project: Project | str | None = None) -> ResolvedModel:
    """The model of this name: in the project named, the one at hand, else where it is unique."""
    decisions = workspace.decisions
    if project is not None:
        there = project_of(workspace, project)
        model = decisions.registry(there.key).models.get(name)
        if model is None:
            known = decisions.registry(there.key).models
            raise _none(f"{safe_text(there.name, 60)} has no model {safe_text(name, 80)!r}", name, known)
        return ResolvedModel(there, model)
    at_hand = project_around(workspace)
    if at_hand is not None:
        model = decisions.registry(at_hand.key).models.get(name)
        if model is not None:
            return ResolvedModel(at_hand, model)
    fits, known_names = [], set[str]()
    for one in workspace.projects:
        models = decisions.registry(one.key).models
        known_names.update(models)
        if name in models:
            fits.append(ResolvedModel(one, models[name]))
    if not fits:
        raise _none(f"there is no model {safe_text(name, 80)!r}", name, known_names)
    if len(fits) > 1:
        names = [one.project.name for one in fits]
        said = [one.project.name if names.count(one.project.name) == 1 else one.project.root for one in fits]
        raise UsageError(
            f"several projects have a {safe_text(name, 80)}",
            "say which: " + ", ".join(f"--project {safe_text(word, 120)}" for word in said[:8]),
        )
    return fits[0]


def version_of(model: Model, which: str) -> Version:
    """The version of a number (`3`, `v3`) or that an alias stands on; UsageError where there is none."""
    number = which[1:] if which[:1] in ("v", "V") else which
    shown = safe_text(model.name, 80)
    if number.isascii() and number.isdigit() and len(number) < 12:
        found = model.version(int(number))
        if found is None:
            newest = model.versions[0].number if model.versions else 0
            raise UsageError(f"{shown} has no version {int(number)}", f"the newest is {shown}@{newest}")
        return found
    state = model.aliases.get(which)
    if state is None:
        known = [*model.aliases]
        hint = f"{shown} has " + ", ".join(safe_text(one, 60) for one in known[:8]) if known else ""
        raise UsageError(
            f"{shown} has no alias {safe_text(which, 80)!r}",
            hint or f"no alias of it was moved yet; the newest version is {shown}@{model.versions[0].number}",
        )
    if state.version is None:
        raise UsageError(
            f"{safe_text(which, 80)} of {shown} stands nowhere", f"{safe_text(state.by, 60)} took it off"
        )
    return state.version


def project_around(workspace: "Workspace") -> Project | None:
    """The project that the working folder lies in."""
    try:
        here = f"{Path.cwd()}/"
    except OSError:
        return None
    around = [one for one in workspace.projects if here.startswith(one.root.rstrip("/") + "/")]
    return max(around, key=lambda one: len(one.root), default=None)


def _none(what: str, name: str, known: Iterable[str]) -> UsageError:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 3, 0.5) or names[:5]
    hint = "there is " + ", ".join(safe_text(one, 80) for one in near) if near else ""
    return UsageError(what, hint or "`mlops-console register RUN MODEL` makes one")
