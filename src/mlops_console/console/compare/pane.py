"""What a pane of the Compare screen is: it draws itself into a rectangle and takes the keys meant for it."""

from typing import TYPE_CHECKING, ClassVar, Protocol

from mlops_console.console.compare.view import View
from mlops_console.console.drawing import Line
from mlops_console.console.widgets import pane

if TYPE_CHECKING:
    from mlops_console.console.overlays.listing import Listing
    from mlops_console.workspace.comparing.model import Subject


class Place(pane.Place, Protocol):
    """What a pane finds around it."""

    @property
    def is_attached(self) -> bool:
        """Whether it is still part of the application."""

    def say(self, text: str, ink: str = "text") -> None:
        """A word in the footer."""

    def tell(self, heading: str, text: str) -> None:
        """Say something in full, over the screen."""

    def unfold(self, overlay: "Listing") -> None:
        """Show lines that scroll, over the screen."""


class Pane:
    """Base of the panes: nothing to show, no key does anything."""

    name = tab = ""
    uses: ClassVar[frozenset[str]] = frozenset()
    """Keys (by id, without `compare.`) that do something here, beside those that always do."""
    on = "bg"
    """The token of its ground."""
    beside = True
    """Whether it stands beside others where there is room; else it is shown alone when it has the keys."""

    @property
    def working(self) -> bool:
        """Whether something is on its way of which it shows how much is done."""
        return False

    def __init__(self, place: Place) -> None:
        self.place = place
        self.view: View | None = None

    def show(self, view: View) -> None:
        """A new state of the comparison."""
        self.view = view

    @property
    def complete(self) -> bool:
        """Whether everything that it asked for has come."""
        return True

    def seen(self) -> None:
        """It has the keys now: time to ask for what only it needs."""

    def wanted(self, width: int) -> int:
        """How many rows it would like, beside others on the screen."""
        return 3

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """At most `height` rows of `width` cells, the heading first; `alone`: it has the whole screen."""
        return []

    def blank(self) -> Line:
        """A line to draw on."""
        return Line(self.place.colours, self.on)

    def heading(self, note: str, *, focused: bool, alone: bool) -> Line:
        """Its name, with what should be known of it; alone its name stands among the sections."""
        line = self.blank()
        if focused and not alone:
            line.put(self.place.glyphs.focus, "accent").to(2)
        else:
            line.to(2)
        if not alone:
            line.put(self.name, "text" if focused else "second", bold=True).put("  ")
        return line.put(note, "muted")

    @property
    def subject(self) -> "Subject | None":
        """The subject that the cursor is on."""
        return None

    def move(self, step: int) -> None:
        """A row down or up."""

    def page_by(self, step: int, part: int) -> None:
        """A page, or a part of one."""

    def end(self, step: int) -> None:
        """To the first or the last."""

    def side(self, step: int) -> None:
        """To the left or right."""

    def enter(self) -> None:
        """Open what the cursor is on."""

    def search(self, pattern: str) -> None:
        """Show only rows of this name; nothing: all."""

    def explain(self) -> None:
        """Say what is shown."""
        self.enter()

    def back(self) -> bool:
        """Out of what was entered; whether there was something."""
        return False

    def copied(self) -> tuple[str, str] | None:
        """What the cursor is on, as (what it is, the text to copy)."""
        return None
