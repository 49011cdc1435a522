"""The Why pane: which params tell the metric over many runs, and how it goes with one of them."""

from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from mlops_console import display
from mlops_console.charts.bars import uncertain_bar
from mlops_console.comparison.sentences import sentence
from mlops_console.console.compare.among import AmongPane, Crowd
from mlops_console.console.compare.effect import Effect
from mlops_console.console.compare.pane import Place
from mlops_console.console.compare.view import View
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.widgets.chart import put_row
from mlops_console.errors import ConsoleError
from mlops_console.workspace.comparing.influence import importance
from mlops_console.workspace.comparing.model import Outcome

if TYPE_CHECKING:
    from mlops_console.comparison.why.importance import Importance, ParamImportance
    from mlops_console.workspace import Workspace

BAR: Final = (10, 40)
NOT_CAUSE: Final = (
    "What goes along with the metric over these runs, not what causes it: params that were moved together"
    " share it."
)


class WhyPane(AmongPane):
    """A row for each param; Enter shows how the metric goes with it."""

    name = "Why"
    uses: ClassVar[frozenset[str]] = frozenset({"open", "copy", "explain", "left", "right"})

    def __init__(self, place: Place, crowd: Crowd, chart: str) -> None:
        super().__init__(place, crowd)
        self._found: dict[tuple[tuple[str, ...], str], Outcome[Importance]] = {}
        self._asked: tuple[tuple[str, ...], str] | None = None
        self._share: float | None = None
        self._at = self._top = 0
        self._height = 1
        self.effect = Effect(self, chart)

    @property
    def working(self) -> bool:
        """Whether something is on its way whose share is shown."""
        return self._share is not None or self.effect.working

    def show(self, view: View) -> None:
        """Another metric has another answer."""
        super().show(view)
        if self._asked is not None and self._asked[1] != self.crowd.metric:
            self.effect.close()
            self._at = 0

    def seen(self) -> None:
        """Have it worked out, unless it was."""
        metric = self.crowd.metric
        if metric is None:
            return
        asked = (self.crowd.runs, metric)
        if asked == self._asked or asked in self._found:
            self._asked = asked
            return
        self._asked, self._share = asked, 0.0

        def read(workspace: "Workspace") -> "Outcome[Importance]":
            try:
                return importance(
                    workspace, *asked, partial(self._progress, asked), partial(self._wanted, asked)
                )
            except ConsoleError as error:
                return Outcome(None, str(error))

        self.place.ask("importance", read, partial(self._came, asked))

    def _progress(self, asked: object, share: float) -> None:
        # Told by a worker: the screen looks at it when it draws next.
        if asked == self._asked:
            self._share = share

    def _wanted(self, asked: object) -> bool:
        return asked == self._asked and self.place.is_attached

    def _came(self, asked: tuple[tuple[str, ...], str], found: "Outcome[Importance]") -> None:
        if found.value is not None or found.problem:
            self._found[asked] = found
        if asked == self._asked:
            self._share = None
            self.place.moved()

    @property
    def importance(self) -> "Importance | None":
        """What was found."""
        found = self._found.get(self._asked) if self._asked is not None else None
        return found.value if found is not None else None

    @property
    def order(self) -> tuple[str, ...]:
        """The params by importance; empty while that isn't known."""
        found = self.importance
        return tuple(name for one in found.params for name in one.names) if found is not None else ()

    @property
    def _listed(self) -> "tuple[ParamImportance, ...]":
        return self.importance.params if self.importance is not None else ()

    # Drawing

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Heading, params, what was left out; or the effect of one."""
        if self.effect.param is not None:
            return self.effect.lines(width, height)
        head = self.heading(self._note(), focused=focused, alone=alone)
        found = self.importance
        if found is None or found.refusal:
            words = sentence(found.refusal) if found is not None else self._waiting()
            notes = [self.blank(), *self._notes(found, width)] if found is not None else []
            return [head, self.blank(), *self.wrapped(words, width, "second", 6), *notes][:height]
        foot = [self.blank(), *self._notes(found, width), *self.wrapped(NOT_CAUSE, width)]
        self._height = max(1, height - 2 - len(foot))
        self._at = max(0, min(self._at, len(found.params) - 1))
        self._top = max(0, min(self._top, self._at, len(found.params) - self._height))
        self._top = max(self._top, self._at - self._height + 1)
        rows = self._rows(found, width)
        rows += [self.blank() for _ in range(self._height + 1 - len(rows))]
        return [head, *rows, *foot][:height]

    def _note(self) -> str:
        metric, found = self.crowd.metric, self.importance
        if metric is None:
            return ""
        words = f"{metric} over {display.count(found.runs if found else len(self.crowd.runs))} runs"
        if found is not None and found.score is not None and not found.refusal:
            words += f", R2 {display.number(found.score, 2)} for runs not seen"
        return words

    def _waiting(self) -> str:
        found = self._found.get(self._asked) if self._asked is not None else None
        if found is not None:
            return sentence(found.problem)
        if self.crowd.metric is None:
            return self.crowd.problem
        return f"working it out, {self._share or 0:.0%}"

    def _notes(self, found: "Importance", width: int) -> list[Line]:
        words = " ".join(map(sentence, found.notes))
        return self.wrapped(words, width, "muted", 3) if words else []

    def _rows(self, found: "Importance", width: int) -> list[Line]:
        names = [called(one) for one in found.params]
        longest = max(map(width_of, names), default=8)
        name = max(8, min(longest, width // 2))
        room = width - 4 - name - 2 - 2 - 8 - 2 - 6
        cells = max(0, min(BAR[1], room))
        cells = cells if cells >= BAR[0] else 0
        shown = list(enumerate(found.params))[self._top : self._top + self._height]
        top = max((one.importance + one.spread for one in found.params), default=1.0)
        numbers = display.aligned([round(max(0.0, one.importance), 3) for one in found.params], 3)
        titles = self.blank().to(2).put(fit("param", name), "muted").put("  ")
        titles.put(" " * (cells + 2) if cells else "").put(fit("R2 lost", 8, right=True), "muted")
        lines = [titles.put("  ").put(fit("spread", 6, right=True), "muted")]
        for at, one in shown:
            on = "cursor" if at == self._at else self.on
            line = Line(self.place.colours, on)
            line.put(self.place.glyphs.focus, "accent").to(2) if on == "cursor" else line.to(2)
            sure = one.importance > one.spread > 0 or (one.spread == 0 and one.importance > 0)
            line.put(fit(names[at], name), "text" if sure else "second").put("  ")
            if cells:
                start = line.at
                row = uncertain_bar(
                    (one.importance, one.spread), top, cells, "second" if sure else "muted",
                    ascii_only=self.place.glyphs.ascii,
                )  # fmt: skip
                put_row(line, row, self.place.colours, on).to(start + cells).put("  ")
            line.put(fit(numbers[at], 8, right=True), "text" if sure else "muted", bold=sure).put("  ")
            line.put(fit(display.number(one.spread, 2), 6, right=True), "muted")
            lines.append(line.to(width) if on == "cursor" else line)
        return lines

    # Keys

    def move(self, step: int) -> None:
        """The next param, or the next place of one."""
        if self.effect.param is not None:
            self.effect.move(step)
        else:
            self._at = max(0, min(len(self._listed) - 1, self._at + step))

    def side(self, step: int) -> None:
        """The next place of a param."""
        self.effect.move(step)

    def page_by(self, step: int, part: int) -> None:
        """A page, or a part of one."""
        self.move(step * max(1, self._height // part))

    def end(self, step: int) -> None:
        """To the first or the last."""
        self.move(step * 10_000)

    def enter(self) -> None:
        """How the metric goes with the param under the cursor."""
        listed = self._listed
        if self.effect.param is None and listed:
            self.effect.open(listed[min(self._at, len(listed) - 1)].names[0])

    def explain(self) -> None:
        """Say what the numbers are."""
        self.place.tell("Why", EXPLAINED)

    def back(self) -> bool:
        """From a param to all of them."""
        if self.effect.param is None:
            return False
        self.effect.close()
        self.place.moved()
        return True

    def copied(self) -> tuple[str, str] | None:
        """The params as a table."""
        rows = [f"{called(one)}\t{one.importance}\t{one.spread}\t{one.share}" for one in self._listed]
        return ("importance", "\n".join(["param\timportance\tspread\tshare", *rows])) if rows else None


EXPLAINED: Final = (
    "A forest learns the metric from the params of a part of the runs and tells it for the others. R2 for"
    " runs not seen says how well: 1 is perfect, 0 no better than the mean. A param's number is how much of"
    " it is lost when its values are shuffled among those runs; spread is the standard deviation over parts"
    " and shuffles. " + NOT_CAUSE
)


def called(one: "ParamImportance") -> str:
    """A param by its name; those that always move together by all of theirs."""
    return " + ".join(display.safe_text(name, 60) for name in one.names[:3]) + (
        f" + {len(one.names) - 3} more" if len(one.names) > 3 else ""
    )
