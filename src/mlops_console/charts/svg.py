"""The same charts as SVG, for reports and files: self-contained, without scripts, in any palette.

`colours` gives a colour for each style name (`bg`, `text`, `second`, `muted`, `line`, `bad`, `base`,
`common`, `series0`, ...); forms such as `series0.dim` are made from these by opacity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from mlops_console import display
from mlops_console.charts.model import LegendEntry

OPACITY: Final = {"dim": 0.45, "raw": 0.33, "band": 0.16}
REST: Final = 0.4
FONT: Final = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
CHARACTER: Final = 7.25
"""Width of a character at 12 px, about: enough to keep texts apart."""
ROW: Final = 17
"""Pixels of what would be a row of text: grid lines are as many as on a terminal."""
LEFT, RIGHT, TOP, BOTTOM = 56.0, 26.0, 34.0, 30.0


@dataclass(frozen=True, slots=True)
class Look:
    """What a document is drawn with."""

    colours: Mapping[str, str]
    """Colour by style name."""
    width: int = 720
    height: int = 320
    title: str = ""
    desc: str = ""
    """What a reader who can't see it is told; made from the legend where it is empty."""


@dataclass(slots=True)
class Drawing:
    """An SVG under construction: a plot with its margins, elements added in the order of painting."""

    colours: Mapping[str, str]
    width: int
    height: int
    title: str
    desc: str
    legend_rows: int = 1
    under: list[str] = field(default_factory=list)
    """Grid lines and levels."""
    parts: list[str] = field(default_factory=list)
    """Texts and bars."""
    plot: list[str] = field(default_factory=list)
    """What is cut at the edges of the plot; in its own coordinates."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The plot: left, top, width, height."""
        top = TOP + 16 * (self.legend_rows - 1)
        return LEFT, top, max(20.0, self.width - LEFT - RIGHT), max(20.0, self.height - top - BOTTOM)

    def colour(self, ink: str) -> str:
        """The colour of a style name without its form."""
        base = ink.partition(".")[0]
        wished = (
            self.colours.get("muted" if base == "rest" else base) or self.colours.get("text") or "#808080"
        )
        return quoted(wished)

    def paint(self, ink: str, what: str = "stroke") -> str:
        """The attributes of a style: colour and opacity, for `stroke` or `fill`."""
        form = ink.partition(".")[2]
        opacity = REST if ink == "rest" else OPACITY.get(form)
        faint = f' {what}-opacity="{opacity}"' if opacity else ""
        return f"{what}={self.colour(ink)}{faint}"

    def text(
        self, x: float, y: float, words: str, ink: str, *, anchor: str = "start", bold: bool = False
    ) -> None:
        """A text; names from files are made safe here."""
        weight = ' font-weight="700"' if bold else ""
        place = "" if anchor == "start" else f' text-anchor="{anchor}"'
        style = self.paint(ink, "fill")
        self.parts.append(f'<text x="{short(x)}" y="{short(y)}"{place}{weight} {style}>{safe(words)}</text>')

    def line(
        self, ends: tuple[float, float, float, float], ink: str, dash: str = "", width: float = 1
    ) -> None:
        """A straight line."""
        x1, y1, x2, y2 = map(short, ends)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        style = f'stroke-width="{width:g}"{dashed} {self.paint(ink)}'
        self.under.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {style}/>')

    def grid(self, places: Sequence[tuple[float, str]]) -> None:
        """Grid lines with their labels; a place is a share of the plot's height from above."""
        left, top, width, height = self.box
        for share, label in places:
            y = top + share * height
            self.line((left, y, left + width, y), "line", "1 3")
            self.text(left - 8, y + 4, label, "muted", anchor="end")

    def below(self, places: Sequence[tuple[float, str]], unit: str) -> None:
        """Labels under the plot at shares of its width; those that would touch another are left out."""
        left, top, width, height = self.box
        taken: list[tuple[float, float]] = []
        ordered = [places[-1], places[0], *places[1:-1]] if len(places) > 1 else list(places)
        for index, (share, label) in enumerate(ordered):
            words = f"{label} {unit}" if unit and index == 0 else label
            wide = len(words) * CHARACTER
            begin = min(max(left + share * width - wide / 2, left - 8), self.width - 4 - wide)
            if all(begin > end + 10 or begin + wide < start - 10 for start, end in taken):
                taken.append((begin, begin + wide))
                self.text(begin, top + height + 18, words, "muted")

    def legend(self, entries: Sequence[LegendEntry]) -> None:
        """Title at the left, entries at the right, in as many rows as they need."""
        self.text(LEFT, 18, self.title, "text", bold=True)
        for row, line in enumerate(legend_lines(entries, self.width, self.title)):
            x = self.width - RIGHT
            for entry in reversed(line):
                words = legend_words(entry)
                x -= len(words) * CHARACTER
                self.text(x, 18 + 16 * row, words, "second")
                if entry.letter:
                    x -= (len(entry.letter) + 1) * CHARACTER
                    self.text(x, 18 + 16 * row, entry.letter, entry.ink, bold=True)
                x -= 2 * CHARACTER

    def finish(self) -> str:
        """The whole document."""
        left, top, width, height = self.box
        inner = (
            f'<svg x="{short(left)}" y="{short(top)}" width="{short(width)}" height="{short(height)}"'
            f' overflow="hidden" fill="none">{"".join(self.plot)}</svg>'
            if self.plot
            else ""
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{self.width}" height="{self.height}"'
            f' viewBox="0 0 {self.width} {self.height}" font-family={quoted(FONT)} font-size="12">'
            f"<title>{safe(self.title)}</title><desc>{safe(self.desc)}</desc>"
            f'<rect width="100%" height="100%" fill={self.colour("bg")}/>'
            f"{''.join(self.under)}{inner}{''.join(self.parts)}</svg>\n"
        )


