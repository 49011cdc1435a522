"""What the overview asks, one question after the other: several at once would hold the keys up.

Each part has its own question. What changed makes parts stale; a part that is slow to answer is asked less
often, so that a training which writes all the time costs a small share of one core.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from mlops_console.console.asking import answered

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

    from mlops_console.console.app import ConsoleApp
    from mlops_console.workspace import Workspace

SHARE: Final = 15
"""A part rests for so many times as long as its answer took."""
LEAST_SECONDS: Final = 1.0
"""Between two answers of the same part."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the overview."""

    name: str
    read: "Callable[[Workspace], Any]"
    took: Callable[[Any], None]
    trouble: Callable[[str], None]
    """Hears why there is no answer."""


class Feed:
    """Asks stale parts in their order, one at a time."""

    def __init__(self, widget: "Widget", parts: Sequence[Part]) -> None:
        self._widget = widget
        self.parts: Mapping[str, Part] = {part.name: part for part in parts}
        self._stale: set[str] = set()
        self._rests_until: dict[str, float] = {}
        self._busy = ""
        self._began = 0.0
        self._timer: Timer | None = None
        self.answered: set[str] = set()

    @property
    def idle(self) -> bool:
        """Whether everything that was asked has been answered."""
        return not self._busy and not self._stale

    def stale(self, *names: str, at_once: bool = False) -> None:
        """These may be different now; `at_once`: a person waits for it."""
        self._stale.update(names)
        if at_once:
            for name in names:
                self._rests_until.pop(name, None)
        self.go()

    def go(self) -> None:
        """Ask the first that is due."""
        if self._busy or not self._stale or not self._widget.is_attached:
            return
        now = time.monotonic()
        waits = {name: self._rests_until.get(name, 0.0) - now for name in self.parts if name in self._stale}
        due = next((name for name, wait in waits.items() if wait <= 0), None)
        if due is None:
            self._later(min(waits.values()))
            return
        app = cast("ConsoleApp", self._widget.app)
        workspace = app.workspace
        if workspace is None:
            return
        self._stale.discard(due)
        self._busy, self._began = due, now
        read = self.parts[due].read

        def work() -> None:
            answer, words = answered(read, workspace)
            # Posted, not called: an answer may come before the console runs.
            app.call_later(self._came, answer, words)

        self._widget.run_worker(work, thread=True, group="feed", exit_on_error=True)

    def _later(self, seconds: float) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._widget.set_timer(max(0.02, seconds), self.go)

    def _came(self, answer: Any, words: str) -> None:
        part = self.parts[self._busy]
        self._done()
        if self._widget.is_attached:
            if words:
                part.trouble(words)
            else:
                part.took(answer)
        self.go()

    def _done(self) -> None:
        now = time.monotonic()
        self.answered.add(self._busy)
        self._rests_until[self._busy] = now + max(LEAST_SECONDS, SHARE * (now - self._began))
        self._busy = ""
