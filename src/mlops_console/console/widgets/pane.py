"""What a pane of a view is: a heading and rows with a cursor, drawn into a rectangle."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from mlops_console.console.drawing import Line
from mlops_console.console.theme import REVERSE

if TYPE_CHECKING:
    from mlops_console.console.glyphs import Glyphs
    from mlops_console.console.theme import Palette
    from mlops_console.workspace import Workspace


Answer = TypeVar("Answer")


class Place(Protocol):
    """What every pane finds around it; a view's panes may find more."""

    @property
    def colours(self) -> "Palette":
        """The palette."""

    @property
    def glyphs(self) -> "Glyphs":
        """The glyph set."""

    def ask(self, about: str, read: "Callable[[Workspace], Answer]", took: Callable[[Answer], None]) -> None:
        """Read in a worker, take the answer on the screen; a newer question about the same wins."""

    def moved(self) -> None:
        """What is shown has changed."""


P = TypeVar("P", bound=Place)


class Pane(Generic[P]):
    """Base of the panes; subclasses say what their rows are."""

    name = ""
    tab = ""
    """What it is called among the sections, where they are shown one at a time; else its name."""

    def __init__(self, place: P) -> None:
        self.place = place
        self.at = self.top = 0
        self._room = 1

    # What subclasses say

    @property
    def count(self) -> int:
        """How many rows there are."""
        return 0

    def told(self, width: int) -> Line:
        """What stands behind the heading's name."""
        return self.blank()

    def aside(self) -> Line:
        """What stands at the right end of the heading."""
        return self.blank()

    def columns(self, width: int) -> Line | None:
        """The row of column names."""
        return None

    def row(self, index: int, line: Line, width: int) -> None:
        """Draw a row."""

    def ground(self, index: int) -> str:
        """The ground of a row that the cursor is not on."""
        return "bg"

    def nothing(self, width: int) -> list[Line]:
        """What stands where there are no rows."""
        return []

    def wanted(self, width: int) -> int:
        """Rows that it would like, with its heading."""
        return 3 + max(1, self.count)

    def moved(self) -> None:
        """The cursor has moved."""

    # Moving

    def move(self, step: int) -> None:
        """So many rows down or up."""
        before = self.at
        self.at = max(0, min(self.count - 1, self.at + step))
        if self.at != before:
            self.moved()

    def page_by(self, step: int, part: int) -> None:
        """A page, or a part of one."""
        self.move(step * max(1, self._room // part))

    def end(self, step: int) -> None:
        """To the first or the last."""
        self.move(step * max(1, self.count))

    def enter(self) -> None:
        """Open what the cursor is on."""

    def back(self) -> bool:
        """Out of what was entered; whether there was something."""
        return False

    def copied(self) -> tuple[str, str] | None:
        """What the cursor is on, as (what it is, the text to copy)."""
        return None

    # Drawing

    def blank(self, on: str = "bg") -> Line:
        """A line to draw on."""
        return Line(self.place.colours, on)

    def heading(self, width: int, *, focused: bool, alone: bool) -> Line:
        """Its name, with what should be known of it; alone its name stands among the sections."""
        line = self.blank()
        if focused and not alone:
            line.put(self.place.glyphs.focus, "accent")
        line.to(2)
        if not alone:
            line.put(self.name, "text" if focused else "second", bold=True).put("  ")
        aside = self.aside()
        told = self.told(width - line.at - aside.at - 4)
        line.add(told)
        return line.right(aside, width) if aside.at and line.at + aside.at + 2 <= width else line

    def airy_at(self, width: int, height: int) -> bool:
        """Whether its heading has a blank row under it where it stands beside others."""
        return height >= 8

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Exactly `height` rows of `width` cells, the heading first."""
        lines = [self.heading(width, focused=focused, alone=alone)]
        if not alone and self.airy_at(width, height):
            lines.append(self.blank())
        self.at = max(0, min(self.at, self.count - 1))
        if not self.count:
            lines += self.nothing(width)
        else:
            names = self.columns(width)
            if names is not None:
                lines.append(names)
            lines += self._rows(width, height - len(lines), focused=focused)
        lines = lines[:height]
        lines += [self.blank() for _ in range(height - len(lines))]
        return [line.to(width) for line in lines]

    def _rows(self, width: int, room: int, *, focused: bool) -> list[Line]:
        self._room = max(1, room)
        self.top = max(0, min(self.top, self.at, self.count - self._room))
        self.top = max(self.top, self.at - self._room + 1)
        drawn = []
        for index in range(self.top, min(self.count, self.top + self._room)):
            ground = self.ground(index)
            here = index == self.at
            if here and ground == "bg":
                ground = "cursor" if focused else "cursor2"
            line = self.blank(ground)
            if here and focused:
                # Where there are no tints the bar alone says where the cursor is.
                line.put(self.place.glyphs.focus, "accent", on=None if ground != REVERSE else "bg")
            line.to(2)
            self.row(index, line, width)
            drawn.append(line.to(width))
        return drawn

    def wrapped(self, text: str, width: int, ink: str = "second", most: int = 6) -> list[Line]:
        """A text in lines, two cells from the left."""
        return [self.blank().to(2).put(part, ink) for part in wrapped(text, width - 4)[:most]]


def wrapped(text: str, room: int) -> Sequence[str]:
    """A text in lines of at most so many cells."""
    from mlops_console.console.overlays.note import wrap

    return wrap(text, max(8, room))
