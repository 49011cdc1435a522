"""Count, mean and spread of numbers that come in batches, to the last digits that float64 has."""

import math
from typing import Final

import numpy as np

from mlops_console.records import FloatArray

_SMALL: Final = 1e-140
_LARGE: Final = 1e140
_LARGEST: Final = float(np.finfo(np.float64).max)


class Moments:
    """Joined batch by batch (Chan, Golub and LeVeque 1979), in units in which squares stay numbers."""

    def __init__(self) -> None:
        self.n = 0
        self.low, self.high = math.inf, -math.inf
        self._unit, self._mean, self._squares = 1.0, 0.0, 0.0

    def add(self, ordered: FloatArray) -> None:
        """A batch: finite, ascending."""
        m = len(ordered)
        if not m:
            return
        self.low, self.high = min(self.low, float(ordered[0])), max(self.high, float(ordered[-1]))
        largest = max(abs(self.low), abs(self.high))
        unit = largest if 0 < largest < _SMALL or largest >= _LARGE else 1.0
        if unit > self._unit:
            self._mean *= self._unit / unit
            self._squares *= (self._unit / unit) ** 2
        # It gets smaller only where nothing but zeros came before.
        self._unit = unit
        values = ordered / self._unit if self._unit != 1.0 else ordered
        mean = float(values.mean())
        apart = mean - self._mean
        total = self.n + m
        self._squares += float(values.var()) * m + apart * apart * (self.n / total) * m
        self._mean += apart * (m / total)
        self.n = total

    @property
    def mean(self) -> float:
        """Of all; it lies between the smallest and the largest."""
        return min(max(self._mean * self._unit, self.low), self.high)

    @property
    def sd(self) -> float:
        """Ddof 0."""
        return min(math.sqrt(max(self._squares, 0.0) / self.n) * self._unit, _LARGEST)