def safe(words: str) -> str:
    """Text for XML: control and invisible characters made visible, markup escaped."""
    shown = display.safe_text(words)
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def quoted(words: str) -> str:
    """The value of an attribute."""
    return '"' + safe(words).replace('"', "&quot;") + '"'


def short(value: float) -> str:
    """A coordinate with a digit after the point."""
    return f"{value:.1f}".removesuffix(".0")


def legend_words(entry: LegendEntry) -> str:
    """A curve's name, value and losses."""
    words = [entry.label] if entry.label else []
    words.append(display.number(entry.value))
    words += [f"{display.count(entry.not_numbers)} nan"] if entry.not_numbers else []
    words += [f"{display.count(entry.infinities)} inf"] if entry.infinities else []
    return " ".join(words)


def legend_lines(entries: Sequence[LegendEntry], width: int, title: str) -> list[list[LegendEntry]]:
    """The entries in rows; the first row shares its room with the title."""
    lines: list[list[LegendEntry]] = [[]]
    room = width - LEFT - RIGHT - (len(title) + 2) * CHARACTER
    left = room
    for entry in entries:
        wide = (len(legend_words(entry)) + len(entry.letter) + 3) * CHARACTER
        if wide > left and (lines[-1] or len(lines) == 1):
            lines.append([])
            left = width - LEFT - RIGHT
        lines[-1].append(entry)
        left -= wide
    return lines


def drawing_of(look: Look, entries: Sequence[LegendEntry]) -> Drawing:
    """A drawing with room for title and legend."""
    desc = look.desc or "; ".join(
        f"{entry.letter} {entry.label} {display.number(entry.value)}".strip() for entry in entries
    )
    rows = len(legend_lines(entries, look.width, look.title))
    return Drawing(look.colours, look.width, look.height, look.title, desc, rows)


def nothing(drawing: Drawing) -> str:
    """A document that says that there is nothing to draw."""
    left, top, _, height = drawing.box
    drawing.text(left, top + height / 2, "no points", "muted")
    return drawing.finish()
