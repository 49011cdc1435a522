"""What the Drift view asks of the workspace. Runs in worker threads."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlops_console.console.drift.state import Listed, MonitorKey, Opened, Shown
from mlops_console.journal.registry import MonitorSaid
from mlops_console.workspace.drifting.monitors import Watched, lost_in, watched_in
from mlops_console.workspace.drifting.states.trail import Course, Trail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.checking import Look
    from mlops_console.workspace.drifting.judged import Key
    from mlops_console.workspace.drifting.standing import Told
    from mlops_console.workspace.drifting.states.model import MonitorState

READING_SECONDS: Final = 0.1
"""Older windows are read for so long before what is known by then is shown."""


def monitors(workspace: "Workspace") -> Shown:
    """All monitors of the projects in scope, by name: how they stand is asked apart."""
    scope = workspace.scope
    projects = [one for one in workspace.projects if not scope or one.key in scope]
    listed = [Listed(one) for one in watched_in(projects)]
    private = frozenset(one.key for one in projects if workspace.decisions.private(one.key))
    return Shown(tuple(listed), lost_in(projects), private, tuple(projects))


def standing(workspace: "Workspace", shown: Shown) -> Shown:
    """The same with how they stand, the worst first."""
    from mlops_console.workspace.drifting.states.listing import states

    found = states(workspace)
    by_key = {one.key: one for one in found}
    places = {one.key: at for at, one in enumerate(found)}
    listed = [replace(one, state=by_key.get(one.key)) for one in shown.monitors]
    listed.sort(key=lambda one: places.get(one.key, len(places)))
    return replace(shown, monitors=tuple(listed))


class Reading:
    """Reads one monitor; what was read stays known as long as it is looked at."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self._trail: Trail | None = None

    @property
    def key(self) -> MonitorKey:
        """Which monitor."""
        return self.watched.project.key, self.watched.name

    def newest(self, workspace: "Workspace", kept: "Key | None" = None) -> Opened:
        """How it stands, with one window whole, the newest or the one that is looked at: a file is read."""
        look = looks(workspace).get(self.key)
        trail = self._of(workspace)
        told = trail.begin([key for _, key in look.keys] if look is not None else (), kept)
        return self._opened(workspace, trail, told, look)

    def more(self, workspace: "Workspace", told: "Told | None") -> Opened:
        """With older windows, as many as can be read in a moment."""
        trail = self._of(workspace)
        trail.more(READING_SECONDS)
        return self._opened(workspace, trail, told, looks(workspace).get(self.key))

    def window(self, workspace: "Workspace", key: "Key") -> Opened | None:
        """With another window whole."""
        trail = self._of(workspace)
        told = trail.whole(key)
        return self._opened(workspace, trail, told, looks(workspace).get(self.key)) if told else None

    def state(self, workspace: "Workspace") -> "MonitorState":
        """How it stands for people."""
        from mlops_console.workspace.drifting.states.listing import state

        return state(workspace, *self.key)

    def _of(self, workspace: "Workspace") -> Trail:
        from mlops_console.workspace.diagnosing.weighing import importance_of

        importance = importance_of(workspace, self.watched)
        if self._trail is None or self._trail.by.importance != importance:
            self._trail = Trail(workspace, self.watched, importance)
        return self._trail

    def _opened(
        self, workspace: "Workspace", trail: Trail, told: "Told | None", look: "Look | None"
    ) -> Opened:
        course = trail.course()
        awaited = None
        if look is not None:
            waits = next((one for one in reversed(look.cut.windows) if not one.complete), None)
            awaited = (waits.name, waits.why_not) if waits is not None else None
        problems = tuple(dict.fromkeys((*course.problems, *(look.problems if look is not None else ()))))
        why_not = look.why_not if look is not None else self.watched.monitor.unusable
        registry = workspace.decisions.registry(self.watched.project.key)
        return Opened(
            self.watched,
            course,
            told,
            _place(course, told),
            awaited,
            problems,
            why_not,
            said=registry.monitors.get(self.watched.name, MonitorSaid()),
            importance=trail.by.importance,
        )


def looks(workspace: "Workspace") -> "Mapping[MonitorKey, Look]":
    """How monitors were found last, where they are followed."""
    following = workspace.monitors.following
    return following.looks() if following is not None else {}


def _place(course: Course, told: "Told | None") -> int:
    if told is None:
        return -1
    places = [at for at, step in enumerate(course.steps) if step.key == told.judged.key]
    return places[0] if places else -1
