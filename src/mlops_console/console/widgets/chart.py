"""A chart on the screen: a heading with its legend, the picture below; drawn once until something moves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, cast

from mlops_console import display
from mlops_console.charts import (
    LETTER_CELLS,
    Chart,
    ChartOptions,
    Curve,
    LegendEntry,
    Prepared,
    Row,
    line_chart,
)
from mlops_console.charts.model import GlyphSet, XKind
from mlops_console.charts.ticks import x_label
from mlops_console.console.drawing import Line, fit
from mlops_console.console.glyphs import Glyphs
from mlops_console.console.theme import PALETTES, Palette, letter

SHARES = {"dim": 0.5, "raw": 2 / 3, "band": 0.75}
"""How far dimmed curves go towards the background."""
SAYS_FROM = 9
"""Rows from which a chart has one to spare for a sentence."""
TITLE_KEPT = 12
"""Cells of a title that a legend leaves, however long it is."""
LABEL_MOST = 16
"""Cells of a curve's name in a legend."""


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
        ink, _, ground = name.partition(" on ")
        line.put(text, ink_of(palette, ink, on), on=ink_of(palette, ground, on) if ground else None)
    return line


def svg_colours(palette: Palette) -> dict[str, str]:
    """The colours of a theme by the style names of charts; those of a terminal have no document's colours."""
    shown = PALETTES["light"] if palette.ansi else palette
    names = ("bg", "text", "second", "muted", "line", "base", "common", "accent", "ok", "warn", "bad")
    series = {f"series{index}": colour for index, colour in enumerate(shown.series)}
    more = {f"series{index + len(series)}": colour for index, colour in enumerate(shown.series)}
    return {name: shown.colour(name) for name in names} | series | more


def glyph_set(wish: str, glyphs: Glyphs) -> GlyphSet:
    """What curves are drawn with: the user's wish, or ASCII where the terminal has nothing else."""
    return "ascii" if glyphs.ascii else cast("GlyphSet", wish)


class Said(Protocol):
    """A sentence under a chart."""

    @property
    def sign(self) -> str:
        """What stands before it, in its colour."""

    @property
    def ink(self) -> str:
        """The token of that colour."""

    @property
    def text(self) -> str:
        """The words."""


