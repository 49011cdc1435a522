"""A chart on the screen: a heading with its legend, the picture below; drawn once until something moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from mlops_console import display
from mlops_console.charts import Chart, ChartOptions, Curve, LegendEntry, Row, line_chart
from mlops_console.charts.model import GlyphSet
from mlops_console.charts.ticks import x_label
from mlops_console.console.drawing import Line, fit
from mlops_console.console.glyphs import Glyphs
from mlops_console.console.theme import Palette, letter
from mlops_console.console.widgets.rows import Rows

SHARES = {"dim": 0.5, "raw": 2 / 3}
"""How far dimmed curves go towards the background."""


def ink_of(palette: Palette, name: str, on: str) -> str:
    """The colour of a chart's style name (`series2.dim`, `spark`, `line`) on a background."""
    if name == "rest":
        return palette.dim("muted", 0.5, on)
    if name == "spark":
        return palette.dim("muted", 0.45, on)
    base, _, share = name.partition(".")
    own = letter(int(base.removeprefix("series"))) if base.startswith("series") else base
    return palette.dim(own, SHARES[share], on) if share else own


def put_row(line: Line, row: Row, palette: Palette, on: str) -> Line:
    """Add a row of a chart or sparkline to a line."""
    for text, name in row:
        line.put(text, ink_of(palette, name, on))
    return line


def glyph_set(wish: str, glyphs: Glyphs) -> GlyphSet:
    """What curves are drawn with: the user's wish, or ASCII where the terminal has nothing else."""
    return "ascii" if glyphs.ascii else cast("GlyphSet", wish)


@dataclass(slots=True)
class Picture:
    """One chart with its heading; asked for lines of a size, it draws them when something has moved."""

    title: str
    curves: Sequence[Curve]
    options: ChartOptions
    note: str = ""
    legend: Literal["right", "after"] = "right"
    empty: str = "no points yet"
    drawn_last: tuple[object, Sequence[Curve], Chart] | None = None

    def chart(self, width: int, height: int, glyphs: GlyphSet) -> Chart:
        """The picture alone."""
        options = replace(self.options, glyphs=glyphs)
        asked = (width, height, options)
        drawn = self.drawn_last
        if drawn is None or drawn[0] != asked or not _same(drawn[1], self.curves):
            self.drawn_last = drawn = (asked, self.curves, line_chart(self.curves, width, height, options))
        return drawn[2]

    def after(self, before: "Picture | None") -> "Picture":
        """This picture, with what was drawn before it: nothing is drawn anew if nothing moved."""
        if before is not None:
            self.drawn_last = before.drawn_last
        return self

    def lines(
        self,
        width: int,
        height: int,
        palette: Palette,
        on: str,
        glyphs: GlyphSet,
        *,
        focused: bool = False,
        gap: int = 0,
    ) -> list[Line]:
        """Heading, `gap` blank rows and picture: `height` lines of at most `width` cells."""
        chart = self.chart(width, max(2, height - 1 - gap), glyphs)
        lines = [self._heading(chart, width, palette, on, focused)]
        lines += [Line(palette, on) for _ in range(gap)]
        rows = [put_row(Line(palette, on), row, palette, on) for row in chart.rows]
        if chart.empty:
            rows[len(rows) // 2] = Line(palette, on).to(6).put(fit(self._nothing(chart), width - 6), "muted")
        return (lines + rows)[:height]

    def _nothing(self, chart: Chart) -> str:
        lost = sum(entry.not_numbers + entry.infinities for entry in chart.legend)
        return f"none of its {display.count(lost)} points is a number" if lost else self.empty

    def _heading(self, chart: Chart, width: int, palette: Palette, on: str, focused: bool) -> Line:
        line = Line(palette, on)
        room = width
        legend = Line(palette, on)
        for entry in _fitting(chart.legend, room - 12):
            if legend.at:
                legend.put("   " if self.legend == "right" else "  ")
            _legend(legend, entry, palette, on)
        room -= legend.at + 2
        title = display.safe_text(self.title)
        line.put(fit(title, max(4, min(len(title), room))), "text" if focused else "second", bold=True)
        note = self._note(chart)
        if note and line.at + 2 + len(note) <= room:
            line.put("  " + note, "muted")
        if self.legend == "right":
            return line.right(legend, width, margin=0)
        return line.put("  ").add(legend) if legend.at else line

    def _note(self, chart: Chart) -> str:
        if chart.cursor is None:
            return self.note
        unit = self.options.x_unit.rstrip("s") or "at"
        at = x_label(chart.cursor, self.options.x_kind)
        return f"{at if self.options.x_kind == 'seconds' else f'{unit} {at}'}  {self.note}".rstrip()


def _same(before: Sequence[Curve], curves: Sequence[Curve]) -> bool:
    # Points only ever grow in new arrays: the same array is the same curve, on the same kind of x.
    return len(before) == len(curves) and all(
        a.y is b.y and a[:2] == b[:2] and a.ink == b.ink and a.x[:1].tolist() == b.x[:1].tolist()
        for a, b in zip(before, curves, strict=True)
    )


def _fitting(legend: Sequence[LegendEntry], room: int) -> Sequence[LegendEntry]:
    shown = len(legend)
    while shown > 1 and sum(_width(entry) + 3 for entry in legend[:shown]) > room:
        shown -= 1
    return legend[:shown]


def _width(entry: LegendEntry) -> int:
    lost = (
        len(f" {entry.not_numbers} nan {entry.infinities} inf")
        if entry.not_numbers or entry.infinities
        else 0
    )
    label = min(16, len(entry.label))
    return (
        len(entry.letter) + bool(entry.letter) + label + bool(label) + len(display.number(entry.value)) + lost
    )


def _legend(line: Line, entry: LegendEntry, palette: Palette, on: str) -> None:
    if entry.letter:
        line.put(entry.letter + " ", ink_of(palette, entry.ink, on), bold=True)
    if entry.label:
        line.put(fit(entry.label, min(16, len(entry.label))) + " ", "muted")
    line.put(display.number(entry.value), "second")
    if entry.not_numbers or entry.infinities:
        words = [f"{display.count(entry.not_numbers)} nan"] if entry.not_numbers else []
        words += [f"{display.count(entry.infinities)} inf"] if entry.infinities else []
        line.put(" " + " ".join(words), "bad")


class ChartView(Rows):
    """A widget that shows one chart in all the room it has."""

    DEFAULT_CSS = "ChartView { height: 1fr; }"

    def __init__(self, picture: Picture | None = None, glyphs: str = "braille") -> None:
        super().__init__()
        self._picture = picture
        self._wish = glyphs
        self._lines: tuple[object, list[Line]] = (None, [])

    def show(self, picture: Picture) -> None:
        """Show another chart."""
        self._picture = picture
        self._lines = (None, [])
        self.refresh()

    def line(self, y: int) -> Line:
        """The row."""
        if self._picture is None:
            return self.blank()
        palette, size = self.colours, self.size
        if self._lines[0] != (palette.name, size):
            made = self._picture.lines(
                size.width - 4, size.height, palette, self.ground, glyph_set(self._wish, self.glyphs)
            )
            self._lines = ((palette.name, size), made)
        lines = self._lines[1]
        return self.blank().to(2).add(lines[y]) if y < len(lines) else self.blank()
