"""How a view asks the workspace, and how it decides in it: in workers, with words for what did not work."""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from mlops_console.console.deeds import Deeds
from mlops_console.errors import ConsoleError

if TYPE_CHECKING:
    from textual.widget import Widget

    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace

_LOG = logging.getLogger(__name__)


def answered(
    read: "Callable[[Workspace], Any]", workspace: "Workspace", words: Callable[[ConsoleError], str] = str
) -> tuple[Any, str]:
    """The answer, or the words why there is none."""
    try:
        return read(workspace), ""
    except ConsoleError as error:
        return None, words(error)
    except Exception as error:  # noqa: BLE001 - the boundary: it is said, and the rest goes on
        _LOG.exception("a question of a view failed")
        return None, f"That did not work: {error}"


def tried(do: "Callable[[Workspace], Any]", workspace: "Workspace") -> tuple[Any, str]:
    """The answer, or why it was not done, with what would help."""
    return answered(do, workspace, lambda error: f"{error}: {error.hint}" if error.hint else str(error))


class Asker:
    """Runs questions in worker threads, one about a thing at a time; of those that wait the newest counts."""

    def __init__(self, widget: "Widget", failed: Callable[[str, str], None]) -> None:
        self._widget = widget
        self._failed = failed
        self._busy: set[str] = set()
        self._next: dict[str, tuple[Callable[[Workspace], Any], Callable[[Any], None]]] = {}
        self._era = 0

    def forget(self) -> None:
        """Whatever is on its way is not wanted any more."""
        self._era += 1
        self._next.clear()

    def ask(self, about: str, read: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        """Ask now, or as soon as the question before it about the same is answered."""
        if about in self._busy:
            self._next[about] = (read, took)
            return
        # Asked for now: once the page is left, its widgets know no app any more.
        app = cast("ConsoleApp", self._widget.app)
        workspace = app.workspace
        if workspace is None:
            return
        self._busy.add(about)
        era = self._era

        def work() -> None:
            found, words = answered(read, workspace)
            # Posted, not called: an answer may come before the console runs.
            app.call_later(self._answered, about, era, took, found, words)

        self._widget.run_worker(work, thread=True, group=about, exit_on_error=True)

    def decide(self, deeds: Deeds, do: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        """Do what a person decided, after what they decided before; the answer is taken whatever is shown."""
        app = cast("ConsoleApp", self._widget.app)
        workspace = app.workspace
        if workspace is None:
            return

        def tell(found: Any, words: str) -> None:
            if words:
                app.say(words, "bad")
            else:
                took(found)

        def work() -> None:
            found, words = answered(do, workspace)
            if app.is_running:
                app.call_from_thread(tell, found, words)

        deeds.in_turn(
            work, lambda run: self._widget.run_worker(run, thread=True, group="decide", exit_on_error=True)
        )

    def _answered(self, about: str, era: int, took: Callable[[Any], None], found: Any, words: str) -> None:
        self._busy.discard(about)
        # Taken even if a newer question waits: of what never stops moving, something is shown.
        # An answer may come before the widget is mounted: it is not asked for again.
        if era == self._era and self._widget.is_attached:
            if words:
                self._failed(about, words)
            else:
                took(found)
        newer = self._next.pop(about, None)
        if newer is not None and about not in self._busy:
            self.ask(about, *newer)
