"""Which charts and values there are, how they stand on the page, and which of them is in focus."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mlops_console.console.run.facts import Metric
from mlops_console.console.run.gallery import Grid, Tier, grid
from mlops_console.console.run.metrics import Group
from mlops_console.console.run.values import Block, block


@dataclass(slots=True)
class Gallery:
    """The charts in their order, laid out for an area when somebody asks."""

    groups: list[Group] = field(default_factory=list)
    """The charts that match the search, all of them without one."""
    values: list[Metric] = field(default_factory=list)
    """What was measured once, and matches the search."""
    focus: int = 0
    """The chart that the keys work on."""
    zoomed: bool = False
    _top: int = 0
    """The first row of charts that is seen."""
    _grid: tuple[object, Grid] | None = None
    _block: tuple[object, Block | None] | None = None

    def laid(self, width: int, height: int) -> Grid:
        """How the charts stand on an area."""
        height -= self.below(width, height)
        asked = (id(self.groups), len(self.groups), width, height, self.zoomed)
        if self._grid is None or self._grid[0] != asked:
            self._grid = (asked, grid(self.groups, width, height, zoomed=self.zoomed))
        return self._grid[1]

    def block(self, width: int, height: int) -> Block | None:
        """How the values stand, where they have room."""
        asked = (id(self.values), len(self.groups) > 0, width, height, self.zoomed)
        if self._block is None or self._block[0] != asked:
            alone = not self.groups
            made = None if self.zoomed and not alone else block(self.values, width, height, alone=alone)
            self._block = (asked, made)
        return self._block[1]

    def below(self, width: int, height: int) -> int:
        """Rows below the charts that the values have."""
        laid = self.block(width, height) if self.groups else None
        return laid.height if laid is not None else 0

    def tiers(self, width: int, height: int) -> list[tuple[Tier, int]]:
        """The rows of charts in view, with their heights."""
        laid = self.laid(width, height)
        room = height - self.below(width, height) - laid.panel
        self._top = laid.top_for(self.focus, self._top, room)
        return laid.seen_from(self._top, room)

    def seen(self, width: int, height: int) -> Sequence[int]:
        """The charts in view, in order."""
        found = self.tiers(width, height) if self.groups else []
        return range(found[0][0].charts.start, found[-1][0].charts.stop) if found else range(0)

    def wanted(self, width: int, height: int) -> list[str]:
        """Metrics whose points are needed for what is in view."""
        return [member[2] for index in self.seen(width, height) for member in self.groups[index].members]

    def move(self, step: int) -> None:
        """The next or previous chart."""
        if self.groups:
            self.focus = max(0, min(len(self.groups) - 1, self.focus + step))

    def climb(self, step: int, width: int, height: int) -> None:
        """The chart below or above, by so many rows of charts."""
        laid = self.laid(width, height)
        if not laid.tiers:
            return
        here = laid.tier_of(self.focus)
        beside = self.focus - laid.tiers[here].charts.start
        there = laid.tiers[max(0, min(len(laid.tiers) - 1, here + step))].charts
        self.focus = min(there.start + beside, there.stop - 1)
