"""Zip archives by their table of contents, with caps; names in them are only names."""

from dataclasses import dataclass
from struct import Struct

from mlops_console.readers.modelfiles import spans
from mlops_console.readers.modelfiles.spans import Span

_TAIL = 22 + (1 << 16)
_MOST_DIRECTORY = 8 << 20
_MOST_ENTRIES = 50_000
_RATIO = 1_100
"""Deflate can't do better; an entry that claims more lies."""
_END = Struct("<4s4H2IH")
_END64 = Struct("<4sQ2H2I4Q")
_ENTRY = Struct("<4s6H3I5H2I")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive."""

    name: str
    method: int
    packed: int
    size: int
    at: int
    """Where its local header lies."""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Directory:
    """What an archive says it holds."""

    entries: tuple[Entry, ...]
    total: int
    trouble: str = ""
    """What is wrong, as the end of a sentence about the file."""

    def named(self, name: str) -> Entry | None:
        """The last entry of a name, as unzipping has it."""
        return next((entry for entry in reversed(self.entries) if entry.name == name), None)

    def ending(self, end: str) -> Entry | None:
        """The entry with the shortest name that ends so."""
        found = [entry for entry in self.entries if entry.name == end or entry.name.endswith("/" + end)]
        return min(found, key=lambda entry: len(entry.name), default=None)


def entries(span: Span, most: int = _MOST_ENTRIES) -> Directory:
    """The central directory of an archive, its first `most` entries."""
    start = max(0, span.size - 22)
    tail = span.at(start, 22)
    if not tail.startswith(b"PK\x05\x06"):
        start = max(0, span.size - _TAIL)
        tail = span.at(start, _TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        return Directory((), 0, "has no table of contents at its end: it is cut off or still being written")
    _, _, _, _, total, length, offset, _ = _END.unpack_from(tail, at)
    end = start + at
    if 0xFFFF in (total,) or 0xFFFFFFFF in (length, offset):
        total, length, offset, end = _zip64(span, end, (total, length, offset))
    if offset + length > span.size:
        return Directory((), total, "has a table of contents that points past its end")
    # What was put in front of an archive moves everything in it.
    moved = end - length - offset
    if moved < 0 or span.at(offset + moved, 4) not in (b"PK\x01\x02", b""):
        moved = 0
    wanted = min(length, _MOST_DIRECTORY, most * 400)
    found = _entries(span.at(offset + moved, wanted), most, moved)
    trouble = "" if len(found) >= min(total, most) else "has a damaged table of contents"
    return Directory(found, total, trouble)


def _zip64(span: Span, end: int, short: tuple[int, int, int]) -> tuple[int, int, int, int]:
    at = span.number(end - 12, 8) if span.at(end - 20, 4) == b"PK\x06\x07" else end - 76
    record = span.at(at, _END64.size)
    if len(record) < _END64.size or not record.startswith(b"PK\x06\x06"):
        return (*short, end)
    *_, total, length, offset = _END64.unpack(record)
    return total, length, offset, at


def _entries(data: bytes, most: int, moved: int) -> tuple[Entry, ...]:
    found: list[Entry] = []
    at = 0
    while len(found) < most and len(data) - at >= _ENTRY.size:
        mark, _, _, flags, method, _, _, _, packed, size, name_size, extra, note, *_, where = (
            _ENTRY.unpack_from(data, at)
        )
        if mark != b"PK\x01\x02":
            break
        at += _ENTRY.size
        name = data[at : at + name_size].decode("utf-8", "surrogateescape")
        more = data[at + name_size : at + name_size + extra]
        packed, size, where = _large(more, packed, size, where)
        found.append(Entry(name, method, packed, size, where + moved, bool(flags & 1)))
        at += name_size + extra + note
    return tuple(found)


def _large(extra: bytes, packed: int, size: int, where: int) -> tuple[int, int, int]:
    """The true numbers of an entry beyond 4 GiB."""
    at = 0
    while at + 4 <= len(extra) and 0xFFFFFFFF in (packed, size, where):
        kind, length = (
            int.from_bytes(extra[at : at + 2], "little"),
            int.from_bytes(extra[at + 2 : at + 4], "little"),
        )
        if kind == 1:
            values = [
                int.from_bytes(extra[place : place + 8], "little")
                for place in range(at + 4, min(at + 4 + length, len(extra)) - 7, 8)
            ]
            taken = iter(values)
            size = next(taken, size) if size == 0xFFFFFFFF else size
            packed = next(taken, packed) if packed == 0xFFFFFFFF else packed
            where = next(taken, where) if where == 0xFFFFFFFF else where
            break
        at += 4 + length
    return packed, size, where


def content(span: Span, entry: Entry, most: int) -> tuple[Span, str]:
    """An entry's bytes (at most `most` of a compressed one) and what is wrong, as the end of a sentence."""
    header = span.at(entry.at, 30)
    if not header.startswith(b"PK\x03\x04"):
        return spans.of_bytes(b""), "is not where the table of contents says"
    if entry.locked:
        return spans.of_bytes(b""), "is encrypted"
    at = entry.at + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    if entry.method == 0:
        part = span.part(at, entry.packed)
        return part, "" if part.size == entry.packed else "is cut off"
    if entry.method != 8:
        return spans.of_bytes(b""), f"is compressed in a way that is not read here (method {entry.method})"
    if entry.size > max(entry.packed, 1) * _RATIO:
        return spans.of_bytes(b""), "claims to unpack to more than it can"
    data, trouble = spans.unpacked(span.part(at, entry.packed), "zlib", most, raw=True)
    if not trouble and len(data) != entry.size:
        trouble = "unpacks to another size than it says"
    return spans.of_bytes(data), trouble
