"""The parent's end of a child that answers one request at a time: start it, ask it, hear from it, end it."""

import contextlib
import os
import selectors
import subprocess
from pathlib import Path
from typing import Any, Final

from mlops_console.ingest import channel
from mlops_console.ingest.apart import end, spawn
from mlops_console.ingest.edition import OTHER_RELEASE
from mlops_console.ingest.in_hand import HandPage, InHand

_SENDS_WITHIN: Final = 5.0


class AnsweringChild:
    """A running `python -m module`; the thread that makes it must live as long as the child."""

    def __init__(self, module: str, edition: str, log: Path, what: str) -> None:
        page = HandPage.make()
        try:
            self._page = HandPage(page)
            self._process = spawn(module, page, edition, log, what)
        finally:
            os.close(page)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        for fd in (self._to, self._from):
            os.set_blocking(fd, False)
        self._inbox = channel.Inbox(self._from)
        self.asked = 0

    @property
    def pid(self) -> int:
        """The child's process number."""
        return self._process.pid

    def ask(self, request: object, patience: float = _SENDS_WITHIN) -> None:
        """Send a request; raises `channel.ClosedError` where nobody takes it."""
        self.asked += 1
        try:
            channel.write(self._to, channel.pack(request), patience)
        except OSError:
            raise channel.ClosedError from None

    def receive(self, seconds: float) -> list[Any]:
        """The answer, if it comes within so long; raises `channel.ClosedError` when the child is gone."""
        with selectors.DefaultSelector() as ready:
            ready.register(self._from, selectors.EVENT_READ)
            if not ready.select(seconds):
                return []
        try:
            return self._inbox.receive()
        except OSError:
            raise channel.ClosedError from None

    def look(self) -> InHand:
        """What it has in hand, and how far it is (`place`)."""
        return self._page.look()

    def fate(self) -> str:
        """What became of a child that is gone, as the end of a sentence."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        code = self._process.returncode
        if code == OTHER_RELEASE:
            return "mlops-console was upgraded while it was open; leave it and start it again"
        return f"it was ended by signal {-code}" if code is not None and code < 0 else "it ended"

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self.close()

    def close(self, seconds: float = 0.5) -> None:
        """Let it end."""
        end(self._process, seconds)
        self._page.close()
