"""Text as rows: decoded as well as can be told, long lines cut, nothing in it that controls a terminal."""

import re
from dataclasses import dataclass
from typing import Final

from mlops_console import display
from mlops_console.readers.previews.lines import cut
from mlops_console.readers.previews.model import Preview, Row, Span
from mlops_console.readers.previews.opened import CELLS, ROWS, Opened, safe

_CONTROL: Final = bytes(set(range(32)) - {7, 8, 9, 10, 12, 13, 27}) + b"\x7f"
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_YAML: Final = re.compile(
    r"(?P<lead>\s*(?:- )*)(?P<key>[^\s#:'\"\[{][^#:]*|'[^']*'|\"[^\"]*\")(?P<colon>:)(?P<rest>\s.*|$)"
)
_NUMBER: Final = re.compile(
    r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?|true|false|null|~|[-+]?\.(inf|nan)", re.I
)


@dataclass(frozen=True, slots=True)
class Text:
    """A file's head as text."""

    text: str
    encoding: str
    note: str = ""


def is_binary(head: bytes) -> bool:
    """Whether bytes are anything but text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    sample = head[:8192]
    if b"\0" in sample:
        return True
    return len(sample) - len(sample.translate(None, _CONTROL)) > len(sample) // 20


def decoded(file: Opened) -> Text:
    """By its byte-order mark, else UTF-8, else Windows-1252 with a note."""
    head = file.head
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return Text(head[len(mark) :].decode(encoding, "replace"), encoding)
    try:
        text = head.decode("utf-8")
        return Text(text, "ascii" if text.isascii() else "utf-8")
    except UnicodeDecodeError as error:
        if not file.whole and error.start >= len(head) - 4:
            return Text(head[: error.start].decode("utf-8"), "utf-8")
    note = "It is not UTF-8; it is read as Windows-1252, so some letters may be wrong."
    return Text(head.decode("cp1252", "replace"), "windows-1252?", note)


def lines_of(file: Opened, text: str) -> list[str]:
    """Its first lines; of a progress bar drawn over itself, the last state."""
    data = text.encode("utf-8", "surrogatepass")
    found = cut(data)
    partial = [found.partial] if found.partial and (file.whole or not found.lines) else []
    return [*found.lines[:ROWS], *partial][:ROWS]


def text(file: Opened, kind: str = "text") -> Preview:
    """The head of a text file."""
    read = decoded(file)
    lines = lines_of(file, read.text)
    rows = tuple(_styled(line, kind) for line in lines)
    facts = [("encoding", read.encoding)]
    whole = file.whole and len(lines) < ROWS
    if whole:
        facts.append(("lines", display.count(len(lines))))
    note = read.note or ("" if whole else head_words(file, f"{display.count(len(lines))} lines"))
    if not file.stat.size:
        note = "The file is empty."
    return Preview(kind, file.name, file.facts(*facts), rows, note)


def head_words(file: Opened, what: str) -> str:
    """What is shown of a file that isn't shown whole."""
    return f"The first {what} of {display.size(file.stat.size)}."


def _styled(line: str, kind: str) -> Row:
    if kind == "yaml":
        return tuple((text, style) for text, style in yaml_spans(safe(line)) if text)
    return ((safe(line), "text"),) if line else ()


def yaml_spans(line: str) -> list[Span]:
    """A line of YAML (or of anything like it) in its parts."""
    if line.lstrip().startswith("#"):
        return [(line, "muted")]
    found = _YAML.fullmatch(line)
    if not found:
        stripped = line.lstrip("- ")
        lead = line[: len(line) - len(stripped)]
        return [(lead, "muted"), (stripped, scalar_style(stripped))]
    value, hash_, comment = found["rest"].partition(" #")
    return [
        (found["lead"], "muted"), (found["key"], "key"), (":", "muted"),
        (value, scalar_style(value.strip())), (hash_ + comment, "muted"),
    ]  # fmt: skip


def scalar_style(text: str) -> str:
    """The style of a value by how it is written."""
    if _NUMBER.fullmatch(text):
        return "number"
    return "string" if text[:1] in ("'", '"') else "text"


def cut_line(spans: list[Span]) -> Row:
    """Spans of a line, no longer than `CELLS` characters together."""
    row: list[Span] = []
    room = CELLS
    for text, style in spans:
        if room <= 0:
            break
        shown = safe(text, max(2, room))
        row.append((shown, style))
        room -= len(shown)
    return tuple(row)
