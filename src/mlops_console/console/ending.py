"""Ended from outside, by a shutdown or a hang-up: the terminal is given back and the store closed all the same."""

import asyncio
import signal
from collections.abc import Callable
from types import FrameType
from typing import Final

_MEANT: Final = (signal.SIGTERM, signal.SIGHUP)


def arm() -> None:
    """From now on these signals unwind the program instead of cutting it off; ignored ones stay ignored."""
    for number in _MEANT:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _unwind)


def hand_over(leave: Callable[[int], object]) -> None:
    """A loop runs now: let it leave in its own time, with this exit code."""
    for number in _MEANT:
        if signal.getsignal(number) is _unwind:
            asyncio.get_running_loop().add_signal_handler(number, leave, 128 + number)


def _unwind(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)
