"""Questions from many threads to one child, the newest first; who no longer waits is passed over."""

import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from mlops_console.errors import ConsoleError
from mlops_console.ingest.answering import AnsweringChild
from mlops_console.ingest.channel import ClosedError
from mlops_console.viewing.messages import Answer, Lost, Request, Skipped, edition

Wanted = Callable[[], bool]
Told = Callable[[int], None]

_CHILD: Final = "mlops_console.viewing.child"
_TICK: Final = 0.05
_STARTS_WITHIN: Final = 60.0
"""Seconds until its first beat: a busy machine or a slow disk may take long over the imports."""
_LET_FINISH: Final = 0.3
"""So long a request that nobody waits for may go on: starting another child takes about as long."""
_IDLE: Final = 300.0
"""Seconds after which a child that nobody asks anything is let go."""
_CLOSED: Final = Lost("The console is being closed.")
_BROKEN: Final = Lost("It can't be shown: the process that looks at files gave no sensible answer.")


class _Question:
    """A request, and who waits for its answer."""

    __slots__ = ("answer", "done", "dropped", "patience", "place", "request")

    def __init__(self, request: Request, patience: float) -> None:
        self.request = request
        self.patience = patience
        self.answer: Answer = _CLOSED
        self.done = threading.Event()
        self.dropped = False
        self.place = 0


class Line(threading.Thread):
    """Owns a child. A thread of its own starts it: the system ends a child with the thread it came from."""

    def __init__(self, log: Path, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._log = log
        self._some = threading.Condition()
        self._waiting: list[_Question] = []
        self._closed = False
        self._child: AnsweringChild | None = None

    @property
    def child_pid(self) -> int | None:
        """The number of the child process, while there is one."""
        child = self._child
        return None if child is None else child.pid

    def ask(
        self, request: Request, patience: float, wanted: Wanted | None = None, told: Told | None = None
    ) -> Answer:
        """The answer, waited for until it comes or `wanted` says no; `told` hears how far it is."""
        if wanted is not None and not wanted():
            return Skipped()
        question = _Question(request, patience)
        with self._some:
            if self._closed:
                return _CLOSED
            self._waiting.append(question)
            self._some.notify()
        try:
            while not question.done.wait(None if wanted is None and told is None else _TICK):
                if wanted is not None and not wanted():
                    return Skipped()
                if told is not None:
                    told(question.place)
        finally:
            question.dropped = True
        return question.answer

    def run(self) -> None:
        """Serve until closed."""
        try:
            while (question := self._next()) is not None:
                question.answer = _BROKEN
                try:
                    question.answer = Skipped() if question.dropped else self._serve(question)
                finally:
                    question.done.set()  # whatever happens to this thread: somebody waits
        finally:
            self._lose(kill=True)
            with self._some:
                self._closed = True
                for question in self._waiting:
                    question.done.set()

    def close(self, seconds: float = 2.0) -> None:
        """End the child; whoever waits is told so."""
        with self._some:
            self._closed = True
            self._some.notify()
        if self.is_alive():
            self.join(seconds)

    def _next(self) -> _Question | None:
        with self._some:
            while not self._closed:
                if self._waiting:
                    return self._waiting.pop()
                if not self._some.wait(_IDLE):
                    self._lose()
            return None

    def _serve(self, question: _Question) -> Answer:
        for _ in range(2):
            fresh = self._child is None
            try:
                if self._child is None:
                    self._child = AnsweringChild(_CHILD, edition(), self._log, "viewer")
                self._child.ask(question.request)
                return self._await(self._child, question)
            except (ConsoleError, OSError) as error:
                return Lost(f"Files can't be shown: {error}.")
            except ClosedError:
                assert self._child is not None
                begun = self._child.look().request >= self._child.asked
                how = self._child.fate()
                self._lose()
                if begun or fresh:
                    return Lost(f"It can't be shown: the process that looked at it is gone ({how}).")
        return Lost("It can't be shown: the process that looks at files ends as soon as it is started.")

    def _await(self, child: AnsweringChild, question: _Question) -> Answer:
        begun, still, beats = monotonic(), 0.0, -1
        while True:
            before = monotonic()
            for found in child.receive(_TICK):
                answer: Answer = found
                return answer
            now, hand = monotonic(), child.look()
            question.place = hand.place
            # Only time in which this process itself was running counts: a stopped console finds no hang.
            still = 0.0 if hand.beats != beats else still + min(now - before, 1.0)
            beats = hand.beats
            if self._closed:
                self._lose(kill=True)
                return _CLOSED
            if question.dropped and now - begun > _LET_FINISH:
                self._lose(kill=True)
                return Skipped()
            if still >= (question.patience if beats else max(question.patience, _STARTS_WITHIN)):
                self._lose(kill=True)
                return Lost(f"It can't be shown: looking at it took longer than {question.patience:g} s.")

    def _lose(self, *, kill: bool = False) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill() if kill else child.close()
