"""The terminal's bell and title, where the user wants them: when something bad newly needs attention.

The bell rings once for all that came together. The title says how much of it nobody has looked at yet:
`mlops-console (2!)`; it is given back as it was at the end. Whoever presses a key on the overview has looked.
"""

import os
import time
from typing import TYPE_CHECKING, Any, Final

from mlops_console.errors import ConsoleError
from mlops_console.records import Changed

if TYPE_CHECKING:
    from textual.app import App

    from mlops_console.settings import UserSettings
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.attention.model import Attention
    from mlops_console.workspace.attention.news import News

RING: Final = "\a"
SAVE: Final = "\x1b[22;2t"
RESTORE: Final = "\x1b[23;2t"
TITLE: Final = "mlops-console"
FIRST: Final = 2.0
"""Seconds until the first list."""
EVERY: Final = 10.0
"""Seconds between two lists, where something changed."""
LATEST: Final = 60.0
"""Seconds after which one is made anyway: what only time brings."""
OVERVIEW: Final = "overview"


class Bell:
    """Tells the terminal. Lists are made on a worker of the app; all else is the app's thread's."""

    def __init__(self, app: "App[Any]", wishes: "UserSettings") -> None:
        self._app = app
        self._wishes = wishes
        self._news: News | None = None
        self._found: Attention | None = None
        self._projects: tuple[str, ...] = ()
        self._unseen = False
        """There is a list that nobody has looked at."""
        self._shown: str | None = None
        """The title as it was set; None: it is still the terminal's own."""
        self._changed = True
        self._asked = 0.0
        self._asking = False

    @property
    def wanted(self) -> bool:
        """Whether there is anything to do."""
        return self._wishes.bell or self._wishes.title

    def begin(self) -> None:
        """From now on look now and then, if it is wanted."""
        if self.wanted:
            self._app.set_timer(FIRST, self.tick)
            self._app.set_interval(EVERY, self.tick)

    def changed(self, changed: Changed) -> None:
        """Something changed: the next look makes a list."""
        self._changed = self._changed or bool(changed.runs or changed.decisions or changed.drift)

    def tick(self) -> None:
        """Make a list where one is due."""
        workspace: Workspace | None = getattr(self._app, "workspace", None)
        now = time.monotonic()
        if workspace is None or self._asking or not (self._changed or now - self._asked >= LATEST):
            return
        self._changed, self._asked, self._asking = False, now, True
        self._app.run_worker(lambda: self._ask(workspace), thread=True, exit_on_error=False, group="bell")

    def heard(self, workspace: "Workspace", found: "Attention") -> None:
        """There is a new list, whoever made it."""
        if not self.wanted:
            return
        if self._news is None:
            from mlops_console.workspace.attention.news import News

            self._news = News(workspace.places)
        self._found, self._unseen = found, True
        self._projects = workspace.scope or tuple(one.key for one in workspace.projects)
        untold = self._news.to_tell(found, self._projects)
        if untold and self._wishes.bell:
            self._app.bell()
        self._entitle()

    def pressed(self) -> None:
        """A key was pressed: who looks at the overview has seen what there is."""
        if self._unseen and self._found is not None and self._news is not None:
            if self._app.current_mode != OVERVIEW:
                return
            self._unseen = False
            self._news.looked(self._found, self._projects)
            self._entitle()

    def close(self) -> None:
        """Give the title back, after the app gave back the terminal; fine to call twice."""
        if self._shown is not None:
            self._shown = None
            _to_terminal(RESTORE)

    def _ask(self, workspace: "Workspace") -> None:
        from mlops_console.workspace.attention.listing import attention

        try:
            self._app.call_later(self.heard, workspace, attention(workspace))
        except ConsoleError:
            self._changed = True
        finally:
            self._asking = False

    def _entitle(self) -> None:
        if not self._wishes.title or self._news is None or self._found is None:
            return
        bad = sum(one.level == "bad" for one in self._news.new(self._found, self._projects))
        title = f"{TITLE} ({bad}!)" if bad else TITLE
        driver = getattr(self._app, "_driver", None)
        if title == self._shown or driver is None:
            return
        before = SAVE if self._shown is None else ""
        self._shown = title
        driver.write(f"{before}\x1b]2;{title}{RING}")


def _to_terminal(text: str) -> None:
    from mlops_console.console.splash import terminal

    stream = terminal()
    if stream is not None:
        os.write(stream.fileno(), text.encode())
