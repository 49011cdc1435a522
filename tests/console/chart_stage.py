"""An application that shows one widget, and a widget that shows one chart."""

from tests.console.standins_run import NoWorkspace
from textual.screen import Screen

from mlops_console.console.app import ConsoleApp
from mlops_console.console.glyphs import choose
from mlops_console.console.widgets.chart import glyph_set
from mlops_console.console.widgets.rows import Rows


class OneApp(ConsoleApp):
    def __init__(self, view, glyphs="unicode"):
        super().__init__(NoWorkspace)
        self.view, self.glyphs = view, choose(glyphs)

    def first_screen(self):
        class Page(Screen):
            def compose(page):
                yield self.view

        return Page()


class ChartView(Rows):
    DEFAULT_CSS = "ChartView { height: 1fr; }"

    def __init__(self, picture, glyphs="braille"):
        super().__init__()
        self.picture, self.wish = picture, glyphs

    def line(self, y):
        glyphs = glyph_set(self.wish, self.glyphs)
        width, height = self.size
        lines = self.picture.lines(width - 4, height, self.colours, self.ground, glyphs)
        return self.blank().to(2).add(lines[y]) if y < len(lines) else self.blank()
