"""Bytes that nothing else is known of."""

from typing import Final

from mlops_console.readers.previews.model import Fact, Preview, Row
from mlops_console.readers.previews.opened import Opened

_ROWS: Final = 16
_KNOWN: Final = (
    (b"%PDF-", "PDF document"),
    (b"SQLite format 3\0", "SQLite database"),
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"\x7fELF", "program or library (ELF)"),
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"PK\x03\x04", "zip"),
    (b"II*\0", "TIFF picture"),
    (b"MM\0*", "TIFF picture"),
    (b"GGUF", "GGUF model"),
)


def binary(file: Opened, *facts: Fact, note: str = "") -> Preview:
    """What it seems to be, and its first bytes."""
    seems = next((words for mark, words in _KNOWN if file.head.startswith(mark)), "")
    more = (("seems to be", seems), *facts) if seems else facts
    return Preview("binary", file.name, file.facts(*more), hex_rows(file.head), note)


def hex_rows(data: bytes) -> tuple[Row, ...]:
    """The first bytes, sixteen a row."""
    rows: list[Row] = []
    for at in range(0, min(len(data), _ROWS * 16), 16):
        part = data[at : at + 16]
        pairs = f"{part[:8].hex(' '):<23}  {part[8:].hex(' '):<23}"
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in part)
        rows.append(((f"{at:06x}  ", "muted"), (f"{pairs}  ", "number"), (letters, "second")))
    return tuple(rows)
