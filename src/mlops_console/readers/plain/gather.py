"""Points as they are found, by metric key, put together into one block at the end of a read."""

from array import array

import numpy as np

from mlops_console.records import NO_TIME, FloatArray, IntArray, Points, RunKey

_Part = tuple[IntArray, IntArray | None, FloatArray]


class Gather:
    """Collects one run's points in record order."""

    def __init__(self) -> None:
        self.count = 0
        self.first_wall: int | None = None
        self.last_wall: int | None = None
        self._parts: dict[str, list[_Part]] = {}
        self._single: dict[str, tuple[array[int], array[int], array[float]]] = {}

    def add(self, key: str, step: IntArray, wall: IntArray | None, value: FloatArray) -> None:
        """Many points of one metric at once."""
        if not len(value):
            return
        if key in self._single:
            self._close(key)
        self._parts.setdefault(key, []).append((step, wall, value))
        self.count += len(value)

    def one(self, key: str, step: int, wall: int, value: float) -> None:
        """One point."""
        single = self._single.get(key)
        if single is None:
            single = self._single[key] = (array("q"), array("q"), array("d"))
        single[0].append(step)
        single[1].append(wall)
        single[2].append(value)
        self.count += 1

    def saw(self, wall: IntArray | None) -> None:
        """Take note of rows' wall times, for when the run began and was last alive."""
        if wall is None or not len(wall):
            return
        known = wall[wall != NO_TIME]
        if len(known):
            low, high = int(known.min()), int(known.max())
            self.first_wall = low if self.first_wall is None else min(self.first_wall, low)
            self.last_wall = high if self.last_wall is None else max(self.last_wall, high)

    def series(self) -> dict[str, _Part]:
        """Every metric's points so far."""
        for key in list(self._single):
            self._close(key)
        return {key: _joined(parts) for key, parts in self._parts.items()}

    def points(self, run: RunKey) -> Points:
        """Everything as one block."""
        found = self.series()
        if not found:
            return Points.empty()
        step, wall, value = _joined(list(found.values()))
        if wall is None:
            wall = np.full(len(step), NO_TIME, np.int64)
        counts = np.array([len(part[0]) for part in found.values()], np.int64)
        return Points(tuple((run, key) for key in found), counts, step, wall, value)

    def _close(self, key: str) -> None:
        step, wall, value = self._single.pop(key)
        part = (np.array(step, np.int64), np.array(wall, np.int64), np.array(value, np.float64))
        self._parts.setdefault(key, []).append(part)


def _joined(parts: list[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    step = np.concatenate([part[0] for part in parts])
    value = np.concatenate([part[2] for part in parts])
    if all(part[1] is None for part in parts):
        return step, None, value
    wall = [np.full(len(part[0]), NO_TIME, np.int64) if part[1] is None else part[1] for part in parts]
    return step, np.concatenate(wall), value
