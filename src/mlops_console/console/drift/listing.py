"""All monitors, where there are several."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlops_console.console.drawing import Line, fit
from mlops_console.console.drift.pane import Pane
from mlops_console.console.drift.state import Listed, MonitorKey, Shown

if TYPE_CHECKING:
    from mlops_console.console.drift.pane import Place


class MonitorsPane(Pane):
    """A row a monitor."""

    name = "Monitors"

    def __init__(self, place: "Place", open_one: Callable[[MonitorKey], None]) -> None:
        super().__init__(place)
        self.shown = Shown()
        self._open = open_one

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.shown.monitors)

    @property
    def listed(self) -> Listed | None:
        """The one under the cursor."""
        return self.shown.monitors[self.at] if self.shown.monitors else None

    def show(self, shown: Shown) -> None:
        """A new state; the cursor stays on its monitor."""
        before = self.listed.key if self.listed is not None else None
        self.shown = shown
        places = [at for at, one in enumerate(shown.monitors) if one.key == before]
        self.at = places[0] if places else max(0, min(self.at, self.count - 1))

    def enter(self) -> None:
        """Open it."""
        if self.listed is not None:
            self._open(self.listed.key)

    def columns(self, width: int) -> Line:
        """The names of the columns."""
        return self.blank().to(2).put(fit("monitor", 24), "muted").put("  ").put("project", "muted")

    def row(self, index: int, line: Line, width: int) -> None:
        """A monitor."""
        one = self.shown.monitors[index]
        line.put(fit(one.watched.name, 24), "text").put("  ")
        line.put(fit(one.watched.project.name, 24), "second").put("  ")
        line.put(fit(one.watched.monitor.model, 20), "muted")
