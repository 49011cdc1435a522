"""What the hparams plugin wrote about a run: its params, its group and how it ended."""

import struct
from dataclasses import dataclass, field

from mlops_console.readers.tensorboard.event import Malformed, Value, fields
from mlops_console.records import Json, Status

_DOUBLE = struct.Struct("<d").unpack_from
_DEEPEST = 32
_STATUS = {1: Status.FINISHED, 2: Status.FAILED, 3: Status.RUNNING}


@dataclass(slots=True)
class Session:
    """What is known of a run's session."""

    params: dict[str, Json] = field(default_factory=dict)
    group: str | None = None
    status: Status | None = None

    def __bool__(self) -> bool:
        return bool(self.params or self.group or self.status)


def note_session(value: Value, session: Session) -> None:
    """Add what a value of the plugin says; raises `Malformed`."""
    data = memoryview(value.content)
    for key, start, stop in fields(data, 0, len(data)):
        if key == 26:
            _start(data, start, stop, session)
        elif key == 34:
            for inner, first, _ in fields(data, start, stop):
                if inner == 8:
                    session.status = _STATUS.get(first, session.status)


def _start(data: memoryview, at: int, end: int, session: Session) -> None:
    for key, start, stop in fields(data, at, end):
        if key == 10:
            name, found = "", None
            for inner, first, last in fields(data, start, stop):
                if inner == 10:
                    name = text(data[first:last])
                elif inner == 18:
                    found = _value(data, first, last, 0)
            session.params[name] = found
        elif key == 34:
            session.group = text(data[start:stop]) or session.group


def _value(data: memoryview, at: int, end: int, depth: int) -> Json:
    """A `google.protobuf.Value`."""
    if depth > _DEEPEST:
        raise Malformed
    found: Json = None
    for key, start, stop in fields(data, at, end):
        if key == 8:
            found = None
        elif key == 17:
            found = _DOUBLE(data, start)[0]
        elif key == 26:
            found = text(data[start:stop])
        elif key == 32:
            found = bool(start)
        elif key == 42:
            found = _struct(data, start, stop, depth)
        elif key == 50:
            inner = fields(data, start, stop)
            found = [_value(data, first, last, depth + 1) for key, first, last in inner if key == 10]
    return found


def _struct(data: memoryview, at: int, end: int, depth: int) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, start, stop in fields(data, at, end):
        if key == 10:
            name, value = "", None
            for inner, first, last in fields(data, start, stop):
                if inner == 10:
                    name = text(data[first:last])
                elif inner == 18:
                    value = _value(data, first, last, depth + 1)
            found[name] = value
    return found


def text(raw: memoryview | bytes) -> str:
    """Text as it was written; bytes that are no UTF-8 are kept as lone surrogates."""
    return bytes(raw).decode("utf-8", "surrogateescape")
