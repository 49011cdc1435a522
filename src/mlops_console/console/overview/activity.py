"""What was decided and what came, the newest first."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line
from mlops_console.console.overview.pane import OverviewPane, Place, cells_of, now, put, some_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.overview.model import Act

WHEN: Final = 6


class ActivityPane(OverviewPane):
    """The list."""

    name = "Activity"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.acts: Sequence[Act] = ()
        self._by = 3

    def show(self, found: "Sequence[Act]") -> None:
        """A new state; the cursor stays on what it is on, or at the newest."""
        here = self.here if self.at else None
        self.known, self.trouble, self.acts = True, "", found
        self._by = cells_of([one.by for one in found[:30]], 1, 8)
        if here is not None:
            self.at = next((at for at, one in enumerate(found) if one == here), self.at)

    @property
    def here(self) -> "Act | None":
        """What the cursor is on."""
        return self.acts[self.at] if 0 <= self.at < len(self.acts) else None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.acts)

    def enter(self) -> None:
        """The decision in full, or the runs of the project."""
        one = self.here
        if one is None:
            return
        if one.event:
            self.place.unfold(one)
            return
        from mlops_console.console.overview.projects import quoted
        from mlops_console.workspace.attention.model import Place as Goal

        self.place.go(Goal("runs", one.project.key, f"project:{quoted(one.project.name)}"))

    def copied(self) -> tuple[str, str] | None:
        """The sentence."""
        return None if self.here is None else ("sentence", f"{self.here.by} {self.here.what}".strip())

    def told(self, width: int) -> Line:
        """Since when."""
        if not self.acts:
            return self.blank()
        return self.blank().put("today" if moment(self.acts[-1].at)[2:3] == ":" else "this week", "muted")

    def empty(self, width: int) -> list[Line]:
        """Nothing was done."""
        return [self.blank().to(2).put("nothing was decided or ended this week", "muted")]

    def wanted(self, width: int) -> int:
        """Rows that it would like."""
        return 1 + max(1, self.count)

    def row(self, index: int, line: Line, width: int) -> None:
        """When, who, what."""
        one = self.acts[index]
        put(line, moment(one.at), WHEN, "muted").put(" ")
        put(line, one.by or display.NONE, self._by, "second" if one.by else "muted").put("  ")
        project = f"  {one.project.name}" if width >= 70 else ""
        room = width - 2 - line.at - len(project)
        line.put(some_of(one.what, room), "second" if one.by else "muted")
        line.put(some_of(project, width - 2 - line.at), "muted")


def moment(at: int) -> str:
    """The hour of today, else the day."""
    try:
        then, today = (datetime.fromtimestamp(one / 1e6).astimezone() for one in (at, now()))
    except (OverflowError, ValueError, OSError):
        return display.NONE
    return f"{then:%H:%M}" if then.date() == today.date() else f"{then.day:2d} {then:%b}"
