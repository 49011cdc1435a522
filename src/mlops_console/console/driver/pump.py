"""The thread that writes to the terminal: raw sequences in order, and at most one frame on its way.

The terminal's answer to a mode query after each frame says that the frame has arrived; frames that are
ready earlier are merged, so a slow link is never more than one frame behind. Terminals that don't answer
are paced by a timer and by the pressure of the pipe.
"""

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from typing import Final

BEGIN: Final = "\x1b[?2026h"
END: Final = "\x1b[?2026l"
QUERY: Final = "\x1b[?2026$p"
PACE_SECONDS: Final = 1 / 60
PATIENCE_SECONDS: Final = 2.0
"""So long an answer may take before the next frame is sent all the same."""


class Pump:
    """Writes raw text and frames to a file descriptor."""

    def __init__(self, descriptor: int, difference: Callable[[], str]) -> None:
        self.lock = threading.Condition()
        self.synchronised = False
        """The terminal knows synchronised output: it answers mode queries and shows frames as a whole."""
        self._descriptor = descriptor
        self._difference = difference
        self._raw: list[str] = []
        self._frame = False
        self._waiting = False
        self._sent = 0.0
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._stopping = False
        self._waiting = False
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, then end. A terminal that takes nothing is not waited for."""
        with self.lock:
            self._stopping = True
            self.lock.notify()
        if self._thread is not None:
            self._thread.join(PATIENCE_SECONDS)
            self._thread = None

    def raw(self, text: str) -> None:
        """Pass text through as it is. Hold `lock`."""
        self._raw.append(text)
        self.lock.notify()

    def frame(self) -> None:
        """There is a difference to send. Hold `lock`."""
        self._frame = True
        self.lock.notify()

    def drop_frame(self) -> None:
        """There is nothing to draw on any more. Hold `lock`."""
        self._frame = False

    def answered(self) -> bool:
        """The terminal answered a query; whether it was the first time."""
        with self.lock:
            first = not self.synchronised
            self.synchronised = True
            self._waiting = False
            self.lock.notify()
        return first

    def _delay(self) -> float:
        passed = time.monotonic() - self._sent
        return (PATIENCE_SECONDS if self._waiting else PACE_SECONDS) - passed

    def _run(self) -> None:
        while True:
            with self.lock:
                while not self._raw and not self._stopping:
                    if not self._frame:
                        self.lock.wait()
                    elif (not self._waiting and self.synchronised) or (delay := self._delay()) <= 0:
                        break
                    else:
                        self.lock.wait(delay)
                text = "".join(self._raw)
                self._raw.clear()
                if self._frame and (not self._waiting or self._delay() <= 0 or self._stopping):
                    text += self._next_frame()
                stopping = self._stopping
            if not self._write(text.encode("utf-8", "replace")) or (stopping and not text):
                return

    def _next_frame(self) -> str:
        self._frame = False
        difference = self._difference()
        if not difference:
            return ""
        self._sent = time.monotonic()
        if not self.synchronised:
            return difference
        self._waiting = not self._stopping
        return f"{BEGIN}{difference}{END}{QUERY if self._waiting else ''}"

    def _write(self, data: bytes) -> bool:
        while data:
            try:
                data = data[os.write(self._descriptor, data[:65536]) :]
            except BlockingIOError:
                with contextlib.suppress(OSError):
                    select.select([], [self._descriptor], [], 0.5)
            except OSError:
                # The terminal is gone: the signal that says so ends the program.
                return False
        return True
