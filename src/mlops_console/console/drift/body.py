"""What lies between header and footer: all monitors, or one of them with its panes."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from textual.message import Message

from mlops_console.console.drawing import Line
from mlops_console.console.drift import asking
from mlops_console.console.drift.features import FeaturesPane
from mlops_console.console.drift.headline import headline
from mlops_console.console.drift.listing import MonitorsPane
from mlops_console.console.drift.pane import Pane
from mlops_console.console.drift.sight import SightPane
from mlops_console.console.drift.state import SPANS, MonitorKey, Opened, Shown
from mlops_console.console.run.asking import Asker
from mlops_console.console.run.head import TabLine
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace

WIDE_FROM: Final = (100, 28)
"""Columns and rows of the terminal from which panes stand beside each other."""
LEFT: Final = 55
"""Cells of the features where something stands beside them."""


class DriftBody(Rows):
    """Draws the panes; asks for all of them."""

    DEFAULT_CSS = "DriftBody { height: 1fr; }"

    class Moved(Message):
        """What is shown has changed: what is said around it may have too."""

    class Failed(Message):
        """A question was not answered."""

        def __init__(self, about: str, words: str) -> None:
            super().__init__()
            self.about, self.words = about, words

    def __init__(self) -> None:
        super().__init__()
        self._asker = Asker(self, self._not_answered)
        self.monitors = MonitorsPane(self, self.open_monitor)
        self.features = FeaturesPane(self)
        self.sight = SightPane(self)
        self.panes: tuple[Pane, ...] = (self.features, self.sight)
        self.focus_at = 0
        self.known = False
        self.opened: Opened | None = None
        self.span = SPANS[0]
        self._wanted: tuple[MonitorKey, str] | None = None
        """What is to be opened as soon as the monitors are known: key and feature."""
        self._reading: asking.Reading | None = None
        self._zoomed = False
        self._drawn: tuple[object, list[Line]] = (None, [])

    def _not_answered(self, about: str, words: str) -> None:
        self.post_message(self.Failed(about, words))

    # What is looked at

    @property
    def inside(self) -> bool:
        """Whether one monitor is looked at."""
        return self._reading is not None

    @property
    def pane(self) -> Pane:
        """The pane that has the keys."""
        return self.panes[self.focus_at] if self.inside else self.monitors

    @property
    def feature(self) -> str:
        """The feature under the cursor; empty: none."""
        one = self.features.feature
        return one.measured.name if one is not None else ""

    @property
    def wide(self) -> bool:
        """Whether there is room for panes beside each other."""
        width, height = self.app.size
        return width >= WIDE_FROM[0] and height >= WIDE_FROM[1]

    @property
    def alone(self) -> bool:
        """Whether one pane has all the room."""
        return self._zoomed or not self.wide

    def show(self, shown: Shown) -> None:
        """A new state of the monitors; where there is but one it is opened."""
        first = not self.known
        self.known = True
        self.monitors.show(shown)
        if self._wanted is not None and shown.find(self._wanted[0]) is not None:
            key, feature = self._wanted
            self._wanted = None
            self.open_monitor(key, feature)
        elif first and len(shown.monitors) == 1 and not self.inside:
            self.open_monitor(shown.monitors[0].key)
        elif self._reading is not None:
            self._read_again(shown)
        self.moved()

    def want(self, key: MonitorKey, feature: str = "") -> None:
        """Open a monitor, now or as soon as it is known."""
        if self.known and self.monitors.shown.find(key) is not None:
            self.open_monitor(key, feature)
        else:
            self._wanted = (key, feature)

    def open_monitor(self, key: MonitorKey, feature: str = "") -> None:
        """Look at one monitor."""
        found = self.monitors.shown.find(key)
        if found is None:
            return
        self.opened = Opened(found.watched)
        self._reading = asking.Reading(found.watched)
        self.features.at = self.features.top = 0
        self.focus_at = 0
        self._read(feature)
        self.moved()

    def _read_again(self, shown: Shown) -> None:
        reading = self._reading
        found = shown.find(reading.key) if reading is not None else None
        if found is None:
            self._reading, self.opened = None, None
            return
        if reading is None or found.watched != reading.watched:
            self._reading = asking.Reading(found.watched)
        self._read(self.feature)

    def _read(self, feature: str = "") -> None:
        """The newest window, then the older ones."""
        reading = self._reading
        if reading is None:
            return

        def took(opened: Opened) -> None:
            if reading is self._reading:
                self.opened = opened
                if feature:
                    self.features.go_to(feature)
                self.moved()
                self._more(reading)

        self.ask("monitor", reading.newest, took)

    def _more(self, reading: asking.Reading) -> None:
        opened = self.opened
        if opened is None or opened.course.complete or reading is not self._reading:
            return

        def took(further: Opened) -> None:
            if reading is self._reading:
                self.opened = further
                self.moved()
                self._more(reading)

        told = opened.told
        self.ask("older", lambda workspace: reading.more(workspace, told), took)

    # Moving

    def turn_focus(self, step: int) -> None:
        """Another pane."""
        if self.inside:
            self.focus_at = (self.focus_at + step) % len(self.panes)
            self.moved()

    def back(self) -> bool:
        """Out of a pane alone, out of a monitor; whether there was something."""
        if self.inside and self.pane.back():
            self.moved()
        elif self.inside and self.focus_at and not self.wide:
            self.focus_at = 0
            self.moved()
        elif self.inside and len(self.monitors.shown.monitors) != 1:
            self._reading, self.opened = None, None
            self.moved()
        else:
            return False
        return True

    def zoom(self) -> None:
        """The pane alone, or all of them."""
        self._zoomed = not self._zoomed
        self.moved()

    # What panes find around them

    def ask(self, about: str, read: "Callable[[Workspace], Any]", took: Callable[[Any], None]) -> None:
        """Read in a worker, take the answer on the screen."""
        self._asker.ask(about, read, took)

    def moved(self) -> None:
        """What is shown has changed."""
        self._drawn = (None, [])
        self.refresh()
        if self.is_mounted:
            self.post_message(self.Moved())

    def say(self, text: str, ink: str = "text") -> None:
        """A word in the footer."""
        cast("ConsoleApp", self.app).say(text, ink)

    # Drawing

    def line(self, y: int) -> Line:
        """The row."""
        key = (self.size, self.colours.name)
        if self._drawn[0] != key:
            self._drawn = (key, self._lines())
        lines = self._drawn[1]
        return lines[y] if y < len(lines) else self.blank()

    def _lines(self) -> list[Line]:
        width, height = self.size
        if not self.known:
            return [self.blank(), self.blank().to(2).put("looking at the monitors", "muted")]
        lines = [self.blank()]
        if self.opened is None:
            return lines + self.monitors.lines(width, height - 1, focused=True, alone=False)
        lines += [*headline(self.opened, width, self.blank), self.blank()]
        room = height - len(lines)
        return lines + (self._one(width, room) if self.alone else self._all(width, room))

    def _one(self, width: int, height: int) -> list[Line]:
        tabs = TabLine(self.colours, self.ground)
        tabs.to(2)
        for at, pane in enumerate(self.panes):
            tabs.put("   " if at else "")
            tabs.tab(pane.tab or pane.name, active=at == self.focus_at)
        lines = [tabs, self.blank()]
        return lines + self.pane.lines(width, height - len(lines), focused=True, alone=True)

    def _all(self, width: int, height: int) -> list[Line]:
        right = self.panes[self.focus_at] if self.focus_at else self.sight
        parts = (
            self.features.lines(LEFT, height, focused=not self.focus_at, alone=False),
            right.lines(width - LEFT - 1, height, focused=bool(self.focus_at), alone=False),
        )
        return [
            Line(self.colours, self.ground).add(one).to(LEFT + 1).add(other)
            for one, other in zip(*parts, strict=True)
        ]
