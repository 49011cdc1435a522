"""Keys that every screen of panes has: they go to the body, and to the pane in it that has the focus."""

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from mlops_console.console import keymap

if TYPE_CHECKING:
    from textual import events

    from mlops_console.console.keymap import Key
    from mlops_console.console.widgets.body import PanesBody

MOVES: Final = frozenset(
    {
        "pane", "pane_back", "down", "up", "half_down", "half_up", "page_down", "page_up", "first", "last",
    }
)  # fmt: skip
"""Keys that always do something, or need no reason when they don't."""


class _Screen(Protocol):
    view: str

    @property
    def app(self) -> Any: ...
    @property
    def body(self) -> "PanesBody[Any]": ...
    def idle_reason(self, key: "Key") -> str | None: ...
    def said(self, key: "Key") -> "Key": ...


class _Several(Protocol):
    @property
    def body(self) -> "PanesBody[Any]": ...


class _Refuses(Protocol):
    view: str

    @property
    def app(self) -> Any: ...
    @property
    def is_mounted(self) -> bool: ...
    def idle_reason(self, key: "Key") -> str | None: ...


class Paned:
    """Mixed into a screen with a `body`, and an `idle_reason` for each key of its view."""

    def said(self, key: "Key") -> "Key":
        """A key in the words of now."""
        return key

    def on_key(self: _Screen, event: "events.Key") -> None:
        """Say why a key did nothing."""
        pressed = event.character if event.character and event.is_printable else event.key
        for key in keymap.views()[self.view].keys:
            if pressed in key.on and (reason := self.idle_reason(key)):
                self.app.say(f"{key.shown}   {self.said(key).desc}: {reason}", "muted")

    def action_scroll(self: _Screen, step: int) -> None:
        """Rows."""
        self.body.pane.move(step)
        self.body.moved()

    def action_page(self: _Screen, step: int, part: int) -> None:
        """A page of them."""
        self.body.pane.page_by(step, part)
        self.body.moved()

    def action_end(self: _Screen, step: int) -> None:
        """The first or the last."""
        self.body.pane.end(step)
        self.body.moved()


class Several(Paned):
    """Mixed into a screen whose body has several panes."""

    def action_pane(self: _Several, step: int) -> None:
        """Another pane."""
        self.body.turn_focus(step)

    def action_zoom(self: _Several) -> None:
        """The pane alone."""
        self.body.zoom()


class Refusing(Several):
    """The same where a key that has a reason to be idle is not taken at all."""

    def check_action(self: _Refuses, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that does nothing is not taken, `on_key` says why; where one types, none that comes first."""
        key = _alone(self.view).get(action)
        if key is not None and key.first and self.app.typing:
            return False
        return key is None or not self.is_mounted or self.idle_reason(key) is None


@cache
def _alone(view: str) -> "dict[str, Key]":
    """Actions of a view that one key alone has: of the others the arguments tell which key it was."""
    keys = keymap.views()[view].keys
    many = Counter(key.action for key in keys)
    return {key.action: key for key in keys if many[key.action] == 1}
