"""The first seconds: what is asked first is answered before files are read, and then what was made stays."""

import gc
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer

    from mlops_console.workspace import Workspace

WATCH_SECONDS: Final = 4.0
"""Where reading waits for a first answer, it does so for so long."""
SETTLE_SECONDS: Final = 0.25


class Beginning:
    """When reading and watching begin. For the thread that opens, and for the interface's."""

    def __init__(self, *, waits: bool) -> None:
        self.waits = waits
        """Whether there is a first answer to wait for: over many projects reading takes its CPU."""
        self.watches = False
        self._answered = threading.Event()
        self._lock = threading.Lock()
        self._closed = False

    def watch(self, workspace: "Workspace") -> None:
        """Have it read and watch once there is an answer, unless it was closed meanwhile."""
        if self.waits:
            self._answered.wait(WATCH_SECONDS)
        with self._lock:
            if not self._closed:
                # Its parts are made here, by one thread, before the interface looks at them.
                workspace.start()
                self.watches = True

    def answered(self) -> None:
        """What was asked first has its answer, or nobody waits for it any more."""
        self._answered.set()

    def close(self) -> None:
        """Nothing is to be begun any more."""
        self.answered()
        with self._lock:
            self._closed = True


class Settling:
    """Keeps what the first reading makes from being collected again and again.

    Of 100,000 runs one collection stops all threads for half a second; freezing costs nothing.
    """

    def __init__(self, reads: "Callable[[], bool]") -> None:
        self._reads = reads
        self._timer: Timer | None = None

    def begin(self, every: "Callable[[float, Callable[[], None]], Timer]") -> None:
        """Freeze now, collect from now on, and freeze again until everything was read."""
        gc.freeze()
        gc.enable()
        self._timer = every(SETTLE_SECONDS, self._again)

    def _again(self) -> None:
        gc.freeze()
        if not self._reads() and self._timer is not None:
            self._timer.stop()
