"""Search over everything that can be done here: keys of the screen, themes, commands."""

from typing import TYPE_CHECKING

from mlops_console.console.drawing import fit
from mlops_console.console.keymap import keys_of
from mlops_console.console.overlays.listing import Entry, Listing, words
from mlops_console.console.theme import PALETTES
from mlops_console.console.widgets.footer import in_words_of

if TYPE_CHECKING:
    from mlops_console.console.widgets.footer import HasKeys


class Actions(Listing):
    """The palette: type, Enter. Its answer is an action, or a command behind a colon."""

    heading = "Search"
    typing = True
    widest = 72
    nothing = "nothing like that"

    def __init__(self, screen: "HasKeys", commands: "list[tuple[str, str]]") -> None:
        super().__init__()
        self._of = screen
        self._commands = commands

    def entries(self, search: str) -> list[Entry]:
        """What can be done and matches."""
        found: list[tuple[str, str, str]] = [
            (key.desc, key.shown, key.run)
            for key in (in_words_of(self._of, key) for key in keys_of(self._of.view))
            if not key.hidden and key.group != "Move" and self._of.idle_reason(key) is None
        ]
        found += [(f"theme {name}", ":theme", f":theme {name}") for name in PALETTES]
        found += [(desc, ":" + name, ":" + name) for name, desc in self._commands]
        asked = search.lower().split()
        return [
            Entry(words((fit(desc, 44), "second"), ("  " + shown, "muted", True)), run)
            for desc, shown, run in found
            if all(word in f"{desc} {shown}".lower() for word in asked)
        ]
