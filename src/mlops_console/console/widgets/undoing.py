"""A screen on which things are done that can be undone, and done again."""

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from textual.screen import Screen

from mlops_console.console.deeds import Deed, Deeds

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp


class UndoingScreen(Screen[None]):
    """Base of such screens; `deeds` is what was done here and on what was opened from here."""

    def __init__(self, deeds: Deeds | None = None) -> None:
        super().__init__()
        self.deeds = deeds if deeds is not None else Deeds()

    @property
    def console_app(self) -> "ConsoleApp":
        """The application."""
        return cast("ConsoleApp", self.app)

    def say(self, text: str, ink: str = "text") -> None:
        """A message in the footer."""
        self.console_app.say(text, ink)

    def done(self, words: str) -> None:
        """Say what was done; a screen may ask again for what is different now."""
        self.say(words)

    def did(self, deed: Deed) -> None:
        """Say what was done, and keep the way back for a while."""
        self.deeds.add(deed)
        self.done(f"{deed.what}   u undo")

    def marked(self) -> None:
        """Marks may be other ones: where they are shown they are drawn anew."""

    def turn(self, way: Callable[[], object], words: str) -> None:
        """Go a way back, or there again, in a worker; say so when it is done."""
        raise NotImplementedError

    def action_undo(self) -> None:
        """Take the last thing back."""
        deed = self.deeds.undo()
        if deed is None:
            self.say("Nothing to undo", "muted")
        else:
            self._turn(deed, deed.back, f"Undone: {deed.what}   ^r again")

    def action_redo(self) -> None:
        """Do again what was undone last."""
        deed = self.deeds.redo()
        if deed is None:
            self.say("Nothing was undone", "muted")
        else:
            self._turn(deed, deed.again, f"Done again: {deed.what}   u undo")

    def _turn(self, deed: Deed, way: Callable[[], object], words: str) -> None:
        if deed.at_once:
            way()
            self.marked()
            self.done(words)
            return

        def went() -> object:
            failed = True
            try:
                found = way()
                failed = False
            finally:
                if failed:
                    self.deeds.failed(deed)
            return found

        self.turn(went, words)
