"""What a person did, in order: how each is undone and done again; one after the other, none is lost."""

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

KEPT: Final = 100
"""So many deeds can be undone at most."""
UNDO_SECONDS: Final = 300.0
"""What lies further back has been seen by others: it is changed by saying so, not by undoing."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, with the way back and the way there again."""

    what: str
    back: Callable[[], object]
    again: Callable[[], object]
    at_once: bool = False
    """Nothing but what is seen moves: no worker is needed, or wanted."""
    at: float = field(default_factory=time.monotonic)


class Deeds:
    """What was done, and what of it was undone; shared by the screens of one console."""

    def __init__(self) -> None:
        self._done: deque[Deed] = deque(maxlen=KEPT)
        self._undone: list[Deed] = []
        self._waiting: deque[Callable[[], object]] = deque()
        self._busy = False
        self._lock = threading.Lock()

    def add(self, deed: Deed) -> None:
        """Something new was done: what was undone before can't be done again."""
        self._done.append(deed)
        self._undone.clear()

    @property
    def can_undo(self) -> bool:
        """Whether anything can be undone."""
        return bool(self._done) and time.monotonic() - self._done[-1].at <= UNDO_SECONDS

    @property
    def can_redo(self) -> bool:
        """Whether anything can be done again."""
        return bool(self._undone)

    def undo(self) -> Deed | None:
        """The newest deed, which counts as undone now; None where there is none."""
        if not self.can_undo:
            return None
        deed = self._done.pop()
        self._undone.append(deed)
        return deed

    def redo(self) -> Deed | None:
        """The deed that was undone last, which counts as done again."""
        if not self._undone:
            return None
        deed = self._undone.pop()
        # It is the newest now, however long ago it was done first.
        deed = Deed(deed.what, deed.back, deed.again, deed.at_once)
        self._done.append(deed)
        return deed

    def failed(self, deed: Deed) -> None:
        """It was neither undone nor done again: nothing is offered that hangs on it."""
        for kept in (self._done, self._undone):
            with contextlib.suppress(ValueError):
                kept.remove(deed)

    def in_turn(self, work: Callable[[], object], start: Callable[[Callable[[], None]], object]) -> None:
        """Run after everything that was asked for before it, in a worker that `start` begins.

        `work` must not raise.
        """
        with self._lock:
            self._waiting.append(work)
            if self._busy:
                return
            self._busy = True
        start(self._run)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._busy = False
                    return
                work = self._waiting.popleft()
            work()
