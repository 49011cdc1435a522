"""The metrics table, read on in the order in which its rows were written, as columns."""

import sqlite3
from collections.abc import Callable
from typing import Any
from zlib import crc32

import numpy as np

from mlops_console.readers.mlflow.database.connecting import ERRORS, error_code, why_not
from mlops_console.readers.mlflow.database.state import State
from mlops_console.readers.mlflow.database.tables import METRICS, Row, Tables, text
from mlops_console.records import NO_TIME, FloatArray, IntArray, Points, RunKey

_BATCH = 600
"""Rows at a time: a lock that nobody feels, and so few tuples that no search for garbage begins."""
_LATEST_MS = 253_402_300_800_000
_LARGEST = float(np.finfo(np.float64).max)
"""MLflow writes an infinite value as the largest number there is."""
_MOST_PLACES = 64
"""Damaged places that are passed over in one read."""
_FARTHEST = 2**62
_DAMAGED = "is damaged in places: metrics there are lost"


STRANGERS = "strangers"
"""Where it is told that there are points of runs that the database doesn't list."""


class ReplacedError(Exception):
    """It is not the database that was read before, or rows that were read are gone."""


class _Keys(dict[Any, int]):
    """Metric keys of one run -> numbers of their series; -1 for what is no name."""

    def __init__(self, run: Any, every: list[tuple[bytes, bytes]]) -> None:
        self._run = run
        self._every = every

    def __missing__(self, key: Any) -> int:
        number = -1
        if type(key) is bytes and type(self._run) is bytes:
            number = len(self._every)
            self._every.append((self._run, key))
        self[key] = number
        return number


class Gathered:
    """Points by run and metric key, in record order."""

    def __init__(self) -> None:
        self.size = 0
        self._series: list[tuple[bytes, bytes]] = []
        self._keys: dict[Any, _Keys] = {}
        self._parts: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = []

    def numbers(self, runs: Row, keys: Row) -> IntArray:
        """The numbers of series by their names; -1 for what is no name."""
        first = runs[0]
        if runs.count(first) == len(runs):
            return np.fromiter(map(self._of(first).__getitem__, keys), np.int64, len(keys))
        known = {run: self._of(run) for run in set(runs)}
        return np.array([known[run][key] for run, key in zip(runs, keys, strict=True)], np.int64)

    def add(self, number: IntArray, step: IntArray, wall: IntArray, value: FloatArray) -> None:
        """Take points of any series, by their numbers."""
        self._parts.append((number, step, wall, value))
        self.size += len(number)

    def mark(self) -> tuple[int, int]:
        """Where it stands, to go back to."""
        return len(self._parts), self.size

    def back_to(self, mark: tuple[int, int]) -> None:
        """Forget what was taken since."""
        del self._parts[mark[0] :]
        self.size = mark[1]

    def points(self, path: str, strangers: set[bytes]) -> tuple[Points, dict[str, int]]:
        """All of them but those of some runs as one block, and the newest time per run id."""
        if not self._parts:
            return Points.empty(), {}
        number, step, wall, value = (np.concatenate([part[at] for part in self._parts]) for at in range(4))
        counts = np.bincount(number, minlength=len(self._series)).astype(np.int64)
        wanted = counts > 0
        if strangers:
            wanted &= np.array([run not in strangers for run, _ in self._series])
            number, step, wall, value = (column[wanted[number]] for column in (number, step, wall, value))
        if not len(number):
            return Points.empty(), {}
        narrow = number.astype(np.uint16) if len(self._series) <= 1 << 16 else number
        order = np.argsort(narrow, kind="stable")
        counts, wall = counts[wanted], wall[order]
        series = [
            (text(run), text(key))
            for (run, key), is_wanted in zip(self._series, wanted, strict=True)
            if is_wanted
        ]
        newest: dict[str, int] = {}
        edges = np.concatenate(([0], np.cumsum(counts)[:-1]))
        for (run, _), latest in zip(series, np.maximum.reduceat(wall, edges).tolist(), strict=True):
            newest[run] = max(newest.get(run, NO_TIME), latest)
        named = tuple((RunKey(path, run), key) for run, key in series)
        return Points(named, counts, step[order], wall, value[order]), newest

    def runs(self) -> set[bytes]:
        """The ids of the runs that got points."""
        return {run for run, _ in self._series}

    def _of(self, run: Any) -> _Keys:
        known = self._keys.get(run)
        if known is None:
            known = self._keys[run] = _Keys(run, self._series)
        return known


