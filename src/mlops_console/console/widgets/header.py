"""The first rows: where you are on the left, how the watching goes on the right; below, the views."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from textual.geometry import Size

from mlops_console import display
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.views import NAMES, PLACES
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from mlops_console.console.app import ConsoleApp


STRIP_FROM: Final = Size(100, 30)
"""A smaller terminal has no row for the views: their keys work, and `?` lists them."""


class Header(Rows):
    """Crumbs left, health and clock right; the views in a row of their own."""

    DEFAULT_CSS = "Header { height: auto; dock: top; }"
    ground = "bar"

    def __init__(self, crumbs: Sequence[str] = ()) -> None:
        super().__init__()
        self._crumbs = tuple(crumbs)
        self._private = False
        self._seen: object = None

    def on_mount(self) -> None:
        """Keep clock and health right."""
        self.set_interval(1.0, self._look)

    def _look(self) -> None:
        now = (cast("ConsoleApp", self.app).health, datetime.now().astimezone().minute)
        if now != self._seen:
            self._seen = now
            self.refresh()

    def show(self, crumbs: Sequence[str], *, private: bool = False) -> None:
        """Change where you are; `private`: what is decided there is kept where nobody else reads it."""
        if (tuple(crumbs), private) != (self._crumbs, self._private):
            self._crumbs, self._private = tuple(crumbs), private
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Two rows where there is room for the views."""
        return 2 if viewport.width >= STRIP_FROM.width and viewport.height >= STRIP_FROM.height else 1

    def line(self, y: int) -> Line:
        """The row."""
        if y:
            return self._views()
        width = self.size.width
        right = self._health(wide=width >= 100)
        trail = self._trail(width - right.at - 6)
        if trail.at + 1 + right.at + 2 > width:
            right = self._clock()
        return trail.right(right, width) if trail.at + 1 + right.at + 2 <= width else trail

    def _views(self) -> Line:
        view = getattr(self.screen, "view", "")
        here = view if view in NAMES else self.app.current_mode
        row = self.blank().to(2)
        for place in PLACES:
            if place.there:
                row.put("   " if row.at > 2 else "")
                shown = place.name == here
                row.put(f"{place.key} {place.title}", "accent" if shown else "muted", bold=shown)
        return row

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
        if self._private:
            row.put(f"{self.glyphs.warning} private", "warn").put("   ")
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
