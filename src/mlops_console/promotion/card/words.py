"""How single things are written on a card. Text stays raw: what writes the document escapes it."""

import json
import math
from typing import Final

from mlops_console import display
from mlops_console.documents.blocks import Entry
from mlops_console.records import Json

_LONGEST: Final = 400


def when(at: int) -> str:
    """`2026-11-23 14:05 UTC`."""
    return f"{display.minute(at)} UTC"


def day(text: str) -> str:
    """A time that was recorded as text, as far as it is one."""
    return f"{text[:16].replace('T', ' ')} UTC" if text[10:11] == "T" and text[-6:] == "+00:00" else text


def shown(value: Json) -> str:
    """A recorded value on a line."""
    match value:
        case None:
            return display.NONE
        case str():
            return cut(value) or '""'
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return display.number(value, 6) if isinstance(value, float) else str(value)
        case _:
            return cut(json.dumps(value, ensure_ascii=False))


def cut(text: str, most: int = _LONGEST) -> str:
    """Text of at most so many characters, cut with `~`."""
    return text if len(text) <= most else text[: most - 1] + "~"


def exact(value: Json) -> Entry:
    """What is to be read character by character."""
    return Entry(shown(value), "mono")


def interval(ci: tuple[float, float] | None, digits: int = 4) -> str:
    """`.618 to .655`; `-` for none."""
    if ci is None or not all(map(math.isfinite, ci)):
        return display.NONE
    return f"{display.number(ci[0], digits)} to {display.number(ci[1], digits)}"


def listed(names: "list[str] | tuple[str, ...]") -> str:
    """`a, b and c`."""
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def version(number: int | None) -> str:
    """`v3`; `nothing` for none."""
    return "nothing" if number is None else f"v{number}"
