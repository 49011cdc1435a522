"""A screen on which people decide: in the panel, in a worker, with the words where it was asked for."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlops_console.console.asking import tried
from mlops_console.console.deeds import Deed
from mlops_console.console.widgets.body import Body
from mlops_console.console.widgets.panel import Form, Panel
from mlops_console.console.widgets.undoing import UndoingScreen

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace


class DecidingScreen(UndoingScreen):
    """Base of the screens with a panel."""

    @property
    def body(self) -> Body:
        """What lies between header and footer."""
        raise NotImplementedError

    @property
    def panel(self) -> Panel:
        """Where it is decided."""
        return self.query_one(Panel)

    def close_panel(self) -> bool:
        """Close what is being decided; whether there was something."""
        if self.panel.form is None:
            return False
        self.panel.close()
        self.body.moved()
        return True

    def on_panel_closed(self) -> None:
        """It was given up."""
        self.close_panel()

    def open_panel(self, form: Form) -> None:
        """Show what is to be decided."""
        self.panel.begin(form)
        self.body.moved()

    def decide(self, do: "Callable[[Workspace], Any]", said: Callable[[Any], str]) -> None:
        """In a worker; its words go where it was asked for. `said` gives why it was not done, or nothing."""
        form = self.panel.form

        def took(found: tuple[Any, str]) -> None:
            answer, trouble = found
            trouble = trouble or said(answer)
            here = form is not None and self.panel.form is form
            if trouble and here:
                self.panel.refuse(trouble)
            elif trouble:
                self.say(trouble, "bad")
            elif here:
                self.close_panel()

        self.body.decide(self.deeds, lambda workspace: tried(do, workspace), took)

    def decide_deed(self, do: "Callable[[Workspace], Deed]", words: str) -> None:
        """The same of what can be taken back; it is called so where that is offered."""

        def said(deed: Deed) -> str:
            self.did(replace(deed, what=words))
            return ""

        self.decide(do, said)

    def turn(self, way: Callable[[], object], words: str) -> None:
        """Go a way back, or there again; whatever is in the panel meanwhile."""

        def took(found: tuple[Any, str]) -> None:
            _, trouble = found
            if trouble:
                self.say(trouble, "bad")
            else:
                self.done(words)

        self.body.decide(self.deeds, lambda workspace: tried(lambda _: way(), workspace), took)
