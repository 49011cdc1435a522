"""What lies between header and footer: figures above, panes below, beside each other where there is room."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from textual.message import Message

from mlops_console import display
from mlops_console.console.drawing import Line
from mlops_console.console.overview import asking
from mlops_console.console.overview.activity import ActivityPane
from mlops_console.console.overview.attention import AttentionPane
from mlops_console.console.overview.feed import Feed, Part
from mlops_console.console.overview.figures import FiguresBand
from mlops_console.console.overview.pane import OverviewPane
from mlops_console.console.overview.production import ProductionPane
from mlops_console.console.overview.projects import ProjectsPane
from mlops_console.console.overview.running import RunningPane
from mlops_console.console.widgets.body import PanesBody

if TYPE_CHECKING:
    from mlops_console.console.overview.asking import Needed
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.attention.model import Place
    from mlops_console.workspace.overview.model import Act

SHARE: Final = 0.64
"""Of the left panes."""
RIGHT_MOST: Final = 70
ENOUGH: Final = 5
"""Rows with which a right pane is content: what stands left of it decides."""
EVERY: Final = ("beginning", "figures", "attention", "production", "running", "projects", "activity")


class OverviewBody(PanesBody[OverviewPane]):
    """Draws the panes; asks for all of them."""

    wide_from = (100, 26)

    class Came(Message):
        """A part has come."""

        def __init__(self, part: str) -> None:
            super().__init__()
            self.part = part

    class Wanted(Message):
        """Somebody wants to go somewhere."""

        def __init__(self, place: "Place") -> None:
            super().__init__()
            self.place = place

    def __init__(self) -> None:
        super().__init__()
        self.attention = AttentionPane(self)
        self.production = ProductionPane(self)
        self.running = RunningPane(self)
        self.projects = ProjectsPane(self)
        self.activity = ActivityPane(self)
        self.panes = (
            self.attention, self.production, self.running, self.projects, self.activity,
        )  # fmt: skip
        self.figures = FiguresBand(self.attention)
        self.private = False
        self.watched = -1
        """Projects that are watched; -1: not known."""
        self.feed = Feed(self, self._parts())

    def _parts(self) -> Sequence[Part]:
        listing = asking.Listing()
        parts: Sequence[
            tuple[str, Callable[[Workspace], Any], Callable[[Any], None], OverviewPane | None]
        ] = (
            ("beginning", listing.beginning, self.attention.begin, None),
            ("figures", asking.figures, self._figures, None),
            ("attention", listing.whole, self._attention, self.attention),
            ("production", asking.production, self._production, self.production),
            ("running", asking.lively, self.running.show, self.running),
            ("projects", asking.projects, self.projects.show, self.projects),
            ("activity", asking.activity, self.activity.show, self.activity),
        )
        return [self._part(*one) for one in parts]

    def _part(
        self,
        name: str,
        read: "Callable[[Workspace], Any]",
        show: Callable[[Any], None],
        pane: OverviewPane | None,
    ) -> Part:
        def took(found: Any) -> None:
            show(found)
            self.moved()
            self.post_message(self.Came(name))

        def trouble(words: str) -> None:
            if pane is not None and not pane.known:
                pane.failed(words)
            self.post_message(self.Came(name))

        return Part(name, read, took, trouble)

    def _figures(self, found: Any) -> None:
        self.figures.figures = found
        self.watched = found.projects

    def _attention(self, found: "Needed") -> None:
        self.private = found.private
        self._watching = found
        self.attention.show(found.attention)
        self._tell_watching(found)

    def _tell_watching(self, found: "Needed") -> None:
        figures = self.figures.figures
        said = [display.counted(found.projects, "project")]
        if figures is not None:
            said.append(display.counted(figures.total, "run"))
        if self.figures.produced:
            said.append(f"{display.counted(len(self.figures.produced), 'model')} in production")
        said.append(display.counted(found.monitors, "monitor") if found.monitors else "no monitor")
        self.attention.watching = "Watching " + ", ".join(said[:-1]) + f" and {said[-1]}."

    def _production(self, found: Any) -> None:
        self.figures.produced = found
        self.production.show(found)
        if self.attention.known and not self.attention.trouble and hasattr(self, "_watching"):
            self._tell_watching(self._watching)

    @property
    def complete(self) -> bool:
        """Whether everything that is looked at has come."""
        return self.feed.answered >= set(EVERY) and self.feed.idle

    def back(self) -> bool:
        """Out of a pane alone, out of what is put off, to the first pane; whether there was something."""
        if self._zoomed:
            self.zoom()
        elif self.attention.shows_snoozed:
            self.attention.turn_over()
            self.moved()
        elif self.focus_at:
            self.go_to(self.attention)
        else:
            return False
        return True

    # What panes find around them

    def go(self, place: "Place") -> None:
        """Open a place."""
        self.post_message(self.Wanted(place))

    def unfold(self, act: "Act") -> None:
        """All of a decision, over the screen."""

        def show(event: Any) -> None:
            if event is None:
                self.say("That decision is not in its journal any more", "warn")
                return
            from mlops_console.console.audit.telling import told
            from mlops_console.console.audit.unfolding import Unfolded

            self.app.push_screen(Unfolded(told(act.project, [event])[0], event))

        self.ask("event", lambda workspace: asking.event(workspace, act), show)

    # Drawing

    def drawn(self, width: int, height: int) -> list[Line]:
        """The rows."""
        if self._zoomed:
            air = [self.blank()] if height >= 20 else []
            return air + self._draw(self.pane, width, height - len(air))
        return self._all(width, height) if self.wide else self._narrow(width, height)

    def _draw(self, pane: OverviewPane, width: int, height: int) -> list[Line]:
        return pane.lines(width, height, focused=pane is self.pane, alone=False)

    def _all(self, width: int, height: int) -> list[Line]:
        lines = [self.blank(), *self.figures.band(width), self.blank()]
        lines += [self.blank()] if height >= 31 else []
        gap = 2 if height >= 33 else 1
        room = height - len(lines)
        left = width - 4 - min(RIGHT_MOST, int(width * (1 - SHARE)))
        bands = ((self.production, self.running), (self.projects, self.activity))
        wants = [max(one.wanted(left), min(other.wanted(width - left), ENOUGH)) for one, other in bands]
        heights = shared(self.attention.wanted(width), wants, room - gap * len(bands) - 1)
        lines += self._draw(self.attention, width, heights[0])
        for (one, other), rows in zip(bands, heights[1:], strict=True):
            if rows >= 2:
                lines += [self.blank() for _ in range(gap)]
                lines += self._beside(one, other, left, width, rows)
        return lines

    def _beside(
        self, one: OverviewPane, other: OverviewPane, left: int, width: int, height: int
    ) -> list[Line]:
        return self.beside(self._draw(one, left, height), self._draw(other, width - left, height), left)

    def _narrow(self, width: int, height: int) -> list[Line]:
        if height < 12:
            return self._draw(self.pane, width, height)
        lines = [self.figures.row(width)]
        room = height - 1
        page = next(some for some in self._pages(width, room) if self.pane in some)
        air = room >= 18
        heights = stacked([one.wanted(width) for one in page], room - len(page) + (not air))
        for pane, rows in zip(page, heights, strict=True):
            lines += [self.blank()] if air or pane is not page[0] else []
            lines += self._draw(pane, width, rows)
        return lines

    def _pages(self, width: int, room: int) -> list[list[OverviewPane]]:
        """Panes that stand under each other: what needs somebody with production, and all that fit whole."""
        pages: list[list[OverviewPane]] = [
            [self.attention, self.production], [self.running, self.projects], [self.activity],
        ]  # fmt: skip
        for page, after in pairwise(pages):
            while after and sum(one.wanted(width) + 1 for one in (*page, after[0])) <= room:
                page.append(after.pop(0))
        return [page for page in pages if page]


def shared(first: int, others: Sequence[int], room: int) -> list[int]:
    """Rows for the first pane and for the bands under it: the first may have a half and what is left over."""
    least = [min(want, 5) for want in others]
    top = max(4, min(first, max(room // 2, room - sum(others))))
    rest = room - top
    while least and sum(least) > rest:
        least[-1] -= 1
        if least[-1] < 2:
            least.pop()
    heights = least + [0] * (len(others) - len(least))
    spare = rest - sum(heights)
    for at, want in enumerate(others):
        more = min(spare, max(0, want - heights[at])) if heights[at] else 0
        heights[at] += more
        spare -= more
    return spread([top, *heights], spare)


def stacked(wants: Sequence[int], room: int) -> list[int]:
    """Rows for panes under each other: where they do not fit, the first may have a half and what is over."""
    if len(wants) == 1:
        return [room]
    top = min(wants[0], max(room // 2, room - sum(wants[1:])))
    below = list(wants[1:-1])
    return [top, *below, max(0, room - top - sum(below))]


def spread(heights: list[int], spare: int) -> list[int]:
    """What nobody wants goes between them: every pane keeps its place while rows come and go."""
    some = [at for at, height in enumerate(heights) if height]
    for at in some:
        heights[at] += spare // len(some)
    if some:
        heights[some[-1]] += spare % len(some)
    return heights
