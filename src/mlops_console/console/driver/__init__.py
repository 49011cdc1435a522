"""Our own way to the terminal: only changed cells are sent, and never more than one frame at a time."""

import re
import sys
import threading
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

from textual.drivers.linux_driver import LinuxDriver
from textual.events import Resize
from textual.geometry import Size
from textual.messages import TerminalSupportsSynchronizedOutput

from mlops_console.console.driver.grid import Grid
from mlops_console.console.driver.pump import BEGIN, END, Pump
from mlops_console.console.splash import terminal

if TYPE_CHECKING:
    from textual.message import Message

_FRAME: Final = re.compile(r"\x1b\[\d+;\d+H")
ENTER: Final = "\x1b[?1049h"
LEAVE: Final = "\x1b[?1049l"


def _erases() -> bool:
    """Whether the terminal's description says that erased cells take the ground's colour."""
    try:
        import curses

        curses.setupterm(fd=(terminal() or sys.__stderr__ or sys.stderr).fileno())
        return curses.tigetflag("bce") == 1
    except (ImportError, OSError, curses.error):
        return False


@runtime_checkable
class KeepsScreen(Protocol):
    """An app that wants to know the last screen, and may begin with it."""

    holding: bool
    """There is nothing better to show yet than what the terminal shows."""

    def keep_screen(self, lines: list[str]) -> None:
        """What the terminal shows, row by row, as the app gives it back."""


class DiffDriver(LinuxDriver):
    """Textual's driver for Unix terminals with another way out."""

    entered = False
    """The terminal is on its second screen already: entering it again would blank it."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        glyphs = getattr(app, "glyphs", None)
        self._grid = Grid(ascii_only=bool(getattr(glyphs, "ascii", False)), erases=_erases())
        self._pump = Pump((terminal() or sys.__stderr__ or sys.stderr).fileno(), self._grid.difference)
        self._stale = True
        self._drawing = False
        self._told = (0, 0)
        """The terminal's size, as it was told last."""
        self._changing: int | None = None
        """The thread that changes the grid."""

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self._pump.start()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the terminal back; the app may keep what was shown."""
        if isinstance(self._app, KeepsScreen):
            self._app.keep_screen(self._grid.text())
        super().stop_application_mode()

    def close(self) -> None:
        """Write what is left and stop."""
        self._pump.stop()
        super().close()

    def write(self, data: str) -> None:
        """Take a frame into the grid, or pass anything else through."""
        if data in (BEGIN, END):
            return
        pump = self._pump
        with pump.lock:
            if _FRAME.match(data):
                self._changing = threading.get_ident()
                if self._grid.take(data) and self._stale:
                    self._stale = False
                    self._grid.forget()
                self._changing = None
                self._settle()
                if self._drawing and not (isinstance(self._app, KeepsScreen) and self._app.holding):
                    pump.frame()
                return
            if LEAVE in data:
                self._drawing = False
                pump.drop_frame()
            if ENTER not in data or not type(self).entered:
                pump.raw(data)
            type(self).entered = False
            if ENTER in data or "\x1b[2J" in data or "\x1bc" in data:
                self._drawing = self._drawing or ENTER in data
                self._grid.forget()
                pump.frame()

    def process_message(self, message: "Message") -> None:
        """Answers to our own queries end here; the first tells Textual what the terminal can do."""
        if isinstance(message, TerminalSupportsSynchronizedOutput) and not self._pump.answered():
            return
        if isinstance(message, Resize):
            self._resized(*message.size)
        super().process_message(message)

    def keep_size(self) -> None:
        """Tell the size where screen and terminal differ: in a storm of changes the last gets lost."""
        size = Size(*self._get_terminal_size())
        if self._app.size != size:
            self._app.post_message(Resize(size, size))
        elif self._app.screen.size != size:
            self._app.screen.post_message(Resize(size, size))

    def _get_terminal_size(self) -> tuple[int, int]:
        size = super()._get_terminal_size()
        self._resized(*size)
        return size

    def _resized(self, columns: int, rows: int) -> None:
        self._told = (columns, rows)
        # A signal comes in the middle of anything: rows must not vanish under a frame that is taken. Whoever
        # is interrupted looks afterwards.
        if self._changing != threading.get_ident():
            with self._pump.lock:
                self._settle()

    def _settle(self) -> None:
        """Give the grid the terminal's size. Hold the pump's lock."""
        while self._told != (self._grid.columns, self._grid.rows):
            self._changing = threading.get_ident()
            self._grid.resize(*self._told)
            self._stale = True
            self._changing = None
            if self._drawing:
                self._pump.frame()
