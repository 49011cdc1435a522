"""JSON Lines: one object a line. Objects in objects are columns of their own, by dotted names."""

import io
import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from mlops_console.drift.tables import narrowing
from mlops_console.drift.tables.blocks import Block
from mlops_console.errors import DataError

if TYPE_CHECKING:
    import polars as pl

_CELLS: Final = 1 << 26
"""Cells of a block: lines that each name other columns would fill any memory."""
_NESTED: Final = 4
_KEY: Final = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:')
_LARGE: Final = 2**63


class JsonLines:
    """Lines that are JSON objects."""

    quoted = False

    def __init__(self, name: str) -> None:
        self._name = name
        self._bad = 0
        self._cut = False
        self._counted = False

    @property
    def problems(self) -> list[str]:
        """What was left out."""
        told = []
        if self._bad:
            lines = (
                "1 line is no JSON object: it is"
                if self._bad == 1
                else f"{self._bad:,} lines are no JSON objects: they are"
            )
            told.append(f"{lines} left out.")
        if self._cut:
            told.append(
                "Its last line is cut off, it is still being written or damaged: that line is left out."
            )
        return told

    def texts(self, block: Block, names: Sequence[str] | None) -> "pl.DataFrame":
        """A block's lines, texts as they are written; `names`: only these columns."""
        keys = len(set(_KEY.findall(block.data)))
        if keys * (block.data.count(b"\n") + 1) > _CELLS:
            raise DataError(f"{self._name} names too many columns: {keys:,} in a few lines.")
        read = _flat(self._read(block))
        return read if names is None else read.select([name for name in names if name in read.columns])

    def narrowed(self, texts: "pl.DataFrame") -> "pl.DataFrame":
        """Texts that all are dates or moments as these; other texts stay texts, for JSON has numbers."""
        import polars as pl

        return pl.DataFrame([_dated(column) for column in texts])

    def _read(self, block: Block) -> "pl.DataFrame":
        import polars as pl

        data = block.data
        if data.lstrip()[:1] == b"{" and (block.ended or data.rstrip().endswith(b"}")):
            try:
                return pl.read_ndjson(io.BytesIO(data), infer_schema_length=None)
            except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
                pass  # One odd line: they are looked at one by one.
        return self._one_by_one(block)

    def _one_by_one(self, block: Block) -> "pl.DataFrame":
        import polars as pl

        rows: list[dict[str, Any]] = []
        lines = [line for line in block.data.split(b"\n") if line.strip(b"\0 \r\t")]
        for at, line in enumerate(lines):
            try:
                found = json.loads(line)
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                rows.append(_plain(found))
            elif block.last and not block.ended and at == len(lines) - 1:
                self._cut = True
            else:
                self._bad += 1
        return pl.DataFrame(
            [_series(name, rows) for name in dict.fromkeys(key for row in rows for key in row)]
        )


def _plain(found: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, Any]:
    """An object with those in it flattened."""
    flat: dict[str, Any] = {}
    for key, value in found.items():
        if isinstance(value, dict) and depth < _NESTED:
            flat |= _plain(value, f"{prefix}{key}.", depth + 1)
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def _series(name: str, rows: list[dict[str, Any]]) -> "pl.Series":
    """A column of what lines say, numbers as such, anything mixed as text."""
    import polars as pl

    values = [row.get(name) for row in rows]
    held = {type(value) for value in values if value is not None}
    if held <= {int, float}:
        large = any(isinstance(value, int) and abs(value) >= _LARGE for value in values)
        if float in held or large:
            return pl.Series(name, [None if one is None else _floating(one) for one in values], pl.Float64)
        return pl.Series(name, values, pl.Int64) if held else pl.Series(name, values, pl.Null)
    if held in ({bool}, {str}):
        return pl.Series(name, values, pl.Boolean if held == {bool} else pl.String)
    texts = [one if one is None or isinstance(one, str) else json.dumps(one) for one in values]
    return pl.Series(name, texts, pl.String)


def _floating(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _flat(read: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    for _ in range(_NESTED):
        nested = [name for name, dtype in read.schema.items() if isinstance(dtype, pl.Struct)]
        if not nested:
            break
        columns: dict[str, pl.Series] = {}
        for column in read:
            if column.name in nested:
                columns |= {f"{column.name}.{one.name}": one for one in column.struct.unnest()}
            else:
                columns[column.name] = column
        read = pl.DataFrame([one.alias(name) for name, one in columns.items()])
    return read


def _dated(column: "pl.Series") -> "pl.Series":
    import polars as pl

    if column.dtype != pl.String:
        return column
    held = column.drop_nulls()
    if held.is_empty() or not narrowing.moment_like(str(held[0])[:64]):
        return column
    found = narrowing.moments(column, strict=True)
    return column if found is None else found
