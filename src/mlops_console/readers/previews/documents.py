"""JSON as rows in colours: laid out token by token, so that a head, a bomb or a broken file shows as well."""

import json
import re
from collections.abc import Iterator
from typing import Final

from mlops_console import display
from mlops_console.readers.previews.model import Preview, Row, Span
from mlops_console.readers.previews.opened import CELLS, ROWS, Opened, safe
from mlops_console.readers.previews.texts import cut_line, decoded, head_words, lines_of, text
from mlops_console.readers.structured import load, reason

_TOKEN: Final = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<word>[^\s{}\[\],:"]+)|(?P<mark>[{}\[\],:])|(?P<open>"(?:[^"\\]|\\.)*$)',
    re.S,
)
_FLAT: Final = re.compile(r'\[(?:[^\[\]{}"]|"[^"\\]*")*\]')
_DEEPEST: Final = 32
_INDENT: Final = "  "


def json_document(file: Opened) -> Preview:
    """A JSON file, laid out anew."""
    read = decoded(file)
    note, facts = read.note, []
    if file.whole and file.stat.size:
        broken = _broken(read.text)
        if broken is not None:
            return _broken_text(file, read.text, broken)
        facts = _size_of(read.text)
    elif not file.stat.size:
        note = "The file is empty."
    rows = _rows(read.text, file.width)
    if not note and (not file.whole or len(rows) >= ROWS):
        note = head_words(file, f"{display.count(len(rows))} rows")
    return Preview("json", file.name, file.facts(*facts), rows, note)


def json_lines(file: Opened) -> Preview:
    """A file of JSON values, a line each."""
    read = decoded(file)
    rows: list[Row] = []
    bad = 0
    for line in lines_of(file, read.text):
        try:
            json.loads(line or "null")
        except (ValueError, RecursionError):
            bad += 1
        rows.append(cut_line(list(_inline(line))))
    note = "" if file.whole and len(rows) < ROWS else head_words(file, f"{display.count(len(rows))} lines")
    if bad:
        note = f"{display.count(bad)} of these lines {'is' if bad == 1 else 'are'} no JSON. {note}".strip()
    return Preview("json", file.name, file.facts(), tuple(rows), note or read.note)


def yaml_document(file: Opened) -> Preview:
    """A YAML file as it is written, with what is wrong with it."""
    shown = text(file, "yaml")
    if not file.whole or not file.stat.size:
        return shown
    problems = load(file.head, "yaml").problems
    return Preview("yaml", shown.title, shown.facts, shown.rows, " ".join(problems) or shown.note)


def _broken(content: str) -> ValueError | None:
    try:
        json.loads(content)
    except RecursionError:
        return ValueError("nested too deep")
    except ValueError as error:
        return error
    return None


def _size_of(content: str) -> list[tuple[str, str]]:
    value = json.loads(content)
    if isinstance(value, dict):
        return [("holds", f"{display.count(len(value))} keys")]
    return [("holds", f"{display.count(len(value))} values")] if isinstance(value, list) else []


def _broken_text(file: Opened, content: str, error: ValueError) -> Preview:
    """What is there, around the place where it breaks."""
    why = reason(error, "json")
    note = f"Not valid: {why}."
    if not isinstance(error, json.JSONDecodeError):
        return Preview("json", file.name, file.facts(), _rows(content, file.width), note)
    lines = content.split("\n")
    first = max(0, min(error.lineno - 1 - ROWS // 2, len(lines) - ROWS))
    rows: list[Row] = []
    for number, line in enumerate(lines[first : first + ROWS], first + 1):
        if number != error.lineno:
            rows.append(cut_line(list(_inline(line))))
            continue
        start = max(0, error.colno - 1 - CELLS // 2)
        here = error.colno - 1
        spans = [
            (line[start:here], "text"),
            (line[here : here + 1] or " ", "bad"),
            (line[here + 1 :], "text"),
        ]
        rows.append(cut_line([span for span in spans if span[0]]))
    return Preview("json", file.name, file.facts(), tuple(rows), note)


def _inline(line: str) -> Iterator[Span]:
    """A line as it is written, in colours."""
    at = 0
    for token in _TOKEN.finditer(line):
        if token.start() > at:
            yield line[at : token.start()], "muted"
        yield token[0], _style(token, line)
        at = token.end()
    if at < len(line):
        yield line[at:], "text"


def _style(token: "re.Match[str]", content: str) -> str:
    if token["mark"]:
        return "muted"
    if token["string"]:
        after = content[token.end() : token.end() + 8].lstrip()
        return "key" if after.startswith(":") else "string"
    return "string" if token["open"] else "number"


def _rows(content: str, width: int) -> tuple[Row, ...]:
    """The head of a document, laid out."""
    layout = _Layout(content, width)
    layout.fill()
    return tuple(layout.rows)


class _Layout:
    """Rows that are filled token by token."""

    def __init__(self, content: str, width: int) -> None:
        self.rows: list[Row] = []
        self._content = content
        self._room = min(CELLS, max(40, width))
        self._row: list[Span] = []
        self._depth = 0

    def fill(self) -> None:
        """Take tokens until there are rows enough."""
        at = 0
        while len(self.rows) < ROWS and (token := _TOKEN.search(self._content, at)):
            at = token.end()
            mark = token["mark"]
            if mark == "[" and (flat := self._flat(token.start())):
                self._put(list(_inline(" ".join(flat.split()))))
                at = token.start() + len(flat)
            elif mark in ("{", "["):
                at = self._begin(mark, at)
            elif mark in ("}", "]"):
                self._depth -= 1
                self._end_row()
                self._put([(mark, "muted")])
            elif mark == ",":
                self._put([(",", "muted")])
                self._end_row()
            elif mark == ":":
                self._put([(": ", "muted")])
            else:
                self._put([(token[0], _style(token, self._content))])
        self._end_row()
        del self.rows[ROWS:]

    def _begin(self, mark: str, at: int) -> int:
        close = "}" if mark == "{" else "]"
        empty = re.compile(r"\s*" + re.escape(close)).match(self._content, at)
        if empty:
            self._put([(mark + close, "muted")])
            return empty.end()
        self._put([(mark, "muted")])
        self._end_row()
        self._depth += 1
        return at

    def _flat(self, at: int) -> str | None:
        """A list of plain values that fits on what is left of a row."""
        used = sum(len(text) for text, _ in self._row) + len(_INDENT) * min(self._depth, _DEEPEST)
        found = _FLAT.match(self._content, at, at + 4 * self._room)
        if found and found[0] != "[]" and used + len(" ".join(found[0].split())) < self._room:
            return found[0]
        return None

    def _put(self, spans: list[Span]) -> None:
        if not self._row and self._depth > 0:
            self._row.append((_INDENT * min(self._depth, _DEEPEST), "muted"))
        self._row += [(safe(text), style) for text, style in spans]

    def _end_row(self) -> None:
        if self._row:
            self.rows.append(cut_line(self._row))
            self._row = []
