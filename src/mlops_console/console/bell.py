"""The terminal's bell and title, where the user wants them: when something bad newly needs attention.

The bell rings once for all that came together. The title says how much of it nobody has looked at yet:
`mlops-console (2!)`; it is given back as it was at the end. Whoever presses a key on the overview has looked.
"""

import os
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Final, Protocol

from mlops_console.errors import ConsoleError
from mlops_console.records import Changed

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.attention.model import Attention
    from mlops_console.workspace.attention.news import News

RING: Final = "\a"
SAVE: Final = "\x1b[22;2t"
RESTORE: Final = "\x1b[23;2t"
TITLE: Final = "mlops-console"
EVERY: Final = 10.0
"""Seconds between two lists that are made for this alone."""


class Wishes(Protocol):
    """What the user wants of it."""

    @property
    def bell(self) -> bool:
        """Whether it rings."""

    @property
    def title(self) -> bool:
        """Whether it is in the title."""


class Bell:
    """Tells the terminal. Lists are made on a worker of the app; everything else is the app's thread's."""

    def __init__(self, wishes: Wishes, write: Callable[[str], None]) -> None:
        self._wishes = wishes
        self._write = write
        self._news: News | None = None
        self._found: Attention | None = None
        self._projects: tuple[str, ...] = ()
        self._shown: str | None = None
        """The title as it was set; None: it is still the terminal's own."""
        self._next = 0.0
        self._asking = Lock()

    @property
    def wanted(self) -> bool:
        """Whether there is anything to do."""
        return self._wishes.bell or self._wishes.title

    def due(self, changed: Changed) -> bool:
        """Whether to make a list because of this change, for nobody else may."""
        worth = bool(changed.runs or changed.decisions or changed.drift or changed.health)
        if not self.wanted or not worth or time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + EVERY
        return True

    def ask(self, workspace: "Workspace") -> "Attention | None":
        """Make a list; a worker's work. None: one is being made, or it could not be."""
        from mlops_console.workspace.attention.listing import attention

        if not self._asking.acquire(blocking=False):
            return None
        try:
            return attention(workspace)
        except ConsoleError:
            return None
        finally:
            self._asking.release()

    def heard(self, workspace: "Workspace", found: "Attention") -> None:
        """There is a new list, whoever made it."""
        if not self.wanted:
            return
        news = self._known(workspace)
        self._found = found
        self._projects = workspace.scope or tuple(one.key for one in workspace.projects)
        untold = news.to_tell(found, self._projects)
        if untold and self._wishes.bell:
            self._write(RING)
        self._entitle()

    def looked(self) -> None:
        """The user has seen what there is."""
        if self._found is not None and self._news is not None:
            self._news.looked(self._found, self._projects)
            self._entitle()

    def close(self) -> None:
        """Give the title back; fine to call twice."""
        if self._shown is not None:
            self._shown = None
            self._write(RESTORE)

    def _known(self, workspace: "Workspace") -> "News":
        if self._news is None:
            from mlops_console.workspace.attention.news import News

            self._news = News(workspace.places)
        return self._news

    def _entitle(self) -> None:
        if not self._wishes.title or self._news is None or self._found is None:
            return
        bad = sum(one.level == "bad" for one in self._news.new(self._found, self._projects))
        title = f"{TITLE} ({bad}!)" if bad else TITLE
        if title == self._shown:
            return
        before = SAVE if self._shown is None else ""
        self._shown = title
        self._write(f"{before}\x1b]2;{title}{RING}")


def to_terminal(text: str) -> None:
    """Write to the terminal itself, after the app has given it back."""
    from mlops_console.console.splash import terminal

    stream = terminal()
    if stream is not None:
        os.write(stream.fileno(), text.encode())
