"""What the panes of the overview share: close rows, words while nothing is known, cells that line up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.widgets import pane
from mlops_console.workspace.overview import clock

if TYPE_CHECKING:
    from mlops_console.workspace.attention.model import Place as Goal
    from mlops_console.workspace.overview.model import Act

AIR_FROM: Final = 9
"""Rows of a pane from which its heading has a blank one under it."""


class Place(pane.Place, Protocol):
    """What a pane finds around it."""

    def go(self, place: "Goal") -> None:
        """Open a place."""

    def unfold(self, act: "Act") -> None:
        """All of a decision, over the screen."""


class OverviewPane(pane.Pane[Place]):
    """Base of the panes."""

    reading = "reading"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.known = False
        self.trouble = ""
        self.airy = False
        """Whether the heading has a blank row under it where there is room."""

    def failed(self, words: str) -> None:
        """There is no answer, and why."""
        self.known, self.trouble = True, words
        self.place.moved()

    def empty(self, width: int) -> list[Line]:
        """What stands where everything is known and there is nothing."""
        return []

    def nothing(self, width: int) -> list[Line]:
        """Where there are no rows: why."""
        if self.trouble:
            return self.wrapped(self.trouble, width, "bad", 3)
        return self.empty(width) if self.known else [self.blank().to(2).put(self.reading, "muted")]

    def airy_at(self, width: int, height: int) -> bool:
        """Whether its heading has a blank row under it."""
        return self.airy and height >= min(AIR_FROM, self.wanted(width))

    def _rows(self, width: int, room: int, *, focused: bool) -> list[Line]:
        """Without the focus no row is marked: five panes with one each would say that five have the keys."""
        drawn = super()._rows(width, room, focused=focused)
        if not focused and self.count:
            here = self.blank().to(2)
            self.row(self.at, here, width)
            drawn[self.at - self.top] = here.to(width)
        return drawn

    def wanted(self, width: int) -> int:
        """Rows that it would like."""
        if not self.count:
            return 1 + max(1, len(self.nothing(width)))
        return 2 + self.count

    def spark(self, line: Line, values: Sequence[float], cells: int, ink: str, on: str) -> None:
        """A sparkline in exactly so many cells; nothing of less than two values."""
        start = line.at
        if len(values) > 1:
            from mlops_console.charts.spark import ASCII_STEPS, STEPS, sparkline
            from mlops_console.console.widgets.chart import put_row

            steps = ASCII_STEPS if self.place.glyphs.ascii else STEPS
            row: Any = sparkline(values, cells, ink, steps)  # type: ignore[arg-type]
            put_row(line, row, self.place.colours, on)
        line.to(start + cells)


def now() -> int:
    """Now, in epoch microseconds."""
    return clock.now()


def age(at: int | None) -> str:
    """How long ago, for a column: `26m`, `2h`; what lies ahead by a clock that jumped is `ahead`."""
    return display.NONE if at is None else "ahead" if _ahead(at) else display.age(now() - at)


def ago(at: int) -> str:
    """The same in a sentence: `26 m ago`."""
    return "ahead of this clock" if _ahead(at) else f"{display.span(now() - at)} ago"


def _ahead(at: int) -> bool:
    return now() - at < -90_000_000


def cells_of(texts: Sequence[str], least: int, most: int) -> int:
    """Cells that a column of texts takes."""
    return max(least, min(most, max((width_of(display.safe_text(text)) for text in texts), default=0)))


def names_of(things: Sequence[tuple[str, str]]) -> list[str]:
    """Of (name, project): the name, with its project where another project has one of the same name."""
    where: dict[str, set[str]] = {}
    for name, project in things:
        where.setdefault(name, set()).add(project)
    return [f"{name} {project}" if len(where[name]) > 1 else name for name, project in things]


def put(line: Line, text: str, cells: int, ink: str, *, bold: bool = False, right: bool = False) -> Line:
    """A text in exactly so many cells."""
    return line.put(fit(text, cells, right=right), ink, bold=bold)


def some_of(words: str, room: int) -> str:
    """As much of a sentence as there is room for."""
    return fit(words, min(room, width_of(display.safe_text(words)))) if room > 0 else ""


def on_point(values: Sequence[float | None], digits: int = 3) -> list[str]:
    """Numbers of different metrics, each with the digits that it deserves, their points under each other."""
    texts = [display.number(value, digits) for value in values]
    tails = [len(text.partition(".")[1] + text.partition(".")[2]) for text in texts]
    longest = max(tails, default=0)
    padded = [
        text + " " * (longest - tail) * (text != display.NONE)
        for text, tail in zip(texts, tails, strict=True)
    ]
    width = max((len(text) for text in padded), default=0)
    return [text.rjust(width) for text in padded]
