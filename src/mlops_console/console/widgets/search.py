"""The line in which rows are searched for by words, and what a screen that has one does."""

from typing import TYPE_CHECKING, Any, Protocol

from textual import events
from textual.message import Message
from textual.screen import Screen

from mlops_console import display
from mlops_console.console.drawing import Line, fit
from mlops_console.console.widgets.edit import LineEdit
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from mlops_console.console.widgets.body import PanesBody


class SearchLine(Rows, can_focus=False):
    """Shows what is searched for; takes the keys while it is typed."""

    DEFAULT_CSS = "SearchLine { height: 1; display: none; }"
    ground = "raised"
    typed = (("Enter", "keep"), ("Esc", "show all again"))
    example = ""

    class Typed(Message):
        """The text changed."""

    class Left(Message):
        """Typing ended."""

    def __init__(self) -> None:
        super().__init__()
        self.edit = LineEdit()
        self.found = 0

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.edit.text.strip()

    @property
    def editing(self) -> bool:
        """Whether letters are written, also those that are keys elsewhere: `:` and `?`."""
        return self.has_focus

    def begin(self) -> None:
        """Appear and take the keys."""
        self.display = self.can_focus = True
        self.focus()
        self.refresh()

    def clear(self) -> None:
        """Search for nothing and disappear."""
        self.edit.set("")
        self.display = False
        self.post_message(self.Typed())

    def count(self, found: int) -> None:
        """Say how many rows were found."""
        if found != self.found:
            self.found = found
            self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Edit, accept or give up."""
        event.stop()
        event.prevent_default()
        if event.key in ("enter", "down", "tab", "escape", "ctrl+c"):
            self.can_focus = False
            self.post_message(self.Left())
            if event.key in ("escape", "ctrl+c") or not self.text:
                self.clear()
            self.refresh()
        elif self.edit.key(event):
            self.post_message(self.Typed())
            self.refresh()

    def on_paste(self, event: events.Paste) -> None:
        """Paste into the text."""
        event.stop()
        self.edit.insert(event.text)
        self.post_message(self.Typed())
        self.refresh()

    def line(self, y: int) -> Line:
        """The row."""
        width = self.size.width
        line = self.blank().to(2).put("/", "accent", bold=True).put(" ")
        right = self.blank().put(display.count(self.found), "text", bold=True).put(" found", "muted")
        text, at = self.edit.text, self.edit.at
        room = max(8, width - right.at - 10)
        start = max(0, at - room + 1)
        if not self.has_focus:
            return line.put(fit(text, room), "text").right(right, width)
        line.put(text[start:at], "text")
        caret = "reverse" if self.colours.ansi else "accent"
        line.put(text[at : at + 1] or " ", "bg", on=caret).put(text[at + 1 : start + room], "text")
        return line.right(right, width)


class Searched(Protocol):
    """Rows of which only some are shown."""

    @property
    def matching(self) -> int:
        """How many are."""

    def search(self, text: str) -> None:
        """Only those with this; nothing: all."""


class SearchingScreen(Screen[None]):
    """Base of the screens with such a line and one list that it narrows."""

    @property
    def body(self) -> "PanesBody[Any]":
        """What lies between header and footer."""
        raise NotImplementedError

    @property
    def searched(self) -> Searched:
        """What is searched."""
        raise NotImplementedError

    @property
    def search_line(self) -> SearchLine:
        """Where it is typed."""
        return self.query_one(SearchLine)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The key that begins the search is a letter in it."""
        return not (action == "search" and getattr(self.app, "typing", False))

    def action_search(self) -> None:
        """Type what to look for."""
        self.search_line.begin()
        self.body.moved()

    def leave_search(self) -> bool:
        """Show everything again; whether something was searched for."""
        there = bool(self.search_line.display)
        if there:
            self.search_line.clear()
        return there

    def on_search_line_typed(self) -> None:
        """Show what is found as it is typed."""
        line = self.search_line
        self.searched.search(line.text)
        line.count(self.searched.matching)
        line.refresh()
        self.body.moved()

    def on_search_line_left(self) -> None:
        """The keys are the list's again."""
        self.set_focus(None)
