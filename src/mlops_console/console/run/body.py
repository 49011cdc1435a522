"""What lies under the section names: charts, or rows of text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from mlops_console.charts.spark import ASCII_STEPS, STEPS
from mlops_console.console.drawing import Line
from mlops_console.console.run import places, texts
from mlops_console.console.run.curves import GAP, PANEL_ROWS, Curves, Grid, grid, share
from mlops_console.console.run.facts import RunView
from mlops_console.console.run.panel import facts_panel
from mlops_console.console.run.reading import now_us
from mlops_console.console.run.texts import Section, TextRow
from mlops_console.console.widgets.chart import glyph_set
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp

SECTIONS: Final[tuple[Section, ...]] = (
    texts.metrics,
    texts.params,
    places.environment,
    places.files,
    places.sources,
)
"""Behind the first section, the curves."""


class RunBody(Rows):
    """Draws the open section; keeps what is drawn until the run, the section or the size changes."""

    DEFAULT_CSS = "RunBody { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.curves = Curves()
        self.tab = 0
        self.top = 0
        self.pattern = ""
        self._view: RunView | None = None
        self._rows: tuple[object, list[TextRow]] = (None, [])
        self._lines: tuple[object, list[Line]] = (None, [])
        self._moved = 0

    def show(self, view: RunView, varying: frozenset[str]) -> None:
        """Take a new state of the run."""
        self._view = replace(view, varying=varying)
        self.curves.show(view)
        self.moved()

    def moved(self) -> None:
        """Something about what is drawn changed."""
        self._moved += 1
        self.refresh()

    def open(self, tab: int) -> None:
        """Another section."""
        self.tab, self.top, self.pattern = tab, 0, ""
        self.moved()

    @property
    def rows(self) -> list[TextRow]:
        """The rows of an open text section, as far as they match the search."""
        view, width = self._view, self.size.width
        if view is None or self.tab == 0:
            return []
        asked = (id(view), self.tab, width, self.pattern)
        if self._rows[0] != asked:
            made = SECTIONS[self.tab - 1](view, width, now_us())
            self._rows = (asked, texts.matching(made, self.pattern) if self.pattern else made)
        return self._rows[1]

    @property
    def found(self) -> int:
        """How many rows the search found."""
        return sum(1 for row in self.rows if row.search)

    def show_from(self, top: int) -> None:
        """Show rows from there on; never past the last page."""
        top = max(0, min(top, len(self.rows) - self.size.height))
        if top != self.top:
            self.top = top
            self.refresh()

    @property
    def laid(self) -> Grid:
        """How the charts stand."""
        return grid(len(self.curves.groups), self.size.width, self.size.height, self.curves.zoomed)

    def line(self, y: int) -> Line:
        """The row."""
        if self._view is None:
            return self.blank()
        if self.tab == 0:
            lines = self._pictures()
            return lines[y] if y < len(lines) else self.blank()
        rows = self.rows
        row = self.blank()
        if self.top + y < len(rows):
            steps = ASCII_STEPS if self.glyphs.ascii else STEPS
            texts.draw(rows[self.top + y], row, self.size.width - 1, self.colours, self.ground, steps)
        return self._scroll_bar(row, y, len(rows))

    def _scroll_bar(self, row: Line, y: int, count: int) -> Line:
        height, width = self.size.height, self.size.width
        if count > height:
            size = max(1, height * height // count)
            start = round(self.top / (count - height) * (height - size))
            if start <= y < start + size:
                row.to(width - 1).put(self.glyphs.scroll, "faint")
        return row

    def _pictures(self) -> list[Line]:
        asked = (self._moved, self.size, self.colours.name)
        if self._lines[0] != asked:
            self._lines = (asked, self._draw())
        return self._lines[1]

    def _draw(self) -> list[Line]:
        view, (width, height) = self._view, self.size
        assert view is not None
        curves, laid = self.curves, self.laid
        if not curves.groups:
            return self._nothing(view)
        palette = self.colours
        lines: list[Line] = []
        seen = curves.seen(width, height)
        for begin in range(0, len(seen), laid.columns):
            lines += self._row(seen[begin : begin + laid.columns], laid)
        if laid.panel >= 5:
            lines += facts_panel(view, width, laid.panel, palette)
        return lines

    def _row(self, charts: Sequence[int], laid: Grid) -> list[Line]:
        """Charts side by side; a last one alone below few others has the whole width."""
        pens = glyph_set(cast("ConsoleApp", self.app).settings.chart, self.glyphs)
        alone = laid.columns == 1 and laid.rows == 1
        few = len(self.curves.groups) < 2 * laid.columns
        width = share(self.size.width, len(charts) if few else laid.columns)
        row = [self.blank() for _ in range(laid.height)]
        for column, index in enumerate(charts):
            focused = index == self.curves.focus
            at = 2 + column * (width + GAP)
            picture = self.curves.picture(index)
            height = laid.height - (not alone or laid.height > 24)
            made = picture.lines(width, height, self.colours, self.ground, pens, focused=focused)
            if focused and len(self.curves.groups) > 1:
                row[0].to(at - 2).put(self.glyphs.focus, "accent")
            for line, part in zip(row, made, strict=False):
                line.to(at).add(part)
        return row

    def _nothing(self, view: RunView) -> list[Line]:
        rows = texts.metrics(view, self.size.width, now_us())
        lines = [
            texts.draw(row, self.blank(), self.size.width, self.colours, self.ground, STEPS) for row in rows
        ]
        height = self.size.height
        if height >= 20 and self.size.width >= 100:
            lines += [self.blank() for _ in range(2)]
            lines += facts_panel(view, self.size.width, min(PANEL_ROWS, height - len(lines)), self.colours)
        return lines
