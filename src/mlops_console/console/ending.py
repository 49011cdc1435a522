"""Ended from outside, by a shutdown or a hang-up: the terminal is given back and the store closed even so."""

import asyncio
import signal
from collections.abc import Callable
from types import FrameType
from typing import Final

_MEANT: Final = (signal.SIGTERM, signal.SIGHUP)


class Ending:
    """Signals that end the program in good order; those that are ignored stay so.

    While it starts they are only noted: that takes no second, and is no moment to leave half a screen behind.
    """

    def __init__(self) -> None:
        self._numbers = [number for number in _MEANT if signal.getsignal(number) is signal.SIG_DFL]
        self._noted = 0
        for number in self._numbers:
            signal.signal(number, self._note)

    def hand_over(self, leave: Callable[[int], object]) -> None:
        """A loop runs now: let it leave in its own time, with this exit code."""
        loop = asyncio.get_running_loop()
        for number in self._numbers:
            loop.add_signal_handler(number, leave, 128 + number)
        if self._noted:
            leave(128 + self._noted)

    def _note(self, number: int, _: FrameType | None) -> None:
        self._noted = number
