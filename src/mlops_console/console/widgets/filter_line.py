"""The second row: the filter as it is typed, and what it left of the runs."""

import re
from dataclasses import dataclass
from typing import Final

from textual import events
from textual.message import Message

from mlops_console import display
from mlops_console.console.drawing import Line, fit
from mlops_console.console.widgets.edit import LineEdit
from mlops_console.console.widgets.rows import Rows

DEBOUNCE_SECONDS: Final = 0.15
_WORD = re.compile(r'\s+|"[^"]*"?|[^\s"<>=~:!()]+|.')


@dataclass(frozen=True, slots=True)
class Standing:
    """What the right end says."""

    shown: int = 0
    total: int = 0
    marked: int = 0
    view: str = ""
    busy: bool = False


class FilterLine(Rows, can_focus=False):
    """Shows the filter; takes the keys while it is edited."""

    DEFAULT_CSS = "FilterLine { height: 1; }"
    ground = "raised"
    typed = (("Enter", "keep"), ("Esc", "as before"))
    example = "loss<0.2 status:running lr>=1e-4 -is:archived"

    class Typed(Message):
        """The text has rested for a moment (or was accepted)."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    class Left(Message):
        """Editing ended; `accepted` unless it was given up."""

        def __init__(self, accepted: bool) -> None:
            self.accepted = accepted
            super().__init__()

    def __init__(self) -> None:
        super().__init__()
        self.edit = LineEdit()
        self.editing = False
        self.standing = Standing()
        self.error: tuple[str, int] | None = None
        """What is wrong with the text and where."""
        self._before = ""
        self._rest = 0

    def begin(self) -> None:
        """Take the keys."""
        self._before = self.edit.text
        self.edit.at = len(self.edit.text)
        self.editing = True
        self.can_focus = True
        self.screen.set_focus(self)
        self.refresh()

    def show(self, text: str | None = None, standing: Standing | None = None) -> None:
        """Show another filter or standing."""
        if text is not None and not self.editing:
            self.edit.set(text)
            self.error = None
        if standing is not None and standing != self.standing:
            self.standing = standing
        self.refresh()

    def wrong(self, message: str, position: int) -> None:
        """Point at what can't be read."""
        self.error = (message, position)
        self.refresh()

    def right(self) -> None:
        """The text can be read."""
        self.error = None
        self.refresh()

    def _leave(self, accepted: bool) -> None:
        self.editing = False
        self.can_focus = False
        if not accepted:
            self.edit.set(self._before)
            self.error = None
        self._rest += 1
        self.post_message(self.Typed(self.edit.text))
        self.post_message(self.Left(accepted))
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Edit, accept or give up."""
        if not self.editing:
            return
        event.stop()
        event.prevent_default()
        if event.key in ("enter", "down", "tab"):
            self._leave(True)
        elif event.key in ("escape", "ctrl+c"):
            self._leave(False)
        elif self.edit.key(event):
            self._changed()

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the text."""
        if self.editing:
            event.stop()
            self.edit.insert(event.text)
            self._changed()

    def _changed(self) -> None:
        self._rest += 1
        rest = self._rest
        self.set_timer(DEBOUNCE_SECONDS, lambda: self._rested(rest))
        self.refresh()

    def _rested(self, rest: int) -> None:
        if rest == self._rest:
            self.post_message(self.Typed(self.edit.text))

    def line(self, y: int) -> Line:
        """The row."""
        width = self.size.width
        row = self.blank().to(2).put("/", "accent", bold=True).put(" ")
        right = self._wrong(width) if self.error else self._standing(wide=width >= 100)
        room = max(8, width - right.at - row.at - 5)
        self._text(row, room)
        return row.right(right, width)

    def _text(self, row: Line, room: int) -> None:
        text, at = self.edit.text, self.edit.at
        if not text and not self.editing:
            row.put("no filter" if self.standing.total else "", "muted")
            return
        start = max(0, at - room + 1) if self.editing else 0
        bad = self.error[1] if self.error else -1
        place = 0
        for match in _WORD.finditer(text):
            word = match[0]
            follows = text[match.end() : match.end() + 1]
            ink = "muted" if follows and follows in ":<>=~!" else "text"
            for char in word:
                if start <= place < start + room:
                    here = self.editing and place == at
                    pointed = place == bad
                    self._char(row, char, "bad" if pointed else ink, caret=here, bold=pointed)
                place += 1
        if self.editing and at >= len(text):
            self._char(row, " ", "text", caret=True)
        if bad >= len(text):
            row.put("?", "bad", bold=True)

    def _char(self, row: Line, char: str, ink: str, *, caret: bool, bold: bool = False) -> None:
        if caret:
            row.put(char, "bg", on="reverse" if self.colours.ansi else "accent")
        else:
            row.put(char, ink, bold=bold)

    def _wrong(self, width: int) -> Line:
        message = self.error[0] if self.error else ""
        return (
            self.blank()
            .put(f"{self.glyphs.state('failed')} ", "bad")
            .put(fit(message, min(len(message), width // 2)), "bad")
        )

    def _standing(self, *, wide: bool) -> Line:
        standing, row = self.standing, self.blank()
        if standing.busy:
            row.put("looking   ", "muted")
        if standing.shown == standing.total:
            row.put(display.count(standing.total), "text", bold=True)
            row.put(" run" if standing.total == 1 else " runs", "muted")
        else:
            row.put(display.count(standing.shown), "text", bold=True)
            row.put(f" of {display.count(standing.total)}", "muted")
        if standing.marked:
            row.put(f"   {display.count(standing.marked)} marked", "second")
        if wide and standing.view:
            row.put("   " + standing.view.partition(" ")[0], "muted")
            row.put(" " + standing.view.partition(" ")[2], "second")
        return row
