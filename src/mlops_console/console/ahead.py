"""The modules of other views, loaded while nobody does anything: the first key to one would wait for them.

One module after another in a thread of its own, the deepest first, so that each is small; as soon as a key is
pressed or files are read it stops between two, and goes on when it is quiet again.
"""

import threading
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

MODULES: Final = tuple(
    f"mlops_console.{name}"
    for name in (
        "drift.model", "drift.windows.spans", "drift.windows.cutting", "wishes.model", "wishes.gates",
        "wishes.reading", "workspace.drifting.judged", "workspace.drifting.monitors",
        "drift.judging.judge", "workspace.drifting.standing", "workspace.drifting.states.trail",
        "console.drift.state", "console.drift.features", "console.drift.headline", "console.drift.quiet",
        "console.drift.sight", "console.drift.model", "console.run.head", "console.drift.body",
        "console.drift.screen", "workspace.drifting.states.listing",
        "workspace.audit_sentences", "workspace.audit", "console.audit.telling", "console.models.gates",
        "console.models.asking", "console.models.screen", "console.audit.screen", "console.compare.nothing",
    )
)  # fmt: skip
"""Those of the views that are not on the screen at first, the slowest view first."""
QUIET_SECONDS: Final = 0.4
"""After a key nothing is loaded for so long."""
EVERY_SECONDS: Final = 0.2
BREATH_SECONDS: Final = 0.01
"""Between two modules."""


class Ahead:
    """Loads modules. For the interface's thread; the loading has its own."""

    def __init__(self, busy: "Callable[[], bool]", modules: tuple[str, ...] = MODULES) -> None:
        self._busy = busy
        """Whether there is something better to do: files are read."""
        self._waiting = list(reversed(modules))
        self._pressed = time.monotonic()
        self._thread: threading.Thread | None = None
        self._timer: Timer | None = None
        self._closed = False

    @property
    def done(self) -> bool:
        """Whether all are loaded."""
        return not self._waiting and (self._thread is None or not self._thread.is_alive())

    def begin(self, every: "Callable[[float, Callable[[], None]], Any]") -> None:
        """From now on, when it is quiet."""
        if self._timer is None:
            self._timer = every(EVERY_SECONDS, self.tick)

    def pressed(self) -> None:
        """A key was pressed: others wait."""
        self._pressed = time.monotonic()

    def close(self) -> None:
        """Nothing more is to be loaded."""
        self._closed = True

    def tick(self) -> None:
        """Go on where it is quiet."""
        if not self._waiting:
            if self._timer is not None:
                self._timer.stop()
            return
        running = self._thread is not None and self._thread.is_alive()
        if running or not self._quiet() or self._busy():
            return
        self._thread = threading.Thread(target=self._load, name="ahead", daemon=True)
        self._thread.start()

    def _quiet(self) -> bool:
        return not self._closed and time.monotonic() - self._pressed >= QUIET_SECONDS

    def _load(self) -> None:
        while self._waiting and self._quiet():
            try:
                import_module(self._waiting[-1])
            except ImportError:
                # An installation that is being replaced: whoever asks for the view is told.
                self._waiting.clear()
                return
            self._waiting.pop()
            time.sleep(BREATH_SECONDS)
