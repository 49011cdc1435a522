"""The console: opens the workspace behind the first paint, holds what screens share, passes changes on."""

import os
import threading
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual.events import Event, Key
from textual.message import Message
from textual.screen import ModalScreen

from mlops_console.console import keymap
from mlops_console.console.ahead import Ahead
from mlops_console.console.beginning import Beginning, Settling
from mlops_console.console.bell import Bell
from mlops_console.console.commands import Command, HasCommands, parse
from mlops_console.console.glyphs import Glyphs, choose
from mlops_console.console.theme import PALETTES, themes
from mlops_console.console.views import OVERVIEW, PLACES, RUNS, Viewing
from mlops_console.console.widgets.footer import Footer, HasKeys
from mlops_console.errors import ConsoleError
from mlops_console.records import Changed
from mlops_console.settings import UserSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.driver import Driver

    from mlops_console.console.ending import Ending
    from mlops_console.console.overlays.problems import Problems
    from mlops_console.ingest import Health
    from mlops_console.workspace import Workspace

HOLD_SECONDS = 1.5
SIZE_SECONDS = 0.5
"""How often the size of the terminal is looked at, beside being told."""
QUIET_SECONDS = 0.2
"""Changes are passed on at most this often."""
_OPENING = ("command", "actions", "keys", "view", "last_view")
"""What opens something else than what is typed in."""


@runtime_checkable
class KeepsSize(Protocol):
    """A driver that can look whether the screen has the size of the terminal."""

    def keep_size(self) -> None:
        """Tell the size again where they differ."""


