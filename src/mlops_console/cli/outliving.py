"""A command that reads people's data is outlived by the process that they started.

An Arrow file is mapped into memory, and whoever cuts it off ends the process that reads it with a signal from
which nothing can go on. So a child does the work, and what ends it becomes a sentence.
"""

import mmap
import os
import signal
import sys
from types import FrameType
from typing import Final

from mlops_console.cli.failing import tell
from mlops_console.drift.tables import in_hand
from mlops_console.errors import ConsoleError, DataError

_HANDED_ON: Final = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


def outlive() -> None:
    """Go on in a child. The process that was started waits and ends as the child does, or with a sentence."""
    page, parent = mmap.mmap(-1, in_hand.SIZE), os.getpid()
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _HANDED_ON)
    try:
        try:
            child = os.fork()
        except OSError:
            return  # where no process can be had it goes without
        if child:
            _hand_on(child)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    if child:
        os._exit(_ended(child, page))
    in_hand.page = page
    _end_with(parent)


def _hand_on(child: int) -> None:
    """The terminal interrupts both; what else ends a process is meant for the one that works."""

    def handed(number: int, _frame: FrameType | None) -> None:
        os.kill(child, number)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, handed)
    signal.signal(signal.SIGHUP, handed)


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(2)


def _ended(child: int, page: mmap.mmap) -> int:
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code >= 0:
        return code
    number = -code
    if number in _HANDED_ON or number == signal.SIGPIPE:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    tell(_why(number, in_hand.last(page)))
    return 2


def _why(number: int, last: str) -> ConsoleError:
    opened = f"; the last one that was opened is {last}" if last else ""
    if number == signal.SIGBUS:
        return DataError(
            f"A data file was cut off while it was read{opened}.", "try again when nothing writes to it"
        )
    if number == signal.SIGKILL:
        return DataError(
            f"It was ended from outside while data were read{opened}.", "is there enough memory?"
        )
    what = signal.strsignal(number) or f"signal {number}"
    return DataError(f"It ended ({what}) while data were read{opened}.", "is a file damaged?")
