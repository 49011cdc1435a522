"""The command line: `:` opens it in the last row, with completion above."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from textual import events
from textual.screen import ModalScreen

from mlops_console.console.commands import Command, completions, parse
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.widgets.edit import LineEdit
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from textual.app import ComposeResult

MOST: Final = 8
HISTORY: Final[list[str]] = []
"""Lines run in this session, newest last."""


class _Prompt(Rows):
    DEFAULT_CSS = "_Prompt { dock: bottom; height: 1; }"
    ground = "raised"

    def __init__(self, owner: "CommandLine") -> None:
        super().__init__()
        self._owner = owner

    def line(self, y: int) -> Line:
        owner, row = self._owner, self.blank()
        shown = owner.choices[:MOST]
        if y < len(shown):
            whole, what = shown[y]
            here = y == owner.at
            line = Line(self.colours, "cursor" if here else "raised")
            line.put(self.glyphs.focus if here else " ", "accent").to(3)
            line.put(fit(whole, max(16, min(44, width_of(whole) + 2))), "text" if here else "second")
            return line.put("  " + what, "muted")
        row.to(2).put(":", "accent", bold=True)
        text, at = owner.edit.text, owner.edit.at
        row.put(text[:at], "text").put(text[at : at + 1] or " ", "bg", on="accent").put(
            text[at + 1 :], "text"
        )
        if owner.problem:
            row.right(self.blank().put(owner.problem, "bad"), self.size.width)
        return row


class CommandLine(ModalScreen[None]):
    """Type, complete with Tab, run with Enter."""

    DEFAULT_CSS = "CommandLine { background: transparent; }"

    def __init__(self, commands: Sequence[Command], begun: str = "") -> None:
        super().__init__()
        self._commands = commands
        self.edit = LineEdit(begun, len(begun))
        self.choices: list[tuple[str, str]] = []
        self.at = -1
        self.problem = ""
        self._past = len(HISTORY)

    def compose(self) -> "ComposeResult":
        """The prompt, with completions above it."""
        yield _Prompt(self)

    def on_mount(self) -> None:
        """Offer everything."""
        self._again()

    def _again(self) -> None:
        self.choices = completions(self.edit.text, self._commands)
        self.at = -1
        self._show()

    def _show(self) -> None:
        prompt = self.query_one(_Prompt)
        prompt.styles.height = min(len(self.choices), MOST) + 1
        prompt.refresh()

    def on_paste(self, event: events.Paste) -> None:
        """Paste."""
        event.stop()
        self.edit.insert(event.text)
        self._again()

    def on_key(self, event: events.Key) -> None:
        """Edit, complete, run, leave."""
        event.stop()
        event.prevent_default()
        self.problem = ""
        match event.key:
            case "escape" | "ctrl+c":
                self.dismiss(None)
            case "backspace" if not self.edit.text:
                self.dismiss(None)
            case "tab" | "ctrl+n":
                self._pick(1)
            case "shift+tab":
                self._pick(-1)
            case "up" | "ctrl+p":
                self._recall(-1)
            case "down":
                self._recall(1)
            case "enter":
                self._run()
            case _:
                if self.edit.key(event):
                    self._again()
        if self.is_current:
            self._show()

    def _pick(self, step: int) -> None:
        if self.choices:
            self.at = (self.at + step) % min(len(self.choices), MOST)
            self.edit.set(self.choices[self.at][0])
            if len(self.choices) == 1:
                self._again()

    def _recall(self, step: int) -> None:
        self._past = max(0, min(len(HISTORY), self._past + step))
        self.edit.set(HISTORY[self._past] if self._past < len(HISTORY) else "")
        self._again()

    def _run(self) -> None:
        line = self.edit.text.strip()
        if not line:
            self.dismiss(None)
            return
        command, rest = parse(line, self._commands)
        if command is None:
            self.problem = f"there is no command {line.split()[0]}"
            return
        HISTORY.append(line)
        self.dismiss(None)
        self.app.call_later(command.run, rest)
