"""What lies between header and footer of a view: it asks in workers, and draws its panes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from textual.message import Message

from mlops_console.console.asking import Asker
from mlops_console.console.drawing import Line
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.deeds import Deeds
    from mlops_console.workspace import Workspace


class Body(Rows):
    """Base of the bodies: what they ask, and how the screen around them hears of it."""

    DEFAULT_CSS = "Body { height: 1fr; }"

    class Moved(Message):
        """What is shown has changed: what is said around it may have too."""

    class Failed(Message):
        """A question was not answered."""

        def __init__(self, about: str, words: str) -> None:
            super().__init__()
            self.about, self.words = about, words

    def __init__(self) -> None:
        super().__init__()
        self.asker = Asker(self, self.unanswered)

    def unanswered(self, about: str, words: str) -> None:
        """A question was not answered: say why."""
        self.say(words, "bad")

    def ask(self, about: str, read: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        """Read in a worker, take the answer on the screen; a newer question about the same wins."""
        self.asker.ask(about, read, took)

    def decide(self, deeds: "Deeds", do: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        """Do what a person decided, in a worker, after what they decided before."""
        self.asker.decide(deeds, do, took)

    def say(self, text: str, ink: str = "text") -> None:
        """A word in the footer."""
        cast("ConsoleApp", self.app).say(text, ink)

    def moved(self) -> None:
        """What is shown has changed."""
        self.refresh()
        if self.is_mounted:
            self.post_message(self.Moved())


class Pane(Protocol):
    """Rows that a cursor walks over."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def tab(self) -> str:
        """The same among the others, where one is shown at a time; nothing: its name."""

    def move(self, step: int) -> None:
        """Rows."""

    def page_by(self, step: int, part: int) -> None:
        """A page of them, or a part of one."""

    def end(self, step: int) -> None:
        """To the first or the last."""


P = TypeVar("P", bound=Pane)


class PanesBody(Body, Generic[P]):
    """Base of the bodies with panes, one of which has the keys; drawn once until something moves."""

    wide_from = (100, 28)
    """Columns and rows of the terminal from which panes stand beside each other."""

    def __init__(self) -> None:
        super().__init__()
        self.panes: tuple[P, ...] = ()
        self.focus_at = 0
        self._zoomed = False
        self._drawn: tuple[object, list[Line]] = (None, [])

    @property
    def pane(self) -> P:
        """The pane that has the keys."""
        return self.panes[self.focus_at]

    @property
    def wide(self) -> bool:
        """Whether there is room for panes beside each other."""
        width, height = self.app.size
        return width >= self.wide_from[0] and height >= self.wide_from[1]

    def turn_focus(self, step: int) -> None:
        """Another pane."""
        self.go_to(self.panes[(self.focus_at + step) % len(self.panes)])

    def go_to(self, pane: P) -> None:
        """To a pane by itself."""
        self.focus_at = self.panes.index(pane)
        self.moved()

    def zoom(self) -> None:
        """The pane alone, or all of them."""
        self._zoomed = not self._zoomed
        self.moved()

    def moved(self) -> None:
        """What is shown has changed."""
        self.redraw()
        super().moved()

    # Drawing

    def drawn(self, width: int, height: int) -> list[Line]:
        """What is shown now, row by row; rows that are left over stay blank."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw anew; what is said around stays."""
        self._drawn = (None, [])
        self.refresh()

    def line(self, y: int) -> Line:
        """The row."""
        key = (self.size, self.colours.name)
        if self._drawn[0] != key:
            self._drawn = (key, self.drawn(*self.size))
        lines = self._drawn[1]
        return lines[y] if y < len(lines) else self.blank()

    def tabs(self) -> Line:
        """The names of the panes, where one is shown at a time."""
        line = self.blank().to(2)
        for at, pane in enumerate(self.panes):
            line.put("   " if at else "").tab(pane.tab or pane.name, active=at == self.focus_at)
        return line

    def beside(self, one: list[Line], other: list[Line], at: int) -> list[Line]:
        """Two panes, the other from a column on."""
        return [self.blank().add(left).to(at).add(right) for left, right in zip(one, other, strict=True)]
