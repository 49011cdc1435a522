"""How something is said about a monitor: in the panel, with a reason, in the journal, with a way back."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.deeds import Deed
from mlops_console.console.drift.body import DriftBody
from mlops_console.console.widgets.deciding import DecidingScreen
from mlops_console.console.widgets.panel import Effect, Field, Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.journal.event import Event
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.drifting.monitors import Watched


class Saying(DecidingScreen):
    """Base of the Drift screen: the panel, and what was said in it."""

    @property
    def body(self) -> DriftBody:
        """What lies between header and footer."""
        return self.query_one(DriftBody)

    @property
    def watched(self) -> "Watched | None":
        """The monitor that is looked at, or under the cursor of the list."""
        opened = self.body.opened
        if opened is not None:
            return opened.watched
        listed = self.body.monitors.listed
        return listed.watched if listed is not None else None

    def begin(
        self,
        heading: str,
        effects: tuple[Effect, ...],
        fields: tuple[Field, ...],
        does: str,
        write: "Callable[[Workspace, tuple[str, ...]], Event]",
        words: str,
        working: str = "",
    ) -> None:
        """Show what is to be decided; `write` is called in a worker, and gives what was written."""
        watched = self.watched
        if watched is None:
            return
        project = watched.project

        def decide(texts: tuple[str, ...]) -> None:
            self.decide_deed(
                lambda workspace: _deed(lambda: write(workspace, texts), workspace, project.key), words
            )
            if working:
                self.panel.tell(working)

        note = "in the journal of " + display.safe_text(project.name, 40)
        self.open_panel(Form(display.safe_text(heading, 90), note, effects, fields, does, decide))

    def done(self, words: str) -> None:
        """Say what was done; verdicts may be others now."""
        super().done(words)
        self.body.again()


def _deed(write: "Callable[[], Event]", workspace: "Workspace", project: str) -> Deed:
    """What was said is taken back by a retraction: nothing is unwritten."""
    written = [write()]

    def back() -> None:
        workspace.decisions.append(project, "retract", {"event": written[-1].id, "reason": "undone"})

    def again() -> None:
        written.append(write())

    return Deed("", back, again)
