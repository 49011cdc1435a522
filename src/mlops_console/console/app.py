"""The console: opens the workspace behind the first paint, holds what screens share, passes changes on."""

import threading
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual.app import App
from textual.message import Message

from mlops_console.console import keymap
from mlops_console.console.glyphs import Glyphs, choose
from mlops_console.console.theme import themes
from mlops_console.console.widgets.footer import Footer
from mlops_console.errors import ConsoleError
from mlops_console.records import Changed
from mlops_console.settings import UserSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.driver import Driver

    from mlops_console.ingest import Health
    from mlops_console.workspace import Workspace

QUIET_SECONDS = 0.2
"""Changes are passed on at most this often."""


@runtime_checkable
class Live(Protocol):
    """A screen that follows the store."""

    def store_changed(self, changed: Changed) -> None:
        """Something changed: ask again (in a worker) what is shown."""

    def workspace_opened(self) -> None:
        """The workspace is there now (`app.workspace`)."""


class ConsoleApp(App[int]):
    """The application."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = keymap.bindings(keymap.EVERYWHERE)
    CSS = """
    Screen { background: $c-bg; color: $c-text; overflow: hidden; }
    ModalScreen { background: $veil; }
    """

    class StoreChanged(Message):
        """Posted from the ingest thread: there are changes to pass on."""

    def __init__(
        self,
        opening: "Callable[[], Workspace]",
        *,
        settings: UserSettings | None = None,
        driver_class: "type[Driver] | None" = None,
    ) -> None:
        self.glyphs: Glyphs = choose((settings or UserSettings()).glyphs)
        super().__init__(driver_class=driver_class)
        self.settings = settings or UserSettings()
        self.workspace: Workspace | None = None
        self.failure: ConsoleError | None = None
        """Why the workspace could not be opened."""
        self._opening = opening
        self._unsubscribe: Callable[[], None] | None = None
        self._pending = Changed()
        self._lock = threading.Lock()
        self._resting = False
        for theme in themes():
            self.register_theme(theme)
        self.theme = "ansi" if self.no_color else self.settings.theme
        self.animation_level = "none"

    @property
    def health(self) -> "Health | None":
        """What the watching says of itself."""
        return None if self.workspace is None else self.workspace.health

    def on_mount(self) -> None:
        """Paint first, open the workspace behind it."""
        if self.settings.keys:
            self.set_keymap(dict(self.settings.keys))
        self.push_screen(self.first_screen())
        self.run_worker(self._open, thread=True, exit_on_error=True)

    def first_screen(self) -> Any:
        """The screen to begin with."""
        from mlops_console.console.runs.screen import RunsScreen

        return RunsScreen()

    def _open(self) -> None:
        try:
            workspace = self._opening()
            self._unsubscribe = workspace.subscribe(self._changed)
            self.call_from_thread(self._opened, workspace)
            workspace.start()
        except ConsoleError as error:
            self.call_from_thread(self._not_opened, error)

    def _opened(self, workspace: "Workspace") -> None:
        self.workspace = workspace
        for screen in self.screen_stack:
            if isinstance(screen, Live):
                screen.workspace_opened()

    def _not_opened(self, error: ConsoleError) -> None:
        self.failure = error
        self.exit(error.exit_code)

    def _changed(self, changed: Changed) -> None:
        # Runs on the ingest thread, which must never wait for the interface.
        with self._lock:
            first = not self._pending
            self._pending |= changed
        if first:
            self.post_message(self.StoreChanged())

    def on_console_app_store_changed(self) -> None:
        """Pass changes on now, or when the last ones are old enough."""
        if not self._resting:
            self._deliver()

    def _deliver(self) -> None:
        with self._lock:
            changed, self._pending = self._pending, Changed()
        self._resting = bool(changed)
        if not changed:
            return
        for screen in self.screen_stack:
            if isinstance(screen, Live):
                screen.store_changed(changed)
        self.set_timer(QUIET_SECONDS, self._deliver)

    def say(self, text: str, ink: str = "text", seconds: float = 5.0) -> None:
        """A message in the footer of the screen that is looked at."""
        for footer in self.screen.query(Footer):
            footer.say(text, ink, seconds)

    def close_workspace(self) -> None:
        """Stop watching and close the store; after the terminal is restored."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self.workspace is not None:
            self.workspace.close()

    async def action_back(self) -> None:
        """Back one crumb; never quits."""
        if len(self.screen_stack) > 2:
            self.pop_screen()

    def action_leave(self) -> None:
        """Quit."""
        self.exit(0)

    def action_rescan(self) -> None:
        """Look at the files again."""
        if self.workspace is not None:
            self.workspace.rescan()
            self.say("Looking at the files again")
