"""Whether monitors are followed: from the first project on that has one, and nothing is loaded before."""

import threading
from typing import TYPE_CHECKING

from mlops_console.records import Project
from mlops_console.wishes.model import WatchWishes
from mlops_console.wishes.reading import read_wishes

if TYPE_CHECKING:
    from mlops_console.workspace.drifting.following import Following
    from mlops_console.workspace.opening import Workspace


class Followed:
    """The monitors of a workspace, while it is live."""

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self._guard = threading.Lock()
        self._closed = False
        self.following: Following | None = None
        """Judges new windows; None: no project has a monitor, or nothing is live."""

    def wishes(self, project: Project) -> WatchWishes:
        """How a project wishes to be watched; the first one that has a monitor has them followed."""
        wishes = read_wishes(project.root)
        if wishes.monitors and self._workspace.live:
            with self._guard:
                if self.following is None and not self._closed:
                    from mlops_console.workspace.drifting.following import Following

                    self.following = Following(self._workspace)
                    self.following.start()
        return wishes.watch

    def begin(self) -> None:
        """The workspace is live from now on."""
        for project in self._workspace.projects:
            self.wishes(project)

    def close(self) -> None:
        """Follow no longer; fine to call twice."""
        with self._guard:
            self._closed = True
        if self.following is not None:
            self.following.close()
