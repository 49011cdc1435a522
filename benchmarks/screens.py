"""Programs in a terminal of their own, and how long an interface's loop does nothing."""

import asyncio
import fcntl
import os
import pty
import re
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from typing import Any

from table import Console

SIZE = (120, 36)
EMPTY = """
from textual.app import App
from textual.widgets import Static

class Empty(App):
    def compose(self):
        yield Static("there is nothing")

Empty().run()
"""
"""An application of the toolkit that shows a line: what no console can be cheaper than."""
FOREIGN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-z]|\x1b\[\?[0-9;]+\$p|\x1b\][^\x07]*\x07")
"""Private sequences that the emulator would take for text."""
SEQUENCE = re.compile(rb"\x1b\[[0-9;?<>=$]*[A-Za-z~]")


class Program(Console):
    """A program of Python in a terminal that answers."""

    def __init__(self, words: Sequence[str], size: tuple[int, int] = SIZE, **env: str) -> None:
        self.taken, self._size = b"", size
        shape = struct.pack("HHHH", size[1], size[0], 0, 0)
        self.began = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, shape)
            base = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"}
            os.execve(sys.executable, [sys.executable, *words], {**os.environ, **base, **env})
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, shape)

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._pid

    def cpu(self) -> float:
        """CPU milliseconds so far, of all its threads, those that have ended too; without its children."""
        return time.clock_gettime(((~self._pid) << 3) | 2) * 1000

    def send(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def key(self, keys: str, quiet: float = 0.2) -> tuple[float, float]:
        """Milliseconds from a key to the last byte of what it caused, and CPU milliseconds."""
        self.settle(0.05)
        used, began = self.cpu(), time.perf_counter()
        self.send(keys)
        last = began
        if self.read(5.0):
            last = time.perf_counter()
            while self.read(quiet):
                last = time.perf_counter()
        return (last - began) * 1000, self.cpu() - used

    def text(self) -> str:
        """What the screen shows."""
        import pyte

        screen = pyte.Screen(*self._size)
        pyte.ByteStream(screen).feed(FOREIGN.sub(b"", self.taken))
        return "\n".join(screen.display)

    def until_drawn(self, text: str, seconds: float = 120.0, *, since: int = 0) -> None:
        """Wait until a pattern is among what was drawn since then, styles and places aside."""
        wanted, end = re.compile(text.encode()), time.perf_counter() + seconds
        while not wanted.search(SEQUENCE.sub(b"", self.taken[since:])):
            if time.perf_counter() > end:
                raise SystemExit(f"{text} was never drawn")
            self.read(0.5)


class Pulse:
    """The times between two looks at the clock on the interface's own loop, every 2 ms: wall and CPU."""

    EVERY = 0.002

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.busy: list[float] = []
        self._task = asyncio.ensure_future(self._beat())

    async def _beat(self) -> None:
        last, used = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(self.EVERY)
            now, spent = time.perf_counter(), time.thread_time()
            self.wall.append((now - last - self.EVERY) * 1000)
            self.busy.append((spent - used) * 1000)
            last, used = now, spent

    def stop(self) -> "Pulse":
        """No more."""
        self._task.cancel()
        return self

    def told(self) -> str:
        """In words."""
        return (
            f"gap p99 {quantile(self.wall, 0.99):.1f} max {max(self.wall):.1f} ms; "
            f"busy at a stretch p99 {quantile(self.busy, 0.99):.1f} max {max(self.busy):.1f} ms"
        )


def quantile(values: Sequence[float], share: float) -> float:
    """Of so much of the values, the most."""
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]


async def until(holds: Callable[[], Any], seconds: float = 120.0) -> None:
    """Wait on the interface's loop for a condition."""
    end = time.perf_counter() + seconds
    while not holds():
        if time.perf_counter() > end:
            raise SystemExit("it never came to that")
        await asyncio.sleep(0.005)
