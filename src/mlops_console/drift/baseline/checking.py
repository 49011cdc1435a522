"""What a baseline's file says, checked: it may be cut off, damaged, or made up by somebody hostile."""

import math
from typing import Any, Final

MOST_COUNT: Final = 1 << 40
"""Rows that anything may claim."""


class Broken(Exception):  # noqa: N818 - says what the bytes are; the text is a sentence about "it"
    """Bytes that are no baseline."""


def mapping(value: object, what: str) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise Broken(f"{what} is no object")
    return value


def listing(value: object, what: str, most: int) -> list[Any]:
    """A list that is not too long."""
    if not isinstance(value, list) or len(value) > most:
        raise Broken(f"{what} is no list of at most {most:,}")
    return value


def text(value: object, what: str, most: int = 100_000) -> str:
    """Text that is not too long."""
    if not isinstance(value, str) or len(value) > most:
        raise Broken(f"{what} is no text")
    return value


def texts(value: object, what: str, most: int) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text(one, what) for one in listing(value, what, most))


def count(value: object, what: str, most: int = MOST_COUNT) -> int:
    """A whole number from 0 on."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Broken(f"{what} is no count")
    return value


def number(value: object, what: str) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Broken(f"{what} is no number")
    try:
        found = float(value)
    except OverflowError:
        raise Broken(f"{what} is no number") from None
    if not math.isfinite(found):
        raise Broken(f"{what} is no number")
    return found


def sensible(holds: bool, what: str) -> None:
    """Broken unless it holds."""
    if not holds:
        raise Broken(what)
