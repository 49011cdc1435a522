"""The features of a window: the worst first, each with its way there."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import sparkline
from mlops_console.charts.spark import ASCII_STEPS, STEPS
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.figures import hundredths
from mlops_console.console.drift.pane import Pane, put_verdict
from mlops_console.console.drift.state import sign
from mlops_console.console.widgets.chart import put_row
from mlops_console.drift.judging.bounds import bounds_of
from mlops_console.drift.judging.words import percent, valued

if TYPE_CHECKING:
    from mlops_console.drift.model import Feature

STATE: Final = 11
"""Cells of a verdict."""
SPARK: Final = 14
FIGURE: Final = 7
_LEAST_NAME: Final = 12
_MEDIANS: Final = 19
_RULES_FROM: Final = 6
"""Free rows from which on the limits are said below the list."""


class FeaturesPane(Pane):
    """Lists features; the others show the one under the cursor."""

    name = "Features"
    search = ""
    _two = True
    """Whether there is room for a second figure."""

    @property
    def rows(self) -> "tuple[Feature, ...]":
        """Those shown, in their order."""
        opened = self.place.opened
        if opened is None or opened.told is None:
            return ()
        if not self.search:
            return opened.told.features
        wanted = self.search.casefold()
        return tuple(one for one in opened.told.features if wanted in one.measured.name.casefold())

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

    def copied(self) -> tuple[str, str] | None:
        """The name of the feature."""
        one = self.feature
        return None if one is None else ("feature", one.measured.name)

    # Drawing

    def told(self, width: int) -> Line:
        """In which order, and how many."""
        line = self.blank()
        opened = self.place.opened
        if opened is None or opened.told is None:
            return line
        if self.search:
            line.put(f"{display.count(self.count)} of {display.count(len(opened.told.features))}  ", "second")
            return line.put(f"/{fit(self.search, min(24, len(self.search)))}", "accent")
        weighed = ", then effect x weight" if opened.importance is not None else ""
        return line.put(f"worst first{weighed}", "muted")

    def nothing(self, width: int) -> list[Line]:
        """What stands where there are no features."""
        if self.search:
            return [self.blank().to(2).put("no feature has that in its name", "muted")]
        return []

    def columns(self, width: int) -> Line:
        """The names of the columns."""
        name, spark, medians = self._cells(width)
        line = self.blank().to(2).put(fit("feature", name), "muted")
        line.put("effect".rjust(FIGURE), "muted")
        if self._two:
            line.put(("weight" if self._weighed else "PSI").rjust(FIGURE + 1), "muted")
        if spark:
            many = self._windows
            words = f"{many} windows" if many != 1 else "1 window"
            line.put("  ").put(fit(words, spark), "muted")
        line.put("  ").put(fit("state", STATE), "muted")
        return line.put("    ").put(fit("median", _MEDIANS), "muted") if medians else line

    @property
    def _weighed(self) -> bool:
        opened = self.place.opened
        return opened is not None and opened.importance is not None

    def row(self, index: int, line: Line, width: int) -> None:
        """A feature."""
        one = self.rows[index]
        name, spark, medians = self._cells(width)
        loud = one.verdict in ("DRIFT", "WATCH")
        line.put(fit(one.measured.name, name), "text" if loud else "second")
        ink = "text" if loud else "muted"
        line.put(display.share(one.effect).rjust(FIGURE), ink, bold=one.verdict == "DRIFT")
        line.put(self._figure(one).rjust(FIGURE + 1) if self._two else "", "muted")
        if spark and (other := _other(one)):
            line.put("  ").put(fit(other, spark), "warn" if loud else "muted")
        elif spark:
            line.put("  ")
            end = line.at + spark
            on = "cursor" if index == self.at else "bg"
            self._spark(line, one.measured.name, spark, sign(one.verdict)[1], on)
            line.to(end)
        line.put("  ")
        end = line.at + STATE
        if self._muted(one.measured.name):
            line.put(" - muted", "muted")
        else:
            put_verdict(line, one.verdict, self.place.glyphs)
        if medians:
            self._medians(line.to(end + 4), one)

    def _muted(self, name: str) -> bool:
        opened = self.place.opened
        return opened is not None and opened.said.muted(self.place.now, name) is not None

    def _figure(self, one: "Feature") -> str:
        opened = self.place.opened
        if opened is not None and opened.importance is not None:
            return display.share(opened.importance.get(one.measured.name))
        psi = one.measured.statistics.get("psi")
        if not isinstance(psi, (int, float)) or isinstance(psi, bool):
            return "-"
        return hundredths(float(psi))

    def _medians(self, line: Line, one: "Feature") -> None:
        known, said = one.measured.statistics, valued(one.measured.kind)
        before, now = known.get("median_ref"), known.get("median_cur")
        if isinstance(before, (int, float)) and isinstance(now, (int, float)):
            line.put(said(float(before)).rjust(8), "muted").put(f" {self.place.glyphs.crumb} ", "faint")
            line.put(said(float(now)), "second")
        else:
            line.put("-".rjust(8), "muted")

    @property
    def _windows(self) -> int:
        opened = self.place.opened
        return len(opened.shown(self.place.span or 0)) if opened is not None else 0

    def _spark(self, line: Line, name: str, cells: int, ink: str, on: str) -> None:
        opened = self.place.opened
        if opened is None:
            return
        places = opened.shown(self.place.span)
        values = np.array(opened.course.effects(name)[places.start : places.stop], np.float64)
        if not len(values) or np.isnan(values).all():
            return
        glyphs = ASCII_STEPS if self.place.glyphs.ascii else STEPS
        known = np.where(np.isnan(values), 0.0, values)
        row = sparkline(known, cells, ink, glyphs, (0.0, max(self.top_effect, 0.01)))
        if len(values) * 2 <= cells:
            # Few windows: two cells each, so that a step is seen.
            row = tuple(("".join(char * 2 for char in text), style) for text, style in row)
        line.to(line.at + cells - sum(width_of(text) for text, _ in row))
        put_row(line, row, self.place.colours, on)

    @property
    def top_effect(self) -> float:
        """The highest effect shown: the end of the scale that all sparklines share."""
        opened = self.place.opened
        if opened is None:
            return 0.0
        tops = [
            float(np.nanmax(step.figures.effect))
            for step in (opened.course.steps[at] for at in opened.shown(self.place.span))
            if len(step.figures.effect) and not np.isnan(step.figures.effect).all()
        ]
        return max(tops, default=0.0)

    def _cells(self, width: int) -> tuple[int, int, bool]:
        """Cells of the name and of the sparkline, and whether there is room for medians."""
        longest = max((width_of(display.safe_text(one.measured.name)) for one in self.rows[:200]), default=8)
        rest = width - 2 - FIGURE - 2 - 2 - STATE
        spark = SPARK if rest - SPARK >= _LEAST_NAME else 0
        rest -= spark
        # Names come before what the heading beside says as well.
        self._two = self._weighed or rest - FIGURE - 1 >= min(longest, 28)
        rest -= FIGURE + 1 if self._two else 0
        medians = rest - _MEDIANS - 4 >= min(longest, 24)
        return max(8, min(max(longest, 12), rest - (_MEDIANS + 4 if medians else 0))), spark, medians

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """The list; below it, where there is room, by which limits."""
        drawn = super().lines(width, height, focused=focused, alone=alone)
        said = self._limits(width - 4)
        used = self.count + 3
        if self.place.opened is None or not self.count or height - used < len(said) + 2 + (height >= 18):
            return drawn
        for at, words in enumerate(said):
            drawn[height - len(said) - (height >= 18) + at] = (
                self.blank().to(2).put(fit(words, width - 4), "muted").to(width)
            )
        return drawn

    def _limits(self, room: int) -> list[str]:
        opened = self.place.opened
        if opened is None:
            return []
        rules = opened.rules
        effect = "effect: share of rows that moved"
        said = [f"{effect}; watch {display.limit(rules.watch)}, drift {display.limit(rules.drift)}"]
        features = opened.told.features if opened.told is not None else ()
        own = [(one.measured.name, bounds_of(one.measured.name, "distribution", rules)) for one in features]
        other = [
            f"{display.safe_text(name, 30)} {display.limit(limit.drift)}"
            for name, limit in own
            if limit.drift != rules.drift
        ]
        for many in range(min(3, len(other)), 0, -1):
            more = f" and {len(other) - many} more" if len(other) > many else ""
            words = f"own limits: {', '.join(other[:many])}{more}"
            if width_of(words) <= room or many == 1:
                said.append(words)
                break
        if opened.importance is not None and opened.state is not None and opened.state.version:
            said.append(f"weight: share of importance in {opened.state.version}")
        return [*said, f"sparklines share one scale, 0 to {display.share(self.top_effect)}"]


def _other(one: "Feature") -> str:
    """What a feature is watched for where that is no move of its values: `missing 2.3%`."""
    raw = one.checks[0].raw if one.checks and one.verdict in ("DRIFT", "WATCH") else None
    return f"missing {percent(raw.effect or 0.0)}" if raw is not None and raw.name == "missing" else ""
