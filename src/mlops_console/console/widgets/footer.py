"""The last row: the keys that do something now, or for a moment what just happened."""

from typing import TYPE_CHECKING, Protocol, cast, runtime_checkable

from mlops_console.console.drawing import Line, fit
from mlops_console.console.keymap import Key, keys_of
from mlops_console.console.widgets.rows import Rows

if TYPE_CHECKING:
    from textual.timer import Timer


@runtime_checkable
class HasKeys(Protocol):
    """A screen whose keys the footer and the help show."""

    view: str
    """Its section in the keymap."""

    def idle_reason(self, key: Key) -> str | None:
        """Why a key does nothing right now; None when it does something; an empty text: no need to say."""


@runtime_checkable
class HasWords(Protocol):
    """A screen on which a key's words depend on what is looked at."""

    def said(self, key: Key) -> Key:
        """The key in the words of now."""


@runtime_checkable
class Typing(Protocol):
    """A line that takes all keys while it has the focus."""

    typed: tuple[tuple[str, str], ...]
    """The few keys that mean something else than what they write."""
    example: str
    """What could be written."""


class Footer(Rows):
    """At most 8 keys (5 on a narrow terminal), valid now; a message takes their place for a moment.

    Where a line is written in, the keys that end that.
    """

    DEFAULT_CSS = "Footer { height: 1; dock: bottom; }"
    ground = "bar"

    def __init__(self) -> None:
        super().__init__()
        self._message: tuple[str, str] | None = None
        self._until: Timer | None = None

    def on_mount(self) -> None:
        """Other keys are valid when the focus moves."""
        self.watch(self.screen, "focused", self._focus_moved)

    def _focus_moved(self) -> None:
        self.refresh()

    def say(self, text: str, ink: str = "text", seconds: float = 5.0) -> None:
        """Show a message in place of the keys for a while."""
        self._message = (text, ink)
        if self._until is not None:
            self._until.stop()
        self._until = self.set_timer(seconds, self.hush)
        self.refresh()

    def hush(self) -> None:
        """Back to the keys."""
        if self._message is not None:
            self._message = None
            self.refresh()

    def line(self, y: int) -> Line:
        """The row."""
        width = self.size.width
        row = self.blank().to(2)
        if self._message is not None:
            text, ink = self._message
            return row.put(fit(text, width - 4), ink)
        focused: object = self.screen.focused
        if isinstance(focused, Typing):
            return self._typing(row, focused, width)
        for index, key in enumerate(self._shown(8 if width >= 100 else 5)):
            gap = 3 if index else 0
            if row.at + gap + len(key.shown) + 1 + len(key.short) > width - 2:
                break
            row.to(row.at + gap)
            row.put(key.shown, "second", bold=True).put(" " + key.short, "muted")
        return row

    def _typing(self, row: Line, line: Typing, width: int) -> Line:
        for index, (key, word) in enumerate(line.typed):
            row.put("   " if index else "").put(key, "second", bold=True).put(" " + word, "muted")
        words = f"   for example  {line.example}"
        return row.put(words if line.example and row.at + len(words) <= width - 2 else "", "muted")

    def _keys(self) -> list[Key]:
        screen = self.screen
        if not isinstance(screen, HasKeys):
            return []
        view = cast("HasKeys", screen)
        keys = (in_words_of(view, key) for key in keys_of(view.view) if view.idle_reason(key) is None)
        return sorted((key for key in keys if key.short), key=lambda key: key.footer)

    def _shown(self, most: int) -> list[Key]:
        """The first of them, with the key that shows all others always among them."""
        keys = self._keys()
        help_key = next((key for key in keys if key.id == "help"), None)
        if help_key is None or help_key in keys[:most]:
            return keys[:most]
        return [*keys[: most - 1], help_key]


def in_words_of(screen: HasKeys, key: Key) -> Key:
    """A key as the screen speaks of it now."""
    return screen.said(key) if isinstance(screen, HasWords) else key
