"""A screen on which people decide: in the panel, in a worker, with the words where it was asked for."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, cast

from textual.screen import Screen

from mlops_console.console.deeds import Deeds
from mlops_console.console.widgets.panel import Form, Panel

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace


class Body(Protocol):
    """What lies between header and footer."""

    def moved(self) -> None:
        """What is shown has changed."""

    def decide(self, deeds: Deeds, do: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        """Do what a person decided, after what they decided before."""


class DecidingScreen(Screen[None]):
    """Base of the screens with a panel; `deeds` is what was said here and can be taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.deeds = Deeds()

    @property
    def console_app(self) -> "ConsoleApp":
        """The application."""
        return cast("ConsoleApp", self.app)

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
        from mlops_console.console.models.asking import tried

        form = self.panel.form

        def took(found: tuple[Any, str]) -> None:
            answer, trouble = found
            trouble = trouble or said(answer)
            here = form is not None and self.panel.form is form
            if trouble and here:
                self.panel.refuse(trouble)
            elif trouble:
                self.console_app.say(trouble, "bad")
            elif here:
                self.close_panel()

        self.body.decide(self.deeds, lambda workspace: tried(do, workspace), took)
