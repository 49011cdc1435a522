"""The projects: how many runs, the best one and how it came about, the newest."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.console.drawing import Line, width_of
from mlops_console.console.overview.pane import OverviewPane, Place, age, cells_of, on_point, put, some_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.workspace.overview.model import ProjectRow

SPARK: Final = 12
LAST: Final = 8
ID: Final = 8


class ProjectsPane(OverviewPane):
    """The list."""

    name = "Projects"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.projects: Sequence[ProjectRow] = ()
        self._best: list[str] = []
        self._cells = (8, 4, 4)

    def show(self, found: "Sequence[ProjectRow]") -> None:
        """A new state; the cursor stays on its project."""
        here = self.here
        self.known, self.trouble, self.projects = True, "", found
        self._best = on_point([one.best for one in found])
        self._cells = (
            cells_of([one.project.name for one in found], 7, 22),
            cells_of([display.count(one.runs) for one in found], 4, 11),
            cells_of([_short(one) for one in found], 6, 12),
        )
        if here is not None:
            keys = [one.project.key for one in found]
            self.at = keys.index(here.project.key) if here.project.key in keys else self.at

    @property
    def here(self) -> "ProjectRow | None":
        """The project under the cursor."""
        return self.projects[self.at] if 0 <= self.at < len(self.projects) else None

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.projects)

    def enter(self) -> None:
        """Its runs; its file, where that has a mistake and there are none."""
        from mlops_console.workspace.attention.model import Place as Goal

        if self.here is not None:
            self.place.go(Goal("runs", self.here.project.key, f"project:{quoted(self.here.project.name)}"))

    def copied(self) -> tuple[str, str] | None:
        """Its folder."""
        return None if self.here is None else ("folder", self.here.project.root)

    def told(self, width: int) -> Line:
        """How many."""
        return self.blank().put(display.count(self.count) if self.count else "", "muted")

    def empty(self, width: int) -> list[Line]:
        """Nothing is watched."""
        return [self.blank().to(2).put("no folder is watched", "muted")]

    def _shown(self, width: int) -> tuple[bool, bool, bool]:
        """Whether there is room for the run that is best, for the sparkline, for the last run."""
        name, runs, metric = self._cells
        room = width - 2 - name - 2 - runs - 2 - metric - 2 - self._widest - 2
        last = room >= LAST + 2
        room -= LAST + 2 if last else 0
        spark = room >= SPARK + 2 and any(one.past for one in self.projects)
        room -= SPARK + 2 if spark else 0
        return room >= ID + 2, spark, last

    @property
    def _widest(self) -> int:
        return max(4, *(len(text) for text in self._best or [""]))

    def columns(self, width: int) -> Line:
        """Their names."""
        name, runs, metric = self._cells
        by, spark, last = self._shown(width)
        line = self.blank().to(2)
        put(line, "project", name + 2, "muted")
        put(line, "runs", runs, "muted", right=True).put("  ")
        put(line, "metric", metric + 2, "muted")
        put(line, "best", self._widest, "muted", right=True).put("  ")
        if by:
            put(line, "by run", ID + 2, "muted")
        if spark:
            put(line, "best so far", SPARK + 2, "muted")
        if last:
            put(line, "last run", LAST, "muted", right=True)
        return line

    def row(self, index: int, line: Line, width: int) -> None:
        """Name, runs, the best, its run, how it came about, the newest."""
        one = self.projects[index]
        name, runs, metric = self._cells
        by, spark, last = self._shown(width)
        put(line, one.project.name, name, "text").put("  ")
        put(line, display.count(one.runs), runs, "second", right=True).put("  ")
        if one.trouble and not one.runs:
            sign = self.place.glyphs.warning
            line.put(f"{sign} ", "warn").put(some_of(one.trouble, width - 2 - line.at), "warn")
            return
        put(line, _short(one), metric, "muted").put("  ")
        put(line, self._best[index].rjust(self._widest), self._widest, "text", bold=one.best is not None)
        line.put("  ")
        if by:
            put(line, one.by[:ID], ID + 2, "second")
        if spark:
            self.spark(line, one.past, SPARK, "second", line.ground)
            line.put("  ")
        if last:
            live = one.running > 0
            said = (
                self.place.glyphs.state("running") + " now"
                if live
                else age(one.last)
                if one.last
                else display.NONE
            )
            line.put(" " * max(0, LAST - width_of(said))).put(said, "accent" if live else "muted")


def quoted(name: str) -> str:
    """A name as a filter takes it."""
    plain = bool(name) and all(char.isalnum() or char in "_-." for char in name)
    return name if plain else '"' + name.replace('"', "") + '"'


def _short(one: "ProjectRow") -> str:
    return one.metric.rpartition("/")[2] if one.metric else display.NONE
