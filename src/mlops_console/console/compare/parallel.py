"""The Parallel pane: the compared runs bright among the others, across params and the metric."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.charts.parallel import (
    BRIGHT,
    LEAST_GAP,
    BrightLine,
    ParallelAxis,
    ParallelOptions,
    by_rank,
    parallel,
    value_label,
)
from mlops_console.console.compare.among import BASE, WalkedPane
from mlops_console.console.compare.view import View
from mlops_console.console.drawing import Line, fit
from mlops_console.console.widgets.chart import glyph_set, ink_of, put_row

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.among import Among

MOST_AXES: Final = 60
"""Through more of them nobody walks."""


class ParallelPane(WalkedPane):
    """An axis for each param; keys walk over axes and runs."""

    name = "Parallel"
    _axis: str | None = None
    """The param under the cursor; None: the metric."""
    _shown: "tuple[Among | None, tuple[str, ...], tuple[ParallelAxis, ...]]" = (None, (), ())
    _height = 1

    def show(self, view: View) -> None:
        """Runs keep the focus, a metric that is another one has the cursor anew."""
        super().show(view)
        self._focus = self._focus if self.crowd.found is self._shown[0] else None

    def axes(self) -> tuple[ParallelAxis, ...]:
        """The params that tell most first, the metric last."""
        found, order = self.crowd.found, self._order()
        if found is None:
            return ()
        if self._shown[0] is not found or self._shown[1] != order:
            rank = {name: at for at, name in enumerate(order)}
            params = sorted(found.params, key=lambda one: rank.get(one.name, len(rank)))[:MOST_AXES]
            made = [ParallelAxis(one.name, one.values, one.levels, one.log) for one in params]
            self._shown = (found, order, (*made, ParallelAxis(found.metric, found.values, ink="text")))
        return self._shown[2]

    @property
    def _at(self) -> int:
        """The axis under the cursor."""
        axes = self.axes()
        names = [axis.name for axis in axes[:-1]]
        return names.index(self._axis) if self._axis in names else len(axes) - 1

    # Drawing

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Heading, the letters, the picture, what is in focus."""
        axes, found = self.axes(), self.crowd.found
        if found is None or len(axes) < 2 or not found.known:
            return self.nothing(self._why_not(found), self.heading("", focused=focused, alone=alone))
        bright, compared = self._bright(found)
        head = self.heading(self._note(found, bright), focused=focused, alone=alone)
        letters = self._letters(bright) if compared else self.blank()
        window = self._window(axes, width)
        options = ParallelOptions(glyph_set(self._chart, self.place.glyphs), self._focus)
        self._height = max(1, height - 4)
        drawn = parallel(window, bright, width - 4, height - 4, options)
        rows = [put_row(self.blank().to(2), row, self.place.colours, self.on) for row in drawn.rows]
        if drawn.empty:
            rows = self.wrapped("There is no room for the axes.", width)
        return [head, letters, *rows, self.blank(), self._foot(found, axes, width)][:height]

    def _why_not(self, found: "Among | None") -> str:
        if found is None:
            return self.waiting()
        if not found.known:
            return f"None of {display.count(len(found.runs))} runs has a number for {found.metric}."
        return "No param varies between these runs."

    def _note(self, found: "Among", bright: list[BrightLine]) -> str:
        compared = len(self.crowd.compared())
        words = f"{display.count(len(found.runs))} runs"
        if compared > len(bright):
            words += f", {len(bright)} of {display.count(compared)} compared ones bright"
        by = "by importance" if self._order() else "those that vary"
        return f"{words}; {len(found.params)} params, {by}"

    def _bright(self, found: "Among") -> tuple[list[BrightLine], bool]:
        """The compared runs; where all of them are compared, the best."""
        compared = self.crowd.compared()
        lines, seen = [], set[str]()
        for one in compared[:BRIGHT]:
            # Of a group the first run has the letter: more of them would crowd the place before the axes.
            lines.append(BrightLine(one.at, "" if one.letter in seen else one.letter, one.name, one.ink))
            seen.add(one.letter)
        if len(found.runs) > BRIGHT and len(compared) == len(found.runs) and self._alone_each():
            best = by_rank(found.values, more_is_better=self.crowd.goal != "min", labels=found.names)
            return best, False
        return lines, True

    def _alone_each(self) -> bool:
        return self.view is not None and self.view.comparison.asked.by is None

    def _letters(self, bright: list[BrightLine]) -> Line:
        line = self.blank().to(2)
        for one in bright:
            if not one.letter:
                continue
            line.put("  " if line.at > 2 else "")
            line.put(one.letter, ink_of(self.place.colours, one.ink, self.on), bold=True)
            line.put(" " + fit(self._named(one), min(18, len(self._named(one)))), "muted")
        return line

    def _named(self, one: BrightLine) -> str:
        """A group by its own name, a run by its."""
        if self.view is None or self._alone_each():
            return one.label
        subjects = self.view.comparison.subjects
        return next(
            (each.name for each in subjects if (self.view.letter(each) or BASE) == one.letter), one.label
        )

    def _window(self, axes: tuple[ParallelAxis, ...], width: int) -> list[ParallelAxis]:
        """The axes that fit, the one under the cursor among them, the metric always."""
        at, most = self._at, max(2, (width - 8) // LEAST_GAP + 1)
        params = axes[:-1]
        begin = max(0, min(at, len(params) - 1) - (most - 2)) if at < len(params) else 0
        shown = params[begin : begin + most - 1]
        here = axes[at]
        return [
            axis._replace(ink="accent") if axis is here else axis._replace(ink=ink)
            for axis, ink in ((axis, "text" if axis is axes[-1] else "muted") for axis in (*shown, axes[-1]))
        ]

    def _foot(self, found: "Among", axes: tuple[ParallelAxis, ...], width: int) -> Line:
        line = self.blank().to(2)
        here = axes[self._at]
        if self._focus is None:
            return line.put(
                fit(f"j k walk over runs along {display.safe_text(here.name, 40)}, h l over axes", width - 4),
                "muted",
            )
        name = found.names[self._focus]
        line.put(fit(name, min(40, len(name))), "text", bold=True)
        place = int(np.flatnonzero(self._along(found, here) == self._focus)[0]) + 1
        line.put(f"   {place} of {display.count(len(found.runs))} by ", "muted")
        line.put(fit(here.name, min(24, len(here.name))), "second").put(" ")
        return line.put(value_label(here, self._focus), "text").put("   Enter opens it", "muted")

    # Keys

    def _along(self, found: "Among", axis: ParallelAxis) -> np.ndarray:
        """The runs from the top of an axis to its bottom, those without a value last."""
        values = axis.values if axis.levels is not None else -axis.values
        return np.argsort(np.where(np.isnan(values), np.inf, values), kind="stable")

    def side(self, step: int) -> None:
        """Another axis."""
        axes = self.axes()
        if axes:
            at = max(0, min(len(axes) - 1, self._at + step))
            self._axis = axes[at].name if at < len(axes) - 1 else None

    def move(self, step: int) -> None:
        """Another run."""
        axes, found = self.axes(), self.crowd.found
        if found is None or not axes:
            return
        order = self._along(found, axes[self._at])
        if self._focus is None:
            at = 0 if step > 0 else len(order) - 1
        else:
            at = int(np.flatnonzero(order == self._focus)[0]) + step
        self._focus = int(order[max(0, min(len(order) - 1, at))])

    def copied(self) -> tuple[str, str] | None:
        """The id of the run in focus."""
        found = self.crowd.found
        return ("id", found.runs[self._focus]) if found is not None and self._focus is not None else None
