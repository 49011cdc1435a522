"""Arrays of numbers as bytes: in the smallest type that holds them, bytes of one weight side by side."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from mlops_console.drift.baseline.checking import Broken

Numbers = npt.NDArray[Any]
_WHOLE: Final = ("<u1", "<i1", "<u2", "<i2", "<u4", "<i4", "<i8")
_KNOWN: Final = frozenset((*_WHOLE, "<f4", "<f8"))
_EXACT: Final = 2.0**53
MOST_ENTRIES: Final = 1 << 22
"""Of one array."""


class Packing:
    """Arrays on their way into bytes; each is referred to by its place."""

    def __init__(self) -> None:
        self.said: list[list[Any]] = []
        """Type and number of entries of each."""
        self._parts: list[bytes] = []

    def add(self, values: Numbers) -> int:
        """Its place."""
        small = _smallest(values)
        self.said.append([small.dtype.str.replace("|", "<"), len(small)])
        # Neighbours have the same leading bytes: put beside each other they compress to nothing.
        self._parts.append(small.view(np.uint8).reshape(len(small), small.itemsize).T.tobytes())
        return len(self.said) - 1

    @property
    def bytes(self) -> bytes:
        """All of them, one after the other."""
        return b"".join(self._parts)


class Unpacking:
    """Arrays out of bytes."""

    def __init__(self, said: object, data: memoryview) -> None:
        if not isinstance(said, list):
            raise Broken("it does not list its arrays")
        self._said = [_checked(one) for one in said]
        ends = np.cumsum([np.dtype(kind).itemsize * entries for kind, entries in self._said], dtype=np.int64)
        if (int(ends[-1]) if len(ends) else 0) != len(data):
            raise Broken("its arrays are not as long as it says")
        self._ends = [0, *(int(end) for end in ends)]
        self._data = data

    def floats(self, place: object) -> npt.NDArray[np.float64]:
        """As decimal numbers; all finite."""
        values = self._array(place).astype(np.float64)
        if not np.isfinite(values).all():
            raise Broken("it holds numbers that are none")
        return values

    def wholes(self, place: object) -> npt.NDArray[np.int64]:
        """As whole numbers."""
        values = self._array(place)
        if values.dtype.kind == "f":
            raise Broken("it holds decimal numbers where whole ones belong")
        return values.astype(np.int64)

    def _array(self, place: object) -> Numbers:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(self._said):
            raise Broken("it names an array that it does not hold")
        kind, entries = self._said[place]
        part = np.frombuffer(self._data[self._ends[place] : self._ends[place + 1]], np.uint8)
        return (
            np.ascontiguousarray(part.reshape(-1, entries).T).reshape(-1).view(kind)
            if entries
            else np.empty(0, kind)
        )


def _checked(one: object) -> tuple[str, int]:
    match one:
        case [str() as kind, int() as entries] if kind in _KNOWN and not isinstance(entries, bool):
            if 0 <= entries <= MOST_ENTRIES:
                return kind, entries
    raise Broken("it holds an array of a kind that is none")


def _smallest(values: Numbers) -> Numbers:
    """The same numbers in the smallest type that holds them exactly."""
    if values.dtype.kind == "f":
        if not len(values):
            return values.astype("<f4")
        if float(np.abs(values).max()) < _EXACT and bool((values == np.floor(values)).all()):
            values = values.astype(np.int64)
        else:
            with np.errstate(over="ignore", under="ignore"):
                short = values.astype("<f4")
            return short if np.array_equal(short.astype(np.float64), values) else values.astype("<f8")
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    fits = (kind for kind in _WHOLE if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max)
    return np.ascontiguousarray(values.astype(next(fits)))
