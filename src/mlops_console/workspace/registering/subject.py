"""What is to be registered: a run's model, a file or folder of a project, or what is somewhere else."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.records import Json, Project
from mlops_console.workspace.registering import choosing_artifact
from mlops_console.workspace.registering.choosing_artifact import Chosen

if TYPE_CHECKING:
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace


_MOST_LISTED: Final = 12


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be registered."""

    project: Project
    model: str
    run: "RunDetail | None" = None
    chosen: Chosen | None = None
    evaluation: Mapping[str, Json] | None = None
    """Of an external one."""


def subject_of(
    workspace: "Workspace",
    model: str,
    run: str | None,
    artifact: str | None,
    path: str | None,
    external: Mapping[str, Json] | None,
    project: Project | str | None,
) -> Subject:
    """Find what is meant; UsageError where it is not there, or could be several things."""
    if run is not None:
        from mlops_console.workspace.details import detail, resolve

        asked = project_of(workspace, project) if project is not None else None
        found = detail(workspace, resolve(workspace, run, asked.key if asked else None))
        where = next((one for one in workspace.projects if one.key == found.project_key), None)
        where = where or Project(found.project_key, found.project, found.root, 0, 0)
        if asked is None:
            _not_past_the_one_at_hand(workspace, found)
        elif asked.key != where.key:
            raise UsageError(
                f"the run {found.id} is in the project {safe_text(found.project, 60)}",
                "a version is registered in its run's project",
            )
        chosen = choosing_artifact.of_run(found, artifact)
        _not_anothers(workspace, found, chosen)
        return Subject(where, model, found, chosen)
    if artifact:
        raise UsageError("--artifact names a file of a run: without one, it is --path")
    if path is not None:
        where, place = _place(workspace, path, project)
        chosen = choosing_artifact.of_project(where.root, place)
        return Subject(where, model, None, chosen)
    return Subject(project_of(workspace, project), model, None, None, external)


def _not_past_the_one_at_hand(workspace: "Workspace", found: "RunDetail") -> None:
    """UsageError where a person stands in a project that was never read: they mean a run of that one."""
    from mlops_console.workspace.models import project_around

    here = project_around(workspace)
    if here is not None and here.key in workspace.unread and here.key != found.project_key:
        raise UsageError(
            f"{safe_text(here.root, 120)} was not read yet: {safe_text(found.name or found.path, 60)}"
            f" is a run of {safe_text(found.project, 60)}",
            f"`mlops-console scan .` reads it; --project {safe_text(found.project, 60)} means the other one",
        )


def _not_anothers(workspace: "Workspace", run: "RunDetail", chosen: Chosen) -> None:
    """UsageError where a model lies in the folder of another run, and is none that this one names."""
    from mlops_console.store.runs import named

    if any(chosen.path == model.path for model in run.models):
        return
    own = {run.path, *(source.path for source in run.sources)}
    folder = chosen.path if chosen.is_folder else posixpath.dirname(chosen.path)
    while folder and folder not in own:
        asked = partial(named, text=folder, project=run.project_key)
        others = [(key, name) for key, name, path, _ in workspace.ask(asked) if path == folder]
        if others:
            key, name = others[0]
            raise UsageError(
                f"{safe_text(chosen.path, 160)} was written by another run, {safe_text(name or key, 60)}",
                f"what {safe_text(run.name or run.id, 60)} measured does not hold for it: register that one",
            )
        folder = posixpath.dirname(folder)


def _place(workspace: "Workspace", path: str, project: Project | str | None) -> tuple[Project, str]:
    """The project that a path lies in, and the path relative to it."""
    asked = [project_of(workspace, project)] if project is not None else list(workspace.projects)
    for one in asked:
        found = choosing_artifact.inside(one.root, path)
        if found is not None:
            return one, found
    if project is not None and not path.startswith(("/", "~")):
        return asked[0], path
    where = f"the project {safe_text(asked[0].root)}" if len(asked) == 1 else "every watched project"
    raise UsageError(
        f"{safe_text(path, 160)} lies outside of {where}",
        "a version's files come from its project: copy them into it first",
    )


def project_of(workspace: "Workspace", word: Project | str | None = None) -> Project:
    """The project that a person means: by its name, key or folder; None: the one that they are in.

    UsageError where there is none, or where it could be several.
    """
    if isinstance(word, Project):
        return word
    if word is None:
        return _at_hand(workspace)
    folder = str(Path(word).expanduser().resolve()) if word else ""
    for fits in (
        [one for one in workspace.projects if word == one.key],
        [one for one in workspace.projects if folder == one.root],
        [one for one in workspace.projects if word == one.name],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise UsageError(f"several projects are called {safe_text(word, 80)!r}", _listed(fits))
    raise UsageError(f"there is no project {safe_text(word, 80)!r}", _listed(workspace.projects))


def _at_hand(workspace: "Workspace") -> Project:
    projects = workspace.projects
    if len(projects) == 1:
        return projects[0]
    try:
        here = f"{Path.cwd()}/"
    except OSError:  # the folder that the shell is in was removed
        here = ""
    around = [one for one in projects if here.startswith(one.root.rstrip("/") + "/")]
    if around:
        return max(around, key=lambda one: len(one.root))
    if not projects:
        raise UsageError("no project is known yet", "`mlops-console scan FOLDER` makes a folder one")
    raise UsageError("there are several projects: say which with --project", _listed(projects))


def _listed(projects: Sequence[Project]) -> str:
    shown = [f"{safe_text(one.name, 40)} ({safe_text(one.root, 120)})" for one in projects[:_MOST_LISTED]]
    return "there is " + ", ".join(shown) + (" …" if len(projects) > _MOST_LISTED else "") if shown else ""
