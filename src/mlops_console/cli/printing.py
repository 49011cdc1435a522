"""Printing: data to stdout, words to stderr, tables for people."""

import json
import math
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from mlops_console.display import json_number, json_text, safe_text

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace

_COLOURS: Final = {
    "running": "36", "failed": "31", "killed": "33", "ok": "32", "muted": "2", "head": "2", "strong": "1",
}  # fmt: skip
_HIDDEN: Final = re.compile("[\x80-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""What a terminal obeys, what turns text round or hides it, and what some take for a line's end: in JSON an
escape says the same."""
_COLOUR: Final = re.compile(r"\x1b\[[\d;]*m")


def out(text: str) -> None:
    """A line of data."""
    encoding = sys.stdout.encoding or "utf-8"
    if not text.isascii():
        text = text.encode(encoding, "backslashreplace").decode(encoding)
    sys.stdout.write(text + "\n")


def say(text: str) -> None:
    """A line of words."""
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def out_json(value: Any) -> None:
    """One object a line."""
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
        text.encode()
    except ValueError:  # NaN, or bytes that were not UTF-8
        text = json.dumps(plain(value), ensure_ascii=False)
    if not text.isascii():
        text = _HIDDEN.sub(_escaped, text) if _unicode() else json.dumps(json.loads(text))
    sys.stdout.write(text.replace("\x7f", "\\u007f") + "\n")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def plain(value: Any) -> Any:
    """A value that any JSON parser reads: no NaN, no lone surrogates; otherwise as it was written."""
    match value:
        case str():
            return json_text(value)
        case bool() | None:
            return value
        case float() if not math.isfinite(value):
            return json_number(value)
        case Mapping():
            return {json_text(str(key)): plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [plain(inner) for inner in value]
        case _:
            return value


def colours() -> bool:
    """Whether colours are wanted and seen."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def coloured(text: str, name: str) -> str:
    """Text in a colour, where that is wanted and seen."""
    code = _COLOURS.get(name)
    return text if code is None or not colours() else f"\x1b[{code}m{text}\x1b[0m"


def width() -> int | None:
    """Cells to a line on a terminal; None where the output goes elsewhere and nothing need be cut."""
    if not sys.stdout.isatty():
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return 80


def table(head: Sequence[str], columns: Sequence[Sequence[str]], right: Sequence[bool]) -> Iterable[str]:
    """Lines of an aligned table, two blanks between columns; texts must be safe already."""
    widths = [
        max([cells(title), *(cells(text) for text in column)])
        for title, column in zip(head, columns, strict=True)
    ]
    yield coloured(_line(head, widths, right), "head")
    for row in zip(*columns, strict=True):
        yield _line(row, widths, right)


def _line(texts: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = [
        " " * (width - cells(text)) + text if to_right else text + " " * (width - cells(text))
        for text, width, to_right in zip(texts, widths, right, strict=True)
    ]
    return "  ".join(parts).rstrip()


def cells(text: str) -> int:
    """How many cells a text takes: wide characters two, combining ones and colours none."""
    if "\x1b" in text:
        text = _COLOUR.sub("", text)
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def fitted(text: object, limit: int) -> str:
    """Safe text of at most so many cells, cut with `~`."""
    shown = safe_text(str(text))
    if cells(shown) <= limit:
        return shown
    while shown and cells(shown) > limit - 1:
        shown = shown[:-1]
    return shown + "~"


def _unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


class Progress:
    """One line on a terminal that says how far it is; nothing anywhere else."""

    def __init__(self) -> None:
        self._on = sys.stderr.isatty()
        self._drawn = False

    def __call__(self, words: str) -> None:
        """Draw it anew."""
        if self._on:
            self._drawn = True
            sys.stderr.write("\r\x1b[K" + safe_text(words))
            sys.stderr.flush()

    def done(self) -> None:
        """Take it away."""
        if self._drawn:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._drawn = False


def tell_notices(workspace: "Workspace") -> None:
    """What a person should know, once, on stderr."""
    for notice in workspace.notices:
        say(safe_text(notice))
