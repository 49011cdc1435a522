"""The line in which features are searched by name: the list narrows while it is typed."""

from typing import TYPE_CHECKING

from textual import events
from textual.screen import ModalScreen

from mlops_console import display
from mlops_console.console.drawing import Line
from mlops_console.console.widgets.edit import LineEdit
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from mlops_console.console.drift.body import DriftBody


class _Prompt(Rows):
    DEFAULT_CSS = "_Prompt { dock: bottom; height: 1; }"
    ground = "raised"

    def __init__(self, search: "FeatureSearch") -> None:
        super().__init__()
        self._search = search

    def line(self, y: int) -> Line:
        edit, features = self._search.edit, self._search.body.features
        line = self.blank().to(2).put("/", "accent", bold=True).put(edit.text[: edit.at], "text")
        line.put(
            edit.text[edit.at : edit.at + 1] or " ", "bg", on="accent" if not self.colours.ansi else "reverse"
        )
        line.put(edit.text[edit.at + 1 :], "text")
        right = self.blank().put(f"{display.count(features.count)} features   ", "muted")
        right.put("Enter", "second", bold=True).put(" keep   ", "muted").put("Esc", "second", bold=True)
        right.put(" all", "muted")
        return line.right(right, self.size.width) if line.at + right.at + 4 < self.size.width else line


class FeatureSearch(ModalScreen[None]):
    """Narrows the list of features."""

    DEFAULT_CSS = "FeatureSearch { background: transparent; }"

    def __init__(self, body: "DriftBody") -> None:
        super().__init__()
        self.body = body
        self.edit = LineEdit(body.features.search, len(body.features.search))

    def compose(self) -> "ComposeResult":
        """The prompt."""
        yield _Prompt(self)

    def on_paste(self, event: events.Paste) -> None:
        """Paste."""
        event.stop()
        self.edit.insert(event.text)
        self._again()

    def on_key(self, event: events.Key) -> None:
        """Type, keep, give up."""
        event.stop()
        event.prevent_default()
        match event.key:
            case "escape" | "ctrl+c":
                self.body.search("")
                self.dismiss(None)
            case "backspace" if not self.edit.text:
                self.dismiss(None)
            case "enter":
                self.dismiss(None)
            case "up" | "down":
                self.body.features.move(-1 if event.key == "up" else 1)
                self.body.moved()
            case _:
                if self.edit.key(event):
                    self._again()

    def _again(self) -> None:
        self.body.search(self.edit.text)
        self.query_one(_Prompt).refresh()