@dataclass(slots=True)
class Picture:
    """One chart with its heading; asked for lines of a size, it draws them when something has moved."""

    title: str
    curves: Sequence[Curve | Prepared]
    options: ChartOptions
    note: str | tuple[str, ...] = ""
    """Words beside the title, the most needed first."""
    legend: Literal["right", "after"] = "right"
    empty: str = "no points yet"
    remark: Said | None = None
    """Stands in the last row where the chart is high enough."""
    at: Callable[[float], tuple[str, ...]] | None = None
    """What to call the place that the cursor found, the most needed first."""
    drawn_last: tuple[object, Sequence[Curve | Prepared], Chart] | None = None

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
        spare: bool = False,
        title: str | None = None,
    ) -> list[Line]:
        """Heading, `gap` blank rows and picture: `height` lines of `width` cells; letters may stand beside.

        The last row is for the remark; `spare` leaves it blank where there is none.
        """
        said = self.remark if spare or height >= SAYS_FROM else None
        last = spare or said is not None
        # Letters stand in the gap beside the chart, so that plots of equal width are aligned.
        beside = LETTER_CELLS if self.options.letters and len(self.curves) > 1 else 0
        chart = self.chart(width + beside, max(2, height - 1 - gap - last), glyphs)
        lines = [self._heading(chart, width, palette, on, focused, self.title if title is None else title)]
        lines += [Line(palette, on) for _ in range(gap)]
        rows = [put_row(Line(palette, on), row, palette, on) for row in chart.rows]
        if chart.empty:
            rows[len(rows) // 2] = Line(palette, on).to(6).put(fit(self._nothing(chart), width - 6), "muted")
        lines += rows
        if said is not None:
            line = Line(palette, on).put(said.sign + " ", said.ink, bold=True)
            lines.append(line.put(fit(said.text, min(len(said.text), width - line.at)), "second"))
        return lines[:height]

    def _nothing(self, chart: Chart) -> str:
        lost = sum(entry.not_numbers + entry.infinities for entry in chart.legend)
        return f"none of its {display.count(lost)} points is a number" if lost else self.empty

    def _heading(
        self, chart: Chart, width: int, palette: Palette, on: str, focused: bool, title: str
    ) -> Line:
        line = Line(palette, on)
        title = display.safe_text(title)
        legend = Line(palette, on)
        room = width
        for entry in _fitting(chart, room - min(len(title), TITLE_KEPT) - 2, self.options.x_kind):
            if legend.at:
                legend.put("   " if self.legend == "right" else "  ")
            for text, ink, bold in entry:
                legend.put(text, ink_of(palette, ink, on), bold=bold)
        room -= legend.at + 2
        line.put(fit(title, max(4, min(len(title), room))), "text" if focused else "second", bold=True)
        for index, (words, ink) in enumerate(self._notes(chart)):
            if line.at + 2 + len(words) > room:
                break
            line.put("  " if index == 0 or ink == "muted" else "   ").put(words, ink)
        if self.legend == "right":
            return line.right(legend, width, margin=0)
        return line.put("  ").add(legend) if legend.at else line

    def _notes(self, chart: Chart) -> list[tuple[str, str]]:
        """What stands beside the title: where the cursor is, then how it is drawn."""
        notes = (self.note,) if isinstance(self.note, str) else self.note
        plain = [(words, "muted") for words in notes if words]
        if chart.cursor is None:
            return plain
        found = self.at(chart.cursor) if self.at is not None else ()
        if not found:
            unit = self.options.x_unit.rstrip("s") or "at"
            at = x_label(chart.cursor, self.options.x_kind, 12)
            found = (f"{unit} {at}" if self.options.x_kind == "number" else at,)
        return [(found[0], "text"), *((words, "muted") for words in found[1:]), *plain]


def _same(before: Sequence[Curve | Prepared], curves: Sequence[Curve | Prepared]) -> bool:
    # Points only ever grow in new arrays: the same array is the same curve, on the same kind of x.
    return len(before) == len(curves) and all(
        a is b or _alike(_curve(a), _curve(b)) for a, b in zip(before, curves, strict=True)
    )


def _curve(item: Curve | Prepared) -> Curve:
    return item.curve if isinstance(item, Prepared) else item


def _alike(a: Curve, b: Curve) -> bool:
    return a.y is b.y and a[:2] == b[:2] and a.ink == b.ink and a.x[:1].tolist() == b.x[:1].tolist()


Words = list[tuple[str, str, bool]]
"""A curve in the legend: (text, style name, bold)."""


def _fitting(chart: Chart, room: int, kind: XKind) -> list[Words]:
    """The legend as it fits: with names, without, or some of it and how many more there are."""
    for named in (True, False):
        found = [_words(entry, chart, kind, named=named) for entry in chart.legend]
        if sum(map(_wide, found)) - 3 <= room or len(found) < 2:
            return found
    shown = len(found)
    while shown > 1 and sum(map(_wide, found[:shown])) + 7 > room:
        shown -= 1
    return [*found[:shown], [(f"{display.count(len(found) - shown)} more", "muted", False)]]


def _wide(words: Words) -> int:
    return sum(len(text) for text, _, _ in words) + 3


def _words(entry: LegendEntry, chart: Chart, kind: XKind, *, named: bool) -> Words:
    words = [(entry.letter + " ", entry.ink, True)] if entry.letter else []
    if entry.label and (named or not entry.letter):
        words.append((fit(entry.label, min(LABEL_MOST, len(entry.label))) + " ", "muted", False))
    words.append((display.number(entry.value), "second", False))
    if entry.at is not None and chart.cursor is not None and entry.at != chart.cursor and kind == "number":
        words.append((f" at {x_label(entry.at, kind, 12)}", "muted", False))
    lost = [f"{display.count(entry.not_numbers)} nan"] if entry.not_numbers else []
    lost += [f"{display.count(entry.infinities)} inf"] if entry.infinities else []
    return [*words, (" " + " ".join(lost), "bad", False)] if lost else words
