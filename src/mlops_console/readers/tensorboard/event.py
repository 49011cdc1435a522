"""One event, read field by field: the careful way, for single records and for what the columns don't know.

The messages are `tensorflow.Event`, `Summary` and `TensorProto`; only what a run needs is looked into, the
rest is stepped over by its length.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

wall_of = _DOUBLE = struct.Struct("<d").unpack_from
_FLOAT = struct.Struct("<f").unpack_from
_SIGN = 1 << 63
_WRAP = 1 << 64

LONGEST_TAG = 1 << 16
"""Tags longer than this are no metric's name."""


class Malformed(ValueError):  # noqa: N818 - an outcome of parsing, never shown as an error
    """The bytes are no event."""


@dataclass(slots=True)
class Value:
    """One value of a summary."""

    tag: bytes = b""
    number: float | None = None
    """The value, where it is a single number."""
    place: int = 0
    """Where the number's four bytes are, if it is a float32 stored as such; else 0."""
    tensor: bool = False
    """A tensor is a metric only where its plugin says so."""
    plugin: bytes | None = None
    """The plugin that the value's own metadata names; None without metadata."""
    content: bytes = b""
    """What the plugin keeps in the metadata."""


@dataclass(slots=True)
class Event:
    """What a record holds."""

    wall: float | None = None
    step: int = 0
    step_width: int = 0
    """Bytes of the step that follows a leading wall time; 0 = no step; -1 = not so laid out."""
    values: list[Value] = field(default_factory=list)


def varint(data: memoryview, at: int, end: int) -> tuple[int, int]:
    """An unsigned varint and the place after it."""
    found = shift = 0
    while at < end and shift < 70:
        byte = data[at]
        at += 1
        found |= (byte & 127) << shift
        if byte < 128:
            return found & (_WRAP - 1), at
        shift += 7
    raise Malformed


def fields(data: memoryview, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """(key, start, stop) of each field of a message; for a varint, start is its value."""
    while at < end:
        key = data[at]
        at += 1
        if key > 127:
            key, at = varint(data, at - 1, end)
        kind = key & 7
        if kind == 2:
            if at < end and data[at] < 128:
                length = data[at]
                at += 1
            else:
                length, at = varint(data, at, end)
            stop = at + length
            if stop > end:
                raise Malformed
            yield key, at, stop
            at = stop
        elif kind == 0:
            number, at = varint(data, at, end)
            yield key, number, at
        elif kind in (1, 5):
            stop = at + (8 if kind == 1 else 4)
            if stop > end:
                raise Malformed
            yield key, at, stop
            at = stop
        else:
            raise Malformed


def parse_event(data: memoryview) -> Event:
    """A record's data; raises `Malformed` where it is no event."""
    event = Event()
    width = 0
    for key, start, stop in fields(data, 0, len(data)):
        if key == 9:
            event.wall = _DOUBLE(data, start)[0]
            width = width if start == 1 else -1
        elif key == 16:
            event.step = start - _WRAP if start & _SIGN else start
            width = stop - 10 if len(data) > 9 and data[9] == 16 and width == 0 else -1
        elif key == 42:
            event.values.extend(
                parse_value(data, start, stop) for key, start, stop in fields(data, start, stop) if key == 10
            )
    event.step_width = width if event.wall is not None else -1
    return event


def parse_value(data: memoryview, at: int, end: int) -> Value:
    """One `Summary.Value`."""
    value = Value()
    for key, start, stop in fields(data, at, end):
        if key == 10:
            value.tag = bytes(data[start:stop])
        elif key == 21:
            value.number, value.place, value.tensor = _FLOAT(data, start)[0], start, False
        elif key == 66:
            value.number, value.place = parse_tensor(data, start, stop)
            value.tensor = True
        elif key == 74:
            value.plugin = b""
            note_metadata(value, data, start, stop)
    if len(value.tag) > LONGEST_TAG:
        value.number, value.place = None, 0
    return value


def note_metadata(value: Value, data: memoryview, at: int, end: int) -> None:
    """Add what a value's metadata says of its plugin."""
    for key, start, stop in fields(data, at, end):
        if key == 10:
            for inner, first, last in fields(data, start, stop):
                if inner == 10:
                    value.plugin = bytes(data[first:last])
                elif inner == 18:
                    value.content = bytes(data[first:last])


_CONTENT = {1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 5: "<i2", 6: "i1", 9: "<i8", 10: "?", 17: "<u2", 19: "<f2"}
_CONTENT |= {14: "<u2", 22: "<u4", 23: "<u8"}
_BFLOAT16, _HALF = 14, 19
_SIGNED = frozenset({3, 5, 6, 9})


def parse_tensor(data: memoryview, at: int, end: int) -> tuple[float | None, int]:
    """The only number of a tensor, None where it holds another count of them or none, and its place."""
    dtype, number, place, single = 0, None, 0, True
    for key, start, stop in fields(data, at, end):
        if key == 8:
            dtype = start
        elif key == 18:
            single = _holds_one(data, start, stop)
        elif key == 34 and start < stop:
            number, place = _content(dtype, data[start:stop]), start if dtype == 1 else 0
        elif key & ~7 in (40, 48) and key & 7 in (1, 2, 5):
            kind = "<f4" if key >> 3 == 5 else "<f8"
            if stop - start == int(kind[2]):
                number = float(np.frombuffer(data[start:stop], kind)[0])
                place = start if kind == "<f4" and dtype == 1 else 0
        elif key >> 3 in (7, 10, 11, 13, 16, 17):
            number = _listed(dtype, data, key, start, stop)
    if dtype not in _CONTENT or not single:
        return None, 0
    return (0.0, 0) if number is None else (number, place)


def _holds_one(data: memoryview, at: int, end: int) -> bool:
    """Whether a shape has one element: rank 0, or every size 1."""
    for key, start, stop in fields(data, at, end):
        if key == 24 and start:
            return False
        if key == 18:
            size = next((first for inner, first, _ in fields(data, start, stop) if inner == 8), 0)
            if size != 1:
                return False
    return True


def _content(dtype: int, raw: memoryview) -> float | None:
    kind = _CONTENT.get(dtype)
    if kind is None or len(raw) != np.dtype(kind).itemsize:
        return None
    if dtype == _BFLOAT16:
        return _FLOAT(b"\0\0" + bytes(raw))[0]  # type: ignore[no-any-return]
    return float(np.frombuffer(raw, kind)[0])


def _listed(dtype: int, data: memoryview, key: int, start: int, stop: int) -> float | None:
    """The first number of a list of varints, packed or not."""
    if key & 7 == 2:
        if start == stop:
            return None
        found, _ = varint(data, start, stop)
    elif key & 7 == 0:
        found = start
    else:
        raise Malformed
    if dtype == _BFLOAT16:
        return _FLOAT(b"\0\0" + (found & 0xFFFF).to_bytes(2, "little"))[0]  # type: ignore[no-any-return]
    if dtype == _HALF:
        return float(np.frombuffer((found & 0xFFFF).to_bytes(2, "little"), "<f2")[0])
    return float(found - _WRAP if dtype in _SIGNED and found & _SIGN else found)
