"""The SHA-256 of a file of any size, or of a model that is a folder."""

from collections.abc import Callable

from mlops_console.beneath import FileStat, NotReadable, stat_beneath
from mlops_console.readers.modelfiles import digest


def sha256(root: str, path: str, beat: Callable[[int], None]) -> tuple[str, FileStat | None]:
    """The hash, and of which state of a file; `beat` hears of the bytes gone through."""
    before = _stat(root, path)
    found = digest(root, path, beat)
    if _stat(root, path) != before:
        raise NotReadable("is being written: its hash would be that of no file")
    return found, before


def _stat(root: str, path: str) -> FileStat | None:
    try:
        return stat_beneath(root, path)
    except NotReadable:
        return None  # a folder; what is neither is refused when it is opened
