"""Columns handed to DuckDB where they lie in memory: the Arrow C data interface, without a library for it.

A parameter is copied by each step of the planner, and bytes have to become text first: blocks of 4 MB took
38 ms on their way in as one parameter, and take 3 ms as a column.
"""

import contextlib
import ctypes
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeAlias

import duckdb
import numpy as np
import numpy.typing as npt

from mlops_console.store.packed import Blobs

Column: TypeAlias = "npt.NDArray[Any] | Sequence[bytes] | Blobs"
"""Numbers, or bytes."""

_FORMATS: Final = {"i2": b"s", "i4": b"i", "i8": b"l", "f8": b"g"}
_BYTES: Final = b"Z"
_STRUCT: Final = b"+s"


class _Schema(ctypes.Structure):
    _fields_: ClassVar = [
        ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64), ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
    ]  # fmt: skip


class _Array(ctypes.Structure):
    _fields_: ClassVar = [
        ("length", ctypes.c_int64), ("null_count", ctypes.c_int64), ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64), ("n_children", ctypes.c_int64), ("buffers", ctypes.c_void_p),
        ("children", ctypes.c_void_p), ("dictionary", ctypes.c_void_p), ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]  # fmt: skip


class _Stream(ctypes.Structure):
    _fields_: ClassVar = [
        ("get_schema", ctypes.c_void_p), ("get_next", ctypes.c_void_p), ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p), ("private_data", ctypes.c_void_p),
    ]  # fmt: skip


def _releasing(kind: type[ctypes.Structure]) -> Any:
    """A function for `release`: marks the structure as released, its memory is Python's."""

    def release(given: Any) -> None:
        given.contents.release = None

    return ctypes.CFUNCTYPE(None, ctypes.POINTER(kind))(release)


_RELEASE: Final = {kind: _releasing(kind) for kind in (_Schema, _Array, _Stream)}
_ASK: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_SAY: Final = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
_NO_WORDS: Final = _SAY(lambda _: None)
_capsule = ctypes.pythonapi.PyCapsule_New
_capsule.restype = ctypes.py_object
_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


class _Rows:
    """Columns of one length. It must outlive whoever reads them."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self._kept: list[object] = []
        self._batches: list[_Array] = []
        schemas: list[_Schema] = []
        for some in _cut(columns):
            arrays, schemas = [], []
            for name, column in some.items():
                form, length, buffers = _laid_out(column)
                arrays.append(self._array(length, buffers, []))
                schemas.append(self._schema(form, name.encode(), []))
            self._batches.append(self._array(length, [None], arrays))
        self._names = self._schema(_STRUCT, b"", schemas)

    def __arrow_c_stream__(self, _wanted: object = None) -> object:
        left = self._batches[::-1]

        def schema(_stream: int, to: int) -> int:
            ctypes.memmove(to, ctypes.byref(self._names), ctypes.sizeof(_Schema))
            return 0

        def following(_stream: int, to: int) -> int:
            block = left.pop() if left else _Array()
            ctypes.memmove(to, ctypes.byref(block), ctypes.sizeof(_Array))
            return 0

        calls = _ASK(schema), _ASK(following), _NO_WORDS, _RELEASE[_Stream]
        stream = _Stream(*map(_address_of, calls))
        self._kept += [calls, stream]
        return _capsule(ctypes.addressof(stream), b"arrow_array_stream", None)

    def _array(self, length: int, buffers: Sequence[npt.NDArray[Any] | None], inner: list[_Array]) -> _Array:
        places = (ctypes.c_void_p * len(buffers))(*(b if b is None else b.ctypes.data for b in buffers))
        self._kept += [buffers, places]
        return _Array(
            length, 0, 0, len(buffers), len(inner), ctypes.addressof(places), self._list(inner), None,
            _address_of(_RELEASE[_Array]),
        )  # fmt: skip

    def _schema(self, form: bytes, name: bytes, inner: list[_Schema]) -> _Schema:
        return _Schema(
            form, name, None, 0, len(inner), self._list(inner), None, _address_of(_RELEASE[_Schema])
        )

    def _list(self, inner: Sequence[ctypes.Structure]) -> int:
        places = (ctypes.c_void_p * len(inner))(*map(ctypes.addressof, inner))
        self._kept += [inner, places]
        return ctypes.addressof(places)


def _address_of(call: Any) -> int | None:
    return ctypes.cast(call, ctypes.c_void_p).value


def _laid_out(column: Column) -> tuple[bytes, int, list[npt.NDArray[Any] | None]]:
    """Its format, its length and its buffers; the first would say which values are there: all are."""
    if isinstance(column, np.ndarray):
        solid = np.ascontiguousarray(column)
        return _FORMATS[solid.dtype.str[1:]], len(solid), [None, solid]
    blobs = column if isinstance(column, Blobs) else Blobs.of(column)
    ends = np.zeros(len(blobs.sizes) + 1, np.int64)
    np.cumsum(blobs.sizes, out=ends[1:])
    (data,) = blobs.pieces
    return _BYTES, len(blobs.sizes), [None, ends, data if len(data) else np.zeros(1, np.uint8)]


def _cut(columns: Mapping[str, Column]) -> Iterator[Mapping[str, Column]]:
    """Rows in batches, so that the bytes of each lie in one piece."""
    counts = next((c.counts for c in columns.values() if isinstance(c, Blobs) and len(c.counts) > 1), None)
    if counts is None:
        yield columns
        return
    first = 0
    for place, count in enumerate(counts):
        rows = slice(first, first + count)
        yield {
            name: Blobs(column.sizes[rows], [column.pieces[place]], [count])
            if isinstance(column, Blobs)
            else column[rows]
            for name, column in columns.items()
        }
        first += count


@contextlib.contextmanager
def incoming(con: duckdb.DuckDBPyConnection, columns: Mapping[str, Column]) -> Iterator[None]:
    """Columns that SQL can read as `incoming`."""
    con.register("incoming", _Rows(columns))
    try:
        yield
    finally:
        con.unregister("incoming")
