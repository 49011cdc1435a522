"""The Curves section: charts in a grid, and below them the facts in one tint."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from mlops_console.charts.spark import STEPS
from mlops_console.console import keymap
from mlops_console.console.drawing import Line
from mlops_console.console.run import texts
from mlops_console.console.run.curves import GAP, PANEL_ROWS, Curves, Grid, grid, share
from mlops_console.console.run.panel import facts_panel
from mlops_console.console.run.reading import now_us
from mlops_console.console.run.section import Page, Section
from mlops_console.console.widgets.chart import glyph_set

if TYPE_CHECKING:
    from mlops_console.console.run.facts import History, RunView

LEAST_PANEL = 5


class CurvesSection(Section):
    """Draws what `Curves` holds; reads the points of what is in view."""

    name = "Curves"
    uses: ClassVar[frozenset[str]] = frozenset(
        key.id.removeprefix("run.") for key in keymap.views()["run"].keys if key.group == "Charts"
    ) | {"left", "right"}
    words: ClassVar[Mapping[str, tuple[str, str]]] = {
        "left": ("chart to the left", ""),
        "right": ("chart to the right", ""),
    }

    def __init__(self, page: Page, chart: str) -> None:
        super().__init__(page)
        self.curves = Curves()
        self._wish = chart
        self._stale: set[str] = set()
        """Metrics whose points moved since they were read."""
        self._reading: set[str] = set()
        """Metrics whose points are on their way."""
        self._moved = 0
        self._lines: tuple[object, list[Line]] = (None, [])

    def show(self, view: "RunView") -> None:
        """Metrics may have grown."""
        same = self.view is not None and self.view.id == view.id
        before = {metric.key: metric for metric in self.view.metrics} if self.view and same else {}
        self._stale |= {metric.key for metric in view.metrics if before.get(metric.key) != metric}
        super().show(view)
        self.curves.show(view)
        self.fetch()

    def forget(self) -> None:
        """None of the points belong to another run."""
        self._stale.clear()
        self._reading.clear()
        self.curves.forget()

    def opened(self) -> None:
        """Read what came into view."""
        super().opened()
        self.fetch()

    def redraw(self) -> None:
        """Something about what is drawn changed."""
        self._moved += 1

    def fetch(self) -> None:
        """Read the points of the charts in view that are new or have moved."""
        if self.view is None or not self.shown or self.page.workspace is None:
            return
        wanted = self.curves.wanted(*self.page.size)
        here = self.curves.histories.keys() | self._reading
        keys = [key for key in wanted if key in self._stale or key not in here]
        if not keys:
            return
        run = self.view.id
        self._stale.difference_update(keys)
        self._reading.update(keys)

        def came(found: "Mapping[str, History]") -> None:
            self._reading.difference_update(keys)
            self.curves.take(found)
            self.page.moved()
            self.fetch()

        questions = self.page.questions
        self.page.ask("points", lambda workspace: questions.histories(workspace, run, keys), came)

    # Drawing

    @property
    def laid(self) -> Grid:
        """How the charts stand."""
        width, height = self.page.size
        return grid(len(self.curves.groups), width, height, self.curves.zoomed)

    def line(self, y: int) -> Line:
        """The row."""
        asked = (self._moved, self.page.size, self.page.colours.name, id(self.view))
        if self._lines[0] != asked:
            self._lines = (asked, self._draw())
        lines = self._lines[1]
        return lines[y] if y < len(lines) else self.page.blank()

    def aside(self) -> str:
        """Which chart of how many."""
        count = len(self.curves.groups)
        shown = len(self.curves.seen(*self.page.size))
        if count <= shown:
            return ""
        here = f"{self.curves.focus + 1:,}"
        return f"chart {here} of {count:,}" if self.page.size.width >= 100 else f"{here}/{count:,}"

    def idle(self, short: str) -> str | None:
        """What the keys of the charts need."""
        if not self.curves.groups:
            return "no metrics yet"
        if short in ("chart_next", "chart_previous", "left", "right") and len(self.curves.groups) < 2:
            return "there is one chart"
        return None

    def _draw(self) -> list[Line]:
        view, (width, height) = self.view, self.page.size
        if view is None:
            return []
        curves, laid = self.curves, self.laid
        if not curves.groups:
            return self._nothing(view)
        lines: list[Line] = []
        seen = curves.seen(width, height)
        for begin in range(0, len(seen), laid.columns):
            lines += self._row(seen[begin : begin + laid.columns], laid)
        if laid.panel >= LEAST_PANEL:
            lines += self._facts(view, laid.panel)
        return lines

    def _facts(self, view: "RunView", height: int) -> list[Line]:
        return facts_panel(view, self.page.size.width, height, self.page.colours)

    def _row(self, charts: Sequence[int], laid: Grid) -> list[Line]:
        """Charts side by side; a last one alone below few others has the whole width."""
        page = self.page
        pens = glyph_set(self._wish, page.glyphs)
        alone = laid.columns == 1 and laid.rows == 1
        few = len(self.curves.groups) < 2 * laid.columns
        width = share(page.size.width, len(charts) if few else laid.columns)
        row = [page.blank() for _ in range(laid.height)]
        for column, index in enumerate(charts):
            focused = index == self.curves.focus
            at = 2 + column * (width + GAP)
            picture = self.curves.picture(index)
            height = laid.height - (not alone or laid.height > 24)
            made = picture.lines(width, height, page.colours, "bg", pens, focused=focused)
            if focused and len(self.curves.groups) > 1:
                row[0].to(at - 2).put(page.glyphs.focus, "accent")
            for line, part in zip(row, made, strict=False):
                line.to(at).add(part)
        return row

    def _nothing(self, view: "RunView") -> list[Line]:
        page, (width, height) = self.page, self.page.size
        rows = texts.metrics(view, width, now_us())
        lines = [texts.draw(row, page.blank(), width, page.colours, "bg", STEPS) for row in rows]
        if height >= 20 and width >= 100:
            lines += [page.blank() for _ in range(2)]
            lines += self._facts(view, min(PANEL_ROWS, height - len(lines)))
        return lines

    # What the keys do

    def move(self, step: int) -> None:
        """The chart below or above."""
        self._go(step * self.laid.columns)

    def page_by(self, step: int, part: int) -> None:
        """A page of charts, or half of one."""
        self._go(step * max(1, self.laid.columns * self.laid.rows // part))

    def end(self, step: int) -> None:
        """The first or the last chart."""
        self._go(step * len(self.curves.groups))

    def side(self, step: int) -> None:
        """The chart to the left or right."""
        self._go(step)

    def _go(self, step: int) -> None:
        self.curves.move(step)
        self.page.moved()
        self.fetch()
