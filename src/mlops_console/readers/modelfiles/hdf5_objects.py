"""The parts of HDF5 that Keras files are made of: superblock, object headers, groups, attributes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from mlops_console.readers.modelfiles.spans import Span

_MOST_MESSAGES = 2_000
_MOST_LINKS = 5_000
_MOST_TEXT = 2 << 20
_NOWHERE = (1 << 64) - 1


@dataclass(slots=True)
class Object:
    """A group or dataset, as far as its header tells."""

    shape: tuple[int, ...] | None = None
    dtype: str = ""
    tree: int = 0
    heap: int = 0
    links: list[tuple[str, int]] = field(default_factory=list)
    dense: bool = False
    """Its links lie in a structure that is not read here."""
    attributes: dict[str, str] = field(default_factory=dict)


def root_of(span: Span) -> int | None:
    """Where the root group's header lies; None in a file that is not understood."""
    version = span.number(8, 1)
    if version in (0, 1) and span.at(13, 2) == b"\x08\x08":
        return span.number(64 + (4 if version else 0), 8)
    if version in (2, 3) and span.at(9, 2) == b"\x08\x08":
        return span.number(36, 8)
    return None


def end_of(span: Span) -> int:
    """Where the file says that it ends."""
    version = span.number(8, 1)
    return span.number({0: 40, 1: 44}.get(version, 28), 8)


def object_at(span: Span, at: int) -> Object | None:
    """The object whose header lies there."""
    found = Object()
    seen = 0
    for kind, place, size in _messages(span, at):
        seen += 1
        if kind == 0x01 and size >= 4:
            found.shape = _dataspace(span, place)
        elif kind == 0x03 and size >= 8:
            found.dtype = _datatype(span, place)
        elif kind == 0x06:
            link = _link(span, place)
            found.links += [link] if link else []
        elif kind == 0x11:
            found.tree, found.heap = span.number(place, 8), span.number(place + 8, 8)
        elif kind == 0x02:
            flags = span.number(place + 1, 1)
            found.dense = span.number(place + 2 + (8 if flags & 1 else 0), 8) != _NOWHERE
        elif kind == 0x0C:
            _attribute(span, place, size, found.attributes)
    if not found.dtype:
        found.shape = None
    return found if seen else None


def _messages(span: Span, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, place, size) of an object's messages, in all its chunks."""
    new = span.at(at, 4) == b"OHDR"
    if new:
        flags = span.number(at + 5, 1)
        place = at + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        chunks = [(place + width, span.number(place, width))]
        head = 6 if flags & 4 else 4
    elif span.number(at, 1) == 1:
        chunks, head = [(at + 16, span.number(at + 8, 4))], 8
    else:
        return
    left = _MOST_MESSAGES
    while chunks and left > 0:
        place, size = chunks.pop(0)
        end = min(place + size, span.size)
        while place + head <= end and left > 0:
            left -= 1
            kind, length = (
                (span.number(place, 1), span.number(place + 1, 2))
                if new
                else (span.number(place, 2), span.number(place + 2, 2))
            )
            place += head
            if place + length > end:
                break
            if kind == 0x10:
                where, more = span.number(place, 8), span.number(place + 8, 8)
                chunks.append((where + 4, more - 8) if new else (where, more))
            elif kind:
                yield kind, place, length
            place += length


def _dataspace(span: Span, at: int) -> tuple[int, ...]:
    version, rank = span.number(at, 1), span.number(at + 1, 1)
    start = at + (8 if version == 1 else 4)
    return tuple(span.number(start + 8 * place, 8) for place in range(min(rank, 32)))


def _datatype(span: Span, at: int) -> str:
    kind, size = span.number(at, 1) & 15, span.number(at + 4, 4)
    if kind == 0:
        return f"{'int' if span.number(at + 1, 1) & 8 else 'uint'}{size * 8}"
    words = {1: f"float{size * 8}", 3: "text", 6: "record", 8: "enum", 9: "text"}
    return words.get(kind, f"type {kind}")


def _link(span: Span, at: int) -> tuple[str, int] | None:
    flags = span.number(at + 1, 1)
    place = at + 2
    if flags & 8:
        if span.number(place, 1):
            return None
        place += 1
    place += (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
    width = 1 << (flags & 3)
    length = min(span.number(place, width), 1_000)
    place += width
    return span.at(place, length).decode("utf-8", "replace"), span.number(place + length, 8)


def links(span: Span, found: Object) -> Iterator[tuple[str, int]]:
    """(name, place of the header) of what a group holds."""
    yield from found.links
    if not found.tree or span.at(found.heap, 4) != b"HEAP":
        return
    names = span.number(found.heap + 24, 8)
    waiting, met, left = [found.tree], set[int](), _MOST_LINKS
    while waiting and left > 0:
        node = waiting.pop()
        if node in met:
            continue
        met.add(node)
        count = span.number(node + 6, 2)
        if span.at(node, 4) == b"TREE":
            waiting.extend(
                span.number(node + 32 + 16 * place, 8) for place in reversed(range(min(count, 512)))
            )
        elif span.at(node, 4) == b"SNOD":
            for place in range(min(count, 512)):
                left -= 1
                entry = node + 8 + 40 * place
                name = span.at(names + span.number(entry, 8), 300).partition(b"\0")[0]
                yield name.decode("utf-8", "replace"), span.number(entry + 8, 8)


def _attribute(span: Span, at: int, size: int, into: dict[str, str]) -> None:
    """Keep an attribute that is one text."""
    version = span.number(at, 1)
    lengths = [span.number(at + 2 + 2 * place, 2) for place in range(3)]
    place = at + 8 + (1 if version == 3 else 0)
    padded = [(length + 7) // 8 * 8 if version == 1 else length for length in lengths]
    name = span.at(place, lengths[0]).rstrip(b"\0").decode("utf-8", "replace")
    kind = place + padded[0]
    data = kind + padded[1] + padded[2]
    if not at < data < at + size or len(into) > 100:
        return
    if span.number(kind, 1) & 15 == 3:
        text = span.at(data, min(span.number(kind + 4, 4), at + size - data)).rstrip(b"\0")
        into[name] = text.decode("utf-8", "replace")
    elif span.number(kind, 1) & 15 == 9:
        into[name] = _heap_text(span, span.number(data + 4, 8), span.number(data + 12, 4))


def _heap_text(span: Span, at: int, wanted: int) -> str:
    """A text in a global heap."""
    if span.at(at, 4) != b"GCOL":
        return ""
    place, end = at + 16, min(at + span.number(at + 8, 8), span.size)
    for _ in range(1_000):
        index, size = span.number(place, 2), span.number(place + 8, 8)
        if place + 16 > end or not index:
            break
        if index == wanted:
            return span.at(place + 16, min(size, _MOST_TEXT)).rstrip(b"\0").decode("utf-8", "replace")
        place += 16 + (size + 7) // 8 * 8
    return ""
