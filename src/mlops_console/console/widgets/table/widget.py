"""The table of runs: draws only what is seen, repaints only what moved.

A move inside the view repaints two lines; at the edge the view jumps half a page, which costs one repaint
where scrolling line by line would cost one for each key. Lines are cached by what they show.
"""

from typing import TYPE_CHECKING, Final, cast

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from mlops_console.console.theme import letter, palette
from mlops_console.console.widgets.table.paint import Painter
from mlops_console.console.widgets.table.sheet import EMPTY, Place, Sheet

if TYPE_CHECKING:
    from textual.filter import LineFilter

    from mlops_console.console.app import ConsoleApp

CACHED_LINES: Final = 1024


class Table(Widget, can_focus=True):
    """Rows of runs under a sticky header."""

    DEFAULT_CSS = "Table { height: 1fr; width: 1fr; }"

    class Moved(Message):
        """The cursor is on another line, or the line shows another run."""

        def __init__(self, run: str | None) -> None:
            self.run = run
            super().__init__()

    class Seen(Message):
        """Other lines are in view: `begin` to `end`."""

        def __init__(self, begin: int, end: int) -> None:
            self.begin, self.end = begin, end
            super().__init__()

    class Opened(Message):
        """A line was chosen with the mouse a second time."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet: Sheet = EMPTY
        self.cursor = 0
        self.moved = False
        """The cursor was put somewhere; before that it stays on the first line, whatever run that shows."""
        self.top = 0
        self.column = 0
        """The column under the column cursor (an index into the sheet's columns)."""
        self.column_chosen = False
        """Somebody moved it there."""
        self.first = 0
        """The first of the scrolled columns in view."""
        self.marks: dict[str, int] = {}
        """Run id -> number of its letter."""
        self._painter: Painter | None = None
        self._lines: dict[tuple[object, ...], Strip] = {}
        self._places: list[Place] | None = None
        self._more = False

    # What is shown

    def show(self, sheet: Sheet, line: int) -> None:
        """Show another sheet with the cursor on `line`.

        The cursor's row stays where it was on the screen; but who looks at the top sees what arrives there.
        """
        before = line if self.top == 0 and line < self.rows else self.cursor - self.top
        at = self.sheet.columns[self.column].key if self.column < len(self.sheet.columns) else ""
        self.sheet = sheet
        self.cursor = max(0, min(line, sheet.count - 1))
        self.top = self._clamped(self.cursor - before)
        keys = [column.key for column in sheet.columns]
        if self.column_chosen:
            self.column = keys.index(at) if at in keys else min(self.column, max(0, len(keys) - 1))
        self.first = max(sheet.pinned, min(self.first, len(keys) - 1))
        self.repaint()
        self._tell()

    def repaint(self) -> None:
        """Draw every line anew."""
        self._lines.clear()
        self._places = None
        self.refresh()

    def sparks_came(self, runs: set[str]) -> None:
        """Draw the lines whose sparklines have arrived."""
        for key in [key for key in self._lines if key[0] in runs]:
            del self._lines[key]
        for line in range(self.top, min(self.top + self.rows, self.sheet.count)):
            if self.sheet.run(line) in runs:
                self._refresh_line(line)

    @property
    def rows(self) -> int:
        """Lines that fit under the header."""
        return max(1, self.size.height - 1)

    @property
    def run(self) -> str | None:
        """The run under the cursor."""
        return self.sheet.run(self.cursor)

    def _clamped(self, top: int) -> int:
        lowest = max(0, self.sheet.count - self.rows)
        top = max(0, min(top, lowest))
        if self.cursor < top:
            return self.cursor
        return max(top, self.cursor - self.rows + 1)

    # Drawing

    def get_line_filters(self) -> "list[LineFilter]":
        """No filters: every colour here is one the terminal has; only NO_COLOR still strips them."""
        return list(self.app.get_line_filters()) if self.app.no_color else []

    def render_line(self, y: int) -> Strip:
        """The header, or the line at this height."""
        width = self.size.width
        if self._painter is None or self._painter.palette is not palette(self.app):
            self._painter = Painter(palette(self.app), cast("ConsoleApp", self.app).glyphs)
            self._lines.clear()
        painter = self._painter
        places = self._placed(width)
        if y == 0:
            left = self.first > self.sheet.pinned
            return painter.header(self.sheet, places, width, at=self.column, more=(left, self._more))
        line = self.top + y - 1
        if line >= self.sheet.count:
            return Strip.blank(width, painter.palette.style("text", "bg"))
        here = line == self.cursor
        focus = here and self.has_focus
        run = self.sheet.run(line)
        mark = self.marks.get(run, -1) if run is not None else -1
        bar = self._bar(y - 1)
        key = (run if run is not None else self.sheet.key(line), here, focus, mark, bar)
        strip = self._lines.get(key)
        if strip is None:
            strip = self._paint(painter, line, places, here=here, focus=focus, mark=mark, bar=bar)
            if len(self._lines) >= CACHED_LINES:
                self._lines.clear()
            self._lines[key] = strip
        return strip

    def _paint(
        self,
        painter: Painter,
        line: int,
        places: list[Place],
        *,
        here: bool,
        focus: bool,
        mark: int,
        bar: bool | None,
    ) -> Strip:
        width = self.size.width
        row = self.sheet.row(line)
        ground = "cursor" if focus else "cursor2" if here or mark >= 0 else "bg"
        if row >= 0:
            name = letter(mark) if mark >= 0 else ""
            body = painter.row(self.sheet, row, places, width - 1, ground=ground, focus=focus, mark=name)
        else:
            body = painter.heading(self.sheet, -1 - row, width - 1, ground=ground, focus=focus)
        if bar is None:
            last = Segment(" ", painter.palette.style("text", "bg"))
        else:
            last = Segment(painter.glyphs.scroll, painter.palette.style("faint" if bar else "bar", "bg"))
        return Strip([*body, last], width)

    def _placed(self, width: int) -> list[Place]:
        if self._places is None:
            self._places, self._more = self.sheet.places(self.first, width - 1)
        return self._places

    def _bar(self, y: int) -> bool | None:
        rows, count = self.rows, self.sheet.count
        if count <= rows:
            return None
        length = max(1, rows * rows // count)
        start = round((rows - length) * self.top / (count - rows))
        return start <= y < start + length

    def _refresh_line(self, line: int) -> None:
        y = line - self.top + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    # Moving

    def go(self, line: int, *, top: int | None = None) -> None:
        """Put the cursor on a line."""
        count = self.sheet.count
        if not count:
            return
        line = max(0, min(count - 1, line))
        self.moved = True
        old, self.cursor = self.cursor, line
        rows, before = self.rows, self.top
        if top is None and not self.top <= line < self.top + rows:
            top = line - rows // 2
        if top is not None:
            self.top = max(0, min(top, count - rows))
        if self.top != before:
            self.refresh()
        elif line != old:
            self._refresh_line(old)
            self._refresh_line(line)
        if line != old or self.top != before:
            self._tell()

    def page(self, pages: float) -> None:
        """Move by pages, the view with the cursor."""
        step = int(self.rows * pages) or (1 if pages > 0 else -1)
        self.go(self.cursor + step, top=self.top + step)

    def go_column(self, step: int) -> None:
        """Move the column cursor, and the columns under it where it leaves the view."""
        count = len(self.sheet.columns)
        if not count:
            return
        self.column = max(0, min(count - 1, self.column + step))
        self.column_chosen = True
        first = self.first
        if self.column >= self.sheet.pinned:
            self.first = min(max(self.first, self.sheet.pinned), self.column)
            while self.column not in {
                p.column for p in self.sheet.places(self.first, self.size.width - 1)[0]
            }:
                if self.first >= self.column:
                    break
                self.first += 1
        if self.first != first:
            self.repaint()
        else:
            self.refresh(Region(0, 0, self.size.width, 1))

    def set_marks(self, marks: dict[str, int]) -> None:
        """Show other marks; only the lines that differ are drawn."""
        before, self.marks = self.marks, marks
        for line in range(self.top, min(self.top + self.rows, self.sheet.count)):
            run = self.sheet.run(line)
            if run is not None and before.get(run) != marks.get(run):
                self._refresh_line(line)

    def _tell(self) -> None:
        self.post_message(self.Moved(self.run))
        self.post_message(self.Seen(self.top, min(self.top + self.rows, self.sheet.count)))

    # Events

    def on_resize(self, event: events.Resize) -> None:
        """Fit into another size; the cursor stays in view."""
        self.top = self._clamped(self.top)
        self.repaint()
        self.post_message(self.Seen(self.top, min(self.top + self.rows, self.sheet.count)))

    def on_focus(self) -> None:
        """The cursor row is where keys go."""
        self._refresh_line(self.cursor)

    def on_blur(self) -> None:
        """The cursor row steps back."""
        self._refresh_line(self.cursor)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll under the cursor."""
        event.stop()
        self.go(self.cursor + 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll under the cursor."""
        event.stop()
        self.go(self.cursor - 3)

    def on_click(self, event: events.Click) -> None:
        """Go to the line; a second click opens it."""
        line = self.top + event.y - 1
        if event.y >= 1 and line < self.sheet.count:
            if line == self.cursor and event.chain > 1:
                self.post_message(self.Opened())
            self.go(line)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """All there is."""
        return container.height
