"""Files of lines in pieces that end where a line ends; also packed ones, without ever holding all of it."""

import gzip
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Final

from mlops_console import display
from mlops_console.drift.tables.places import DataFile
from mlops_console.errors import DataError

BLOCK: Final = 8 << 20
"""Bytes of a piece."""
_RECORD: Final = 64 << 20
"""Bytes of the longest line."""
_RATIO: Final = 1_100
"""gzip packs no more than 1,032 to 1."""
_UNPACKED: Final = 1 << 40
_WRITTEN: Final = "wait until it is written; a window is judged when its files have rested"
_MARKS: Final = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(slots=True)
class Block:
    """Whole lines."""

    data: bytes
    ended: bool
    """Whether the last line ends with a line's end; False only of a file's last block."""
    last: bool
    first: bool


def is_packed(head: bytes) -> bool:
    """Whether a file begins as gzip does."""
    return head.startswith(b"\x1f\x8b")


def blocks(file: DataFile, *, packed: bool, quoted: bool, size: int = BLOCK) -> Iterator[Block]:
    """The file's lines.

    Args:
        file: what is read.
        packed: by gzip.
        quoted: a line's end between quotation marks is none.
        size: bytes of a block, about.

    Raises:
        DataError: it can't be unpacked, holds a line without an end, or is no text.
    """
    with file.opened() as fd, os.fdopen(os.dup(fd), "rb") as plain:
        stream: IO[bytes] = gzip.GzipFile(fileobj=plain) if packed else plain  # type: ignore[assignment]
        plain.seek(0)
        yield from _cut(file, stream, size, quoted=quoted)


def _cut(file: DataFile, stream: IO[bytes], size: int, *, quoted: bool) -> Iterator[Block]:
    rest, first, begun, total = b"", True, False, 0
    while piece := _read(file, stream, size):
        total += len(piece)
        if total > min(_UNPACKED, max(file.size * _RATIO, size)):
            raise DataError(f"{file.shown} unpacks to more than {display.size(total)}: it is not read.")
        if first:
            piece, first = _begun(file, piece), False
        data = rest + piece
        end = _end(data, quoted=quoted)
        rest = data[end:]
        if len(rest) > _RECORD:
            raise DataError(
                f"{file.shown} has a line of more than {display.size(_RECORD)}.",
                "a quotation mark that is never closed?" if quoted else "is it a file of lines?",
            )
        if end:
            yield Block(data[:end], ended=True, last=False, first=not begun)
            begun = True
    if rest.strip(b"\0 \r\n\t"):
        yield Block(rest, ended=rest.endswith(b"\n"), last=True, first=not begun)


def _begun(file: DataFile, piece: bytes) -> bytes:
    for mark, name in _MARKS.items():
        if piece.startswith(mark):
            raise DataError(f"{file.shown} is written in {name}.", "save it as UTF-8")
    return piece.removeprefix(b"\xef\xbb\xbf")


def _end(data: bytes, *, quoted: bool) -> int:
    """Where the last whole line ends."""
    end = data.rfind(b"\n") + 1
    if not quoted or not end or b'"' not in data:
        return end
    # Marks before a true end of line are even in number: what opens is closed, what is doubled is two.
    marks = data.count(b'"', 0, end)
    while end and marks % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        marks -= data.count(b'"', before, end)
        end = before
    return end


def _read(file: DataFile, stream: IO[bytes], size: int) -> bytes:
    try:
        return stream.read(size)
    except EOFError as error:
        raise DataError(
            f"{file.shown} is still being written or damaged: it is cut off.", _WRITTEN
        ) from error
    except (zlib.error, OSError) as error:
        raise DataError(f"{file.shown} is damaged: {display.safe_text(str(error))}.") from error
