"""The effect of one param: a curve with its band over the numbers, or a row for each level."""

from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import ChartOptions, Curve, interval
from mlops_console.comparison.sentences import sentence
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.widgets.chart import Picture, glyph_set, put_row
from mlops_console.errors import ConsoleError
from mlops_console.workspace.comparing.influence import marginal
from mlops_console.workspace.comparing.model import Outcome

if TYPE_CHECKING:
    from mlops_console.comparison.why.marginal import Marginal, Place
    from mlops_console.console.compare.why import WhyPane
    from mlops_console.workspace import Workspace

RANGE: Final = (14, 44)


class Effect:
    """What the Why pane shows of one param."""

    def __init__(self, pane: "WhyPane", chart: str) -> None:
        self._pane = pane
        self._chart = chart
        self._asked: tuple[tuple[str, ...], str, str] | None = None
        self._found: Outcome[Marginal] | None = None
        self._share: float | None = None
        self._at = self._top = 0
        self._picture: Picture | None = None

    @property
    def param(self) -> str | None:
        """Whose effect is shown; None: nobody's."""
        return self._asked[2] if self._asked is not None else None

    @property
    def working(self) -> bool:
        """Whether it is on its way."""
        return self._share is not None

    def open(self, param: str) -> None:
        """Ask for the effect of a param."""
        crowd = self._pane.crowd
        if crowd.metric is None:
            return
        asked = self._asked = (crowd.runs, crowd.metric, param)
        self._found, self._share, self._at, self._top, self._picture = None, 0.0, 0, 0, None

        def read(workspace: "Workspace") -> "Outcome[Marginal]":
            try:
                return marginal(
                    workspace, *asked, partial(self._progress, asked), partial(self._wanted, asked)
                )
            except ConsoleError as error:
                return Outcome(None, str(error))

        self._pane.place.ask("marginal", read, partial(self._came, asked))

    def close(self) -> None:
        """Nobody looks at it any more."""
        self._asked = self._found = self._share = None

    def _progress(self, asked: object, share: float) -> None:
        # Told by a worker: the screen looks at it when it draws next.
        if asked == self._asked:
            self._share = share

    def _wanted(self, asked: object) -> bool:
        return asked == self._asked and self._pane.place.is_attached

    def _came(self, asked: object, found: "Outcome[Marginal]") -> None:
        if asked == self._asked:
            self._found, self._share = found, None
            self._pane.place.moved()

    @property
    def _places(self) -> "tuple[Place, ...]":
        found = self._found.value if self._found is not None else None
        if found is None:
            return ()
        return found.places

    def move(self, step: int) -> None:
        """The next place."""
        self._at = max(0, min(len(self._places) - 1, self._at + step))
        self._picture = None

    # Drawing

    def lines(self, width: int, height: int) -> list[Line]:
        """Heading, picture or rows, what stands at the place under the cursor, notes."""
        pane, found = self._pane, self._found.value if self._found is not None else None
        assert self._asked is not None
        head = pane.blank().to(2).put(fit(self._asked[1], min(30, width_of(self._asked[1]))), "second")
        head.put(" by ", "muted").put(
            fit(self._asked[2], min(40, width_of(self._asked[2]))), "text", bold=True
        )
        head.put("   Esc all params", "muted")
        if found is None or found.refusal:
            words = sentence(found.refusal) if found is not None else self._waiting()
            return [head, pane.blank(), *pane.wrapped(words, width, "second", 6)]
        foot = [pane.blank(), *pane.wrapped(self._read_out(), width, "second", 2)]
        notes = " ".join(map(sentence, found.notes))
        foot += pane.wrapped(notes, width, "muted", 2) if notes else []
        foot += pane.wrapped(MEANT, width, "muted", 2)
        room = max(3, height - 1 - len(foot))
        numbers = [one for one in found.places if one.value is not None]
        draws = len(numbers) > 1 and found.numeric
        body = self._curve(found, width, room) if draws else self._levels(found, width, room)
        body += [pane.blank() for _ in range(room - len(body))]
        return [head, *body[:room], *foot][:height]

    def _waiting(self) -> str:
        if self._found is not None:
            return sentence(self._found.problem)
        return f"working it out, {self._share or 0:.0%}"

    def _read_out(self) -> str:
        places = self._places
        if not places:
            return ""
        one = places[min(self._at, len(places) - 1)]
        value = one.label or display.number(one.value)
        ends = f"{display.number(one.low)} to {display.number(one.high)}"
        runs = display.counted(one.runs, "run")
        said = f"At {value}: {display.number(one.effect)}, by the other params {ends}; {runs}"
        return said + (
            f", whose mean is {display.number(one.observed)}." if one.observed is not None else "."
        )

    def _curve(self, found: "Marginal", width: int, height: int) -> list[Line]:
        pane = self._pane
        if self._picture is None:
            places = [one for one in found.places if one.value is not None]
            x, y, low, high = (
                np.array(side, np.float64)
                for side in zip(*((one.value, one.effect, one.low, one.high) for one in places), strict=True)
            )
            here = found.places[min(self._at, len(found.places) - 1)].value
            ends = float(low.min()), float(high.max())
            options = ChartOptions(
                log_x=found.log and bool((x > 0).all()), cursor=here, x_unit=found.name[:20],
                y_range=ends if ends[0] < ends[1] else None,
            )  # fmt: skip
            curve = Curve("", "", x, y, "series0", low, high)
            note = (
                "the mean, and eight runs of ten by their other params",
                "log axis" if options.log_x else "",
            )
            self._picture = Picture("effect", (curve,), options, note)
        glyphs = glyph_set(self._chart, pane.place.glyphs)
        drawn = self._picture.lines(width - 4, height, pane.place.colours, pane.on, glyphs, focused=False)
        return [pane.blank().to(2).add(row) for row in drawn]

    def _levels(self, found: "Marginal", width: int, height: int) -> list[Line]:
        pane, places = self._pane, found.places
        names = [one.label or display.number(one.value) for one in places]
        name = max(6, min(max(map(width_of, names)), width // 3))
        effects = display.aligned([one.effect for one in places])
        observed = display.aligned([one.observed for one in places])
        low, high = min(one.low for one in places), max(one.high for one in places)
        cells = min(RANGE[1], width - 4 - name - len(effects[0]) - max(8, len(observed[0])) - 10 - 4 * 2)
        top = pane.blank().to(2).put(fit("", name), "muted").put("  ")
        top.put(fit("effect", len(effects[0]), right=True), "muted").put("  ")
        wide = cells >= RANGE[0] and high > low
        top.put(fit("8 of 10 runs", cells) + "  " if wide else "", "muted")
        top.put(fit("runs", 8, right=True), "muted").put("  ")
        top.put(fit("mean", max(8, len(observed[0])), right=True), "muted")
        lines = [top]
        rows = max(1, height - 1)
        self._top = max(min(self._top, self._at), self._at - rows + 1)
        for at, one in list(enumerate(places))[self._top : self._top + rows]:
            on = "cursor" if at == self._at else pane.on
            line = Line(pane.place.colours, on)
            line.put(pane.place.glyphs.focus, "accent").to(2) if on == "cursor" else line.to(2)
            line.put(fit(names[at], name), "text").put("  ").put(effects[at], "text", bold=True).put("  ")
            if wide:
                start = line.at
                pad = (high - low) * 0.03
                row = interval(
                    (one.low, one.effect, one.high), (low - pad, high + pad), cells, "second", zero=None,
                    glyphs=glyph_set("braille", pane.place.glyphs),
                )  # fmt: skip
                put_row(line, row, pane.place.colours, on).to(start + cells).put("  ")
            line.put(fit(display.count(one.runs), 8, right=True), "second").put("  ")
            line.put(fit(observed[at], max(8, len(observed[at])), right=True), "muted")
            lines.append(line.to(width) if on == "cursor" else line)
        return lines


MEANT: Final = (
    "What forests tell for it while the other params stay as they are: association over these runs."
)
