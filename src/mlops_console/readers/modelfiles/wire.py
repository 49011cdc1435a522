"""Protocol Buffers on the wire, read field by field from a span; long fields are passed over, not read."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlops_console.readers.modelfiles.spans import Span

MOST_FIELDS = 150_000
"""How many fields are looked at in one file."""


class WireError(Exception):
    """The bytes are no such message from here on; the text is the end of a sentence about the file."""


@dataclass(slots=True)
class Fields:
    """How many fields may still be looked at, over all messages of a file."""

    left: int = MOST_FIELDS


@dataclass(frozen=True, slots=True)
class Field:
    """A field: a number, or a place where its bytes lie."""

    number: int
    value: int
    at: int = 0
    size: int = 0
    is_bytes: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message within a span."""

    span: Span
    at: int
    size: int
    budget: Fields

    def __iter__(self) -> Iterator[Field]:
        at, end = self.at, self.at + self.size
        while at < end:
            self.budget.left -= 1
            if self.budget.left < 0:
                raise WireError(f"has more than the {MOST_FIELDS:,} fields that are looked at")
            tag, at = self._varint(at, end)
            kind, number = tag & 7, tag >> 3
            if number == 0:
                raise WireError(f"is damaged at byte {at:,}")
            if kind == 0:
                value, at = self._varint(at, end)
                yield Field(number, value)
            elif kind == 2:
                size, at = self._varint(at, end)
                if size > end - at:
                    raise WireError(f"ends before what it announces at byte {at:,}: it is cut off or damaged")
                yield Field(number, 0, at, size, is_bytes=True)
                at += size
            elif kind in (1, 5):
                size = 8 if kind == 1 else 4
                yield Field(number, self.span.number(at, size))
                at += size
            else:
                raise WireError(f"is damaged at byte {at:,}")

    def inner(self, field: Field) -> "Message":
        """The message that a field holds."""
        return Message(self.span, field.at, field.size, self.budget)

    def text(self, field: Field, most: int = 300) -> str:
        """The text that a field holds, its beginning."""
        return self.span.at(field.at, min(field.size, most)).decode("utf-8", "replace")

    def numbers(self, field: Field, most: int = 64) -> list[int]:
        """The numbers of a repeated field, packed or not."""
        if not field.is_bytes:
            return [signed(field.value)]
        found: list[int] = []
        at, end = field.at, field.at + field.size
        while at < end and len(found) < most:
            value, at = self._varint(at, end)
            found.append(signed(value))
        return found

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        data = self.span.at(at, min(10, end - at))
        value = 0
        for place, byte in enumerate(data):
            value |= (byte & 127) << (7 * place)
            if byte < 128:
                return value, at + place + 1
        raise WireError(f"is damaged at byte {at:,}")


def message(span: Span) -> Message:
    """The message that a whole span is."""
    return Message(span, 0, span.size, Fields())


def signed(value: int) -> int:
    """A varint as a signed number of 64 bits."""
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value
