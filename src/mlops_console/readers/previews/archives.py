"""Archives and packed files: what is in them by their own account; never unpacked onto a disk."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
import zlib
from itertools import islice
from typing import IO, TYPE_CHECKING, Final, cast

from mlops_console import display
from mlops_console.readers.previews.grid import grid
from mlops_console.readers.previews.model import Preview, Row
from mlops_console.readers.previews.opened import HEAD, ROWS, Opened
from mlops_console.readers.previews.raw import binary

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNPACKED: Final = 32 << 20
"""So much is unpacked in memory to list what is in a packed archive."""
_BROKEN: Final = (
    zipfile.BadZipFile, tarfile.TarError, OSError, EOFError, ValueError, zlib.error, lzma.LZMAError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_PACKED: Final = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"))
Member = tuple[str, int]


def zipped(file: Opened) -> Preview:
    """A zip file: the names in it."""
    try:
        with os.fdopen(os.dup(file.fd), "rb") as opened, zipfile.ZipFile(opened) as archive:
            members = archive.infolist()
            shown = [(member.filename, member.file_size) for member in members[:ROWS]]
            size = sum(member.file_size for member in members)
    except _BROKEN as error:
        return _broken(file, "zip", error)
    facts = (("holds", f"{display.count(len(members))} files"), ("unpacked", display.size(size)))
    left = len(members) - len(shown)
    note = f"{display.count(left)} more are not listed." if left else ""
    return Preview(
        "archive", file.name, file.facts(("format", "zip"), *facts), _listed(shown, file.width), note
    )


def packing(head: bytes) -> str | None:
    """How a file is packed."""
    return next((word for mark, word in _PACKED if head.startswith(mark)), None)


def is_tar(head: bytes) -> bool:
    """Whether this is the begin of a tar archive."""
    return head[257:262] == b"ustar"


def tarred(file: Opened) -> Preview:
    """A tar file: the names in it, as far as they are found quickly."""
    with os.fdopen(os.dup(file.fd), "rb") as opened:
        opened.seek(0)
        return _tar(file, opened, "tar")


def packed(file: Opened) -> "tuple[Preview | None, bytes]":
    """A packed file: the preview of the archive in it, else the first bytes of what it holds."""
    word = packing(file.head)
    with os.fdopen(os.dup(file.fd), "rb") as opened:
        opened.seek(0)
        try:
            with _unpacking(opened, word) as inner:
                head = _first(inner)
                if is_tar(head):
                    inner.seek(0)
                    return _tar(file, _Bounded(inner), f"tar, {word}"), b""
        except _BROKEN as error:
            return _broken(file, str(word), error), b""
    return None, head


def _unpacking(opened: IO[bytes], word: str | None) -> IO[bytes]:
    if word == "gzip":
        return cast("IO[bytes]", gzip.GzipFile(fileobj=opened, mode="rb"))
    if word == "bzip2":
        return cast("IO[bytes]", bz2.BZ2File(opened))
    return cast("IO[bytes]", lzma.LZMAFile(opened))


def _first(inner: IO[bytes]) -> bytes:
    """The first bytes; of a file that is cut off, what there is."""
    parts: list[bytes] = []
    try:
        while sum(map(len, parts)) < HEAD and (part := inner.read(HEAD // 4)):
            parts.append(part)
    except EOFError:
        if not parts:
            raise
    return b"".join(parts)


class _Bounded(io.RawIOBase):
    """A stream that ends after so much has been unpacked."""

    def __init__(self, inner: IO[bytes]) -> None:
        super().__init__()
        self._inner = inner
        self._left = _UNPACKED
        self._at_end = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._inner.read(min(size if size >= 0 else 1 << 16, 1 << 20)) if self._left > 0 else b""
        self._left -= len(data)
        # An entry that claims to be a terabyte would be skipped over piece by piece, past the end.
        self._at_end = 0 if data else self._at_end + 1
        if self._at_end > 2:
            raise EOFError
        return data


def _tar(file: Opened, stream: "IO[bytes] | _Bounded", word: str) -> Preview:
    found: list[Member] = []
    more = False
    try:
        mode = "r|" if isinstance(stream, _Bounded) else "r:"
        with tarfile.open(fileobj=cast("IO[bytes]", stream), mode=mode) as archive:  # type: ignore[call-overload]
            for member in islice(cast("Iterator[tarfile.TarInfo]", archive), ROWS + 1):
                found.append((member.name + "/" * member.isdir(), member.size))  # noqa: PERF401 - breaks
    except _BROKEN as error:
        if not found:
            return _broken(file, word, error)
        more = True
    more = more or len(found) > ROWS
    note = f"The first {display.count(min(len(found), ROWS))} entries." if more else ""
    rows = _listed(found[:ROWS], file.width)
    return Preview("archive", file.name, file.facts(("format", word)), rows, note)


def _listed(members: list[Member], width: int) -> tuple[Row, ...]:
    rows = [[display.size(size), name] for name, size in members]
    table, _ = grid(("size", "name"), ("i", ""), rows, max(width, 48))
    return (table[0], *table[2:])


def _broken(file: Opened, word: str, error: Exception) -> Preview:
    return binary(file, note=f"It can't be read as {word} ({' '.join(str(error).split())[:120]}).")
