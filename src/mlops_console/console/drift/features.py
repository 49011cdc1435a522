"""The features of a window: the worst first, each with its way there."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import sparkline
from mlops_console.charts.spark import ASCII_STEPS, STEPS
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.pane import Pane, put_verdict, share
from mlops_console.console.drift.state import sign
from mlops_console.console.widgets.chart import put_row

if TYPE_CHECKING:
    from mlops_console.drift.model import Feature

STATE: Final = 12
"""Cells of a verdict."""
SPARK: Final = 14
FIGURE: Final = 6
_LEAST_NAME: Final = 12


class FeaturesPane(Pane):
    """Lists features; the others show the one under the cursor."""

    name = "Features"
    search = ""

    @property
    def rows(self) -> "tuple[Feature, ...]":
        """Those shown, in their order."""
        opened = self.place.opened
        if opened is None or opened.told is None:
            return ()
        found = opened.told.features
        if self.search:
            wanted = self.search.casefold()
            found = tuple(one for one in found if wanted in one.measured.name.casefold())
        return found

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def feature(self) -> "Feature | None":
        """The one under the cursor."""
        rows = self.rows
        return rows[max(0, min(self.at, len(rows) - 1))] if rows else None

    def go_to(self, name: str) -> bool:
        """Put the cursor on a feature; whether it is there."""
        for at, one in enumerate(self.rows):
            if one.measured.name == name:
                self.at = at
                return True
        return False

    def told(self, width: int) -> Line:
        """In which order."""
        return self.blank().put("worst first", "muted")

    def columns(self, width: int) -> Line:
        """The names of the columns."""
        name, spark = self._cells(width)
        line = self.blank().to(2).put(fit("feature", name), "muted")
        line.put("effect".rjust(FIGURE + 2), "muted").put("PSI".rjust(FIGURE + 1), "muted")
        if spark:
            line.put("   ").put(fit(f"{self._shown()} windows", spark), "muted")
        return line.put("    ").put("state", "muted")

    def row(self, index: int, line: Line, width: int) -> None:
        """A feature."""
        one = self.rows[index]
        name, spark = self._cells(width)
        loud = one.verdict in ("DRIFT", "WATCH")
        on = "cursor" if index == self.at else "bg"
        line.put(fit(one.measured.name, name), "text" if loud else "second")
        line.put(
            share(one.effect).rjust(FIGURE + 2), "text" if loud else "muted", bold=one.verdict == "DRIFT"
        )
        psi = one.measured.statistics.get("psi")
        shown = display.number(float(psi), 2) if isinstance(psi, (int, float)) else "-"
        line.put(shown.rjust(FIGURE + 1), "muted").put("   ")
        if spark:
            end = line.at + spark
            self._spark(line, one.measured.name, spark, sign(one.verdict)[1], on)
            line.to(end)
        line.put("    ")
        put_verdict(line, one.verdict, self.place.glyphs)

    def _shown(self) -> int:
        opened = self.place.opened
        many = len(opened.course.steps) if opened is not None else 0
        return min(many, self.place.span or many, SPARK)

    def _spark(self, line: Line, name: str, cells: int, ink: str, on: str) -> None:
        opened = self.place.opened
        if opened is None:
            return
        steps = opened.course.effects(name)[: opened.at + 1 or None]
        values = np.array(steps[-(self.place.span or len(steps) or 1) :], np.float64)
        if not len(values) or np.isnan(values).all():
            return
        top = self.top_effect
        glyphs = ASCII_STEPS if self.place.glyphs.ascii else STEPS
        row = sparkline(np.where(np.isnan(values), -1.0, values), cells, ink, glyphs, (0.0, max(top, 0.01)))
        line.to(line.at + cells - sum(width_of(text) for text, _ in row))
        put_row(line, row, self.place.colours, on)

    @property
    def top_effect(self) -> float:
        """The highest effect shown: the end of the scale that all sparklines share."""
        opened = self.place.opened
        if opened is None or not opened.course.steps:
            return 0.0
        tops = [
            float(np.nanmax(step.figures.effect))
            for step in opened.course.steps[-(self.place.span or len(opened.course.steps)) :]
            if len(step.figures.effect) and not np.isnan(step.figures.effect).all()
        ]
        return max(tops, default=0.0)

    def _cells(self, width: int) -> tuple[int, int]:
        """Cells of the name and of the sparkline."""
        rest = width - 2 - (FIGURE + 2) - (FIGURE + 1) - 3 - 4 - STATE
        spark = SPARK if rest - SPARK >= _LEAST_NAME else 0
        longest = max((width_of(display.safe_text(one.measured.name)) for one in self.rows[:200]), default=8)
        return max(8, min(longest, rest - spark)), spark
