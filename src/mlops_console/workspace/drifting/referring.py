"""What a monitor's windows are held against: what its file names, unless somebody said that it is a window.

Its file names data, or the alias on whose version a baseline stands. A window that was made the reference
(`renewing.py`) holds as long as the file and the aliases name what they named then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mlops_console.display import safe_text
from mlops_console.drift.windows.listing import files_of
from mlops_console.errors import ConsoleError, DataError
from mlops_console.ours import BASELINES
from mlops_console.workspace.drifting.judged import digest
from mlops_console.workspace.drifting.monitors import Watched

if TYPE_CHECKING:
    from mlops_console.journal.registry import MonitorSaid, PinnedReference
    from mlops_console.records import Project
    from mlops_console.settings import Places
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Referent:
    """A reference, found."""

    name: str
    """As people know it: the place of data, `baseline churn@3`, `window 2013-03`."""
    identity: tuple[Any, ...]
    """Plain values: others as soon as the reference is another one."""
    given: Mapping[str, Any]
    """What the judging needs to open it."""


class References:
    """Finds references; opens a workspace when the first one needs the decisions of its project."""

    def __init__(self, workspace: "Callable[[], Workspace]", places: "Places | None" = None) -> None:
        """As many as are asked for.

        Args:
            workspace: Opens it, or gives the one that is open.
            places: Where to look whether anything was decided at all before it is opened; None: it is open.
        """
        self._workspace = workspace
        self._places = places

    def __call__(self, watched: Watched) -> Referent:
        """The reference of a monitor.

        Raises:
            ConsoleError: There is none.
        """
        if watched.monitor.reference and not self._decided(watched):
            return _data(watched)
        return referent(self._workspace(), watched)

    def importance(self, watched: Watched) -> Mapping[str, float] | None:
        """Share of each feature in what its model hangs on; None: not known, or it watches no model."""
        from mlops_console.workspace.diagnosing.weighing import importance_of

        if not watched.monitor.model or not self._decided(watched):
            return None
        return importance_of(self._workspace(), watched)

    def _decided(self, watched: Watched) -> bool:
        """Whether anybody decided anything there."""
        if self._places is None:
            return True
        from mlops_console.journal.places import place_of

        project = watched.project
        return any(_holds(folder) for folder in place_of(project.root, project.key, self._places).folders)


def referent(workspace: "Workspace", watched: Watched) -> Referent:
    """What a monitor is held against now.

    Its identity is another one after every turn, also after one back to what it was held against before:
    of verdicts on a window the one that was made last counts.

    Raises:
        ConsoleError: There is nothing.
    """
    about = _about(workspace, watched)
    newest = said(workspace, watched)
    try:
        found: Referent | None = named(workspace, watched)
    except ConsoleError:
        if newest is None or newest.replaces != _replaced(None, workspace, watched):
            raise
        found = None
    if newest is not None and newest.replaces == _replaced(found, workspace, watched):
        found = _window(workspace, watched.project, watched.name, newest)
    assert found is not None
    if about is None or not about.turned:
        return found
    return replace(found, identity=(*found.identity, about.turned))


def named(workspace: "Workspace", watched: Watched) -> Referent:
    """What the monitor's file names, whatever people said since.

    Raises:
        ConsoleError: There is nothing.
    """
    if watched.monitor.reference:
        return _data(watched)
    from mlops_console.workspace.baselines.pinned import pinned

    return pinned(workspace, watched)


def replaced(workspace: "Workspace", watched: Watched) -> str:
    """A digest of what the file and the aliases name: another one as soon as they name something else."""
    try:
        found: Referent | None = named(workspace, watched)
    except ConsoleError:
        found = None
    return _replaced(found, workspace, watched)


def standing(workspace: "Workspace", watched: Watched) -> "PinnedReference | None":
    """The window that holds as the reference, as it was said; None: what the file names does."""
    newest = said(workspace, watched)
    return newest if newest is not None and newest.replaces == replaced(workspace, watched) else None


def said(workspace: "Workspace", watched: Watched) -> "PinnedReference | None":
    """What was said last of its reference, whether or not it holds; None: nothing, or it was taken back."""
    about = _about(workspace, watched)
    newest = about.references[0] if about is not None and about.references else None
    return newest if newest is not None and newest.sha256 else None


def _about(workspace: "Workspace", watched: Watched) -> "MonitorSaid | None":
    return workspace.decisions.registry(watched.project.key).monitors.get(watched.name)


def _replaced(found: Referent | None, workspace: "Workspace", watched: Watched) -> str:
    if found is not None:
        return digest(found.identity, 24)
    one = watched.monitor
    if one.reference:
        return digest(("none", one.reference), 24)
    model = workspace.decisions.registry(watched.project.key).models.get(one.model)
    alias = model.aliases.get(one.alias) if model is not None else None
    version = alias.version.id if alias is not None and alias.version is not None else ""
    return digest(("none", one.model, one.alias, version), 24)


def _window(workspace: "Workspace", project: "Project", monitor: str, said: "PinnedReference") -> Referent:
    from mlops_console.workspace.baselines.files import SUFFIX, own_folder

    file, name = said.sha256 + SUFFIX, f"window {safe_text(said.window, 120)}"
    return Referent(
        name,
        ("baseline", said.sha256),
        {
            "baseline": said.sha256,
            "name": name,
            "places": [
                [project.root, f"{BASELINES}/{monitor}/{file}"],
                [str(own_folder(workspace, project)), f"{monitor}/{file}"],
            ],
            "anew": f"make it anew, or go back: mlops-console drift reference {monitor} --back",
        },
    )


def _data(watched: Watched) -> Referent:
    place = watched.monitor.reference
    files, problems = files_of(place, watched.project.root)
    if not files:
        why = problems[0].rstrip(".") if problems else f"{place} holds no data files"
        raise DataError(f"the reference can't be read: {why}")
    identity = ("data", [[one.path, one.size, one.modified_ns] for one in files])
    return Referent(place, identity, {"files": [one.path for one in files], "name": place})


def _holds(folder: Any) -> bool:
    """Whether a folder of a journal has anything in it."""
    import os

    try:
        with folder.open() as opened, os.scandir(opened.fd) as entries:
            return any(True for _ in entries)
    except FileNotFoundError:
        return False
    except OSError:
        return True
