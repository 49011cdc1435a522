"""What the head of a file shows: its columns and some rows, whatever its format."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from mlops_console.readers.plain.header import find_header, plan_of, split
from mlops_console.readers.plain.names import Named
from mlops_console.readers.plain.numbers import is_blank, number
from mlops_console.readers.plain.pieces import decode, encoding_of
from mlops_console.readers.plain.words import role_of

_ROWS = 60
_LONGEST_ROW = 1 << 15


@dataclass(slots=True)
class Sketch:
    """Columns by name with their first cells as text ("" where a row has none)."""

    form: Literal["table", "lines", "json"]
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: int = 0
    long_names: list[str] = field(default_factory=list)
    """Of a table with a row per value: the metrics' names."""


def sketch(file: Named, head: bytes) -> Sketch | None:
    """A look at a file's head; None when it is no table, no rows and no document."""
    encoding, mark = encoding_of(head)
    text = decode(head[mark:], encoding)
    if "\0" in text:
        # Zeros as after a crash, or no text at all: then no line is left.
        text = "".join(line for line in text.splitlines(keepends=True) if "\0" not in line)
    start = text.lstrip("\ufeff \t\r\n")
    if file.form == "lines" or (file.form == "text" and start[:1] == "{"):
        return _lines(text)
    if file.form == "json":
        return _lines(text) if is_lines(start) else None
    if file.form in ("table", "text") and start[:1] not in "{[":
        return _table(text, file.form == "text")
    return None


def is_lines(text: str) -> bool:
    """Whether a .json file holds a JSON object per line, as some tools write it."""
    first, _, rest = text.partition("\n")
    if not first.startswith("{") or not first.rstrip().endswith("}") or not rest.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _table(text: str, strict: bool) -> Sketch | None:
    lines = text.split("\n")
    whole = lines[:-1] if len(lines) > 1 else lines
    found = find_header(whole[: _ROWS + 80])
    if found is None or isinstance(found, str):
        return None
    plan = plan_of(found.names)
    if strict and (plan.step is None or plan.width < 2):
        return None
    rows = []
    for line in whole[found.rows_from : found.rows_from + _ROWS]:
        cells = [cell.strip() for cell in split(line.strip("\r"), found.delimiter)]
        if len(cells) == plan.width and tuple(cells) != plan.names:
            rows.append(cells)
    if strict and not rows:
        return None
    result = Sketch("table", rows=len(rows))
    for index, name in enumerate(found.names):
        result.columns.setdefault(name, [row[index] for row in rows])
    if plan.name is not None:
        result.long_names = [row[plan.name] for row in rows]
    return result


def _lines(text: str) -> Sketch | None:
    result = Sketch("lines")
    for row in _objects(text.split("\n")[:_ROWS]):
        _add(result, row, "")
        result.rows += 1
        for cells in result.columns.values():
            cells.extend([""] * (result.rows - len(cells)))
    if not result.rows:
        return None
    names = [name for name in result.columns if role_of(name).kind == "name"]
    if names and any(role_of(name).kind == "value" for name in result.columns):
        result.long_names = [cell for cell in result.columns[names[0]] if cell]
    return result


def _objects(lines: list[str]) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    for line in lines:
        place, line = 0, line.strip()
        try:
            while line[place : place + 1] == "{" and len(line) <= _LONGEST_ROW:
                row, place = decoder.raw_decode(line, place)
                yield row
        except (ValueError, RecursionError):
            continue


def _add(result: Sketch, row: dict[str, Any], prefix: str, depth: int = 0) -> None:
    for key, value in row.items():
        name = prefix + key
        if isinstance(value, dict):
            if depth < 8:
                _add(result, value, name + ".", depth + 1)
            continue
        cells = result.columns.setdefault(name, [""] * result.rows)
        if len(cells) <= result.rows:
            cells.append(_cell(value))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true"
    if isinstance(value, list):
        return "[]"
    try:
        return str(value)
    except ValueError:
        return "1e309"


def numeric_share(cells: list[str]) -> float:
    """How many of the filled cells are numbers; 1 when none is filled."""
    filled = [cell for cell in cells if not is_blank(cell)]
    return sum(number(cell) is not None for cell in filled) / len(filled) if filled else 1.0
