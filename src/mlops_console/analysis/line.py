"""Jobs from many threads to one child, in the order asked; who no longer waits is passed over."""

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from mlops_console.analysis.child import WHOLE
from mlops_console.analysis.edition import edition
from mlops_console.analysis.messages import Answer, Done, Job, Lost, Skipped
from mlops_console.comparison.model import Progress
from mlops_console.errors import ConsoleError
from mlops_console.ingest.answering import AnsweringChild
from mlops_console.ingest.channel import ClosedError

Wanted = Callable[[], bool]

PATIENCE: Final = 120.0
"""Seconds without a sign of life after which a job is given up: a forest may be fitted in one long call."""
_CHILD: Final = "mlops_console.analysis.child"
_TICK: Final = 0.03
_SENDS_WITHIN: Final = 60.0
_STARTS_WITHIN: Final = 60.0
_LET_FINISH: Final = 0.3
"""So long a job that nobody waits for may go on: starting another child takes longer."""
_IDLE: Final = 120.0
"""Seconds without work after which the child is let go of: what it has loaded stays in memory as long."""
_CLOSED: Final = Lost("The console is being closed.")
_BROKEN: Final = Lost("It can't be worked out: the process that does so gave no sensible answer.")


class _Waiting:
    """A job, and who waits for its answer."""

    __slots__ = ("answer", "done", "dropped", "job", "part")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.answer: Answer = _CLOSED
        self.done = threading.Event()
        self.dropped = False
        self.part = 0.0


class Line(threading.Thread):
    """Owns a child. A thread of its own starts it: the system ends a child with the thread it came from."""

    def __init__(self, log: Path, patience: float = PATIENCE) -> None:
        super().__init__(name="analysis", daemon=True)
        self._log = log
        self._patience = patience
        self._some = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._closed = False
        self._child: AnsweringChild | None = None

    @property
    def child_pid(self) -> int | None:
        """The number of the child process, while there is one."""
        child = self._child
        return None if child is None else child.pid

    def ask(self, job: Job, progress: Progress | None = None, wanted: Wanted | None = None) -> Answer:
        """The answer, waited for until it comes or `wanted` says no.

        An exception in `progress` ends the work and is the caller's.
        """
        waiting = _Waiting(job)
        with self._some:
            if self._closed:
                return _CLOSED
            self._waiting.append(waiting)
            self._some.notify()
        try:
            while not waiting.done.wait(None if wanted is None and progress is None else _TICK):
                if wanted is not None and not wanted():
                    return Skipped()
                if progress is not None:
                    progress(waiting.part)
        finally:
            waiting.dropped = True
        return waiting.answer

    def run(self) -> None:
        """Serve until closed."""
        try:
            while (waiting := self._next()) is not None:
                waiting.answer = _BROKEN
                try:
                    waiting.answer = Skipped() if waiting.dropped else self._serve(waiting)
                finally:
                    waiting.done.set()  # whatever happens to this thread: somebody waits
        finally:
            self._lose(kill=True)
            with self._some:
                self._closed = True
                for waiting in self._waiting:
                    waiting.done.set()

    def close(self, seconds: float = 2.0) -> None:
        """End the child; whoever waits is told so."""
        with self._some:
            self._closed = True
            self._some.notify()
        if self.is_alive():
            self.join(seconds)

    def _next(self) -> _Waiting | None:
        with self._some:
            while not self._closed:
                if self._waiting:
                    return self._waiting.popleft()
                if not self._some.wait(_IDLE):
                    self._lose()
            return None

    def _serve(self, waiting: _Waiting) -> Answer:
        for _ in range(2):
            fresh = self._child is None
            try:
                if self._child is None:
                    self._child = AnsweringChild(_CHILD, edition(), self._log, "analysis")
                self._child.ask(waiting.job, _SENDS_WITHIN)
                return self._await(self._child, waiting)
            except (ConsoleError, OSError) as error:
                return Lost(f"It can't be worked out: {error}.")
            except ClosedError:
                assert self._child is not None
                begun = self._child.look().request >= self._child.asked
                how = self._child.fate()
                self._lose()
                if begun or fresh:
                    return Lost(f"It can't be worked out: the process that did so is gone ({how}).")
        return Lost("It can't be worked out: the process that does so ends as soon as it is started.")

    def _await(self, child: AnsweringChild, waiting: _Waiting) -> Answer:
        begun, still, beats = monotonic(), 0.0, -1
        while True:
            before = monotonic()
            for found in child.receive(_TICK):
                return found if isinstance(found, (Done, Lost)) else _BROKEN
            now, hand = monotonic(), child.look()
            waiting.part = hand.place / WHOLE if hand.request >= child.asked else 0.0
            # Only time in which this process itself was running counts: a stopped console finds no hang.
            still = 0.0 if hand.beats != beats else still + min(now - before, 1.0)
            beats = hand.beats
            if self._closed:
                self._lose(kill=True)
                return _CLOSED
            if waiting.dropped and now - begun > _LET_FINISH:
                self._lose(kill=True)
                return Skipped()
            # Before it tells of any progress it loads its libraries, which takes long on a busy machine.
            if still >= (self._patience if waiting.part else max(self._patience, _STARTS_WITHIN)):
                self._lose(kill=True)
                return Lost(f"It can't be worked out: there was no progress for {self._patience:g} s.")

    def _lose(self, *, kill: bool = False) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill() if kill else child.close()
