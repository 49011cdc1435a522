"""Columns of predictions as arrays, whatever they came as."""

from typing import Any

import numpy as np
import numpy.typing as npt

from mlops_console.comparison.predictions.model import Coded, Codes, Values
from mlops_console.records import FloatArray

BoolArray = npt.NDArray[np.bool_]


def length(values: Values) -> int:
    """How many rows."""
    return len(values[0]) if isinstance(values, tuple) else len(values)


def numbers(values: Values) -> FloatArray | None:
    """As numbers, not-a-number where missing; None where they are text."""
    if isinstance(values, tuple) or values.dtype.kind not in "biuf":
        return None
    return values.astype(np.float64, copy=False)


def coded(values: Values) -> Coded:
    """As codes and names in the order of the names; missing values are -1."""
    if isinstance(values, tuple):
        return values
    if values.dtype.kind in "biuf":
        return _coded_numbers(values.astype(np.float64, copy=False))
    flat = values.astype(object)
    absent = np.fromiter((v is None or v != v or v == "" for v in flat), np.bool_, len(flat))
    names, codes = np.unique(
        np.fromiter((str(v) for v in flat[~absent]), object, int((~absent).sum())), return_inverse=True
    )
    out = np.full(len(flat), -1, np.int32)
    out[~absent] = codes.reshape(-1)
    return out, tuple(names.tolist())


def written(value: float) -> str:
    """A number as a level is named: `3`, not `3.0`."""
    return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(float(value))


def _coded_numbers(values: FloatArray) -> Coded:
    finite = np.isfinite(values)
    levels, codes = np.unique(values[finite], return_inverse=True)
    out = np.full(len(values), -1, np.int32)
    out[finite] = codes.reshape(-1)
    return out, tuple(written(level) for level in levels.tolist())


def missing(values: Values) -> BoolArray:
    """Where there is no value: not a finite number, no text."""
    if isinstance(values, tuple):
        return values[0] < 0
    found = numbers(values)
    return ~np.isfinite(found) if found is not None else coded(values)[0] < 0


def take(values: Values, rows: npt.NDArray[Any]) -> Values:
    """Some rows of it, by index or mask."""
    return (values[0][rows], values[1]) if isinstance(values, tuple) else values[rows]


def recoded(values: Values, names: tuple[str, ...]) -> Codes:
    """Codes by somebody else's names; `len(names)` for a name that is not among them, -1 for none."""
    codes, own = coded(values)
    place = {name: at for at, name in enumerate(names)}
    table = np.array([place.get(name, len(names)) for name in own] + [-1], np.int32)
    return table[codes]


def differ(one: Values, other: Values) -> BoolArray:
    """Where two columns say different things; numbers are equal up to what 32-bit floats lose."""
    first, second = numbers(one), numbers(other)
    if first is not None and second is not None:
        same: BoolArray = np.isclose(first, second, rtol=1e-6, atol=1e-9, equal_nan=True)
        return np.logical_not(same)
    codes, names = coded(one)
    unlike: BoolArray = codes != recoded(other, names)
    return unlike
