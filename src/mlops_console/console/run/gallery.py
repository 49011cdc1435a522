"""How the charts of a run stand on the page: in rows under headings, as many as fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from mlops_console.console.run.metrics import Group

LEAST_ROWS: Final = 9
"""A chart with its heading, x labels and the blank row below; below that a grid is not worth having."""
MOST_ROWS: Final = 30
PANEL_ROWS: Final = 10
GAP: Final = 6
CUT_ROWS: Final = 7
"""The last row of charts may be lower than the others, but no lower than this."""


class Tier(NamedTuple):
    """Charts beside each other."""

    heading: str
    """What stands above them; empty: nothing."""
    charts: range


@dataclass(frozen=True, slots=True)
class Grid:
    """How charts are laid out on the page."""

    columns: int
    rows: int
    """Rows of charts that are seen at once."""
    width: int
    height: int
    panel: int
    """Rows left below for the facts."""
    tiers: tuple[Tier, ...]

    def tier_of(self, chart: int) -> int:
        """The tier that a chart stands in."""
        return next((number for number, tier in enumerate(self.tiers) if chart in tier.charts), 0)

    def seen_from(self, top: int, room: int) -> list[tuple[Tier, int]]:
        """The tiers that are seen from one on, with the height of their charts."""
        found: list[tuple[Tier, int]] = []
        for tier in self.tiers[top:]:
            room -= bool(tier.heading)
            height = min(self.height, room)
            if height < self.height and (height < CUT_ROWS or height < 2) and found:
                break
            found.append((tier, height))
            room -= height
            if room <= 0:
                break
        return found

    def top_for(self, chart: int, top: int, room: int) -> int:
        """The first tier that is seen, moved as little as shows a chart."""
        wanted = self.tier_of(chart)
        top = max(0, min(top, wanted, len(self.tiers) - 1))
        while top < wanted and wanted >= top + len(self.seen_from(top, room)):
            top += 1
        # At the end no room is left empty that an earlier row would fill.
        while top > 0 and len(self.tiers) <= top - 1 + len(self.seen_from(top - 1, room)):
            top -= 1
        return top


def grid(groups: Sequence[Group], width: int, height: int, *, zoomed: bool) -> Grid:
    """Columns and rows for charts in an area; on a small one, one chart at a time."""
    count = len(groups)
    if zoomed or width < 100 or height < 2 * LEAST_ROWS:
        tiers = tuple(Tier("", range(index, index + 1)) for index in range(count))
        return Grid(1, 1, width - 4, height, 0, tiers)
    columns = max(1, min(count, 2 if width < 170 else 3))
    tiers = _tiers(groups, columns)
    needed = len(tiers)
    headings = sum(1 for tier in tiers if tier.heading)
    fits = needed * LEAST_ROWS + headings + PANEL_ROWS <= height
    # The facts stay below two rows of charts, however many there are: they say what the charts are of.
    panel = PANEL_ROWS if fits or height >= 2 * LEAST_ROWS + PANEL_ROWS else 0
    room = height - panel - headings
    rows = max(1, min(needed, room // LEAST_ROWS)) if needed * LEAST_ROWS <= room else 0
    if not rows:
        # Not all of them fit: of the headings one or two are seen at a time.
        headings = min(headings, 1)
        room = height - panel - headings
        rows = max(1, min(needed, room // LEAST_ROWS))
    tall = min(MOST_ROWS, room // rows)
    if panel:
        panel = height - rows * tall - headings
    return Grid(columns, rows, share(width, columns), tall, panel, tiers)


def _tiers(groups: Sequence[Group], columns: int) -> tuple[Tier, ...]:
    """Rows of charts; each shelf begins a row of its own, under its name."""
    made: list[Tier] = []
    begin = 0
    while begin < len(groups):
        shelf = groups[begin].shelf
        end = begin
        while end < len(groups) and groups[end].shelf == shelf:
            end += 1
        for first in range(begin, end, columns):
            heading = shelf if first == begin else ""
            made.append(Tier(heading, range(first, min(end, first + columns))))
        begin = end
    return tuple(made)


def share(width: int, charts: int) -> int:
    """The width of each of so many charts side by side."""
    return (width - 4 - GAP * (charts - 1)) // charts
