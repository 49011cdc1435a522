"""The parent's end of the reader child: start it, ask it, notice that it died or hangs."""

import contextlib
import fcntl
import os
import selectors
import subprocess
from collections import deque
from pathlib import Path
from time import monotonic
from typing import Any

from mlops_console.ingest import channel
from mlops_console.ingest.apart import end, spawn
from mlops_console.ingest.edition import OTHER_RELEASE, release
from mlops_console.ingest.in_hand import HandPage, InHand
from mlops_console.ingest.messages import Answer, Batch, Drop, Request

_HANGS_AFTER = 20.0
"""Seconds without a beat, while something is asked for, after which the child is given up."""
_STARTS_WITHIN = 60.0
"""Seconds until its first beat: a busy machine or a slow disk may take long over the imports."""
_PIPE_BYTES = 1 << 20
_CHILD = "mlops_console.ingest.child"


class ChildDiedError(Exception):
    """The child is gone: what it was asked for and had not answered, and what it had in hand."""

    def __init__(
        self, asked: tuple[Request, ...], at: Request | None, hand: InHand, how: str, *, hangs: bool
    ) -> None:
        super().__init__(how)
        self.asked = asked
        """What it was asked for and did not answer."""
        self.at = at
        """The one of these that it was at."""
        self.hand = hand
        self.how = how
        self.hangs = hangs
        """It was ended because it did not answer."""


class ReaderChild:
    """One running child. Requests are answered in their order; answers are fetched without waiting."""

    def __init__(self, log: Path, patience: float = _HANGS_AFTER) -> None:
        self._patience = patience
        self._asked: deque[Request] = deque()
        self._answered = 0
        page = HandPage.make()
        try:
            self._page = HandPage(page)
            self._process = spawn(_CHILD, page, release(), log, "reader")
        finally:
            os.close(page)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to = self._process.stdin.fileno()
        self.answers_fd = self._process.stdout.fileno()
        for fd in (self._to, self.answers_fd):
            with contextlib.suppress(OSError, AttributeError):
                fcntl.fcntl(fd, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
            os.set_blocking(fd, False)
        self._inbox = channel.Inbox(self.answers_fd)
        self._beats = -1
        self._still = 0.0

    @property
    def pid(self) -> int:
        """The child's process number."""
        return self._process.pid

    @property
    def busy(self) -> int:
        """How many requests are unanswered."""
        return len(self._asked)

    @property
    def reading(self) -> int:
        """How many sources it was asked to read."""
        return sum(len(request.orders) for request in self._asked if isinstance(request, Batch))

    def ask(self, request: Request) -> None:
        """Send a request; its answer comes through `receive`."""
        if not isinstance(request, Drop):
            self._asked.append(request)
        try:
            channel.write(self._to, channel.pack(request), self._patience)
        except (OSError, channel.ClosedError):
            raise self._died("it ended") from None

    def receive(self) -> list[tuple[Request, Answer]]:
        """The answers that have come; does not wait."""
        try:
            answers: list[Any] = self._inbox.receive()
        except channel.ClosedError:
            raise self._died("it ended") from None
        self._answered += len(answers)
        return [(self._asked.popleft(), answer) for answer in answers]

    def judge(self, waited: float) -> None:
        """Note that nothing came for `waited` seconds; a child that shows no life for too long is ended.

        Only time in which this process itself was running counts, so that a stopped console finds no hang.
        """
        beats = self._page.look().beats
        if beats != self._beats or not self._asked:
            self._beats, self._still = beats, 0.0
            return
        self._still += min(waited, 1.0)
        if self._still >= (self._patience if beats else max(self._patience, _STARTS_WITHIN)):
            self._process.kill()
            raise self._died(f"it did not answer for {self._patience:.0f} s", hangs=True)

    def wait(self, seconds: float) -> list[tuple[Request, Answer]]:
        """The next answers, waited for no longer than so."""
        with selectors.DefaultSelector() as ready:
            ready.register(self.answers_fd, selectors.EVENT_READ)
            started = monotonic()
            if ready.select(seconds):
                return self.receive()
            self.judge(monotonic() - started)
            return []

    def close(self, seconds: float = 0.5) -> None:
        """End the child."""
        end(self._process, seconds)
        self._page.close()

    def _died(self, how: str, *, hangs: bool = False) -> ChildDiedError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)
        code = self._process.returncode
        if code == OTHER_RELEASE:
            how = "mlops-console was upgraded while it was open; leave it and start it again"
        elif code is not None and code < 0 and not hangs:
            how = f"it was ended by signal {-code}"
        hand = self._page.look()
        place = hand.request - self._answered - 1
        at = self._asked[place] if 0 <= place < len(self._asked) else None
        return ChildDiedError(tuple(self._asked), at, hand, how, hangs=hangs)
