"""Messages over a pipe: length-prefixed pickles, large arrays beside them without a copy.

Both ends are this program in the same version; nothing else ever writes to these pipes.
"""

import io
import operator
import os
import pickle
import select
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mlops_console import records
from mlops_console.ingest import messages

_HEAD = struct.Struct("<IQ")
"""Number of parts that follow, bytes of the first part."""
_LENGTH = struct.Struct("<Q")
_BESIDE = 32_768
"""An array of so many bytes or more travels beside the pickle."""
_PARTS_AT_ONCE = 512


class ClosedError(Exception):
    """The other end is gone."""


def _fields_in_order(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    names: Sequence[str] = kind.__dataclass_fields__  # type: ignore[attr-defined]
    take = operator.attrgetter(*names)
    single = len(names) == 1
    return lambda item: (kind, (take(item),) if single else take(item))


# The records' own pickling asks `dataclasses.fields` of each object: ten times the cost of this.
_REDUCE: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    kind: _fields_in_order(kind)
    for kind in (
        records.Source, records.Chunk, records.Points, records.RunFacts, records.RunKey,
        records.Problem, records.Artifact, records.ModelFile, records.Process,
        messages.Find, messages.Got, messages.Order,
    )
}  # fmt: skip


class _Pickler(pickle.Pickler):
    dispatch_table = _REDUCE


def pack(message: object) -> list[memoryview]:
    """A message as the parts to be written, in order."""
    beside: list[memoryview] = []

    def keep_inside(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes < _BESIDE:
            return True
        beside.append(raw)
        return False

    inside = io.BytesIO()
    _Pickler(inside, protocol=5, buffer_callback=keep_inside).dump(message)
    first = inside.getbuffer()
    head = _HEAD.pack(len(beside), len(first)) + b"".join(_LENGTH.pack(part.nbytes) for part in beside)
    return [memoryview(head), first, *beside]


def write(fd: int, parts: Sequence[memoryview], patience: float | None = None) -> None:
    """Write all parts; waits for the other end, but no longer than `patience` for a sign of it."""
    left = [part for part in parts if part.nbytes]
    while left:
        try:
            written = os.writev(fd, left[:_PARTS_AT_ONCE])
        except BlockingIOError:
            ready = select.poll()
            ready.register(fd, select.POLLOUT)
            if not ready.poll(None if patience is None else patience * 1000):
                raise ClosedError from None
            continue
        done = 0
        while done < len(left) and written >= left[done].nbytes:
            written -= left[done].nbytes
            done += 1
        del left[:done]
        if written:
            left[0] = left[0][written:]


class Inbox:
    """Puts messages together from what a pipe delivers, without ever waiting."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._filling = self._message()
        self._target = next(self._filling)
        self._at = 0
        self._done: list[Any] = []

    def receive(self) -> list[Any]:
        """Read what is there (the descriptor doesn't block); the messages that are now complete."""
        while True:
            try:
                count = os.readv(self._fd, [self._target[self._at :]])
            except BlockingIOError:
                break
            if not count:
                raise ClosedError
            self._at += count
            if self._at == self._target.nbytes:
                self._advance()
                if self._done and self._at == 0 and self._target.nbytes == _HEAD.size:
                    break
        done, self._done = self._done, []
        return done

    def _advance(self) -> None:
        self._target = next(self._filling)
        self._at = 0

    def _message(self) -> Iterator[memoryview]:
        """Yield the places to be filled next; a message is complete when the last is full."""
        while True:
            head = bytearray(_HEAD.size)
            yield memoryview(head)
            count, size = _HEAD.unpack(head)
            lengths = bytearray(_LENGTH.size * count)
            if count:
                yield memoryview(lengths)
            parts = [bytearray(size), *(bytearray(length) for (length,) in _LENGTH.iter_unpack(lengths))]
            for part in parts:
                yield memoryview(part)
            self._done.append(pickle.loads(parts[0], buffers=parts[1:]))  # noqa: S301 - our own child


def read_exactly(fd: int, size: int) -> bytearray:
    """So many bytes, waiting for them."""
    data = bytearray(size)
    view, at = memoryview(data), 0
    while at < size:
        count = os.readv(fd, [view[at:]])
        if not count:
            raise ClosedError
        at += count
    return data


def read(fd: int) -> Any:
    """The next message, waiting for it."""
    count, size = _HEAD.unpack(read_exactly(fd, _HEAD.size))
    lengths = [length for (length,) in _LENGTH.iter_unpack(read_exactly(fd, _LENGTH.size * count))]
    first = read_exactly(fd, size)
    return pickle.loads(first, buffers=[read_exactly(fd, length) for length in lengths])  # noqa: S301 - our own parent