class MetricRows:
    """Reading on in the metrics table."""

    def __init__(self, tables: Tables, state: State, into: Gathered) -> None:
        self._tables = tables
        self._state = state
        self._into = into
        step = '"step"' if tables.has(METRICS, "step") else "0"
        value = "CASE WHEN is_nan THEN NULL ELSE value END" if tables.has(METRICS, "is_nan") else "value"
        self._asked = f"SELECT rowid, run_uuid, key, {step}, timestamp, {value} FROM metrics WHERE rowid"
        self._places = 0

    def read(self, spent: Callable[[], bool]) -> bool:
        """Whether the budget ended it, which is asked for after each batch."""
        if not self._tables.has(METRICS, "run_uuid", "key", "value", "timestamp"):
            return False
        if self._state.hole is not None and self._first(self._state.hole + 1, quietly=True) is not None:
            raise ReplacedError  # it was a copy that is whole now
        while True:
            rows, damaged = self._batch()
            if self._state.anchor and (rows or not damaged):
                if not rows or rows[0][0] != self._state.row or _checksum(rows[0]) != self._state.anchor:
                    raise ReplacedError
                rows = rows[1:]
            if rows:
                self._take(rows)
            if damaged and not self._pass_over():
                return False
            if not rows and not damaged:
                return False
            if spent():
                return True

    def _batch(self) -> tuple[list[Row], bool]:
        """The next rows, after the last one that was read; whether damage ended them."""
        sign = ">=" if self._state.anchor else ">"
        asked = f"{self._asked} {sign} ? ORDER BY rowid LIMIT {_BATCH}"
        try:
            return self._ascending(self._tables.run(asked, self._state.row).fetchall())
        except ERRORS as error:
            self._damage(error)
        rows: list[Row] = []
        try:
            rows.extend(self._tables.run(asked, self._state.row))
        except ERRORS:
            self._last_before(rows)
        return self._ascending(rows)[0], True

    def _last_before(self, rows: list[Row]) -> None:
        """Add the row before a damaged place, which a cursor loses by looking ahead, and note the place."""
        last = rows[-1][0] if rows else self._state.row
        try:
            asked = f"{self._asked} > ? ORDER BY rowid LIMIT 1"
            rows.extend(self._tables.run(asked, last).fetchall())
            last = rows[-1][0] if rows else last
            self._tables.run(asked, last).fetchall()
        except ERRORS as error:
            if error_code(error) == sqlite3.SQLITE_CORRUPT and self._state.hole is None:
                self._state.hole = last

    def _ascending(self, rows: list[Row]) -> tuple[list[Row], bool]:
        """The rows, if they lead on, as in any sound table: without that there would be no end."""
        if len(rows) <= 1 or rows[-1][0] > self._state.row:
            return rows, False
        self._say("is damaged: its metrics are in no order")
        return [], True

    def _take(self, rows: list[Row]) -> None:
        self._state.row, self._state.anchor = rows[-1][0], _checksum(rows[-1])
        _, runs, keys, steps, times, values = zip(*rows, strict=True)
        step, wall, value, bad = _columns(steps, times, values)
        number = self._into.numbers(runs, keys)
        nameless = number < 0
        if bad is None and not nameless.any():
            self._into.add(number, step, wall, value)
            return
        good = ~nameless if bad is None else ~(nameless | bad)
        self._say("holds metrics that are no numbers or have no name; they are left out")
        self._into.add(number[good], step[good], wall[good], value[good])

    def _pass_over(self) -> bool:
        """Go on behind a damaged place; whether there is anything readable behind it."""
        self._places += 1
        if self._places > _MOST_PLACES:
            return False
        bad, good, leap = self._state.row, None, 16
        while leap < _FARTHEST and bad + leap < _FARTHEST:
            found = self._first(bad + leap)
            if found is not None:
                good = found
                break
            leap *= 4
        if good is None:
            return False
        low, high = bad + leap // 4, bad + leap
        while high - low > 1:
            middle = (low + high) // 2
            found = self._first(middle)
            if found is None:
                low = middle
            else:
                high, good = middle, found
        self._state.row, self._state.anchor = good - 1, 0
        return True

    def _first(self, row: int, *, quietly: bool = False) -> int | None:
        """The number of the first row from this one on that can be read at once."""
        try:
            found = self._tables.run(f"{self._asked} >= ? ORDER BY rowid LIMIT 1", row).fetchone()
        except ERRORS as error:
            if not quietly:
                self._damage(error)
            return None
        return int(found[0]) if found and found[0] >= row else None

    def _damage(self, error: Exception) -> None:
        words = why_not(error)
        if error_code(error) == sqlite3.SQLITE_CORRUPT:
            words = _DAMAGED
        self._say(words)

    def _say(self, words: str) -> None:
        """What there is to say of the table: the worst of it, whichever comes first."""
        if self._state.told.get(METRICS, ("", None))[0] != _DAMAGED:
            self._state.told[METRICS] = (words, None)


def _checksum(row: Row) -> int:
    return crc32(repr(row).encode()) or 1


def _columns(steps: Row, times: Row, values: Row) -> tuple[IntArray, IntArray, FloatArray, Any]:
    """Columns as arrays, with a mask of the rows that are no points if there are any."""
    bad: Any = None
    step: Any = np.array(steps)
    if step.dtype != np.int64:
        step, bad = _whole(steps)
    kinds = set(map(type, values))
    if kinds <= {float, int, type(None)}:
        value = np.array(values, np.float64)
    else:
        numbers = [one if isinstance(one, float | int | None) else _no_number for one in values]
        bad_value = np.array([one is _no_number for one in numbers])
        bad = bad_value if bad is None else bad | bad_value
        value = np.array([np.nan if one is _no_number else one for one in numbers], np.float64)
    value[value >= _LARGEST] = np.inf
    value[value <= -_LARGEST] = -np.inf
    wall: Any = np.array(times)
    if wall.dtype != np.int64:
        wall = np.where((whole := _whole(times))[1], 0, whole[0])
    wall = np.where((wall > 0) & (wall < _LATEST_MS), wall, NO_TIME // 1000)
    wall = np.where(wall > 0, wall * 1000, NO_TIME)
    return step, wall, value, bad


_no_number = object()


def _whole(found: Row) -> tuple[IntArray, Any]:
    """Whole numbers, with a mask of what is none."""
    bad = [type(one) not in (int, float) or one != one or abs(one) >= 2.0**63 for one in found]
    numbers = [0 if wrong else int(one) for one, wrong in zip(found, bad, strict=True)]
    return np.array(numbers, np.int64), np.array(bad)
