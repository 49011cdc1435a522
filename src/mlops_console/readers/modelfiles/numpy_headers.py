"""The header of a NumPy array file: its type, its shape, and where its values begin."""

import ast
from dataclasses import dataclass
from typing import Final

MAGIC: Final = b"\x93NUMPY"
FIRST: Final = 12
"""So many bytes tell how long the header is."""
LONGEST: Final = 1 << 16
_MOST_AXES: Final = 64


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says; sizes in it are claims, however large."""

    kind: str
    """NumPy's code of the type, such as `<f8`; a record's fields as text."""
    is_record: bool
    shape: tuple[int, ...]
    data: int
    """Where the values begin."""


def extent(first: bytes) -> tuple[int, int] | None:
    """Where the header's words begin and how many bytes they are; None for what is no NumPy file."""
    if not first.startswith(MAGIC) or len(first) < FIRST:
        return None
    wide = 2 if first[6] == 1 else 4
    length = int.from_bytes(first[8 : 8 + wide], "little")
    return (8 + wide, length) if length <= LONGEST else None


def parse(words: bytes, data: int) -> Header | None:
    """A header's words, without evaluating anything in them; None where they are damaged."""
    try:
        told = ast.literal_eval(words.decode("latin-1").strip())
        kind, shape = told["descr"], told["shape"]
        sizes = tuple(int(size) for size in shape)
        named = str(kind)[:200]
    except (ValueError, SyntaxError, KeyError, TypeError, IndexError, OverflowError):
        return None
    except (MemoryError, RecursionError):
        return None
    if len(sizes) > _MOST_AXES or any(not 0 <= size < 1 << 63 for size in sizes):
        return None
    return Header(named, not isinstance(kind, str), sizes, data)


def header_in(head: bytes) -> Header | None:
    """The header at the start of these bytes; None where it is not whole."""
    found = extent(head[:FIRST])
    if found is None:
        return None
    start, length = found
    words = head[start : start + length]
    return parse(words, start + length) if len(words) == length else None
