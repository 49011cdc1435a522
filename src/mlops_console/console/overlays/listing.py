"""A list over the screen: a heading, rows of which one may be chosen, and a search where wanted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.screen import ModalScreen

from mlops_console.console.drawing import Line, width_of
from mlops_console.console.widgets.edit import LineEdit
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from textual.app import ComposeResult

Draw = Callable[[Line], object]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the list."""

    draw: Draw
    value: Any = None
    """What choosing it means; None: it can't be chosen."""


def words(*runs: tuple[str, str] | tuple[str, str, bool]) -> Draw:
    """Draws runs of (text, ink) or (text, ink, bold)."""

    def draw(line: Line) -> None:
        for run in runs:
            line.put(run[0], run[1], bold=len(run) > 2 and bool(run[2]))

    return draw


class Sheaf(Rows):
    """Draws the list of the overlay it is in."""

    DEFAULT_CSS = "Sheaf { width: 1fr; height: 1fr; }"
    ground = "raised"

    def __init__(self, overlay: "Listing") -> None:
        super().__init__()
        self._overlay = overlay

    def line(self, y: int) -> Line:
        """The row."""
        return self._overlay.line(y, self)


class Listing(ModalScreen[Any]):
    """Base of the overlays that list; subclasses give `entries` and may take more keys."""

    DEFAULT_CSS = """
    Listing { align: center middle; }
    """
    heading = ""
    hint: ClassVar[Sequence[tuple[str, str]]] = (("Esc", "close"),)
    foot: ClassVar[Sequence[tuple[str, str]]] = ()
    """(key, word) pairs in the last row."""
    typing = False
    """Printable keys search, instead of `/` beginning a search."""
    widest = 96
    nothing = "nothing here"

    def __init__(self) -> None:
        super().__init__()
        self.search = LineEdit()
        self.searching = self.typing
        self.at = 0
        self.top = 0
        self.listed: list[Entry] = []

    def entries(self, search: str) -> list[Entry]:
        """The rows that match the search."""
        raise NotImplementedError

    def compose(self) -> "ComposeResult":
        """One body that draws itself."""
        yield Sheaf(self)

    def on_mount(self) -> None:
        """Make the list."""
        self.again()

    def again(self) -> None:
        """Make the list anew; the chosen row stays in it."""
        self.listed = self.entries(self.search.text)
        self.at = max(0, min(self.at, len(self.listed) - 1))
        if self.listed and self.listed[self.at].value is None and any(one.value for one in self.listed):
            self._step(1)
        self._fit()

    def _fit(self) -> None:
        if not self.is_mounted:
            return
        width, height = self.app.size
        body = self.query_one(Sheaf)
        body.styles.width = min(self.widest, width - (12 if width >= 100 else 0))
        body.styles.height = min(max(len(self.listed), 1) + self._around, height - (4 if height >= 30 else 0))
        self._scroll()
        body.refresh()

    @property
    def _around(self) -> int:
        return 5 + (1 if self.foot else 0)

    @property
    def room(self) -> int:
        """Rows of the list that fit."""
        height = self.app.size.height
        return max(1, min(len(self.listed), height - (4 if height >= 30 else 0) - self._around))

    def _scroll(self) -> None:
        room = self.room
        if not any(entry.value is not None for entry in self.listed):
            self.top = max(0, min(self.top, len(self.listed) - room))
            return
        if self.at < self.top:
            self.top = 0 if not any(entry.value is not None for entry in self.listed[: self.at]) else self.at
        self.top = max(self.at - room + 1, min(self.top, max(0, len(self.listed) - room)), 0)

    def _step(self, step: int) -> None:
        if not any(entry.value is not None for entry in self.listed):
            self.top = max(0, min(self.top + step, len(self.listed) - self.room))
            return
        at = self.at
        while 0 <= at + step < len(self.listed):
            at += step
            if self.listed[at].value is not None:
                self.at = at
                return

    def on_resize(self) -> None:
        """Fit into another size."""
        self._fit()

    def line(self, y: int, body: Rows) -> Line:
        """Draw a row of the overlay."""
        width, height = body.size
        row = body.blank()
        if y == 1:
            row.to(3).put(self.heading, "text", bold=True)
            self._heading(row)
            hint = body.blank()
            if more := self._out_of_view():
                hint.put(more[0], "second", bold=True).put(" " + more[1], "muted")
            if self.searching:
                hint.put("" if self.search.text else "type to search   ", "muted")
            for index, (key, word) in enumerate(self.hint):
                hint.put("  " if index else "").put(key, "second", bold=True).put(" " + word, "muted")
            return row.right(hint, width, 3)
        if y == height - 2 and self.foot:
            row.to(3)
            for index, (key, word) in enumerate(self.foot):
                if row.at + width_of(key + word) + 4 > width:
                    break
                row.put("   " if index else "").put(key, "second", bold=True).put(" " + word, "muted")
            return row
        index = self.top + y - 3
        if not 3 <= y < 3 + self.room or not 0 <= index < len(self.listed):
            return row.to(3).put(self.nothing, "muted") if y == 3 and not self.listed else row
        return self._entry(index, body)

    def _out_of_view(self) -> tuple[str, str] | None:
        """The key to rows that don't fit, and how many they are."""
        below = len(self.listed) - self.top - self.room
        if below > 0:
            return "PgDn", f"{below} more   "
        return ("PgUp", f"{self.top} more   ") if self.top else None

    def _heading(self, row: Line) -> None:
        if self.searching and (self.search.text or not self.typing):
            row.put("   /", "accent", bold=True).put(self.search.text, "text").put(" ", on="accent")

    def _entry(self, index: int, body: Rows) -> Line:
        entry = self.listed[index]
        here = index == self.at and entry.value is not None
        row = Line(body.colours, "cursor" if here else body.ground)
        if here:
            row.put(" ", on=body.ground).put(body.glyphs.focus, "accent")
        row.to(3)
        entry.draw(row)
        if here:
            row.to(body.size.width - 1).put(" ", on=body.ground)
        return row

    def on_key(self, event: events.Key) -> None:
        """Move, choose, search, close."""
        event.stop()
        event.prevent_default()
        if self.pressed(event):
            return
        match event.key:
            case "escape" | "ctrl+c":
                self._close()
            case "enter":
                self._choose()
            case "down" | "ctrl+n":
                self._step(1)
            case "up" | "ctrl+p":
                self._step(-1)
            case "pagedown" | "ctrl+d":
                self._steps(max(1, self.room - 1), 1)
            case "pageup":
                self._steps(max(1, self.room - 1), -1)
            case _ if self.searching:
                if self.search.key(event):
                    self.at = self.top = 0
                    self.again()
            case _:
                self._letter(event.key)
        self._scroll()
        self.query_one(Sheaf).refresh()

    def _letter(self, key: str) -> None:
        match key:
            case "j":
                self._step(1)
            case "k":
                self._step(-1)
            case "g" | "home":
                self.at = self.top = 0
                self.again()
            case "G" | "end":
                self._steps(len(self.listed), 1)
            case "slash":
                self.searching = True
            case "q" | "backspace":
                self._close()

    def _steps(self, count: int, way: int) -> None:
        for _ in range(count):
            self._step(way)

    def _close(self) -> None:
        if self.searching and not self.typing:
            self.searching = False
            self.search.set("")
            self.again()
        else:
            self.dismiss(None)

    def _choose(self) -> None:
        if self.listed and self.listed[self.at].value is not None:
            self.chosen(self.listed[self.at].value)

    def chosen(self, value: Any) -> None:
        """Enter on a row: by default the answer of the overlay."""
        self.dismiss(value)

    def pressed(self, event: events.Key) -> bool:
        """Keys of a subclass come first; whether it was one."""
        return False
