"""Drawing one line of a table: header, run, heading. Few style changes: runs of one style are one segment."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.segment import Segment
from textual.strip import Strip

from mlops_console import display
from mlops_console.console.drawing import fit, width_of
from mlops_console.console.glyphs import Glyphs
from mlops_console.console.theme import STATE_INKS, Palette
from mlops_console.console.widgets.table.sheet import Place, Sheet

if TYPE_CHECKING:
    from rich.style import Style

NONE_CELL: Final = display.NONE


class Painter:
    """Draws the lines of tables in one palette and glyph set."""

    def __init__(self, palette: Palette, glyphs: Glyphs) -> None:
        self.palette = palette
        self.glyphs = glyphs

    def row(
        self,
        sheet: Sheet,
        row: int,
        places: Sequence[Place],
        width: int,
        *,
        ground: str,
        focus: bool,
        mark: str,
    ) -> Strip:
        """A run's line, `width` cells wide; `mark` is its letter or empty."""
        pen = _Pen(self.palette, ground)
        pen.put(self.glyphs.focus if focus else " ", "accent")
        pen.put(mark.rjust(2) + " " if mark else "   ", mark or "text", bold=bool(mark))
        main = sheet.sort[0][0] if sheet.sort else ""
        status = str(sheet.statuses[row]) if sheet.statuses is not None else "unknown"
        for place in places:
            column = sheet.columns[place.column]
            pen.to(place.x)
            kind = column.kind
            if kind == "status":
                glyph, word = STATE_INKS.get(status, STATE_INKS["unknown"])
                pen.put(self.glyphs.state(status), glyph)
                pen.put(" " + column.text(row), word)
            elif kind == "spark":
                self._spark(pen, sheet, column.key, str(sheet.ids[row]), status)
                pen.to(place.x + column.width)
            else:
                text = column.text(row)
                if column.key == main and column.right:
                    pen.put(text, "text", bold=row == sheet.best)
                elif text.strip() == NONE_CELL:
                    pen.put(text, "muted")
                else:
                    pen.put(text, "text" if kind == "id" else "muted" if column.quiet else "second")
        return pen.strip(width)

    def _spark(self, pen: "_Pen", sheet: Sheet, key: str, run: str, status: str) -> None:
        levels = sheet.sparks.get(key, {}).get(run, b"")
        if not levels:
            return
        bars = self.glyphs.spark
        drawn = "".join(" " if level == 255 else bars[level] for level in levels)
        pen.put(drawn[:-1], "sparkline")
        ink = {"finished": "second", "unknown": "second"}.get(
            status, STATE_INKS.get(status, ("", "second"))[1]
        )
        pen.put(drawn[-1], ink)

    def heading(self, sheet: Sheet, number: int, width: int, *, ground: str, focus: bool) -> Strip:
        """A group's line."""
        group = sheet.groups[number]
        pen = _Pen(self.palette, ground)
        pen.put((self.glyphs.focus if focus else " "), "accent")
        pen.put(" " + (self.glyphs.open if group.open else self.glyphs.closed) + " ", "muted")
        label = display.safe_text(group.label) or display.NONE
        pen.put(fit(label, min(width_of(label), 32)) + "  ", "text", bold=True)
        pen.put(display.counted(group.count, "run"), "second")
        if group.note:
            pen.put("   " + display.safe_text(group.note), "muted")
        return pen.strip(width)

    def header(
        self, sheet: Sheet, places: Sequence[Place], width: int, *, at: int, more: tuple[bool, bool]
    ) -> Strip:
        """The titles; `at` is where the column cursor is, `more` whether columns hide left or right."""
        pen = _Pen(self.palette, "bg")
        for place in places:
            column = sheet.columns[place.column]
            title, ascending = column.title, sheet.sorted_by(column.key)
            cells = width_of(title)
            pen.to(place.x + (column.width - cells if column.right else 0))
            first = bool(sheet.sort) and sheet.sort[0][0] == column.key
            ink = "accent" if ascending is not None else "text" if place.column == at else "muted"
            pen.put(title, ink, bold=first, underline=place.column == at)
            if ascending is not None:
                pen.put(" " + (self.glyphs.up if ascending else self.glyphs.down), "accent")
        left, right = more
        strip = pen.strip(width)
        if not (left or right):
            return strip
        marker = self.palette.style("faint", "bg")
        if right:
            strip = Strip(
                [*strip.crop(0, width - 2), Segment(self.glyphs.crumb, marker), Segment(" ", marker)], width
            )
        if left:
            before = "<" if self.glyphs.ascii else "‹"
            strip = Strip([*strip.crop(0, 1), Segment(before, marker), *strip.crop(2, width)], width)
        return strip


class _Pen:
    """Joins runs of text that look the same."""

    __slots__ = ("_ground", "_palette", "_segments", "_style", "_text", "at")

    def __init__(self, palette: Palette, ground: str) -> None:
        self._palette = palette
        self._ground = ground
        self._segments: list[Segment] = []
        self._text = ""
        self._style: Style | None = None
        self.at = 0

    def put(self, text: str, ink: str, *, bold: bool = False, underline: bool = False) -> None:
        if not text:
            return
        if ink == "sparkline":
            ink = self._palette.dim("muted", 0.45, self._ground if self._ground != "cursor" else "cursor2")
        style = self._palette.style(ink, self._ground, bold=bold, underline=underline)
        if style is self._style or (self._style is not None and not self._style.underline and text.isspace()):
            self._text += text
        else:
            if self._text:
                self._segments.append(Segment(self._text, self._style))
            self._text, self._style = text, style
        self.at += len(text) if text.isascii() else width_of(text)

    def to(self, x: int) -> None:
        if x > self.at:
            blanks = " " * (x - self.at)
            if self._style is None or self._style.underline:
                self.put(blanks, "text")
            else:
                self._text += blanks
                self.at = x

    def strip(self, width: int) -> Strip:
        self.to(width)
        if self._text:
            self._segments.append(Segment(self._text, self._style))
        strip = Strip(self._segments, self.at)
        return strip if self.at == width else strip.crop(0, width)
