"""A whole JSON file of metrics -> histories, final values and params, in the shapes that people dump.

A list of rows; lists by metric (with a list of epochs or steps among them, or not), nested or wrapped; pairs
of step and value; rows by epoch; parallel lists of steps and values; and plain final values, nested or not.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, TypeGuard

import numpy as np

from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.numbers import walls, whole_steps
from mlops_console.readers.plain.rows import Rows, TooDeepError, flat_params
from mlops_console.readers.plain.state import FileState
from mlops_console.readers.plain.table import labelled
from mlops_console.readers.plain.words import (
    PARAMS,
    VECTORS,
    WRAPPERS,
    is_metric_word,
    normal,
    role_of,
    tokens,
)
from mlops_console.readers.structured import MAX_DEPTH, decode, reason
from mlops_console.records import FloatArray, Json

MAX_BYTES = 64 << 20
_MOST_CONTAINERS = 1_000_000
_MOST_ITEMS = 8_000_000
_MOST_FINALS = 5_000
_REPEATS_UP_TO = 1 << 20
_NUMBERED = re.compile(r"(?:epoch|step|iter|iteration|round)?[_ -]?(\d{1,12})", re.IGNORECASE)


@dataclass(slots=True)
class Document:
    """What a JSON file holds."""

    gather: Gather = field(default_factory=Gather)
    finals: dict[str, Json] = field(default_factory=dict)
    params: dict[str, Json] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    unstepped: bool = False
    """There are rows that no column of steps counts: perhaps they are no history."""


def read_document(data: bytes, named_history: bool, label: str) -> Document:
    """Read a whole file; `named_history` says that its name speaks for histories rather than final values."""
    found = Document()
    text, notes = decode(data)
    found.problems.extend(notes)
    if not text.strip("\0 \t\r\n"):
        return found
    value = _loaded(text, found)
    try:
        if isinstance(value, list):
            _Walk(found, named_history, label).rows(value, "")
        elif isinstance(value, dict):
            walk = _Walk(found, named_history, label)
            walk.mapping(value, "", 1)
            if len(found.finals) > _MOST_FINALS:
                found.problems.append(f"More than {_MOST_FINALS:,} final values; the rest is left out.")
                found.finals = dict(list(found.finals.items())[:_MOST_FINALS])
    except TooDeepError:
        found.problems.append(f"Nested deeper than {MAX_DEPTH} levels; what lies deeper is left out.")
    return found


def _loaded(text: str, found: Document) -> Any:
    if text.count("[") + text.count("{") > _MOST_CONTAINERS or text.count(",") > _MOST_ITEMS:
        found.problems.append(f"Not read: it holds more than {_MOST_ITEMS:,} values.")
        return None
    repeated: list[str] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        built = dict(items)
        if len(built) < len(items) and len(repeated) < 3:
            keys = [key for key, _ in items]
            repeated.extend(sorted({key for key in keys if keys.count(key) > 1})[:3])
        return built

    try:
        value = json.loads(text, object_pairs_hook=pairs if len(text) <= _REPEATS_UP_TO else None)
    except RecursionError:
        found.problems.append(f"Not read: nested deeper than {MAX_DEPTH} levels.")
        return None
    except ValueError as error:
        found.problems.append(f"Not read: {reason(error, 'json')}.")
        return None
    if repeated:
        found.problems.append(f"Keys are given twice ({', '.join(repeated[:3])}); the last value counts.")
    return value


class _Walk:
    """Goes through a parsed document."""

    def __init__(self, found: Document, named_history: bool, label: str) -> None:
        self._found = found
        self._named_history = named_history
        self._label = label

    def rows(self, value: list[Any], prefix: str) -> None:
        """A list that may be one of rows."""
        dicts = [row for row in value if isinstance(row, dict)]
        if not dicts:
            return
        rows = self._rows_under(prefix)
        self._found.unstepped |= not any(role_of(key).kind == "step" for row in dicts[:9] for key in row)
        if not rows.block(dicts):
            for row in dicts:
                rows.one(row)

    def _rows_under(self, prefix: str) -> Rows:
        label = "/".join(part for part in (self._label, prefix.rstrip(".")) if part)
        return Rows(FileState(), self._found.gather, label, self._found.params)

    def mapping(self, value: dict[str, Any], prefix: str, depth: int) -> None:
        """Histories, final values and params in a mapping."""
        if depth > MAX_DEPTH:
            raise TooDeepError
        if self._parallel(value, prefix) or self._by_step(value, prefix):
            return
        columns = {key: column for key, inner in value.items() if (column := _numbers(inner)) is not None}
        wanted = self._histories(value, columns)
        step = min((key for key in wanted if role_of(key).kind == "step"), key=_rank, default=None)
        wall = next((key for key in wanted if role_of(key).kind == "wall"), None)
        for key, inner in value.items():
            if key in wanted:
                if role_of(key).kind not in ("step", "wall", "batch"):
                    steps = columns[step] if step else None
                    when = columns[wall] if wall else None
                    self._series(prefix + key, columns[key], steps, when)
            elif isinstance(inner, dict):
                if normal(key) in PARAMS:
                    self._found.params.update(flat_params(inner))
                else:
                    wrapper = not prefix and normal(key) in WRAPPERS
                    self.mapping(inner, prefix if wrapper else f"{prefix}{key}.", depth + 1)
            elif isinstance(inner, list):
                self._list(prefix, key, inner)
            elif inner is not None and len(self._found.finals) <= _MOST_FINALS:
                self._found.finals[prefix + key] = inner

    def _list(self, prefix: str, key: str, value: list[Any]) -> None:
        if value and all(isinstance(row, dict) for row in value):
            self.rows(value, prefix if normal(key) in WRAPPERS else prefix + key)
            return
        if not VECTORS.isdisjoint(tokens(key)):
            return
        widths = {len(pair) if isinstance(pair, list) else 0 for pair in value}
        if widths in ({2}, {3}):
            table = [_numbers(pair) for pair in value]
            if all(row is not None for row in table):
                columns = np.array(table, np.float64)
                when = columns[:, 0] if widths == {3} else None
                self._series(prefix + key, columns[:, -1], columns[:, -2], when)

    def _histories(self, value: dict[str, Any], columns: dict[str, FloatArray]) -> set[str]:
        """Which lists of numbers are histories, not values such as a confusion matrix's row."""
        fitting = {key for key in columns if VECTORS.isdisjoint(tokens(key)) or role_of(key).kind == "step"}
        steps = [key for key in fitting if role_of(key).kind == "step" and isinstance(value[key], list)]
        scalars = sum(
            isinstance(inner, int | float) and not isinstance(inner, bool) for inner in value.values()
        )
        if steps or self._named_history:
            return fitting
        sounding = {key for key in fitting if is_metric_word(key)}
        return sounding if len(sounding) >= scalars else set()

    def _series(
        self, key: str, values: FloatArray, steps: FloatArray | None, when: FloatArray | None
    ) -> None:
        index = np.arange(len(values), dtype=np.int64)
        if steps is not None and len(steps) == len(values):
            whole, good = whole_steps(steps)
            index = np.where(good, whole, index)
        wall = walls(when) if when is not None and len(when) == len(values) else None
        present = values != _NONE
        self._found.gather.saw(wall)
        name = labelled(key, self._label)
        self._found.gather.add(name, index[present], None if wall is None else wall[present], values[present])

    def _parallel(self, value: dict[str, Any], prefix: str) -> bool:
        """{"steps": [...], "values": [...]} under a metric's name."""
        named = {normal(key): key for key in value}
        values = next((named[word] for word in ("values", "value") if word in named), None)
        if not prefix or values is None:
            return False
        column = _numbers(value[values])
        step = next((key for key in value if role_of(key).kind == "step"), None)
        if column is None or step is None:
            return False
        when = next(
            (key for word, key in named.items() if word in ("timestamps", "timestamp", "time", "wall_time")),
            "",
        )
        self._series(
            prefix.rstrip("."), column, _numbers(value[step]), _numbers(value[when]) if when else None
        )
        return True

    def _by_step(self, value: dict[str, Any], prefix: str) -> bool:
        """{"0": {...}, "1": {...}} or {"epoch_1": {...}}: a row for each step."""
        if not value or not all(isinstance(inner, dict) for inner in value.values()):
            return False
        numbers = [_NUMBERED.fullmatch(key) for key in value]
        if not all(numbers):
            return False
        rows = self._rows_under(prefix)
        for match, inner in zip(numbers, value.values(), strict=True):
            assert match is not None
            rows.one({"step": int(match[1]), **inner})
        return True


_NONE = np.finfo(np.float64).min
"""Stands for null in a list of numbers."""


def _numbers(value: Any) -> FloatArray | None:
    """A list of numbers (null allowed), or a mapping of row numbers to numbers, as an array; else None."""
    if isinstance(value, dict) and value and all(key.isdigit() for key in value):
        value = list(value.values())
    if not _is_list(value):
        return None
    kinds = set(map(type, value))
    if not kinds <= {int, float, type(None)} or kinds == {type(None)}:
        return None
    try:
        return np.array([_NONE if item is None else item for item in value], np.float64)
    except OverflowError:
        return None


def _rank(key: str) -> tuple[int, str]:
    return role_of(key).rank, key


def _is_list(value: Any) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and bool(value)
