"""What lies between header and footer: the answer, and the panes, beside each other or one at a time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.console.compare.among import Crowd
from mlops_console.console.compare.answer import answer_lines
from mlops_console.console.compare.curves import CurvesPane
from mlops_console.console.compare.differences import DifferencesPane
from mlops_console.console.compare.pane import Pane
from mlops_console.console.compare.parallel import ParallelPane
from mlops_console.console.compare.scatter import ScatterPane
from mlops_console.console.compare.slices import SlicesPane
from mlops_console.console.compare.statistics import StatisticsPane
from mlops_console.console.compare.view import View
from mlops_console.console.compare.why import WhyPane
from mlops_console.console.drawing import Line
from mlops_console.console.overlays.note import Note
from mlops_console.console.widgets.body import PanesBody
from mlops_console.display import count

if TYPE_CHECKING:
    from mlops_console.console.overlays.listing import Listing

LEAST_UPPER: Final = 8
SHARE: Final = 0.5
"""What the differences take of the width, at most."""


class CompareBody(PanesBody[Pane]):
    """Draws the panes; asks for all of them."""

    def __init__(self, chart: str, among: Sequence[str] = ()) -> None:
        super().__init__()
        self.view: View | None = None
        self.trouble = ""
        self.differences = DifferencesPane(self)
        self.curves = CurvesPane(self, chart)
        self.statistics = StatisticsPane(self)
        self.slices = SlicesPane(self)
        crowd = Crowd(self, among)
        self.why = WhyPane(self, crowd, chart)
        self.parallel = ParallelPane(self, crowd, chart, lambda: self.why.order, self.open)
        self.scatter = ScatterPane(self, crowd, chart, lambda: self.why.order, self.open)
        self.panes = (
            self.differences, self.curves, self.statistics, self.slices, self.why, self.parallel,
            self.scatter,
        )  # fmt: skip

    def unanswered(self, about: str, words: str) -> None:
        """The screen knows where it is said."""
        self.post_message(self.Failed(about, words))

    @property
    def alone(self) -> bool:
        """Whether one pane has all the room."""
        return self._zoomed or not self.wide or not self.pane.beside

    @property
    def complete(self) -> bool:
        """Whether everything that was asked for has come."""
        view = self.view
        judged = view is not None and view.judged is not None and not view.predicting
        return judged and all(pane.complete for pane in self.panes)

    def show(self, view: View) -> None:
        """A new state of the comparison."""
        self.view = view
        for pane in self.panes:
            pane.show(view)
        self.pane.seen()
        self.moved()

    def go_to(self, pane: Pane) -> None:
        """To a pane by itself."""
        if self.view is not None:
            pane.seen()
        super().go_to(pane)

    def back(self) -> bool:
        """Out of what was entered, out of a pane that has all the room; whether there was something."""
        if self.pane.back():
            self.moved()
        elif self.zoomed:
            self.zoom()
        elif self.wide and not self.pane.beside:
            self.go_to(self.panes[0])
        else:
            return False
        return True

    @property
    def zoomed(self) -> bool:
        """Whether a pane was made to be alone."""
        return self._zoomed and self.wide

    # What panes find around them

    def tell(self, heading: str, text: str) -> None:
        """Say something in full, over the screen."""
        self.app.push_screen(Note(heading, (("", "second", text[:8000]),)))

    def open(self, run: str) -> None:
        """A run's page, over this one."""
        from mlops_console.console.run.screen import RunPage

        self.app.push_screen(RunPage(run))

    def unfold(self, overlay: "Listing") -> None:
        """Show lines that scroll, over the screen."""
        self.app.push_screen(overlay)

    # Drawing

    def drawn(self, width: int, height: int) -> list[Line]:
        """The rows."""
        if self.view is None:
            words = self.trouble or "laying them beside each other"
            return [self.blank(), self.blank().to(2).put(words, "bad" if self.trouble else "muted")]
        head = [self.blank(), *answer_lines(self.view, width, self.blank), *self._kin(width), self.blank()]
        room = height - len(head)
        return head + (self._one(width, room) if self.alone else self._all(width, room))

    def _kin(self, width: int) -> list[Line]:
        """Single runs say nothing of chance: whoever compares them should know of their other seeds."""
        more = self.view.kin if self.view is not None else 0
        if not more:
            return []
        are = "run of another seed is" if more == 1 else "runs of other seeds are"
        said = self.blank().to(2).put(f"{count(more)} more {are} known:  ", "muted")
        return [said.put("o config", "second", bold=True).put(" compares them as well", "muted")]

    def _one(self, width: int, height: int) -> list[Line]:
        lines = [self.tabs(), self.blank()]
        room = height - len(lines)
        return lines + self._filled(self.pane, width, room, focused=True, alone=True)

    def _all(self, width: int, height: int) -> list[Line]:
        """Differences and curves above, below them what was judged; the reading order is the argument's."""
        below = [pane for pane in self.panes[2:] if pane.beside and pane.wanted(width) > 0]
        rows: list[int] = []
        room = height - LEAST_UPPER
        for pane in below:
            rows.append(max(0, min(pane.wanted(width), room - 1)))
            room -= rows[-1] + 1
        upper = height - sum(row + 1 for row in rows if row)
        lines = self._beside(width, upper)
        for pane, row in zip(below, rows, strict=True):
            if row:
                lines.append(self.blank())
                lines += self._filled(pane, width, row, focused=pane is self.pane, alone=False)
        return lines

    def _beside(self, width: int, height: int) -> list[Line]:
        left = int(width * SHARE) - 2
        here = self.pane
        return self.beside(
            self._filled(self.differences, left, height, focused=here is self.differences, alone=False),
            self._filled(self.curves, width - left - 2, height, focused=here is self.curves, alone=False),
            left + 2,
        )

    def _filled(self, pane: Pane, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        lines = pane.lines(width, height, focused=focused, alone=alone)[:height]
        lines += [pane.blank() for _ in range(height - len(lines))]
        return [line.to(width) for line in lines]
