"""What the lines of a log say by their words: the time in front, warnings, errors, tracebacks."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_TIME: Final = re.compile(
    r"\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?(?=[\s:,-]|$)"
)
_BAD: Final = re.compile(
    r"\b(?:ERROR|FATAL|CRITICAL|Error|Traceback \(most recent call last\)|Segmentation fault|Killed|OOM)\b"
    r"|\b(?:[A-Z]\w*(?:Error|Exception))\b|^E\d{4} "
)
_WARN: Final = re.compile(r"\b(?:WARN(?:ING)?|[Ww]arning|\w+Warning|DEPRECATED)\b|^W\d{4} ")
_TRACE: Final = re.compile(r"Traceback \(most recent call last\)")


class LogLine(NamedTuple):
    """A line, and how it is drawn."""

    text: str
    moment: int
    """So many characters in front are a time."""
    ink: str


def moment_of(text: str) -> int:
    """How many characters in front of a line are its time."""
    found = _TIME.match(text)
    return found.end() if found else 0


def tinted(lines: Iterable[str], within: bool = False) -> Iterator[LogLine]:
    """Lines with their inks; `within`: a traceback began before them."""
    for text in lines:
        moment = moment_of(text)
        if within and (text.startswith((" ", "\t")) or not text):
            yield LogLine(text, moment, "second")
            continue
        ended, within = within, _TRACE.search(text) is not None
        if ended or within or _BAD.search(text):
            yield LogLine(text, moment, "bad")
        elif _WARN.search(text):
            yield LogLine(text, moment, "warn")
        else:
            yield LogLine(text, moment, "second")


def in_traceback(lines: "list[LogLine]") -> bool:
    """Whether a traceback has begun and not ended with the last of these lines."""
    for line in reversed(lines[-200:]):
        if _TRACE.search(line.text):
            return True
        if not line.text.startswith((" ", "\t")) and line.text:
            return False
    return False
