"""The left lower pane: what was decided about the model that is looked at."""

from typing import TYPE_CHECKING

from mlops_console import display
from mlops_console.console.audit.telling import Told, moment
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.models.pane import Pane, Place
from mlops_console.console.run.reading import now_us

if TYPE_CHECKING:
    from collections.abc import Callable


class HistoryPane(Pane):
    """One sentence each, the newest first; `Enter` unfolds it."""

    name = "Audit"

    def __init__(self, place: Place, unfold: "Callable[[Told], None]") -> None:
        super().__init__(place)
        self.entries: tuple[Told, ...] = ()
        self._of: tuple[str, str] | None = None
        self._unfold = unfold

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._current)

    @property
    def _current(self) -> tuple[Told, ...]:
        held = self.place.held
        return self.entries if held is not None and held.key == self._of else ()

    def show(self, key: tuple[str, str], entries: tuple[Told, ...]) -> None:
        """What was decided about a model; the cursor stays on its decision."""
        here = (
            self.entries[self.at].event.id
            if self._of == key and self.at < len(self.entries) and self.at
            else None
        )
        self.entries, self._of = entries, key
        ids = [one.event.id for one in entries]
        self.at = ids.index(here) if here in ids else 0

    @property
    def told_here(self) -> Told | None:
        """The decision under the cursor."""
        return self._current[self.at] if self.at < len(self._current) else None

    def enter(self) -> None:
        """All that is written about it."""
        if self._current:
            self._unfold(self._current[self.at])

    def copied(self) -> tuple[str, str] | None:
        """The sentence with who and when."""
        if not self._current:
            return None
        one = self._current[self.at]
        return "decision", f"{display.iso(one.event.at)} {one.event.by} {one.sentence}"

    def told(self, width: int) -> Line:
        """How many."""
        words = f"{display.count(len(self._current))} decisions" if len(self._current) != 1 else "1 decision"
        return self.blank().put(words if width >= len(words) and self._current else "", "muted")

    def row(self, index: int, line: Line, width: int) -> None:
        """When, who, what."""
        one = self._current[index]
        model = self.place.held.model.name if self.place.held is not None else ""
        line.put(moment(one.event.at, now_us()), "muted").put("  ")
        names = [other.event.by for other in self._current[self.top : self.top + 60]]
        by = min(10, max((width_of(display.safe_text(name)) for name in names), default=3))
        line.put(fit(one.event.by, by), "second").put("  ")
        said = one.sentence.replace(f"{model} v", "v", 1)
        room = max(0, width - line.at - 2)
        ink = "warn" if one.overridden else "text" if index == self.at else "second"
        line.put(fit(said, min(room, width_of(display.safe_text(said)))), ink)

    def nothing(self, width: int) -> list[Line]:
        """Nobody decided anything, or it is on its way."""
        words = "" if self.place.held is None else "reading the journal"
        return [self.blank().to(2).put(words, "muted")]
