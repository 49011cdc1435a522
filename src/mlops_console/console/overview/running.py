"""The runs that are on their way with how far they are, those that fell silent, those that broke."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, width_of
from mlops_console.console.overview.pane import OverviewPane, Place, age, ago, cells_of, now, put, some_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.overview.model import Lively, LiveRun

BAR: Final = 12
NARROW_BAR: Final = 10
TOLD: Final = 9
"""Cells of how far it is: `ep 41/60`, `12,000`."""


class RunningPane(OverviewPane):
    """The list."""

    name = "Running"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.lively: Lively | None = None
        self._runs: Sequence[LiveRun] = ()
        self._name = 8

    def show(self, found: "Lively") -> None:
        """A new state; the cursor stays on its run."""
        here = self.here
        self.known, self.trouble, self.lively, self._runs = True, "", found, found.runs
        self._name = cells_of([one.name for one in found.runs], 6, 24)
        if here is not None:
            self.at = next((at for at, one in enumerate(self._runs) if one.id == here.id), self.at)

    @property
    def here(self) -> "LiveRun | None":
        """The run under the cursor."""
        return self._runs[self.at] if 0 <= self.at < len(self._runs) else None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._runs)

    def enter(self) -> None:
        """Open the run."""
        from mlops_console.workspace.attention.model import Place as Goal

        if self.here is not None:
            self.place.go(Goal("run", self.here.project.key, self.here.id))

    def copied(self) -> tuple[str, str] | None:
        """Its id."""
        return None if self.here is None else ("run's id", self.here.id)

    def told(self, width: int) -> Line:
        """How many of each."""
        line, found = self.blank(), self.lively
        if found is None:
            return line
        line.put(display.count(found.running), "muted")
        for count, word, ink in ((found.silent, "silent", "warn"), (found.failed, "failed, 24 h", "bad")):
            said = f"{'   ' if line.at else ''}{display.count(count)} {word}"
            if len(said) + line.at > width + 2:
                said = said.partition(",")[0]
            if count and len(said) + line.at <= width + 2:
                line.put(said, ink)
        return line

    def empty(self, width: int) -> list[Line]:
        """All quiet."""
        return [self.blank().to(2).put("no run is on its way", "muted")]

    def columns(self, width: int) -> Line | None:
        """Their names."""
        if width < 34:
            return None
        line = self.blank().to(2)
        going = self._going
        put(line, "run", self._cells(width) + 2, "muted").put("progress" if going else "status", "muted")
        return line.right(self.blank().put("left" if going else "", "muted"), width)

    def _cells(self, width: int) -> int:
        return max(6, min(self._name, width - 2 - 2 - self._bar(width) - 2 - TOLD - 1 - 4 - 2))

    @property
    def _going(self) -> bool:
        """Whether any is on its way: others have neither a bar nor time left."""
        return any(one.kind == "running" for one in self._runs)

    def _bar(self, width: int) -> int:
        if not any(one.share is not None for one in self._runs if one.kind == "running"):
            return 0
        return BAR if width >= 44 else NARROW_BAR

    def row(self, index: int, line: Line, width: int) -> None:
        """Name, bar, how far, what is left; of one that is not on its way: what became of it."""
        one = self._runs[index]
        put(line, one.name, self._cells(width), "text").put("  ")
        if one.kind == "running":
            self._on_its_way(one, line, width)
        else:
            self._off_it(one, line, width)

    def _on_its_way(self, one: "LiveRun", line: Line, width: int) -> None:
        left = one.left(now())
        end = (
            display.age(left)
            if left is not None
            else age(one.started)
            if one.started is not None
            else display.NONE
        )
        share = one.share
        bar = ("#", ".") if self.place.glyphs.ascii else ("━", "━")
        if share is None:
            line.put(f"{self.place.glyphs.state('running')} ", "accent")
            said = f"step {display.count(one.done)}" if one.done is not None else "running"
            line.put(some_of(said, width - 8 - line.at), "second")
            end = f"for {end}" if left is None and one.started is not None else end
        else:
            cells = self._bar(width)
            full = max(0, min(cells, round(share * cells)))
            line.put(bar[0] * full, "accent").put(bar[1] * (cells - full), "line").put("  ")
            told = f"{display.count(one.done or 0)}/{display.count(one.total or 0)}"
            room = width - 2 - width_of(end) - 2 - line.at
            if one.unit == "epochs" and width_of(told) + 3 <= room:
                told = f"ep {told}"
            line.put(some_of(told, room), "second")
        line.to(width - 2 - width_of(end)).put(end, "muted")

    def _off_it(self, one: "LiveRun", line: Line, width: int) -> None:
        glyphs = self.place.glyphs
        if one.kind == "silent":
            sign, word, ink = glyphs.warning, "silent", "warn"
        else:
            sign, word, ink = (
                glyphs.state(one.status),
                one.status,
                "bad" if one.status == "failed" else "warn",
            )
        end = ago(one.at) if one.at is not None else display.NONE
        line.put(f"{sign} ", ink).put(word, ink)
        reason = " ".join(one.reason.split())
        if reason and one.kind != "silent":
            line.put("  ").put(some_of(reason, width - width_of(end) - 4 - line.at), "muted")
        line.to(width - 2 - width_of(end)).put(end, "muted")
