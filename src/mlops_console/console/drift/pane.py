"""What the panes of the Drift view find around them, and how they write figures."""

from typing import TYPE_CHECKING, Final, Protocol

from mlops_console.console.drawing import Line
from mlops_console.console.drift.state import Opened, sign
from mlops_console.console.widgets import pane as panes
from mlops_console.drift.model import Verdict

if TYPE_CHECKING:
    from mlops_console.console.glyphs import Glyphs
    from mlops_console.drift.model import Feature


class Place(panes.Place, Protocol):
    """What every pane of a monitor finds around it."""

    @property
    def opened(self) -> Opened | None:
        """The monitor that is looked at."""

    @property
    def span(self) -> int:
        """So many windows are shown over time; 0: all."""

    @property
    def feature(self) -> "Feature | None":
        """The feature under the cursor."""

    @property
    def ranked(self) -> "tuple[Feature, ...]":
        """The features as they are listed."""

    @property
    def now(self) -> int:
        """The time, epoch microseconds."""

    def go_window(self, at: int) -> None:
        """Look at another window."""

    def go_feature(self, name: str) -> bool:
        """Put the cursor on a feature; whether it is there."""


class Pane(panes.Pane[Place]):
    """Base of the panes of a monitor."""

    full = False
    """Whether it takes all the room below the headline."""

    def seen(self) -> None:
        """It is looked at, or what is looked at is another: ask for what it needs."""

    def explained(self) -> tuple[str, list[tuple[str, str, str]]] | None:
        """What the cursor is on, in full: a heading, then (label, ink, sentence) each."""
        return None


class Tinted(Pane):
    """A pane on a ground of its own."""

    def blank(self, on: str = "bg") -> Line:
        """A line to draw on."""
        return Line(self.place.colours, "panel" if on == "bg" else on)


_WORDS: Final = {
    "drift": ("!!", "bad", "bad"),
    "worse": ("!!", "bad", "bad"),
    "harmful": ("!!", "bad", "bad"),
    "watch": ("!", "warn", "warn"),
    "stale": ("!", "warn", "warn"),
    "not judged": ("!", "warn", "warn"),
    "ok": ("ok", "ok", "muted"),
}


def put_verdict(line: Line, verdict: Verdict, glyphs: "Glyphs", *, cells: int = 2) -> Line:
    """A verdict as sign and word, the signs right-aligned in so many cells."""
    mark, ink, word, word_ink = sign(verdict)
    mark = glyphs.state("finished") if mark == "ok" else mark
    line.put(" " * (cells - len(mark))).put(mark, ink, bold=ink == "bad")
    return line.put(f" {word}", word_ink)


def put_word(line: Line, word: str, glyphs: "Glyphs", *, cells: int = 0) -> Line:
    """A state as sign and word: `!! drift`, `✓ ok`."""
    mark, ink, word_ink = _WORDS.get(word, ("-", "muted", "muted"))
    mark = glyphs.state("finished") if mark == "ok" else mark
    return line.put(mark.rjust(cells), ink, bold=ink == "bad").put(f" {word}", word_ink)
