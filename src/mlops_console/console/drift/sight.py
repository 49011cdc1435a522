"""What became of one feature: reference and current as one histogram, and the figures below it."""

from typing import TYPE_CHECKING, Final

from mlops_console import display
from mlops_console.charts import HistogramOptions, histogram
from mlops_console.console.drawing import Line, fit
from mlops_console.console.drift.pane import Tinted
from mlops_console.console.widgets.chart import put_row
from mlops_console.drift.judging.words import percent, valued
from mlops_console.workspace.drifting.pictures import bins_of

if TYPE_CHECKING:
    from mlops_console.drift.model import Feature, Measured

_LABEL: Final = 18
_COLUMN: Final = 12


class SightPane(Tinted):
    """Draws the feature under the cursor."""

    name = "Distribution"

    @property
    def one(self) -> "Feature | None":
        """The feature."""
        opened = self.place.opened
        if opened is None or opened.told is None:
            return None
        name = self.place.feature
        return next((one for one in opened.told.features if one.measured.name == name), None)

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """Exactly `height` rows of `width` cells."""
        one = self.one
        if one is None:
            lines: list[Line] = []
        else:
            table = self._table(one.measured)
            lines = [self._heading(one, width, focused), self._legend(width), self.blank()]
            room = height - len(lines) - len(table) - 2
            bins = bins_of(one.measured)
            if bins is None:
                lines.append(self.blank().to(2).put("there is nothing to draw", "muted"))
            else:
                options = HistogramOptions(
                    "ascii" if self.place.glyphs.ascii else "braille", shades=self.place.colours.ansi
                )
                chart = histogram(bins, width - 4, max(3, room), options)
                lines += [put_row(self.blank().to(2), row, self.place.colours, "panel") for row in chart.rows]
            lines += [self.blank(), *table]
        lines = lines[:height]
        lines += [self.blank() for _ in range(height - len(lines))]
        return [line.to(width) for line in lines]

    def _heading(self, one: "Feature", width: int, focused: bool) -> Line:
        line = self.blank()
        if focused:
            line.put(self.place.glyphs.focus, "accent")
        line.to(2).put(fit(one.measured.name, min(28, len(one.measured.name))), "text", bold=True)
        for label, name in (("PSI", "psi"), ("KS", "ks"), ("JS", "js_distance_base2"), ("W1", "wasserstein")):
            value = one.measured.statistics.get(name)
            if isinstance(value, (int, float)) and line.at + 14 < width:
                line.put(f"   {label} ", "muted").put(display.number(float(value), 2), "text")
        return line

    def _legend(self, width: int) -> Line:
        line = self.blank().to(2)
        for ink, words in (("common", "in both"), ("B", "more now"), ("A", "fewer now")):
            line.put(" ", on=ink).put(f" {words}   ", "muted")
        return line.right(self.blank().put("share of rows", "muted"), width)

    def _table(self, one: "Measured") -> list[Line]:
        known = one.statistics
        said = valued(one.kind)
        rows: list[tuple[str, str, str, str]] = []
        before, now = known.get("median_ref"), known.get("median_cur")
        if isinstance(before, (int, float)) and isinstance(now, (int, float)):
            change = f"{100 * (now / before - 1):+.0f}%" if before else ""
            rows.append(("median", said(float(before)), said(float(now)), change))
        rows.append(("missing", percent(one.missing_ref), percent(one.missing_cur), ""))
        lines = [
            self.blank().to(2 + _LABEL).put("reference".rjust(_COLUMN), "muted").put("current".rjust(_COLUMN), "muted")
            .put("change".rjust(_COLUMN), "muted")
        ]  # fmt: skip
        for label, first, last, change in rows:
            line = self.blank().to(2).put(fit(label, _LABEL), "muted")
            line.put(first.rjust(_COLUMN), "second").put(last.rjust(_COLUMN), "text")
            lines.append(line.put(change.rjust(_COLUMN), "warn"))
        return lines
