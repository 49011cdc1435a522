"""A growing text file in pieces of whole lines; a line that is too long never comes into memory."""

from dataclasses import dataclass
from typing import Literal

from mlops_console.beneath import past_hole, read_range

MAX_LINE = 1 << 20
LARGEST_PIECE = 1 << 18
SMALLEST_PIECE = 1 << 12
_BYTES_A_POINT = 8

PieceKind = Literal["lines", "tail", "long", "end"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole `lines`, an unfinished last line (`tail`), the start of a line too `long`, or the `end`."""

    kind: PieceKind
    text: str = ""
    size: int = 0
    """In bytes of the file."""


def piece_size(points_left: int) -> int:
    """How much to read when so many points may still be gathered."""
    return max(SMALLEST_PIECE, min(LARGEST_PIECE, points_left * _BYTES_A_POINT))


def encoding_of(head: bytes) -> tuple[str, int]:
    """(encoding, bytes of the byte-order mark) of a file that starts so."""
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8", 3
    if head.startswith(b"\xff\xfe"):
        return "utf-16-le", 2
    if head.startswith(b"\xfe\xff"):
        return "utf-16-be", 2
    sample = head[:512]
    if len(sample) >= 8 and b"\0" in sample:
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        if odd > len(sample) // 2 * 0.7 and not even:
            return "utf-16-le", 0
        if even > len(sample) // 2 * 0.7 and not odd:
            return "utf-16-be", 0
    return "utf-8", 0


def decode(data: bytes, encoding: str) -> str:
    """Text that turns back into the same bytes."""
    if encoding == "utf-8":
        return data.decode("utf-8", "surrogateescape")
    if encoding == "latin-1":
        return data.decode("latin-1")
    return data[: len(data) & ~1].decode(encoding, "surrogatepass")


def size_of(text: str, encoding: str) -> int:
    """How many bytes of the file a text was."""
    if text.isascii() and not encoding.startswith("utf-16"):
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogateescape"))
    if encoding == "latin-1":
        return len(text)
    return len(text.encode(encoding, "surrogatepass"))


def take(fd: int, offset: int, want: int, encoding: str) -> Piece:
    """The next whole lines from `offset` on: about `want` bytes of them, more where one line is longer."""
    wide = encoding.startswith("utf-16")
    while True:
        data = read_range(fd, offset, want)
        if not data or (wide and len(data) < 2):
            return Piece("end")
        cut = _last_line_end(data, encoding) if wide else data.rfind(b"\n") + 1
        if cut:
            return Piece("lines", decode(data[:cut], encoding), cut)
        if len(data) < want:
            return Piece("tail", decode(data, encoding), len(data))
        if want >= MAX_LINE:
            return Piece("long", "", len(data) & ~1)
        want = min(want * 8, MAX_LINE)


def line_end(fd: int, offset: int, encoding: str) -> tuple[int, bool]:
    """Past the end of the line that goes on at `offset`, looking a little further; whether it was found."""
    hole = past_hole(fd, offset)
    if hole - offset > MAX_LINE:
        return hole, False
    data = read_range(fd, offset, MAX_LINE)
    if encoding.startswith("utf-16"):
        mark = "\n".encode(encoding)
        at = data.find(mark)
        while at & 1 and at >= 0:
            at = data.find(mark, at + 1)
        return (offset + at + 2, True) if at >= 0 else (offset + (len(data) & ~1), False)
    at = data.find(b"\n")
    return (offset + at + 1, True) if at >= 0 else (offset + len(data), False)


def _last_line_end(data: bytes, encoding: str) -> int:
    mark = "\n".encode(encoding)
    at = data.rfind(mark)
    while at >= 0 and at & 1:
        at = data.rfind(mark, 0, at + 1)
    return at + 2 if at >= 0 else 0
