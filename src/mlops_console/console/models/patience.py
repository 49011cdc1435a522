"""What stands where an answer is on its way: for a moment what stood there before, then that it is asked."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

Picture = TypeVar("Picture")
LATE_SECONDS: Final = 0.6
"""So long a picture stays: without it, it would flicker, and every cell would be sent twice."""


class Patience:
    """Keeps pictures for as long as it lasts. `waits` says whether an answer is still missing."""

    def __init__(self, widget: "Widget", waits: Callable[[], bool], late: Callable[[], object]) -> None:
        self._widget, self._waits, self._late = widget, waits, late
        self._ended = True
        self._timer: Timer | None = None
        self._before: dict[str, tuple[object, Any]] = {}
        """What it was drawn for, and the picture."""

    def begin(self) -> None:
        """From now on, for a moment."""
        self._ended = False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._widget.set_timer(LATE_SECONDS, self._end)

    def _end(self) -> None:
        self._ended = True
        if self._waits():
            self._late()

    def kept(self, what: str, key: object, make: Callable[[], Picture]) -> Picture:
        """The picture as it was, while its answer is missing; else a new one."""
        known = self._before.get(what)
        if not self._ended and known is not None and known[0] == key and self._waits():
            return cast("Picture", known[1])
        made = make()
        self._before[what] = (key, made)
        return made
