"""The points of one read, gathered piece by piece and given out as one block."""

from itertools import pairwise
from typing import overload

import numpy as np
import numpy.typing as npt

from mlops_console.readers.tensorboard.hparams import text
from mlops_console.records import NO_TIME, FloatArray, IntArray, Points, RunKey

Values = npt.NDArray[np.float32] | FloatArray

_MANY_SERIES = 50_000
_LATEST = 9e12
"""Seconds; later than this a time is no time."""


class Gathered:
    """Points by series, each series in record order."""

    def __init__(self) -> None:
        self.count = 0
        self.touched: set[int] = set()
        """Numbers of the series that got points since someone last emptied this."""
        self._ids: dict[bytes, int] = {}
        self._steps: list[list[IntArray]] = []
        self._walls: list[list[FloatArray]] = []
        self._values: list[list[Values]] = []

    def series(self, tag: bytes) -> int:
        """The number of a tag's series."""
        number = self._ids.get(tag)
        if number is None:
            number = self._ids[tag] = len(self._ids)
            self._steps.append([])
            self._walls.append([])
            self._values.append([])
        return number

    def add(self, series: int, step: IntArray, wall: FloatArray, value: Values) -> None:
        """Points of one series, later than those it has."""
        self._steps[series].append(step)
        self._walls[series].append(wall)
        self._values[series].append(value)
        self.count += len(step)
        self.touched.add(series)

    def add_mixed(self, series: IntArray, step: IntArray, wall: FloatArray, value: Values) -> None:
        """Points of many series in record order."""
        if not len(series):
            return
        narrow = series.astype(np.uint16) if len(self._ids) <= 1 << 16 else series
        order = np.argsort(narrow, kind="stable")
        narrow, step, wall, value = narrow[order], step[order], wall[order], value[order]
        edges = [0, *(np.flatnonzero(narrow[1:] != narrow[:-1]) + 1).tolist(), len(narrow)]
        for first, last in pairwise(edges):
            self.add(int(narrow[first]), step[first:last], wall[first:last], value[first:last])

    @property
    def many_series(self) -> bool:
        """Whether there are so many series that they, not their points, fill the memory."""
        return len(self._ids) >= _MANY_SERIES

    def tags_of(self, numbers: set[int]) -> list[bytes]:
        """The tags of series."""
        return [tag for tag, number in self._ids.items() if number in numbers]

    def points(self, key: RunKey) -> Points:
        """All of them, as one block."""
        kept = [(tag, number) for tag, number in self._ids.items() if self._steps[number]]
        if not kept:
            return Points.empty()
        counts = [sum(map(len, self._steps[number])) for _, number in kept]
        return Points(
            tuple((key, text(tag)) for tag, _ in kept),
            np.array(counts, np.int64),
            np.concatenate([piece for _, number in kept for piece in self._steps[number]]),
            micros(np.concatenate([piece for _, number in kept for piece in self._walls[number]])),
            np.concatenate([piece for _, number in kept for piece in self._values[number]], dtype=np.float64),
        )


def micros(seconds: FloatArray) -> IntArray:
    """Epoch seconds as microseconds; what can be no time becomes `NO_TIME`."""
    if seconds.min() > 0 and seconds.max() < _LATEST:  # false with a NaN in it
        exact = seconds * 1e6
        return np.rint(exact, out=exact).astype(np.int64)
    known = is_time(seconds)
    return np.where(known, np.rint(np.where(known, seconds, 0) * 1e6).astype(np.int64), NO_TIME)


@overload
def is_time(seconds: float) -> bool: ...
@overload
def is_time(seconds: FloatArray) -> npt.NDArray[np.bool_]: ...
def is_time(seconds: float | FloatArray) -> bool | npt.NDArray[np.bool_]:
    """Whether seconds can be a time: not zero, which stands for none, not NaN, not beyond all calendars."""
    return (seconds > 0) & (seconds < _LATEST)


def micros_of(seconds: float | None) -> int | None:
    """`micros` for one time."""
    return round(seconds * 1e6) if seconds is not None and 0 < seconds < _LATEST else None
