"""Some rows of a segment, over the screen."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.drawing import fit, width_of
from mlops_console.console.drift.who import cause
from mlops_console.console.overlays.listing import Entry, Listing, words

if TYPE_CHECKING:
    from mlops_console.drift.model import Segment
    from mlops_console.workspace.drifting.segment_rows import SegmentRows

_WIDEST = 24


class RowTable(Listing):
    """The columns that matter first; Left and Right show the others."""

    widest = 180

    def __init__(self, segment: "Segment", found: "SegmentRows") -> None:
        super().__init__()
        self._found = found
        self._first = 0
        self.heading = display.safe_text(f"{segment.by} = {segment.level}", 60)
        before, _, share = cause(segment, "to")
        self._moved = f"{segment.feature} {before}these rows, {share}" if before else share
        self.hint = (("Left Right", "columns"), ("Esc", "close"))  # type: ignore[misc]

    def entries(self, search: str) -> list[Entry]:
        """How many there are, the names of the columns, the rows."""
        found = self._found
        many = display.count(found.matching)
        looked = display.count(found.looked)
        told = f"   {many} of {looked} rows looked through"
        rows = [Entry(words((self._moved, "second"), (told, "muted")))]
        rows += [Entry(words((f"! {one}", "warn"))) for one in found.problems[:2]]
        if not found.rows:
            return [*rows, Entry(words(("", "text"))), Entry(words(("none of them is such a row", "second")))]
        shown, cells = self._columns()
        rows.append(Entry(words(("", "text"))))
        rows.append(Entry(words(*((fit(found.columns[at], cells[at]) + "  ", "muted") for at in shown))))
        rows += [
            Entry(words(*((fit(row[at], cells[at]) + "  ", "text" if at < 2 else "second") for at in shown)))
            for row in found.rows
        ]
        return rows

    def _columns(self) -> tuple[list[int], dict[int, int]]:
        """The columns that fit from the first one shown on, the two that matter always among them."""
        found = self._found
        cells = {
            at: min(
                _WIDEST, max(width_of(display.safe_text(row[at], 40)) for row in (found.columns, *found.rows))
            )
            for at in range(len(found.columns))
        }
        room = min(self.widest, self.app.size.width) - 20
        shown = []
        kept = min(2, len(found.columns))
        for at in [*range(kept), *range(kept + self._first, len(found.columns))]:
            if room < cells[at] + 2:
                break
            room -= cells[at] + 2
            shown.append(at)
        return shown, cells

    def pressed(self, event: object) -> bool:
        """Other columns."""
        key = getattr(event, "key", "")
        if key in ("left", "right", "h", "l"):
            step = 1 if key in ("right", "l") else -1
            self._first = max(0, min(self._first + step, max(0, len(self._found.columns) - 3)))
            self.again()
            return True
        return False
