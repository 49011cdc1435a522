"""What became of one feature: both samples as one histogram or as levels, and the figures below it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import Bins, HistogramOptions, histogram
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.figures import Fact, facts, statistics
from mlops_console.console.drift.levels import level_lines, levels_of
from mlops_console.console.drift.pane import Place, Tinted
from mlops_console.console.drift.reach import reaching
from mlops_console.console.drift.who import cause
from mlops_console.console.widgets.chart import put_row
from mlops_console.workspace.drifting.pictures import bins_of

if TYPE_CHECKING:
    from mlops_console.drift.model import Feature

_LABEL: Final = 16
_COLUMN: Final = 11
_LEAST_PICTURE: Final = 6
COARSE: Final = (1, 2, 1)
"""So many bins are drawn as one, in turns; the last time as they were measured, even without gaps."""


@dataclass(slots=True)
class Wishes:
    """How a feature is drawn."""

    coarse: int = 0
    """Place in `COARSE`; of levels: whether those that changed most come first."""
    log: bool = False


class SightPane(Tinted):
    """Draws the feature under the cursor."""

    name = "Distribution"

    def __init__(self, place: "Place") -> None:
        super().__init__(place)
        self.wishes = Wishes()

    @property
    def count(self) -> int:
        """Levels that can be walked over."""
        one = self.place.feature
        return len(levels_of(one.measured, by_change=self.wishes.coarse > 0)) if one is not None else 0

    def turn_bins(self) -> str:
        """Other bins; what they are now."""
        self.wishes.coarse = (self.wishes.coarse + 1) % len(COARSE)
        one = self.place.feature
        if one is not None and levels_of(one.measured):
            self.wishes.coarse %= 2
            return "the levels that changed most first" if self.wishes.coarse else "the most frequent first"
        return ("bins as there is room for them", "half as many bins", "bins as they were measured")[
            self.wishes.coarse
        ]

    def turn_log(self) -> str:
        """Heights by the logarithm or not; what they are now."""
        self.wishes.log = not self.wishes.log
        return "heights by the logarithm: what is rare shows" if self.wishes.log else "heights as they are"

    # Drawing

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Exactly `height` rows of `width` cells."""
        one = self.place.feature
        lines = [] if one is None else self._lines(one, width, height, focused)
        lines = lines[:height]
        lines += [self.blank() for _ in range(height - len(lines))]
        return [line.to(width) for line in lines]

    def _lines(self, one: "Feature", width: int, height: int, focused: bool) -> list[Line]:
        airy = height >= 16
        head = [
            self._heading(one, width, focused),
            self._legend(one, width),
            *([self.blank()] if airy else []),
        ]
        below = self._table(one, width, height)
        cause = self._cause(one, width)
        room = height - len(head) - len(below) - len(cause) - (2 if airy and below else 0)
        while room < _LEAST_PICTURE and below:
            below.pop()
            room += 1
        picture = self._picture(one, width, max(3, room - (1 if below or cause else 0)))
        lines = [*head, *picture]
        if below:
            lines += [*([self.blank()] if airy else []), *below]
        if cause:
            lines += [self.blank() for _ in range(height - len(lines) - len(cause) - (1 if airy else 0))]
            lines += cause
        return lines

    def _heading(self, one: "Feature", width: int, focused: bool) -> Line:
        line = self.blank()
        if focused:
            line.put(self.place.glyphs.focus, "accent")
        name = display.safe_text(one.measured.name)
        line.to(2).put(fit(name, min(28, width_of(name), max(8, width - 20))), "text", bold=True)
        for label, said in statistics(one.measured):
            if line.at + len(label) + len(said) + 6 > width:
                break
            line.put(f"   {label} ", "muted").put(said, "text")
        return line

    def _legend(self, one: "Feature", width: int) -> Line:
        line = self.blank().to(2)
        ascii_only, ansi = self.place.glyphs.ascii, self.place.colours.ansi
        marks = "#+-" if ascii_only else "█▓░"
        for mark, ink, words in zip(
            marks, ("common", "B", "A"), ("in both", "more now", "fewer now"), strict=True
        ):
            if ascii_only or ansi:
                line.put(mark, ink)
            else:
                line.put(" ", on=ink)
            line.put(f" {words}   ", "muted")
        words = "share of rows" + (", log" if self.wishes.log and not levels_of(one.measured) else "")
        if line.at + len(words) + 2 <= width:
            line.right(self.blank().put(words, "muted"), width)
        return line

    def _picture(self, one: "Feature", width: int, rows: int) -> list[Line]:
        measured = one.measured
        levels = levels_of(measured, by_change=self.wishes.coarse > 0)
        if levels:
            self._room = rows
            self.at = max(0, min(self.at, len(levels) - 1))
            self.top = max(0, min(self.top, len(levels) - rows))
            self.top = max(min(self.top, self.at), self.at - rows + 1)
            return level_lines(self, levels, self.top, width, rows)
        bins = bins_of(measured)
        if bins is None:
            words = one.because or "Nothing of it was kept to draw."
            return [self.blank(), *self.wrapped(words, width, "second", rows - 1)]
        # A bar has a gap beside it: where there is none, neighbours are one.
        least = 1 if self.wishes.coarse == 2 else -(-2 * len(bins) // max(2, width - 11))
        every = least * COARSE[self.wishes.coarse]
        shown = bins.merged(-(-len(bins) // every)) if every > 1 else bins
        options = HistogramOptions(
            "ascii" if self.place.glyphs.ascii else "braille",
            shades=self.place.colours.ansi,
            log=self.wishes.log,
            x_kind="time" if measured.kind == "date" else "number",
        )
        drawable = _drawable(shown)
        chart = histogram(drawable, width - 4, rows, options)
        if drawable.edges is not None and measured.kind != "date":
            chart = reaching(chart, len(drawable), measured)
        return [put_row(self.blank().to(2), row, self.place.colours, "panel") for row in chart.rows]

    def _table(self, one: "Feature", width: int, height: int) -> list[Line]:
        rows = facts(one)
        if not rows:
            return []
        column = min(_COLUMN, (width - 3 - _LABEL) // 3 - 1)
        line = self.blank().to(2 + _LABEL)
        names = ("reference", "current") if column >= 9 else ("before", "now")
        pad = column + (1 if column < _COLUMN else 0)
        for name in names:
            line.put(name[:column].rjust(pad), "muted")
        line.put("change"[:column].rjust(pad + (column == _COLUMN) * 2), "muted")
        loud = one.verdict in ("DRIFT", "WATCH")
        most = 3 if height < 26 else 5 if height < 34 else 9
        return [line, *(self._fact(fact, column, loud=loud) for fact in rows[:most])]

    def _fact(self, one: Fact, column: int, *, loud: bool) -> Line:
        line = self.blank().to(2).put(fit(one.label, _LABEL), "muted")
        pad = column + (1 if column < _COLUMN else 0)
        line.put(one.before.rjust(pad), "second").put(one.now.rjust(pad), "text")
        change = one.change if len(one.change) <= pad else one.change.replace(" points", "pp")
        return line.put(
            change.rjust(pad + (column == _COLUMN) * 2), "warn" if one.matters and loud else "muted"
        )

    def _cause(self, one: "Feature", width: int) -> list[Line]:
        """The part of the rows that explains most of the move; else why it says what it says."""
        opened = self.place.opened
        told = opened.told if opened is not None else None
        segments = (
            []
            if told is None
            else [each for each in told.judged.segments if each.feature == one.measured.name]
        )
        if not segments:
            return []
        best = max(segments, key=lambda each: each.explains)
        before, what, moved = cause(best, self.place.glyphs.crumb)
        line = self.blank().to(2).put("likely cause  ", "muted").put(before, "second")
        line.put(fit(what, max(8, min(width_of(what), width - line.at - len(moved) - 4))), "text")
        return [line.put(f"  {moved}", "second")]

    # In words

    def copied(self) -> tuple[str, str] | None:
        """Why the feature says what it says."""
        one = self.place.feature
        return None if one is None else (f"verdict on {one.measured.name}", one.because)


def _drawable(bins: Bins) -> Bins:
    """With edges that a picture can have: a column that is always the same has a bin without a width."""
    edges = bins.edges
    if edges is None or (np.isfinite(edges).all() and float(edges[-1]) > float(edges[0])):
        return bins
    return Bins(bins.reference, bins.current, None, [display.number(float(edge), 3) for edge in edges[:-1]])
