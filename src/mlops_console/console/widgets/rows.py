"""A widget that draws rows of cells itself: the base of header, footer, filter line and overlays."""

from typing import TYPE_CHECKING, cast

from textual.strip import Strip
from textual.widget import Widget

from mlops_console.console.drawing import Line
from mlops_console.console.theme import Palette, palette

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.glyphs import Glyphs


class Rows(Widget):
    """Draws `line(y)` for each of its rows; `ground` is the token of what it leaves blank."""

    ground = "bg"

    @property
    def colours(self) -> Palette:
        """The palette of the theme shown now."""
        return palette(self.app)

    @property
    def glyphs(self) -> "Glyphs":
        """The glyph set of this terminal."""
        return cast("ConsoleApp", self.app).glyphs

    def blank(self) -> Line:
        """A line to draw on."""
        return Line(self.colours, self.ground)

    def line(self, y: int) -> Line:
        """What row `y` shows."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """The row as Textual wants it."""
        return self.line(y).strip(self.size.width)
