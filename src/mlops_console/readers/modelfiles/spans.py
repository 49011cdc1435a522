"""Bytes of a model file by place: a window over an open file, or over what a small part of it unpacks to."""

import bz2
import lzma
import os
import zlib
from collections.abc import Callable
from typing import Protocol

from mlops_console.readers.modelfiles import lz4

_WINDOW = 1 << 16
MOST_UNPACKED = 16 << 20
"""How much of a compressed file is unpacked at most."""
_MOST_DICTIONARY = 80 << 20
_PIECE = 1 << 16


class Span:
    """Random access to `size` bytes; reading past the end gives less, never an error."""

    __slots__ = ("_kept", "_kept_at", "_read", "size")

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        """Read by `read(offset, length)`."""
        self._read = read
        self.size = size
        self._kept = b""
        self._kept_at = 0

    def at(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset` on."""
        length = min(length, self.size - offset)
        if offset < 0 or length <= 0:
            return b""
        begin = offset - self._kept_at
        if begin < 0 or begin + length > len(self._kept):
            if length >= _WINDOW:
                return self._read(offset, length)
            self._kept = self._read(offset, min(_WINDOW, self.size - offset))
            self._kept_at, begin = offset, 0
        return self._kept[begin : begin + length]

    def number(self, offset: int, length: int) -> int:
        """A little-endian unsigned number; bytes past the end count as zero."""
        return int.from_bytes(self.at(offset, length), "little")

    def part(self, offset: int, size: int) -> "Span":
        """A span of some of the bytes."""
        size = max(0, min(size, self.size - offset))
        read = self._read
        return Span(lambda at, length: read(offset + at, length), size)


def of_file(descriptor: int) -> Span:
    """All bytes of an open file."""
    return Span(lambda at, length: _pread(descriptor, at, length), os.fstat(descriptor).st_size)


def of_bytes(data: bytes) -> Span:
    """Bytes in memory."""
    return Span(lambda at, length: data[at : at + length], len(data))


def _pread(descriptor: int, at: int, length: int) -> bytes:
    parts: list[bytes] = []
    while length > 0:
        part = os.pread(descriptor, min(length, 1 << 20), at)
        if not part:
            break
        parts.append(part)
        at += len(part)
        length -= len(part)
    return b"".join(parts)


def compression(head: bytes) -> str:
    """The name of the compression that a file's first bytes tell, or empty."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return "bz2"
    if head.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if head.startswith(b"\x04\x22\x4d\x18"):
        return "lz4"
    if head[:3] == b"\x5d\x00\x00" and head[5:6] in (b"\xff", b"\x00"):
        return "lzma"
    if head[:1] == b"x" and len(head) > 2 and (head[0] * 256 + head[1]) % 31 == 0:
        return "zlib"
    return ""


class _Unpacks(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Zlib:
    """zlib with the interface of the other two."""

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail


def unpacked(span: Span, kind: str, most: int = MOST_UNPACKED, raw: bool = False) -> tuple[bytes, str]:
    """What a span unpacks to, at most `most` bytes, and what is wrong as the end of a sentence (or empty)."""
    try:
        if kind == "lz4":
            return lz4.unpacked(span.at(0, most), most)
        return _stream(span, _unpacker(kind, raw), most)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError) as error:
        return b"", f"can't be unpacked ({str(error)[:80]})"


def _unpacker(kind: str, raw: bool) -> "_Unpacks":
    if kind == "bz2":
        return bz2.BZ2Decompressor()
    if kind in ("xz", "lzma"):
        return lzma.LZMADecompressor(memlimit=_MOST_DICTIONARY)
    return _Zlib(-15 if raw else 31 if kind == "gzip" else 15)


def _stream(span: Span, unpacker: "_Unpacks", most: int) -> tuple[bytes, str]:
    parts: list[bytes] = []
    have, at, idle = 0, 0, 0
    while not unpacker.eof and have < most:
        hungry = getattr(unpacker, "needs_input", True)
        piece = span.at(at, _PIECE) if hungry else b""
        at += len(piece)
        try:
            part = unpacker.decompress(piece, most - have)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            return b"".join(parts), f"is damaged in its compressed part ({str(error)[:80]})"
        parts.append(part)
        have += len(part)
        idle = 0 if part or piece else idle + 1
        if idle > 2:
            return b"".join(parts), "ends in the middle of its compressed part"
    if not unpacker.eof and have >= most:
        return b"".join(parts), f"unpacks to more than the {most >> 20} MiB that are looked at"
    return b"".join(parts), ""
