"""ULIDs whose random part is not random: an event's id is made from its content, so that an edit shows.

The first ten characters are the time in milliseconds, the other sixteen the first 80 bits of the SHA-256 of
the event's bytes with an empty id. Who writes several events in a millisecond lets the time run ahead.
"""

import re
import threading
from typing import Final

LENGTH: Final = 26
_DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORM: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_TIME_DIGITS: Final = 10
_HASH_DIGITS: Final = 16
_MOST_TIME: Final = 2**48 - 1


class Ticks:
    """Milliseconds that only rise, whatever the clock does; one for all who write in this process."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self, now_us: int) -> int:
        """The time to put into an id, given the clock in microseconds."""
        with self._lock:
            self._last = min(max(now_us // 1000, self._last + 1, 0), _MOST_TIME)
            return self._last


def ulid(milliseconds: int, digest: bytes) -> str:
    """The id of that time and content; `digest` is at least ten bytes."""
    number = int.from_bytes(digest[:10])
    return _spelled(milliseconds, _TIME_DIGITS) + _spelled(number, _HASH_DIGITS)


def is_ulid(text: str) -> bool:
    """Whether this has the form of one."""
    return _FORM.fullmatch(text) is not None


def content_of(identity: str) -> str:
    """The part that comes from the content."""
    return identity[_TIME_DIGITS:]


def milliseconds_of(identity: str) -> int:
    """The time in an id, epoch milliseconds."""
    value = 0
    for digit in identity[:_TIME_DIGITS]:
        value = value * 32 + _DIGITS.index(digit)
    return value


def _spelled(value: int, digits: int) -> str:
    return "".join(_DIGITS[value >> 5 * place & 31] for place in range(digits - 1, -1, -1))
