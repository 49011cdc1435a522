r"""Bytes of a log -> its lines, the same wherever the bytes are cut.

A line that is drawn over itself (`\r`, a progress bar) is its last state; a line without an end comes in
pieces of `LONGEST` bytes; escape codes are left out. Everything else is kept as it was written.
"""

import re
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 8192
"""Bytes of a line, or of one state of it, after which a new piece begins."""
_END: Final = re.compile(rb"\n|\r{%d}" % LONGEST)
_STATE: Final = re.compile(rb"[^\r]+")
_ESCAPES: Final = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours, cursor
    "|\x1b[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)"  # titles, links, clipboard
    "|\x1b[ -/]+[0-~]|\x1b[0-Z=>a-~]"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """The lines in some bytes, and what is left of them."""

    lines: tuple[str, ...]
    used: int
    """So many bytes are done with: the next ones begin there."""
    partial: str
    """The line that has no end yet, as it stands."""


def cut(data: bytes) -> Cut:
    """The lines in bytes that begin where a line or a piece of one does."""
    lines: list[str] = []
    at = 0
    for end in _END.finditer(data):
        pieces, last = _states(data[at : end.start()])
        lines += (_shown(piece) for piece in pieces)
        lines.append(_shown(last[1]))
        at = end.end()
    pieces, (start, last_state) = _states(data[at:])
    lines += (_shown(piece) for piece in pieces)
    return Cut(tuple(lines), at + start, _shown(last_state))


def _states(line: bytes) -> tuple[list[bytes], tuple[int, bytes]]:
    """The full pieces of overlong states, and where the last state begins and what it is."""
    pieces: list[bytes] = []
    start = end = 0
    for state in _STATE.finditer(line):
        start, end = state.span()
        while end - start > LONGEST:
            here = _between_letters(line, start + LONGEST)
            pieces.append(line[start:here])
            start = here
    return pieces, (start, line[start:end])


def _between_letters(line: bytes, at: int) -> int:
    """The nearest place at or before `at` that is not within a letter of UTF-8."""
    for back in range(4):
        if line[at - back] & 0xC0 != 0x80:
            return at - back
    return at


def _shown(raw: bytes) -> str:
    text = raw.decode("utf-8", "surrogateescape")
    return _ESCAPES.sub("", text) if "\x1b" in text or "\x9b" in text else text
