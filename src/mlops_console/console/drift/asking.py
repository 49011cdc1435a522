"""What the Drift view asks of the workspace. Runs in worker threads."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from mlops_console.console.drift.state import Listed, MonitorKey, Opened, Shown
from mlops_console.workspace.drifting.monitors import Watched, lost_in, watched_in
from mlops_console.workspace.drifting.trail import Course, Trail

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.checking import Look
    from mlops_console.workspace.drifting.judged import Key
    from mlops_console.workspace.drifting.standing import Told

READING_SECONDS: Final = 0.1
"""Older windows are read for so long before what is known by then is shown."""


def monitors(workspace: "Workspace") -> Shown:
    """All monitors of the projects in scope."""
    projects = tuple(workspace.projects)
    listed = [Listed(one) for one in watched_in(projects)]
    private = frozenset(one.key for one in projects if workspace.decisions.private(one.key))
    return Shown(tuple(listed), lost_in(projects), private)


class Reading:
    """Reads one monitor; what was read stays known as long as it is looked at."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self._trail: Trail | None = None

    @property
    def key(self) -> MonitorKey:
        """Which monitor."""
        return self.watched.project.key, self.watched.name

    def newest(self, workspace: "Workspace") -> Opened:
        """How it stands, with its newest window whole: one file is read."""
        look = looks(workspace).get(self.key)
        trail = self._of(workspace)
        told = trail.begin([key for _, key in look.keys] if look is not None else ())
        return self._opened(trail, told, look)

    def more(self, workspace: "Workspace", told: "Told | None") -> Opened:
        """With older windows, as many as can be read in a moment."""
        trail = self._of(workspace)
        trail.more(READING_SECONDS)
        return self._opened(trail, told, looks(workspace).get(self.key))

    def window(self, workspace: "Workspace", key: "Key") -> "Told | None":
        """One window whole."""
        return self._of(workspace).whole(key)

    def _of(self, workspace: "Workspace") -> Trail:
        if self._trail is None:
            self._trail = Trail(self.watched, workspace.places)
        return self._trail

    def _opened(self, trail: Trail, told: "Told | None", look: "Look | None") -> Opened:
        course = trail.course()
        awaited = None
        if look is not None:
            waits = next((one for one in reversed(look.cut.windows) if not one.complete), None)
            awaited = (waits.name, waits.why_not) if waits is not None else None
        problems = tuple(dict.fromkeys((*course.problems, *(look.problems if look is not None else ()))))
        why_not = look.why_not if look is not None else ""
        return Opened(self.watched, course, told, _place(course, told), awaited, problems, why_not)


def looks(workspace: "Workspace") -> "Mapping[MonitorKey, Look]":
    """How monitors were found last, where they are followed."""
    following = workspace.monitors.following
    return following.looks() if following is not None else {}


def _place(course: Course, told: "Told | None") -> int:
    if told is None:
        return -1
    places = [at for at, step in enumerate(course.steps) if step.key == told.judged.key]
    return places[0] if places else -1
