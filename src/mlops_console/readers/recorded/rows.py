"""Lines of metrics become columns: many lines are parsed in one go, and only odd ones one by one."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from mlops_console.recording.layout import STEP, TIME
from mlops_console.records import NO_TIME, FloatArray, IntArray, Points, RunKey

_PLAIN_TYPES = {float, int}
_NOT_FINITE = {"nan", "inf", "infinity"}
_INT64 = 2**63
_LATEST = 253_402_300_800.0
"""The end of the year 9999 in seconds: a later wall time is none."""

Column = tuple[IntArray, IntArray, IntArray, FloatArray]
"""Number of the line, step, wall time, value."""


class Gathered:
    """Points by metric key, in record order."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Column]] = {}
        self.size = 0
        self.newest = NO_TIME

    def add(self, columns: dict[str, list[Column]]) -> None:
        """Take the points of some lines."""
        for key, parts in columns.items():
            column = parts[0] if len(parts) == 1 else _in_order(parts)
            self._columns.setdefault(key, []).append(column)
            self.size += len(column[0])
            if len(column[0]):
                self.newest = max(self.newest, int(column[2].max()))

    def points(self, run: RunKey) -> Points:
        """All of them as one block."""
        if not self._columns:
            return Points.empty()
        every = list(self._columns.values())
        joined = [np.concatenate([part[place] for parts in every for part in parts]) for place in (1, 2, 3)]
        counts = np.array([sum(len(part[0]) for part in parts) for parts in every], np.int64)
        return Points(tuple((run, key) for key in self._columns), counts, joined[0], joined[1], joined[2])


def parse(lines: Sequence[bytes]) -> list[dict[str, Any] | None]:
    """The object on each line; None where there is none."""
    together = b",".join(lines)
    # Where every line is `{…}` with no other brace or bracket, no line can hide in another one's value.
    flat = together.count(b"{") == together.count(b"}") == len(lines) and b"[" not in together
    if flat and all(line[:1] == b"{" and line[-1:] == b"}" for line in lines):
        rows = _loaded(b"[" + together + b"]")
        if isinstance(rows, list) and len(rows) == len(lines):
            return rows
    return [row if isinstance(row := _loaded(line), dict) else None for line in lines]


def columns(rows: Sequence[dict[str, Any]], first: int, odd: set[str]) -> dict[str, list[Column]]:
    """The points of some rows, numbered from `first`; keys with what is no number are added to `odd`."""
    shapes: dict[tuple[str, ...], list[int]] = {}
    for place, row in enumerate(rows):
        shapes.setdefault(tuple(row), []).append(place)
    found: dict[str, list[Column]] = {}
    for shape, places in shapes.items():
        chosen = rows if len(places) == len(rows) else [rows[place] for place in places]
        number = np.array(places, np.int64) + first
        step, fine = _steps([row[STEP] for row in chosen]) if STEP in shape else (number, None)
        wall = _walls([row[TIME] for row in chosen]) if TIME in shape else np.full(len(places), NO_TIME)
        if fine is not None:
            odd.add(STEP)
        for key in shape:
            if key in (STEP, TIME):
                continue
            value, good = _values([row[key] for row in chosen], key, odd)
            keep = good if fine is None else fine if good is None else good & fine
            if keep is None:
                found.setdefault(key, []).append((number, step, wall, value))
            elif keep.any():
                found.setdefault(key, []).append((number[keep], step[keep], wall[keep], value[keep]))
    return found


def _in_order(parts: Sequence[Column]) -> Column:
    number, step, wall, value = (np.concatenate([part[place] for part in parts]) for place in range(4))
    order = np.argsort(number, kind="stable")
    return number[order], step[order], wall[order], value[order]


def _loaded(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return None


def _values(found: list[Any], key: str, odd: set[str]) -> tuple[FloatArray, Any]:
    """Values as an array, with a mask of the good ones if any is no number; null is no value."""
    if set(map(type, found)) <= _PLAIN_TYPES:
        try:
            return np.array(found, np.float64), None
        except OverflowError:
            pass
    numbers = [_number(item) for item in found]
    if any(number is None and item is not None for number, item in zip(numbers, found, strict=True)):
        odd.add(key)
    return _masked(numbers, np.float64)


def _steps(found: list[Any]) -> tuple[IntArray, Any]:
    if set(map(type, found)) == {int}:
        try:
            return np.array(found, np.int64), None
        except OverflowError:
            pass
    return _masked([_whole(item) for item in found], np.int64)


def _walls(found: list[Any]) -> IntArray:
    """Epoch seconds as microseconds."""
    seconds = [item if type(item) in _PLAIN_TYPES and 0 < item < _LATEST else None for item in found]
    if None not in seconds:
        return np.rint(np.array(seconds, np.float64) * 1e6).astype(np.int64)
    exact = [NO_TIME if item is None else round(item * 1e6) for item in seconds]
    return np.array(exact, np.int64)


def _masked(found: Iterable[Any], kind: Any) -> tuple[Any, Any]:
    kept = list(found)
    mask = np.array([item is not None for item in kept], bool)
    values = np.array([0 if item is None else item for item in kept], kind)
    return values, None if mask.all() else mask


def _number(item: Any) -> float | None:
    if isinstance(item, (int, float)):
        try:
            return float(item)
        except OverflowError:
            return float("inf") if item > 0 else float("-inf")
    if isinstance(item, str) and item.strip().lstrip("+-").lower() in _NOT_FINITE:
        return float(item)
    return None


def _whole(item: Any) -> int | None:
    if isinstance(item, bool) or not isinstance(item, (int, float)) or not -_INT64 <= item < _INT64:
        return None
    return int(item) if item == int(item) else None
