"""When two values say the same though they are written differently."""

import re
from collections.abc import Hashable
from typing import Final

from mlops_console.records import Json

_NUMBER: Final = re.compile(
    r"[ \t]*[+-]?(?:(?:0|[1-9]\d{0,399})(\.\d*)?|(\.\d+))([eE][+-]?\d{1,4})?[ \t]*", re.ASCII
)
_WORDS: Final[dict[str, Hashable]] = {
    "true": ("bool", True),
    "false": ("bool", False),
    "nan": ("nan",),
    "inf": float("inf"),
    "+inf": float("inf"),
    "-inf": float("-inf"),
    "infinity": float("inf"),
    "-infinity": float("-inf"),
    "none": None,
    "null": None,
}
_LONGEST_WORD: Final = 9
_LONGEST_NUMBER: Final = 420
_DEEPEST: Final = 32


def meaning(value: Json, *, as_written: bool = False, depth: int = 0) -> Hashable:
    """Something that is equal for values that say the same.

    1e-3, 0.001 and "0.001" are one number, true and "True" one truth, null and "None" nothing, and not a
    number is as much itself as anything. Truths are no numbers (true is not 1), text with a leading zero
    is no number (a name such as 007). `as_written` leaves text alone, for versions and hashes.
    """
    if isinstance(value, str):
        return value if as_written else number_or_text(value)
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, float) and value != value:
        return ("nan",)
    if isinstance(value, list):
        if depth >= _DEEPEST:
            return ("text", repr(value))
        return ("list", *(meaning(item, as_written=as_written, depth=depth + 1) for item in value))
    if isinstance(value, dict):
        if depth >= _DEEPEST:
            return ("text", repr(value))
        items = (
            (str(key), meaning(item, as_written=as_written, depth=depth + 1)) for key, item in value.items()
        )
        return ("dict", frozenset(items))
    return value


def number_or_text(text: str) -> Hashable:
    """What a text means: a number, a truth, nothing; else the text itself."""
    if text.isalpha() or len(text) > _LONGEST_NUMBER:
        return _WORDS.get(text.lower(), text) if len(text) <= _LONGEST_WORD else text
    found = _NUMBER.fullmatch(text)
    if found is not None:
        return int(text) if found.lastindex is None else float(text)
    return _WORDS.get(text.lower(), text) if len(text) <= _LONGEST_WORD else text


def same(one: Json, other: Json, *, as_written: bool = False) -> bool:
    """Whether two values say the same."""
    return one is other or meaning(one, as_written=as_written) == meaning(other, as_written=as_written)
