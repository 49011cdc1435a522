"""A terminal around the console: a pseudo-terminal, an emulator of its screen, and answers to queries."""

import codecs
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pyte

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "down": "\x1b[B",
    "pagedown": "\x1b[6~",
    "ctrl+d": "\x04",
    "ctrl+z": "\x1a",
}
ANSWERS = (("\x1b[?2026$p", "\x1b[?2026;2$y"), ("\x1b[?2048$p", "\x1b[?2048;0$y"), ("\x1b[c", "\x1b[?62;22c"))
# What the emulator would take for text: private sequences it does not know.
FOREIGN = re.compile(r"\x1b\[[<>=][0-9;]*[a-z]|\x1b\[\?[0-9;]+\$p|\x1b\][^\x07]*\x07")


class Terminal:
    """Runs a program and shows what a person would see."""

    def __init__(
        self,
        arguments: list[str],
        size: tuple[int, int] = (100, 30),
        env: dict[str, str] | None = None,
        answer: bool = True,
    ) -> None:
        self.columns, self.rows = size
        self.sent = b""
        self._answer = answer
        self.screen = pyte.Screen(self.columns, self.rows)
        self._stream = pyte.Stream(self.screen)
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            self._resize_child(0)
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # `nohup make test` is about another terminal
            # What the outer terminal measures is not our size.
            outer = {k: v for k, v in os.environ.items() if k not in ("LINES", "COLUMNS")}
            home = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
            os.execve(sys.executable, [sys.executable, *arguments], {**outer, **home, **(env or {})})
        self._resize_child(self._fd)
        self._left = ""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def _resize_child(self, descriptor: int) -> None:
        fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGCONT, signal.SIGKILL):
            try:
                os.kill(self._pid, number)
            except ProcessLookupError:
                break
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._pid, 0)
        os.close(self._fd)

    def read(self, seconds: float) -> bool:
        """Take what comes within so long; whether anything did."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.sent += data
        text = self._left + self._decode(data)
        # A sequence cut in two is fed when its rest is there.
        cut = text.rfind("\x1b")
        whole = (
            len(text)
            if cut < 0 or re.match(r"\x1b(\[[0-9;?<>=$]*[@-~]|[^\[\]]|\][^\x07]*\x07)", text[cut:])
            else cut
        )
        self._left, text = text[whole:], text[:whole]
        if self._answer:
            for query, answer in ANSWERS:
                os.write(self._fd, answer.encode() * text.count(query))
        self._stream.feed(FOREIGN.sub("", text))
        return bool(data)

    def until(self, holds: Callable[[], object], seconds: float = 30.0) -> None:
        """Read until a condition holds."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise AssertionError("it never came to hold:\n" + self.text())
            self.read(0.05)

    def until_shown(self, text: str) -> None:
        """Read until the screen shows a text."""
        self.until(lambda: text in self.text())

    def settle(self, quiet: float = 0.35) -> None:
        """Read until nothing comes for a while."""
        while self.read(quiet):
            pass

    def press(self, *keys: str) -> None:
        """Press keys."""
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())

    def resize(self, columns: int, rows: int) -> None:
        """Another size, as when a window is dragged."""
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)
        self._resize_child(self._fd)
        os.kill(self._pid, signal.SIGWINCH)

    def state(self) -> str:
        """How the program stands, by the letter of /proc."""
        try:
            return Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return "X"

    def resume(self) -> None:
        """As `fg` does."""
        os.kill(self._pid, signal.SIGCONT)

    def hang_up(self) -> None:
        """As when the connection breaks."""
        os.kill(self._pid, signal.SIGHUP)

    def exit_code(self) -> int:
        """Wait for the end."""
        self.until(lambda: self.state() in "ZX", 90.0)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def text(self) -> str:
        """The screen as text."""
        return "\n".join(self.screen.display)

    def cells(self) -> list[list[object]]:
        """The screen with its styles; of a blank only what can be seen. Without the clock."""
        return [
            [
                (" ", cell.bg, cell.reverse)
                if cell.data == " "
                else (cell.data, cell.fg, cell.bg, cell.bold, cell.reverse)
                for x in range(self.columns)
                if (cell := self.screen.buffer[y][x]) and not (y == 0 and x >= self.columns - 8)
            ]
            for y in range(self.rows)
        ]
