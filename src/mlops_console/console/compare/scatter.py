"""The Scatter pane: the metric of every run over a param, another metric, or the time it was made."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mlops_console import display
from mlops_console.charts import Chart, ChartOptions, Curve, scatter
from mlops_console.console.compare import sights
from mlops_console.console.compare.among import WalkedPane
from mlops_console.console.compare.sights import Choice, Sight
from mlops_console.console.compare.view import View
from mlops_console.console.drawing import Line, fit
from mlops_console.console.widgets.chart import glyph_set, ink_of, put_row

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.among import Among


class ScatterPane(WalkedPane):
    """Points; h l choose what they stand over, j k walk over them."""

    name = "Scatter"
    _chosen: "Choice | None" = None
    _asked: object = None
    _sight: "Sight | None" = None

    def show(self, view: View) -> None:
        """Another metric is another picture."""
        super().show(view)
        self._focus = None if self.crowd.found is None else self._focus

    def choices(self) -> list[Choice]:
        """What x may be: params, the telling ones first, then other metrics, then time."""
        found, view = self.crowd.found, self.view
        if found is None or view is None:
            return []
        rank = {name: at for at, name in enumerate(self._order())}
        params = sorted(found.params, key=lambda one: rank.get(one.name, len(rank)))
        metrics = sorted(row.key for row in view.comparison.metrics if row.key != found.metric)
        listed = [Choice("param", one.name) for one in params] + [Choice("metric", key) for key in metrics]
        return [*listed, Choice("time", "started")] if np.isfinite(found.started).any() else listed

    @property
    def choice(self) -> Choice | None:
        """What x is."""
        choices = self.choices()
        if self._chosen in choices:
            return self._chosen
        return choices[0] if choices else None

    def _look(self, found: "Among", choice: Choice) -> Sight | None:
        """What is to be seen, as soon as it is known."""
        asked = (found, choice)
        if self._asked != asked:
            self._asked, self._sight = asked, None
            row = self.view.comparison.metric(choice.name) if self.view is not None else None
            goals = (row.goal if row is not None else None, self.crowd.goal)
            self.place.ask(
                "scatter",
                lambda workspace: sights.sight(workspace, found, choice, goals),
                partial(self._came, asked),
            )
        return self._sight

    def _came(self, asked: object, sight: Sight) -> None:
        if asked == self._asked:
            self._sight = sight
            self.place.moved()

    # Drawing

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Heading, points, what they say in words."""
        found, choice = self.crowd.found, self.choice
        if found is None or choice is None:
            words = (
                self.waiting()
                if found is None
                else "There is nothing to lay the metric over: no param varies."
            )
            return self.nothing(words, self.heading("", focused=focused, alone=alone))
        sight = self._look(found, choice)
        head = self._heading(found, choice)
        if sight is None or sight.problem:
            return self.nothing(sight.problem if sight is not None else "looking", head)
        foot = [*self._read_out(found, sight, width), *self.wrapped(sight.words, width, "second", 2)]
        if sight.front is not None and len(sight.front):
            foot += [self._front(found, sight, width)]
        room = max(3, height - 3 - len(foot))
        chart = self._drawn(found, sight, width - 4, room)
        rows = [put_row(self.blank().to(2), row, self.place.colours, self.on) for row in chart.rows]
        if chart.empty:
            rows = self.wrapped("No run has a number for both.", width)
        elif sight.levels is not None:
            rows[-1] = self._level_names(chart, sight.levels, width)
        rows += [self.blank() for _ in range(room - len(rows))]
        return [head, self.blank(), *rows, self.blank(), *foot][:height]

    def _heading(self, found: "Among", choice: Choice) -> Line:
        line = self.blank().to(2)
        line.put(fit(found.metric, min(30, len(found.metric))), "text", bold=True).put(" over ", "muted")
        line.put(fit(choice.name, min(40, len(choice.name))), "text", bold=True)
        choices = self.choices()
        line.put(f"  {choices.index(choice) + 1} of {len(choices)}, h l another", "muted")
        return line.put(f"  {display.count(len(found.runs))} runs", "muted")

    def _drawn(self, found: "Among", sight: Sight, width: int, height: int) -> Chart:
        compared = self.crowd.compared()
        there = np.ones(len(found.runs), bool)
        there[[one.at for one in compared]] = False
        bright = np.zeros(len(found.runs), bool)
        if sight.front is not None:
            bright[sight.front] = True
        groups = []
        if self._focus is not None:
            at = slice(self._focus, self._focus + 1)
            sign = next((one.letter for one in compared if one.at == self._focus), "x")
            groups.append(Curve(sign, "", sight.x[at], found.values[at], "accent"))
        for one in compared:
            if one.at != self._focus:
                at = slice(one.at, one.at + 1)
                groups.append(Curve(one.letter, one.name, sight.x[at], found.values[at], one.ink))
        for mask, ink in ((there & bright, "text"), (there & ~bright, "muted")):
            if mask.any():
                groups.append(Curve("", "", sight.x[mask], found.values[mask], ink))
        options = ChartOptions(
            glyph_set(self._chart, self.place.glyphs), log_x=sight.log,
            x_kind="time" if sight.time else "number", x_range=sight.x_range,
        )  # fmt: skip
        return scatter(groups, width, height, options, through=sight.line)

    def _level_names(self, chart: Chart, levels: tuple[str, ...], width: int) -> Line:
        line, low, high = self.blank(), *(chart.x_range or (0.0, 1.0))
        plot = width - 4 - chart.left
        each = max(2, plot // max(1, len(levels)))
        for at, level in enumerate(levels):
            name = display.safe_text(level, 40)
            name = name if len(name) < each else fit(name, max(1, each - 1))
            middle = 2 + chart.left + round((at - low) / (high - low) * (plot - 1))
            begin = max(line.at + 1, min(middle - len(name) // 2, width - 2 - len(name)))
            if begin + len(name) <= width - 1:
                line.to(begin).put(name, "muted")
        return line

    def _read_out(self, found: "Among", sight: Sight, width: int) -> list[Line]:
        if self._focus is None:
            return []
        line = self.blank().to(2)
        for one in self.crowd.compared():
            if one.at == self._focus:
                line.put(one.letter + " ", ink_of(self.place.colours, one.ink, self.on), bold=True)
        name = found.names[self._focus]
        line.put(fit(name, min(30, len(name))), "text", bold=True)
        y = display.number(float(found.values[self._focus]))
        line.put(f"  {sight.said(self._focus)}, {found.metric} {y}", "second")
        return [line.put("   Enter opens it", "muted")]

    def _front(self, found: "Among", sight: Sight, width: int) -> Line:
        """The runs that none beats, by name."""
        assert sight.front is not None
        line = self.blank().to(2).put("best: " if sight.time else "front: ", "muted")
        letters = {one.at: one for one in self.crowd.compared()}
        members = sight.front.tolist()
        for at, run in enumerate(members):
            name = fit(found.names[run], min(20, len(found.names[run])))
            if line.at + len(name) + 14 > width and at < len(members) - 1:
                return line.put(f"  {len(members) - at} more", "muted")
            line.put("  " if at else "")
            if run in letters:
                line.put(
                    letters[run].letter + " ",
                    ink_of(self.place.colours, letters[run].ink, self.on),
                    bold=True,
                )
            line.put(name, "text")
        return line

    # Keys

    def side(self, step: int) -> None:
        """Over something else."""
        choices, choice = self.choices(), self.choice
        if choice is not None:
            self._chosen = choices[max(0, min(len(choices) - 1, choices.index(choice) + step))]

    def move(self, step: int) -> None:
        """Another run, from the best to the worst."""
        found = self.crowd.found
        if found is None or self._sight is None:
            return
        known = np.flatnonzero(np.isfinite(found.values) & np.isfinite(self._sight.x))
        if not len(known):
            return
        sign = 1 if self.crowd.goal == "min" else -1
        order = known[np.argsort(sign * found.values[known], kind="stable")].tolist()
        at = order.index(self._focus) + step if self._focus in order else (0 if step > 0 else len(order) - 1)
        self._focus = order[max(0, min(len(order) - 1, at))]

    def copied(self) -> tuple[str, str] | None:
        """The points as a table."""
        found, sight, choice = self.crowd.found, self._sight, self.choice
        if found is None or sight is None or sight.problem or choice is None:
            return None
        rows = [f"{run}\t{x}\t{y}" for run, x, y in zip(found.runs, sight.x, found.values, strict=True)]
        return "points", "\n".join([f"run\t{choice.name}\t{found.metric}", *rows])
