"""Who moved: the parts of the rows that explain a move, and where the model errs most."""

from typing import TYPE_CHECKING, Final

from mlops_console.charts import bar
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.pane import Tinted
from mlops_console.console.drift.who import explained, shares
from mlops_console.console.widgets.chart import put_row
from mlops_console.display import safe_text
from mlops_console.drift.judging.words import percent

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlops_console.console.drift.pane import Place
    from mlops_console.drift.model import Segment

_BAR: Final = 10


class SegmentsPane(Tinted):
    """Lists the segments of the feature under the cursor, then those of the others."""

    name = "Segments"

    def __init__(self, place: "Place", open_rows: "Callable[[Segment], None]") -> None:
        super().__init__(place)
        self._open = open_rows

    @property
    def rows(self) -> "list[Segment]":
        """Those of the feature first."""
        opened, one = self.place.opened, self.place.feature
        if opened is None or opened.told is None:
            return []
        name = one.measured.name if one is not None else ""
        return sorted(opened.told.judged.segments, key=lambda each: (each.feature != name, -each.explains))

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows)

    @property
    def segment(self) -> "Segment | None":
        """The one under the cursor."""
        rows = self.rows
        return rows[max(0, min(self.at, len(rows) - 1))] if rows else None

    def enter(self) -> None:
        """Its rows."""
        if self.segment is not None:
            self._open(self.segment)

    def copied(self) -> tuple[str, str] | None:
        """What it says."""
        one = self.segment
        return None if one is None else ("segment", f"{one.by} = {one.level}")

    def explained(self) -> tuple[str, list[tuple[str, str, str]]] | None:
        """The whole of it."""
        one = self.segment
        if one is None:
            return None
        return f"{one.by} = {one.level}", [
            ("says", "text", one.because),
            *explained(one),
            ("Enter", "muted", "shows some of its rows"),
        ]

    # Drawing

    def told(self, width: int) -> Line:
        """What it is about."""
        return self.blank().put("who moved, and what that explains", "muted")

    def nothing(self, width: int) -> list[Line]:
        """Why there are none."""
        opened = self.place.opened
        drifts = opened is not None and opened.told is not None and opened.told.verdict == "DRIFT"
        words = (
            "No part of the rows explains what moved: all of them did, or too few."
            if drifts
            else "Nothing drifted in this window, so nobody asked who moved."
        )
        return self.wrapped(words, width, "muted")

    def columns(self, width: int) -> Line:
        """The names of the columns."""
        feature, part = self._cells(width)
        line = self.blank().to(2).put(fit("feature", feature), "muted").put("  ")
        line.put(fit("part of the rows", part), "muted").put("  ").put(fit("share", 13), "muted")
        return line.put("  ").put("explains", "muted")

    def row(self, index: int, line: Line, width: int) -> None:
        """A segment."""
        one = self.rows[index]
        feature, part = self._cells(width)
        here = self.place.feature
        mine = here is not None and here.measured.name == one.feature
        line.put(fit(one.feature, feature), "text" if mine else "muted").put("  ")
        line.put(fit(f"{one.by} = {one.level}", part), "text" if mine else "second").put("  ")
        before, crumb, now = shares(one, self.place.glyphs.crumb)
        line.put(before.rjust(5), "muted").put(f" {crumb} ", "faint")
        line.put(now.ljust(5), "second").put("  ")
        line.put(percent(one.explains).rjust(4), "text" if mine else "muted")
        if line.at + _BAR + 4 <= width:
            row = bar(one.explains, _BAR, "second", ascii_only=self.place.glyphs.ascii)
            put_row(line.put("  "), row, self.place.colours, "panel")

    def _cells(self, width: int) -> tuple[int, int]:
        names = [safe_text(one.feature, 80) for one in self.rows]
        feature = max(7, min(max(map(width_of, names), default=7), width // 4))
        return feature, max(10, width - 2 - feature - 2 - 2 - 13 - 2 - 8 - 2)