class ConsoleApp(Viewing):
    """The application."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = keymap.bindings(keymap.EVERYWHERE)
    CSS = """
    Screen { background: $c-bg; color: $c-text; overflow: hidden; }
    ModalScreen { background: $veil; }
    CommandLine { background: transparent; }
    """

    class StoreChanged(Message):
        """Posted from the ingest thread: there are changes to pass on."""

    def __init__(
        self,
        opening: "Callable[[], Workspace]",
        *,
        settings: UserSettings | None = None,
        driver_class: "type[Driver] | None" = None,
        view: str = RUNS,
    ) -> None:
        self.glyphs: Glyphs = choose((settings or UserSettings()).glyphs)
        # Where colours are unwanted there must be none: shades of grey would be black on black here.
        plain = True if "NO_COLOR" in os.environ else None
        super().__init__(view=view, driver_class=driver_class, ansi_color=plain)
        self.settings = settings or UserSettings()
        self.workspace: Workspace | None = None
        self.ringing = Bell(self, self.settings)
        self.failure: BaseException | None = None
        """Why the workspace could not be opened, or what went wrong in the console itself."""
        self.last_screen: list[str] = []
        self.ending: Ending | None = None
        """What ends the program from outside, to be heeded while it runs."""
        self.holding = False
        """The picture of the last screen stays until there is something to show in its place."""
        self._opening = opening
        self._unsubscribe: Callable[[], None] | None = None
        self._pending = Changed()
        self._lock = threading.Lock()
        self._resting = False
        self._settled = False
        self._settling = Settling(lambda: self.health is None or self.health.state == "scanning")
        self._beginning = Beginning(waits=view == OVERVIEW)
        self._ahead = Ahead(lambda: self.health is None or self.health.state == "scanning")
        for theme in themes():
            self.register_theme(theme)
        few_colours = self.no_color or self.console.color_system == "standard"
        self.theme = "ansi" if few_colours else self.settings.theme
        self.animation_level = "none"

    @property
    def health(self) -> "Health | None":
        """What the watching says of itself."""
        return self.workspace.health if self.workspace is not None and self._beginning.watches else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that open something to type in are letters where something is typed in."""
        return not (action in _OPENING and self.typing)

    @property
    def typing(self) -> bool:
        """Something takes the letters now."""
        return isinstance(self.screen, ModalScreen) or bool(getattr(self.focused, "editing", False))

    def on_mount(self) -> None:
        """Paint first, open the workspace behind it."""
        if self.settings.keys:
            self.set_keymap(dict(self.settings.keys))
        if self.ending is not None:
            self.call_after_refresh(self.ending.hand_over, lambda code: self.exit(return_code=code))
        self.set_timer(HOLD_SECONDS, self.release)
        self.set_interval(SIZE_SECONDS, self._keep_size)
        self.ringing.begin()
        self.run_worker(self._open, thread=True, exit_on_error=True)

    def release(self) -> None:
        """There is something to show."""
        if not self._settled and not self.is_headless:
            # What start-up made stays: collecting it again and again would pause the keys for 40 ms.
            self._settled = True
            self._settling.begin(self.set_interval)
            self._ahead.begin(self.set_interval)
        if self.holding:
            self.holding = False
            self.screen.refresh()

    async def on_event(self, event: Event) -> None:
        """A key takes away what the last one had to say."""
        if isinstance(event, Key) and not event.is_forwarded:
            for footer in self.screen.query(Footer):
                footer.hush()
            self.ringing.pressed()
            self._ahead.pressed()
        await super().on_event(event)

    def on_key(self) -> None:
        """Whoever presses a key wants to see what it does."""
        self.release()

    def _open(self) -> None:
        try:
            workspace = self._opening()
            self._unsubscribe = workspace.subscribe(self._changed)
            if self._beginning.waits:
                self._opened(workspace)
            self._beginning.watch(workspace)
            if self.workspace is None:
                self._opened(workspace)
            self._changed(Changed(health=True))
        except ConsoleError as error:
            self.call_later(self._not_opened, error)

    def _opened(self, workspace: "Workspace") -> None:
        self.workspace = workspace
        # Posted, not called: it may be open before the console runs, and then waits for that.
        self.call_later(self.pass_on_opened)

    def answered(self) -> None:
        """What was asked first has been answered: from now on files may be read."""
        self._beginning.answered()

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self.answered()

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
        self.pass_on(changed)
        self.ringing.changed(changed)
        self.set_timer(QUIET_SECONDS, self._deliver)

    def _keep_size(self) -> None:
        driver: object = self._driver
        if isinstance(driver, KeepsSize):
            driver.keep_size()

    def _fatal_error(self) -> None:
        # Textual would draw a traceback with all locals: half-made objects among them make it hang instead.
        self.failure = self._exception
        self._close_messages_no_wait()

    def say(self, text: str, ink: str = "text", seconds: float = 5.0) -> None:
        """A message in the footer of the screen that is looked at."""
        for footer in self.screen.query(Footer):
            footer.say(text, ink, seconds)

    def keep_screen(self, lines: list[str]) -> None:
        """Remember the last screen: the next start shows it, dimmed, before it is there."""
        self.last_screen = lines

    def close_workspace(self) -> None:
        """Stop watching and close the store; after the terminal is restored."""
        self.ringing.close()
        self._ahead.close()
        self._beginning.close()
        if self._unsubscribe is not None:
            self._unsubscribe()
        if self.workspace is not None:
            self.workspace.close()

    def action_keys(self) -> None:
        """Every key of this screen."""
        from mlops_console.console.overlays.keys import Keys

        if isinstance(self.screen, HasKeys):
            self.push_screen(Keys(self.screen))

    def action_command(self) -> None:
        """Type a command."""
        self.type_command()

    def type_command(self, begun: str = "") -> None:
        """Open the command line, with what a key has begun."""
        from mlops_console.console.overlays.command_line import CommandLine

        self.push_screen(CommandLine(self.commands(), begun))

    def action_actions(self) -> None:
        """Search everything that can be done."""
        from mlops_console.console.overlays.actions import Actions

        screen = self.screen
        if isinstance(screen, HasKeys):
            named = [(command.name, command.desc) for command in self.commands() if not command.arguments]

            def run(action: str | None) -> None:
                if action is not None:
                    self.call_later(self._run_action, screen, action)

            self.push_screen(Actions(screen, named), run)

    async def _run_action(self, screen: Any, action: str) -> None:
        if action.startswith(":"):
            command, rest = parse(action[1:], self.commands())
            if command is not None:
                command.run(rest)
        elif hasattr(screen, f"action_{action.partition('(')[0]}"):
            await screen.run_action(action)
        else:
            await self.run_action(action)

    def commands(self) -> list[Command]:
        """The commands of the screen that is looked at, and those that hold everywhere."""
        own = next(
            (screen for screen in reversed(self.screen_stack) if isinstance(screen, HasCommands)), None
        )
        return [
            *(own.commands() if own is not None else ()),
            Command(
                "view", "NAME", "another view", self._view, lambda: [one.name for one in PLACES if one.there]
            ),
            Command("theme", "NAME", "other colours", self._theme, lambda: list(PALETTES)),
            Command("refresh", "", "look at the files again now", lambda _: self.action_rescan()),
            Command("problems", "", "what could not be read, and why", lambda _: self.action_problems()),
            Command("help", "", "every key of this screen", lambda _: self.action_keys()),
            Command("quit", "", "leave the console", lambda _: self.action_leave()),
        ]

    def _view(self, name: str) -> None:
        found = [place for place in PLACES if name and place.name.startswith(name.lower())]
        if found:
            self.action_view(found[0].name)
        else:
            self.say("Views are " + ", ".join(place.name for place in PLACES if place.there), "warn")

    def _theme(self, name: str) -> None:
        if name in PALETTES:
            self.theme = name
        else:
            self.say("Themes are " + ", ".join(PALETTES), "warn")

    def action_problems(self) -> None:
        """What could not be read, and what goes on."""
        from mlops_console.console.overlays.problems import Problems

        notices = self.workspace.notices if self.workspace is not None else ()
        self.push_screen(Problems(self.health, notices, self._ask_problems))

    def _ask_problems(self, drawer: "Problems") -> None:
        workspace = self.workspace
        if workspace is None:
            return

        def ask() -> None:
            from mlops_console.workspace.problems import problems

            found = [(one.project, one.problem) for one in problems(workspace)]
            if self.is_running and drawer.is_mounted:
                self.call_from_thread(drawer.known, found, self.health, workspace.notices)

        drawer.run_worker(ask, thread=True, exclusive=True, group="problems", exit_on_error=False)

    def action_leave(self) -> None:
        """Quit."""
        self.exit(0)

    def action_rescan(self) -> None:
        """Look at the files again."""
        if self.workspace is not None:
            self.workspace.rescan()
            self.say("Looking at the files again")
