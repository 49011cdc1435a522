"""The Drift screen: asks, and says what keys do."""

from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual.screen import Screen

from mlops_console.console import keymap
from mlops_console.console.drift import asking
from mlops_console.console.drift.body import DriftBody
from mlops_console.console.drift.nothing import no_monitor
from mlops_console.console.widgets.empty import Empty
from mlops_console.console.widgets.footer import Footer
from mlops_console.console.widgets.header import Header
from mlops_console.console.widgets.paned import Paned
from mlops_console.console.widgets.panel import Panel

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from mlops_console.console.app import ConsoleApp
    from mlops_console.console.drift.state import MonitorKey, Shown
    from mlops_console.console.keymap import Key
    from mlops_console.records import Changed
    from mlops_console.workspace import Workspace

_MOVES: Final = frozenset(
    {
        "pane", "pane_back", "down", "up", "half_down", "half_up", "page_down", "page_up", "first", "last",
    }
)  # fmt: skip


class DriftScreen(Paned, Screen[None]):
    """Monitors, and one of them with what moved in it."""

    view = "drift"
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[Any]] = keymap.bindings("drift")
    CSS = "DriftScreen #room { height: 1fr; }"

    def __init__(self, key: "MonitorKey | None" = None, feature: str = "") -> None:
        super().__init__()
        self._key, self._feature = key, feature

    def compose(self) -> "ComposeResult":
        """The parts."""
        from textual.containers import Container

        yield Header(("Drift",))
        with Container(id="room"):
            yield DriftBody()
            yield Empty()
        yield Panel()
        yield Footer()

    def on_mount(self) -> None:
        """Ask; keep ages right."""
        self.query_one(Empty).display = False
        if self._key is not None:
            self.body.want(self._key, self._feature)
        self._ask()

    @property
    def console_app(self) -> "ConsoleApp":
        """The application."""
        return cast("ConsoleApp", self.app)

    @property
    def workspace(self) -> "Workspace | None":
        """The workspace, once it is open."""
        return self.console_app.workspace

    @property
    def body(self) -> DriftBody:
        """What lies between header and footer."""
        return self.query_one(DriftBody)

    def workspace_opened(self) -> None:
        """Ask."""
        self._ask()

    def store_changed(self, changed: "Changed") -> None:
        """Ask again when something was judged or decided."""
        self.query_one(Header).refresh()
        if changed.drift or changed.decisions:
            self._ask()

    def _ask(self) -> None:
        self.body.ask("monitors", asking.monitors, self._came)

    def _came(self, shown: "Shown") -> None:
        empty = self.query_one(Empty)
        empty.display = not shown.monitors
        if not shown.monitors:
            empty.say(no_monitor(shown))
        self.body.show(shown)
        self.console_app.release()

    def on_drift_body_failed(self, event: DriftBody.Failed) -> None:
        """Say what did not work."""
        self.console_app.say(event.words, "bad")

    def on_drift_body_moved(self) -> None:
        """Other keys may do something now."""
        opened = self.body.opened
        crumbs = ["Drift"]
        if opened is not None:
            crumbs = [opened.watched.project.name, "Drift", opened.watched.name]
            crumbs += [self.body.feature] if self.body.feature else []
        self.query_one(Header).show(crumbs)
        self.query_one(Footer).refresh()

    def idle_reason(self, key: "Key") -> str | None:
        """Why a key does nothing now."""
        short = key.id.removeprefix("drift.")
        if short == key.id:
            return None
        if not self.body.monitors.shown.monitors:
            return "" if short in _MOVES else "there is no monitor"
        return None

    def on_key(self, event: "events.Key") -> None:
        """Say why a key did nothing."""
        pressed = event.character if event.character and event.is_printable else event.key
        for key in keymap.views()["drift"].keys:
            if pressed in key.on and (reason := self.idle_reason(key)):
                self.console_app.say(f"{key.shown}   {key.desc}: {reason}", "muted")

    def step_back(self) -> bool:
        """Out of a pane alone, from a monitor to all of them."""
        return self.body.back()

    def action_pane(self, step: int) -> None:
        """Another pane."""
        self.body.turn_focus(step)

    def action_zoom(self) -> None:
        """The pane alone."""
        self.body.zoom()

    def action_enter(self) -> None:
        """Open what the cursor is on."""
        if self.body.inside and self.body.focus_at == 0:
            self.body.turn_focus(1)
        else:
            self.body.pane.enter()
            self.body.moved()
