"""Rows on their way into DuckDB: whole columns as one JSON parameter.

Text in numpy object arrays costs 60 to 120 us a value on the way in (a look for pandas at every value) and
executemany a statement a row; one JSON text costs about 1 us a value.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from mlops_console.records import Json

Columns: TypeAlias = Mapping[str, tuple[str, Sequence[object]]]
"""Column name -> (SQL type, values); a BLOB's values are bytes."""


def staged(columns: Columns) -> tuple[str, str]:
    """A sub-select that yields these rows in order, and the text to bind to its `$1`."""
    shape = json.dumps({name: ["VARCHAR" if kind == "BLOB" else kind] for name, (kind, _) in columns.items()})
    fields = ", ".join(
        f'from_base64(unnest(j."{name}")) AS "{name}"'
        if kind == "BLOB"
        else f'unnest(j."{name}") AS "{name}"'
        for name, (kind, _) in columns.items()
    )
    values = {
        name: [
            None if v is None else base64.b64encode(v).decode()
            for v in rows
            if v is None or isinstance(v, bytes)
        ]
        if kind == "BLOB"
        else [_fits(row) for row in rows]
        if kind == "BIGINT"
        else list(rows)
        for name, (kind, rows) in columns.items()
    }
    text = json.dumps(values)
    if "\\ud" in text:
        text = json.dumps({name: [sound(row) for row in rows] for name, rows in values.items()})
    return f"(SELECT {fields} FROM (SELECT from_json($1, '{shape}') AS j))", text


def _fits(value: object) -> int | None:
    """A whole number that DuckDB can hold; other people's files say anything."""
    return int(value) if isinstance(value, (int, float)) and -(2**63) < value < 2**63 else None


def sound(value: object) -> object:
    r"""Text without lone surrogates: bytes that were not UTF-8 become \xNN."""
    if isinstance(value, str) and not value.isascii():
        return "".join(_escape(char) if "\ud800" <= char <= "\udfff" else char for char in value)
    return value


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def exact(text: str) -> str:
    """A path in a form DuckDB can hold and `as_found` turns back, whatever bytes the name is made of."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "\0" + json.dumps(text)
    return text


def as_found(text: str) -> str:
    """The path that `exact` was given."""
    return str(json.loads(text[1:])) if text.startswith("\0") else text


def encoded(value: Json) -> str:
    """JSON text of whatever a file held: integers without end and endless nesting are cut short."""
    try:
        return json.dumps(value)
    except (ValueError, RecursionError):
        return json.dumps(_tamed(value, 64))


def _tamed(value: Json, depth: int) -> Json:
    if isinstance(value, int) and value.bit_length() > 4096:
        return hex(value)[:80] + "..."
    if isinstance(value, (dict, list)) and depth == 0:
        return "..."
    if isinstance(value, dict):
        return {key: _tamed(some, depth - 1) for key, some in value.items()}
    if isinstance(value, list):
        return [_tamed(some, depth - 1) for some in value]
    return value


def scalar_text(value: Json) -> tuple[str, bool]:
    """A value as text (strings bare, all else JSON) and whether it is a number."""
    if isinstance(value, str):
        return value, False
    return encoded(value), isinstance(value, (int, float)) and not isinstance(value, bool)
