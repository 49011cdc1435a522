"""Seeing how a script ends, for runs whose `with` block does not: exit, exception, SIGTERM."""

import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType, TracebackType

    from mlops_console.recording.run import Run

_open: "list[Run]" = []
_ready = False
_earlier_hook: Any = None


def watch(run: "Run") -> None:
    """End this run with the script, if it has not ended by itself."""
    if not _ready:
        _prepare()
    _open.append(run)


def leave(run: "Run") -> None:
    """The run has ended."""
    if run in _open:
        _open.remove(run)


def _prepare() -> None:
    global _ready, _earlier_hook  # noqa: PLW0603 - a process has one exit, one hook, one handler
    import atexit

    _ready = True
    atexit.register(_at_exit)
    _earlier_hook, sys.excepthook = sys.excepthook, _on_exception
    _listen_for_term()


def _at_exit() -> None:
    for run in reversed(_open.copy()):
        run.finish()


def _on_exception(kind: type[BaseException], error: BaseException, trace: "TracebackType | None") -> None:
    for run in reversed(_open.copy()):
        run.fail(error)
    _earlier_hook(kind, error, trace)


def _listen_for_term() -> None:
    """Take SIGTERM only where nobody else does: a scheduler's farewell is the one end that can be told."""
    import signal

    try:
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, _on_term)
    except ValueError:
        return  # not the main thread: only that one may listen
    os.register_at_fork(after_in_child=_stop_listening)


def _on_term(number: int, frame: "FrameType | None") -> None:
    """Note the end, then die of the signal as the process would have."""
    import signal

    signal.signal(number, signal.SIG_IGN)  # it often comes twice, to the group and to the process
    for run in reversed(_open.copy()):
        run.finish("killed", "ended by SIGTERM")
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def _stop_listening() -> None:
    """In a forked child the run is not ours to end, and SIGTERM must end it as quickly as before."""
    import signal

    try:
        if signal.getsignal(signal.SIGTERM) is _on_term:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
    except ValueError:
        return
