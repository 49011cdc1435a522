"""What the panes that look beyond the compared runs have in common: the runs among which they stand."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from mlops_console import display
from mlops_console.comparison.sentences import sentence
from mlops_console.console.compare.overlay import series_ink
from mlops_console.console.compare.pane import Pane, Place
from mlops_console.console.compare.view import View
from mlops_console.console.drawing import Line, fit
from mlops_console.errors import ConsoleError
from mlops_console.workspace.comparing.among import MOST_RUNS, Among, among

if TYPE_CHECKING:
    from mlops_console.comparison.model import Goal
    from mlops_console.workspace import Workspace

BASE = "o"
"""The sign of the base among points."""


class Compared(NamedTuple):
    """A run that is compared, among the others."""

    at: int
    """Index into the runs of the crowd."""
    letter: str
    ink: str
    """As charts name it."""
    name: str


class Crowd:
    """The runs among which the compared ones stand, read once for every metric when it is first needed."""

    def __init__(self, place: Place, runs: Sequence[str] = ()) -> None:
        self.place = place
        self.view: View | None = None
        self._given = tuple(runs)
        self._asked: tuple[tuple[str, ...], str] | None = None
        self._found: Among | str | None = None

    def show(self, view: View) -> None:
        """A new state of the comparison."""
        self.view = view

    @property
    def runs(self) -> tuple[str, ...]:
        """Their ids: those of the list that this began in, with the compared ones."""
        compared = tuple(self.view.comparison.runs) if self.view is not None else ()
        return tuple(dict.fromkeys((*compared, *self._given)))[:MOST_RUNS]

    @property
    def metric(self) -> str | None:
        """What they are looked at by."""
        return self.view.metric.key if self.view is not None and self.view.metric is not None else None

    @property
    def goal(self) -> "Goal | None":
        """Which way that is better."""
        return self.view.metric.goal if self.view is not None and self.view.metric is not None else None

    @property
    def found(self) -> Among | None:
        """What was read."""
        return self._found if isinstance(self._found, Among) and self._found.metric == self.metric else None

    @property
    def problem(self) -> str:
        """Why there is nothing, a sentence."""
        if self.view is not None and self.metric is None:
            return "They have no metric."
        return self._found if isinstance(self._found, str) else ""

    def want(self) -> None:
        """Read what is not there yet."""
        metric = self.metric
        if metric is None or self._asked == (self.runs, metric):
            return
        asked = self._asked = (self.runs, metric)
        self._found = None

        def read(workspace: "Workspace") -> Among | str:
            try:
                return among(workspace, *asked)
            except ConsoleError as error:
                return sentence(str(error))

        self.place.ask("among", read, partial(self._came, asked))

    def _came(self, asked: tuple[tuple[str, ...], str], found: Among | str) -> None:
        if asked == self._asked:
            self._found = found
            self.place.moved()

    def compared(self) -> list[Compared]:
        """The compared runs, a run of each subject in turns, the base's first."""
        view, found = self.view, self.found
        if view is None or found is None:
            return []
        at = {run: index for index, run in enumerate(found.runs)}
        subjects = (view.comparison.base, *view.comparison.others)
        listed = []
        for turn in range(max(len(subject.runs) for subject in subjects)):
            for subject in subjects:
                if turn < len(subject.runs) and subject.runs[turn] in at:
                    run = at[subject.runs[turn]]
                    letter = view.letter(subject) or BASE
                    listed.append(Compared(run, letter, series_ink(view.ink(subject)), found.names[run]))
        return listed


class AmongPane(Pane):
    """Base of the panes that show the compared runs among others."""

    beside = False

    def __init__(self, place: Place, crowd: Crowd) -> None:
        super().__init__(place)
        self.crowd = crowd

    def show(self, view: View) -> None:
        """A new state of the comparison."""
        self.view = view
        self.crowd.show(view)

    def seen(self) -> None:
        """Read what it speaks of, now that somebody looks."""
        self.crowd.want()

    def nothing(self, words: str, head: Line) -> list[Line]:
        """A sentence in place of a picture."""
        return [head, self.blank(), self.blank().to(2).put(words, "muted")]

    def waiting(self) -> str:
        """What is said while there is nothing yet."""
        return self.crowd.problem or f"reading {display.count(len(self.crowd.runs))} runs"

    def wrapped(self, words: str, width: int, ink: str = "muted", most: int = 3) -> list[Line]:
        """A sentence on as many rows as it needs."""
        import textwrap

        parts = textwrap.wrap(display.safe_text(words, 2000), max(20, width - 4))
        if len(parts) > most:
            parts = [*parts[: most - 1], fit(" ".join(parts[most - 1 :]), width - 4)]
        return [self.blank().to(2).put(part, ink) for part in parts]


class WalkedPane(AmongPane):
    """Base of the panes in which one walks over runs: one of them may be in focus."""

    uses: ClassVar[frozenset[str]] = frozenset({"left", "right", "open", "copy"})

    def __init__(
        self,
        place: Place,
        crowd: Crowd,
        chart: str,
        order: Callable[[], tuple[str, ...]],
        opened: Callable[[str], None],
    ) -> None:
        super().__init__(place, crowd)
        self._chart = chart
        self._order = order
        """The params by importance, as far as that is known."""
        self._opened = opened
        self._focus: int | None = None
        """The place of a run among those found."""

    def page_by(self, step: int, part: int) -> None:
        """Ten runs, or five."""
        self.move(step * max(1, 10 // part))

    def back(self) -> bool:
        """No run in focus."""
        if self._focus is None:
            return False
        self._focus = None
        return True

    def end(self, step: int) -> None:
        """The first run in the order of the pane, or the last."""
        self._focus = None
        self.move(-step)

    def enter(self) -> None:
        """Open the run in focus."""
        found = self.crowd.found
        if found is not None and self._focus is not None:
            self._opened(found.runs[self._focus])
