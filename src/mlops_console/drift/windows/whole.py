"""Files that say themselves that they are whole: what writes them puts their end there last."""

import struct
from pathlib import Path
from typing import Final

from mlops_console import beneath
from mlops_console.drift.windows.model import DataFile, Memory

_WHAT: Final = "whole"
_PARQUET: Final = b"PAR1"
_ARROW: Final = b"ARROW1"
_ENDINGS: Final = {
    ".parquet": _PARQUET, ".pq": _PARQUET, ".arrow": _ARROW, ".ipc": _ARROW, ".feather": _ARROW,
}  # fmt: skip
"""Of formats with a footer. A stream of Arrow (`.arrows`) and lines of text have none."""


def is_whole(file: DataFile, base: str, memory: Memory) -> bool:
    """Whether a file ends as only a finished one does: Parquet and Arrow, by the footer.

    Only the ends of the file are read. What can't be read is not whole.
    """
    magic = _ENDINGS.get(Path(file.path).suffix.lower())
    if magic is None:
        return False
    known = memory.get(file, _WHAT)
    if known is None:
        known = {_WHAT: _ends(file, base, magic)}
        memory.put(file, _WHAT, known)
    return known.get(_WHAT) is True


def _ends(file: DataFile, base: str, magic: bytes) -> bool:
    absolute = Path(file.path).is_absolute()
    root, below = (str(Path(file.path).parent), Path(file.path).name) if absolute else (base, file.path)
    try:
        with beneath.reading(root, below) as fd:
            size = beneath.file_stat(fd).size
            tail = len(magic) + 4
            if size != file.size or size < 2 * tail:
                return False
            begins, ends = beneath.read_range(fd, 0, len(magic)), beneath.read_range(fd, size - tail, tail)
    except OSError:
        return False
    if begins != magic or ends[4:] != magic:
        return False
    footer: int = struct.unpack("<i", ends[:4])[0]
    return 0 < footer <= size - 2 * tail + 4
