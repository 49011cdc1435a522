"""How something is said about a monitor: in the panel, with a reason, in the journal, with a way back."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_console import display
from mlops_console.console.deeds import Deed
from mlops_console.console.drift.body import DriftBody
from mlops_console.console.widgets.deciding import DecidingScreen
from mlops_console.console.widgets.panel import Effect, Field, Form

if TYPE_CHECKING:
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
            self._decide(
                lambda workspace: _deed(lambda: write(workspace, texts), workspace, project.key), words
            )
            if working:
                self.panel.tell(working)

        note = "in the journal of " + display.safe_text(project.name, 40)
        self.open_panel(Form(display.safe_text(heading, 90), note, effects, fields, does, decide))

    def _decide(self, do: "Callable[[Workspace], Deed]", words: str) -> None:
        def did(deed: Deed) -> str:
            self.deeds.add(replace(deed, what=words))
            self.console_app.say(f"{words}   u undo")
            self.body.again()
            return ""

        self.decide(do, did)

    def action_undo(self) -> None:
        """Take the last thing said back."""
        deed = self.deeds.undo()
        if deed is not None:
            self._turn(deed.back, f"Undone: {deed.what}   ^r again")

    def action_redo(self) -> None:
        """Say again what was taken back last."""
        deed = self.deeds.redo()
        if deed is not None:
            self._turn(deed.again, f"Done again: {deed.what}   u undo")

    def _turn(self, do: Callable[[], object], words: str) -> None:
        from mlops_console.console.models.asking import tried

        def took(found: tuple[Any, str]) -> None:
            trouble = found[1]
            self.console_app.say(trouble or words, "bad" if trouble else "text")
            self.body.again()

        self.body.decide(self.deeds, lambda workspace: tried(lambda _: do(), workspace), took)


def _deed(write: "Callable[[], Event]", workspace: "Workspace", project: str) -> Deed:
    """What was said is taken back by a retraction: nothing is unwritten."""
    written = [write()]

    def back() -> None:
        workspace.decisions.append(project, "retract", {"event": written[-1].id, "reason": "undone"})

    def again() -> None:
        written.append(write())

    return Deed("", back, again)
