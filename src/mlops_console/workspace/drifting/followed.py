"""Whether monitors are followed: from the first project on that has one, and nothing is loaded before."""

import threading
import time
from dataclasses import replace
from glob import escape
from typing import TYPE_CHECKING, Final

from mlops_console.records import Project
from mlops_console.wishes.model import WatchWishes
from mlops_console.wishes.reading import read_wishes

if TYPE_CHECKING:
    from mlops_console.workspace.drifting.following import Following
    from mlops_console.workspace.opening import Workspace


EVERY: Final = 10.0
"""Seconds between looks at the files of projects, as long as none has a monitor."""


class Followed:
    """The monitors of a workspace, while it is live."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._guard = threading.Lock()
        self._closed = False
        self._next = 0.0
        self.following: Following | None = None
        """Judges new windows; None: no project has a monitor, or nothing is live."""

    def wishes(self, project: Project) -> WatchWishes:
        """How a project wishes to be watched; the first one that has a monitor has them followed.

        What lies in a project of its own below it is not looked at twice.
        """
        wishes = read_wishes(project.root)
        if wishes.monitors and self._workspace.live:
            with self._guard:
                if self.following is None and not self._closed:
                    from mlops_console.workspace.drifting.following import Following

                    self.following = Following(self._workspace)
                    self.following.start()
        from mlops_console.workspace.projects import nested_in

        nested = tuple(f"/{escape(path)}" for path in nested_in(project, self._workspace.projects))
        return replace(wishes.watch, prune=(*wishes.watch.prune, *nested)) if nested else wishes.watch

    def look(self) -> None:
        """Something changed somewhere: look now and then whether a project has its first monitor by now."""
        if self.following is None and self._workspace.live and time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self.begin()

    def begin(self) -> None:
        """Have monitors followed if the workspace is live and there are any."""
        for project in self._workspace.projects:
            self.wishes(project)

    def close(self) -> None:
        """Follow no longer; fine to call twice."""
        with self._guard:
            self._closed = True
        if self.following is not None:
            self.following.close()
