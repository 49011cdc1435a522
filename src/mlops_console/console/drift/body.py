"""What lies between header and footer: all monitors, or one of them with its panes."""

import time
from typing import TYPE_CHECKING, Final

from textual.message import Message

from mlops_console.console.drawing import Line
from mlops_console.console.drift.features import FeaturesPane
from mlops_console.console.drift.headline import headline
from mlops_console.console.drift.heat import HeatPane
from mlops_console.console.drift.listing import MonitorsPane
from mlops_console.console.drift.looking import Looking
from mlops_console.console.drift.model import ModelPane
from mlops_console.console.drift.over_time import in_a_row, strip
from mlops_console.console.drift.pane import Pane
from mlops_console.console.drift.quiet import QuietPane
from mlops_console.console.drift.segments import SegmentsPane
from mlops_console.console.drift.sight import SightPane
from mlops_console.console.drift.state import SPANS, MonitorKey, Opened, Shown
from mlops_console.console.drift.windows import WindowsPane
from mlops_console.console.widgets.body import PanesBody

if TYPE_CHECKING:
    from mlops_console.drift.model import Feature, Segment

LEFT: Final = (0.48, 58, 84)
"""The features' share of the width, the least and the most cells of it."""


def now_us() -> int:
    """The time, epoch microseconds."""
    return time.time_ns() // 1_000


