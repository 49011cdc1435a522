"""What lies under the section names: the open section, and what all sections find around them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from textual.geometry import Size
from textual.message import Message

from mlops_console.console.drawing import Line
from mlops_console.console.overlays.note import Note
from mlops_console.console.run import places, texts
from mlops_console.console.run.asking import Questions
from mlops_console.console.run.charts_section import CurvesSection
from mlops_console.console.run.curves import Curves
from mlops_console.console.run.environment import EnvironmentSection
from mlops_console.console.run.facts import History, RunView
from mlops_console.console.run.files import FilesSection
from mlops_console.console.run.gallery import Grid
from mlops_console.console.run.history import HistorySection
from mlops_console.console.run.listed import Listed
from mlops_console.console.run.log import LogSection
from mlops_console.console.run.params import ParamsSection
from mlops_console.console.run.section import Section
from mlops_console.console.widgets.body import Body

if TYPE_CHECKING:
    from textual.timer import Timer

    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace


DENSE_BELOW: Final = 30
"""On a lower terminal there is no air around the head."""
AROUND: Final = (7, 4)
"""Rows of header, head and footer: with air, and without."""


class RunBody(Body):
    """Draws the open section; asks for all of them."""

    class Opened(Message):
        """Another run's page is wanted."""

        def __init__(self, run: str) -> None:
            super().__init__()
            self.run = run

    def __init__(self, questions: Questions, chart: str) -> None:
        super().__init__()
        self.questions = questions
        self.tab = 0
        self._view: RunView | None = None
        self.logs = LogSection(self)
        self.files = FilesSection(self)
        self.history = HistorySection(self)
        self.charts = CurvesSection(self, chart, self.logs.feed, self.history)
        self.sections: tuple[Section, ...] = (
            self.charts,
            Listed(self, "Metrics", _timeless(texts.metrics)),
            ParamsSection(self, self.history),
            self.logs,
            self.files,
            EnvironmentSection(self),
            self.history,
            Listed(self, "Sources", _timeless(places.sources)),
        )

    def unanswered(self, about: str, words: str) -> None:
        """The page knows where it is said."""
        self.post_message(self.Failed(about, words))

    # What the keys of the charts know

    @property
    def curves(self) -> Curves:
        """The charts."""
        return self.charts.curves

    @property
    def laid(self) -> Grid:
        """How the charts stand."""
        return self.charts.laid

    # The page

    @property
    def section(self) -> Section:
        """The open section."""
        return self.sections[self.tab]

    def show(
        self, view: RunView, varying: frozenset[str], points: Mapping[str, History] = MappingProxyType({})
    ) -> None:
        """Take a new state of the run, with points that came along."""
        self._view = replace(view, varying=varying)
        self.charts.expect(points)
        for section in self.sections:
            section.show(self._view)
        if not self.section.shown:
            self.section.opened()
        self.moved()

    def forget(self) -> None:
        """Another run comes."""
        self.asker.forget()
        for section in self.sections:
            section.forget()

    def open(self, tab: int) -> None:
        """Another section."""
        self.section.search("")
        self.section.closed()
        self.tab = tab
        self.section.opened()
        self.moved()

    def fetch(self) -> None:
        """More may be in view."""
        self.charts.fetch()
        self.moved()

    def resized(self) -> None:
        """The place has another size."""
        self.charts.resized()
        self.moved()

    def line(self, y: int) -> Line:
        """The row."""
        return self.blank() if self._view is None else self.section.line(y)

    # What sections find around them

    @property
    def room(self) -> Size:
        """The size, or what it will be as soon as the page is laid out."""
        if self.size.height:
            return self.size
        width, height = self.app.size
        return Size(width, max(0, height - AROUND[height < DENSE_BELOW]))

    @property
    def workspace(self) -> "Workspace | None":
        """The workspace, once it is open."""
        return cast("ConsoleApp", self.app).workspace

    def later(self, seconds: float, call: Callable[[], object]) -> "Timer":
        """Call once, after a while."""
        return self.set_timer(seconds, cast("Callable[[], None]", call))

    def moved(self) -> None:
        """What is shown has changed."""
        self.charts.redraw()
        super().moved()

    def tell(self, heading: str, text: str) -> None:
        """Say something in full, over the page."""
        self.app.push_screen(Note(heading, (("", "second", text[:8000]),)))

    def open_run(self, run: str) -> None:
        """Go to another run's page."""
        self.post_message(self.Opened(run))


def _timeless(make: texts.Maker) -> Any:
    return lambda view, width, now, _: make(view, width, now)
