"""The Curves section: charts in a grid, and below them the facts in one tint."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mlops_console import display
from mlops_console.charts.spark import ASCII_STEPS, STEPS
from mlops_console.console import keymap
from mlops_console.console.drawing import Line
from mlops_console.console.run.curves import Curves
from mlops_console.console.run.failure import TRACE_LINES, without_curves
from mlops_console.console.run.gallery import GAP, PANEL_ROWS, Grid, Tier, share
from mlops_console.console.run.history import HistorySection
from mlops_console.console.run.log_feed import LogFeed
from mlops_console.console.run.panel import THREE_FROM, Beside, facts_panel
from mlops_console.console.run.saving import save_chart
from mlops_console.console.run.section import Page, Section
from mlops_console.console.run.values import value_lines
from mlops_console.console.widgets.chart import glyph_set, svg_colours

if TYPE_CHECKING:
    from mlops_console.console.run.facts import History, RunView
    from mlops_console.console.run.metrics import Group
    from mlops_console.workspace import Workspace

LEAST_PANEL = 5
STAYS_SECONDS = 0.2
FIRST_MOST = 200
"""With more metrics than this, which ones are seen is found out where the page is drawn."""


class CurvesSection(Section):
    """Draws what `Curves` holds; reads the points of what is in view."""

    name = "Curves"
    uses: ClassVar[frozenset[str]] = frozenset(
        key.id.removeprefix("run.") for key in keymap.views()["run"].keys if key.group == "Charts"
    ) | {"left", "right", "search"}
    words: ClassVar[Mapping[str, tuple[str, str]]] = {
        "left": ("chart to the left", ""),
        "right": ("chart to the right", ""),
        "search": ("charts by name", "find"),
    }

    def __init__(self, page: Page, chart: str, log: LogFeed, history: HistorySection) -> None:
        super().__init__(page)
        self._log = log
        self._history = history
        self.curves = Curves()
        self._wish = chart
        self._stale: set[str] = set()
        """Metrics whose points moved since they were read."""
        self._reading: set[str] = set()
        """Metrics whose points are on their way."""
        self._expected: Mapping[str, History] = {}
        self._looked_at = ""
        """The run whose log and history are asked for."""
        self._moved = 0
        self._lines: tuple[object, list[Line]] = (None, [])

    def first_points(self, workspace: "Workspace", view: "RunView") -> "Mapping[str, History]":
        """The points of what a run's page shows first, read along with the run: it is painted once.

        Called in a worker thread.
        """
        if len(view.metrics) > FIRST_MOST:
            return {}
        curves = Curves()
        curves.show(view)
        return self.page.questions.histories(workspace, view.id, curves.wanted(*self.page.room))

    def expect(self, points: "Mapping[str, History]") -> None:
        """Points that came along with the run that is shown next."""
        self._expected = points

    def show(self, view: "RunView") -> None:
        """Metrics may have grown."""
        same = self.view is not None and self.view.id == view.id
        before = {metric.key: metric for metric in self.view.metrics} if self.view and same else {}
        self._stale |= {metric.key for metric in view.metrics if before.get(metric.key) != metric}
        super().show(view)
        self.curves.show(view)
        if self._expected:
            self.curves.take(self._expected)
            self._stale -= self._expected.keys()
            self._expected = {}
        self.fetch()
        self._look_later()

    def forget(self) -> None:
        """None of the points belong to another run."""
        self._stale.clear()
        self._reading.clear()
        self.curves.forget()
        self._looked_at = ""
        self._log.watch("panel", False)
        self._history.want("panel", False)

    def opened(self) -> None:
        """Read what came into view."""
        super().opened()
        self.fetch()
        self._look_later()

    def closed(self) -> None:
        """What stands below the charts is not looked at either."""
        super().closed()
        self._look()

    def resized(self) -> None:
        """There may be room for more charts, and for what stands below them."""
        self._looked_at = ""
        self._look_later()
        self.fetch()

    def _look_later(self) -> None:
        """First the curves; what stands below them once somebody stays on this run."""
        run = self.view.id if self.view is not None else ""
        if run != self._looked_at:
            self.page.later(
                STAYS_SECONDS, lambda: self._look() if self.view and self.view.id == run else None
            )

    def _look(self) -> None:
        """Log and history are read as long as the panel shows them."""
        self._looked_at = self.view.id if self.view is not None and self.shown else ""
        panel = self.shown and self.view is not None and self.panel_rows >= LEAST_PANEL
        self._log.watch("panel", (panel and self.page.size.width >= THREE_FROM) or self._tells_why)
        self._history.want("panel", panel)

    @property
    def _tells_why(self) -> bool:
        """Whether what is looked for stands in the log: it failed, and there is no curve to look at."""
        view = self.view
        return self.shown and view is not None and view.status == "failed" and not self.curves.groups

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
        run, questions = self.view.id, self.page.questions
        self._stale.difference_update(keys)
        self._reading.update(keys)

        def came(found: "Mapping[str, History]") -> None:
            self._reading.difference_update(keys)
            self.curves.take(found)
            self.page.moved()
            self.fetch()

        self.page.ask("points", lambda workspace: questions.histories(workspace, run, keys), came)

    # Drawing

    @property
    def laid(self) -> Grid:
        """How the charts stand."""
        return self.curves.laid(*self.page.size)

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
            if self.curves.values:
                return "measured once: there is no curve"
            return "no chart is called that" if self.curves.pattern else "no metrics yet"
        if short in ("chart_next", "chart_previous", "left", "right") and len(self.curves.groups) < 2:
            return "there is one chart"
        if short.startswith("pan_") and self.curves.ruler.window is None:
            return "+ zooms first"
        if short == "focus" and len(self.curves.groups[self.curves.focus].members) < 2:
            return "it has one curve"
        return None

    def _draw(self) -> list[Line]:
        view, (width, height) = self.view, self.page.size
        if view is None:
            return []
        curves, laid = self.curves, self.laid
        lines: list[Line] = []
        if not curves.groups:
            return self._nothing(view)
        for tier, tall in curves.tiers(width, height):
            if tier.heading:
                lines.append(_shelf(self.page, tier.heading, curves.groups))
            lines += self._row(tier, tall, laid)
        values = self._values(width, height)
        panel = laid.panel if laid.panel >= LEAST_PANEL else 0
        if values or panel:
            lines += [self.page.blank() for _ in range(height - panel - len(values) - len(lines))]
            lines += values
        return lines + self._facts(view, panel) if panel else lines

    def _values(self, width: int, height: int) -> list[Line]:
        """What was measured once."""
        laid = self.curves.block(width, height)
        rule = "-" if self.page.glyphs.ascii else "─"
        return [] if laid is None else value_lines(self.curves.values, laid, width, rule, self.page.blank)

    @property
    def panel_rows(self) -> int:
        """Rows that the facts below the charts have."""
        if self.curves.groups:
            return self.laid.panel
        width, height = self.page.size
        return PANEL_ROWS if height >= 20 and width >= 100 else 0

    def _facts(self, view: "RunView", height: int) -> list[Line]:
        page, above = self.page, self._tells_why and not view.error
        beside = Beside(
            self._history.before,
            () if above else self._log.end(height),
            self._log.live,
            self._history.lineage,
            ASCII_STEPS if page.glyphs.ascii else STEPS,
            page.glyphs.crumb,
        )
        return facts_panel(view, page.size.width, height, page.colours, beside)

    def _row(self, tier: Tier, tall: int, laid: Grid) -> list[Line]:
        """Charts side by side; a last one alone below few others has the whole width."""
        page = self.page
        pens = glyph_set(self._wish, page.glyphs)
        alone = laid.columns == 1 and laid.rows == 1
        few = len(self.curves.groups) < 2 * laid.columns and len(laid.tiers) <= 2
        width = share(page.size.width, len(tier.charts) if few else laid.columns)
        row = [page.blank() for _ in range(tall)]
        for column, index in enumerate(tier.charts):
            focused = index == self.curves.focus
            at = 2 + column * (width + GAP)
            group = self.curves.groups[index]
            title = group.name.removeprefix(f"{group.shelf}/") if laid.columns > 1 else None
            made = self.curves.picture(index).lines(
                width,
                tall,
                page.colours,
                "bg",
                pens,
                focused=focused,
                spare=not alone or tall > 24,
                title=title,
            )
            if focused and len(self.curves.groups) > 1:
                row[0].to(at - 2).put(page.glyphs.focus, "accent")
            for line, part in zip(row, made, strict=False):
                line.to(at).add(part)
        return row

    def _nothing(self, view: "RunView") -> list[Line]:
        width, room = self.page.size.width, self.page.size.height - self.panel_rows
        values = self._values(width, room)
        log = self._log.end(TRACE_LINES) if self._log.known else None
        lines = without_curves(self.page, view, values, log, room, searched=bool(self.curves.pattern))
        if self.panel_rows:
            lines = [*lines[:room], *(self.page.blank() for _ in range(room - len(lines)))]
            lines += self._facts(view, self.panel_rows)
        return lines

    # What the keys do

    @property
    def found(self) -> int:
        """How many charts and values match the search."""
        return len(self.curves.groups) + len(self.curves.values)

    def search(self, pattern: str) -> None:
        """Charts by name."""
        self.curves.pattern = pattern
        self.page.moved()
        self.fetch()

    def write(self) -> tuple[str, str]:
        """Write the chart as an SVG file; what happened, and its ink."""
        view, workspace = self.view, self.page.workspace
        if view is None or workspace is None or not self.curves.groups:
            return "Nothing to write yet", "muted"
        folder = Path(workspace.places.store).parent / "charts"
        name = self.curves.groups[self.curves.focus].name
        return save_chart(
            folder, name, view, self.curves.picture(self.curves.focus), svg_colours(self.page.colours)
        )

    def move(self, step: int) -> None:
        """The chart below or above."""
        self.curves.climb(step, *self.page.size)
        self._went()

    def page_by(self, step: int, part: int) -> None:
        """A page of charts, or half of one."""
        self.curves.climb(step * max(1, self.laid.rows // part), *self.page.size)
        self._went()

    def end(self, step: int) -> None:
        """The first or the last chart."""
        self.curves.move(step * len(self.curves.groups))
        self._went()

    def side(self, step: int) -> None:
        """The chart to the left or right."""
        self.curves.move(step)
        self._went()

    def _went(self) -> None:
        self.page.moved()
        self.fetch()


def _shelf(page: Page, name: str, groups: "Sequence[Group]") -> Line:
    """The heading above charts of one kind."""
    count = sum(1 for group in groups if group.shelf == name)
    words = display.counted(count, "chart")
    line = page.blank().to(2).put(display.safe_text(name), "second").put(f"  {words}  ", "muted")
    rest = page.size.width - 2 - line.at
    return line.put(("-" if page.glyphs.ascii else "─") * max(0, rest), "line")
