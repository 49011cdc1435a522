"""Rows of cells: a line is built from runs of text in one style each, and cut or filled to its width.

Every text passes `safe_text` here, so nothing that came from a file can reach the terminal as anything but
visible cells; and runs of one style are joined, so a line costs few style changes.
"""

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from mlops_console.console.theme import Palette
from mlops_console.display import safe_text


def width_of(text: str) -> int:
    """Cells that a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Text in exactly `width` cells: filled with blanks, or cut with a `~` at the end."""
    text = safe_text(text)
    if text.isascii():
        if len(text) <= width:
            return text.rjust(width) if right else text.ljust(width)
        return text[: width - 1] + "~" if width > 0 else ""
    cells = width_of(text)
    if cells <= width:
        blanks = " " * (width - cells)
        return blanks + text if right else text + blanks
    if width <= 0:
        return ""
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1) + "~"


class Line:
    """One row of cells under construction, from left to right."""

    __slots__ = ("_on", "_palette", "at", "runs")

    def __init__(self, palette: Palette, on: str = "bg") -> None:
        self._palette = palette
        self._on = on
        self.runs: list[tuple[str, Style]] = []
        self.at = 0

    @property
    def ground(self) -> str:
        """The token of what lies under its cells."""
        return self._on

    def put(
        self,
        text: str,
        ink: str = "text",
        *,
        on: str | None = None,
        bold: bool = False,
        italic: bool = False,
        underline: bool = False,
    ) -> "Line":
        """Add text in a token's colour."""
        text = safe_text(text)
        if text:
            style = self._palette.style(ink, on or self._on, bold=bold, italic=italic, underline=underline)
            self.runs.append((text, style))
            self.at += width_of(text)
        return self

    def tab(self, text: str, *, active: bool) -> "Line":
        """Add the name of a section; that of the one that is open is underlined."""
        return self.put(text, "accent" if active else "muted", bold=active, underline=active)

    def to(self, column: int) -> "Line":
        """Fill with blanks up to a column (nothing, when it is behind)."""
        if column > self.at:
            self.put(" " * (column - self.at), "text")
        return self

    def add(self, other: "Line") -> "Line":
        """Add another line's runs."""
        self.runs.extend(other.runs)
        self.at += other.at
        return self

    def right(self, other: "Line", width: int, margin: int = 2) -> "Line":
        """Add another line so that it ends `margin` cells before `width`."""
        return self.to(width - margin - other.at).add(other)

    def strip(self, width: int) -> Strip:
        """The line as a strip of exactly `width` cells."""
        if self.at < width:
            self.to(width)
        segments: list[Segment] = []
        text, style = "", None
        for run, run_style in self.runs:
            if run_style == style or (
                style is not None and not run.strip() and _same_ground(style, run_style)
            ):
                text += run
            else:
                if text:
                    segments.append(Segment(text, style))
                text, style = run, run_style
        if text:
            segments.append(Segment(text, style))
        strip = Strip(segments, self.at)
        return strip if self.at == width else strip.crop(0, width)


def _same_ground(a: Style, b: Style) -> bool:
    # Blanks show only their background: they need no style change of their own.
    return (
        a.bgcolor == b.bgcolor and bool(a.reverse) == bool(b.reverse) and not a.underline and not b.underline
    )
