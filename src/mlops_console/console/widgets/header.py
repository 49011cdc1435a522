"""The first row: where you are on the left, how the watching goes on the right."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, cast

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp


class Header(Rows):
    """Crumbs left, health and clock right."""

    DEFAULT_CSS = "Header { height: 1; dock: top; }"
    ground = "bar"

    def __init__(self, crumbs: Sequence[str] = ()) -> None:
        super().__init__()
        self._crumbs = tuple(crumbs)
        self._seen: object = None

    def on_mount(self) -> None:
        """Keep clock and health right."""
        self.set_interval(1.0, self._look)

    def _look(self) -> None:
        now = (cast("ConsoleApp", self.app).health, datetime.now().astimezone().minute)
        if now != self._seen:
            self._seen = now
            self.refresh()

    def show(self, crumbs: Sequence[str]) -> None:
        """Change where you are."""
        if tuple(crumbs) != self._crumbs:
            self._crumbs = tuple(crumbs)
            self.refresh()

    def line(self, y: int) -> Line:
        """The row."""
        width = self.size.width
        right = self._health(wide=width >= 100)
        trail = self._trail(width - right.at - 6)
        if trail.at + 1 + right.at + 2 > width:
            right = self._clock()
        return trail.right(right, width) if trail.at + 1 + right.at + 2 <= width else trail

    def _trail(self, room: int) -> Line:
        crumbs = list(self._crumbs)
        while len(crumbs) > 2 and sum(width_of(display.safe_text(c)) + 3 for c in crumbs) > room:
            del crumbs[0]
        fitting = sum(width_of(display.safe_text(crumb)) + 3 for crumb in crumbs) <= room
        share = room if fitting else max(8, room // max(1, len(crumbs)) - 3)
        row = self.blank().to(2)
        for index, crumb in enumerate(crumbs):
            if index:
                row.put(f" {self.glyphs.crumb} ", "faint")
            shown = display.safe_text(crumb)
            if width_of(shown) > share and len(crumbs) > 1:
                shown = fit(shown, share)
            last = index == len(crumbs) - 1
            row.put(shown, "text" if last else "muted", bold=last)
        return row

    def _health(self, *, wide: bool) -> Line:
        row = self.blank()
        health = cast("ConsoleApp", self.app).health
        if health is not None:
            glyphs = self.glyphs
            match health.state:
                case "live":
                    row.put(f"{glyphs.live} live", "ok")
                case "polling":
                    row.put(f"{glyphs.warning} polling", "warn")
                case "scanning":
                    row.put(f"{glyphs.live} reading", "accent")
                    if health.waiting:
                        row.put(f"  {display.count(health.waiting)} left", "muted")
                case _:
                    row.put(f"{glyphs.waiting} not watching", "muted")
            if wide and health.watchable:
                row.put(
                    f"  {display.count(health.watching)} of {display.count(health.watchable)} folders",
                    "muted",
                )
        return row.put("   ").add(self._clock())

    def _clock(self) -> Line:
        return self.blank().put(f"{datetime.now().astimezone():%H:%M}", "second")