class DriftBody(PanesBody[Pane]):
    """Draws the panes; asks for all of them."""

    class RowsWanted(Message):
        """The rows of a segment are to be shown."""

        def __init__(self, segment: "Segment") -> None:
            super().__init__()
            self.segment = segment

    def __init__(self, chart: str = "braille") -> None:
        super().__init__()
        self.looking = Looking(self.ask, self._came)
        self.monitors = MonitorsPane(self, self.open_monitor)
        self.features: FeaturesPane = FeaturesPane(self)
        self.sight = SightPane(self)
        self.model = ModelPane(self, chart)
        self.segments = SegmentsPane(self, self._want_rows)
        self.windows = WindowsPane(self)
        self.heat = HeatPane(self)
        self.quiet = QuietPane(self)
        self.panes = (self.features, self.sight, self.segments, self.model, self.windows)
        self.over: Pane | None = None
        """What takes the place of the panes: heat map, thresholds."""
        self.span = SPANS[0]
        self._beside: Pane = self.sight
        """What stands right of the features."""

    def _want_rows(self, segment: "Segment") -> None:
        self.post_message(self.RowsWanted(segment))

    # What is looked at

    @property
    def known(self) -> bool:
        """Whether the monitors are known."""
        return self.looking.known

    @property
    def opened(self) -> Opened | None:
        """The monitor that is looked at."""
        return self.looking.opened

    @property
    def inside(self) -> bool:
        """Whether one monitor is looked at."""
        return self.opened is not None

    @property
    def pane(self) -> Pane:
        """The pane that has the keys."""
        if not self.inside:
            return self.monitors
        return self.over or self.panes[self.focus_at]

    @property
    def feature(self) -> "Feature | None":
        """The feature under the cursor."""
        return self.features.feature

    @property
    def ranked(self) -> "tuple[Feature, ...]":
        """The features as they are listed."""
        return self.features.rows

    @property
    def now(self) -> int:
        """The time, epoch microseconds."""
        return now_us()

    @property
    def complete(self) -> bool:
        """Whether everything that is looked at has come."""
        opened = self.opened
        if not self.known:
            return False
        return opened is None or (opened.course.complete and opened.state is not None)

    def show(self, shown: Shown) -> None:
        """A new state of the monitors."""
        self.looking.show(shown)
        self.monitors.show(self.looking.shown)
        self.moved()

    def again(self) -> None:
        """Something was judged or decided."""
        # Whoever has not moved looks at the worst, whichever that is by now.
        self.looking.again(self._under_cursor() if self.features.at else "")
        self.moved()

    def _under_cursor(self) -> str:
        return self.feature.measured.name if self.feature is not None else ""

    def open_monitor(self, key: MonitorKey, feature: str = "") -> None:
        """Look at one monitor."""
        self._from_the_top()
        self.looking.open(key, feature)
        self.moved()

    def turn_monitor(self, step: int) -> bool:
        """The next monitor of the list; whether there is another."""
        found = self.looking.turn(step)
        if found:
            self._from_the_top()
            self.moved()
        return found

    def _from_the_top(self) -> None:
        self.features.at = self.features.top = self.focus_at = 0
        self.features.search, self.over, self._beside = "", None, self.sight

    def _came(self, feature: str) -> None:
        if feature:
            self.features.go_to(feature)
        self.pane.seen()
        self.moved()

    # Moving

    def turn_focus(self, step: int) -> None:
        """Another pane."""
        if self.inside and self.over is None:
            self.go_to(self.panes[(self.focus_at + step) % len(self.panes)])

    def go_to(self, pane: Pane) -> None:
        """To a pane by itself."""
        if pane in self.panes:
            self.focus_at, self.over = self.panes.index(pane), None
            if self.focus_at:
                self._beside = pane
        else:
            self.over = pane
        pane.seen()
        self.moved()

    def back(self) -> bool:
        """Out of what was entered, out of a monitor; whether there was something."""
        if not self.inside:
            return False
        if self.over is not None:
            self.over = None
        elif self.pane.back():
            pass
        elif self.features.search and self.pane is self.features:
            self.search("")
        elif self.focus_at:
            self.focus_at = 0
            self._beside = self.sight
        elif self._zoomed and self.wide:
            self._zoomed = False
        elif self.opened is not None and not self.opened.newest and self.opened.at >= 0:
            self.go_window(len(self.opened.course.steps) - 1)
        elif len(self.monitors.shown.monitors) != 1:
            self.looking.close()
        else:
            return False
        self.moved()
        return True

    def search(self, text: str) -> None:
        """Only features with this in their name."""
        name = self._under_cursor()
        self.features.search = text
        self.features.at = self.features.top = 0
        self.features.go_to(name)
        self.moved()

    def turn_span(self) -> int:
        """Another span of time; how many windows it shows, 0: all."""
        self.span = SPANS[(SPANS.index(self.span) + 1) % len(SPANS)]
        self.moved()
        return self.span

    def go_window(self, at: int) -> None:
        """Look at another window."""
        if self.looking.window(at, self._under_cursor()):
            self.moved()

    def go_feature(self, name: str) -> bool:
        """Put the cursor on a feature; whether it is there."""
        return self.features.go_to(name)

    # Drawing

    def drawn(self, width: int, height: int) -> list[Line]:
        """The rows."""
        if not self.known:
            return [self.blank(), self.blank().to(2).put("looking at the monitors", "muted")]
        lines = [self.blank()] if height >= 10 else []
        opened = self.opened
        if opened is None:
            return lines + self.monitors.lines(width, height - len(lines), focused=True, alone=False)
        lines += [*headline(self, opened, width, two=self.wide), self.blank()]
        if opened.told is None:
            return lines
        if self.over is None:
            lines += self._over_time(opened, width, height - len(lines))
        room = height - len(lines)
        if self.over is not None:
            return lines + self.over.lines(width, room, focused=True, alone=False)
        return lines + (self._beside_each_other(width, room) if self._both else self._one(width, room))

    @property
    def _both(self) -> bool:
        return self.wide and not self._zoomed

    def _over_time(self, opened: Opened, width: int, room: int) -> list[Line]:
        if not self.wide:
            return [in_a_row(self, opened, width), self.blank()] if not self.focus_at else []
        if self._zoomed:
            return []
        rows = 3 if room < 40 else 5
        return [*strip(self, opened, width, rows, self.span, air=room >= 29), self.blank()]

    def _one(self, width: int, height: int) -> list[Line]:
        lines: list[Line] = []
        if self.focus_at or height >= 14:
            lines = [self.tabs(), self.blank()] if height >= 12 else [self.tabs()]
        return lines + self.pane.lines(width, height - len(lines), focused=True, alone=True)

    def _beside_each_other(self, width: int, height: int) -> list[Line]:
        share, least, most = LEFT
        cells = max(least, min(int(width * share), most))
        here = self.panes[self.focus_at]
        right = here if self.focus_at else self._beside
        return self.beside(
            self.features.lines(cells, height, focused=here is self.features, alone=False),
            right.lines(width - cells - 1, height, focused=here is right, alone=False),
            cells + 1,
        )
