"""The end of a log that may grow, be truncated or be replaced while it is looked at."""

from dataclasses import dataclass
from typing import Final

from mlops_console.beneath import file_stat, read_range, reading, why_not
from mlops_console.readers.previews.lines import LONGEST, cut
from mlops_console.readers.previews.model import Tail

MOST: Final = 16 << 20
"""So much of a log is read at once at most, whatever is asked for."""
_LEAST: Final = 4 * LONGEST
"""Less than this might hold no whole piece of a line, and nobody would get on."""
_FAR_BEHIND: Final = 64
"""Who is so many times what is read at once behind goes on at the end."""
_MARK: Final = 64


@dataclass(frozen=True, slots=True)
class Mark:
    """By what the file is known again: that it is the one, and that what was read is still in it."""

    inode: int
    before: bytes
    """The last bytes before the offset."""


def tail(
    root: str, path: str, offset: int | None, limit: int, mark: Mark | None = None
) -> tuple[Tail, Mark | None]:
    """The last `limit` bytes as lines, or the lines since `offset`; and what to give along next time."""
    limit = max(1, min(limit, MOST))
    try:
        with reading(root, path) as fd:
            return _tail(fd, offset, limit, mark)
    except OSError as error:
        return Tail((), offset or 0, 0, 0, False, f"The file {why_not(error)}."), mark


def _tail(fd: int, offset: int | None, limit: int, mark: Mark | None) -> tuple[Tail, Mark]:
    seen = file_stat(fd)
    restarted = offset is not None and not _same(fd, offset, seen.inode, seen.size, mark)
    if offset is None or restarted:
        start, skipped = _begin(fd, max(0, seen.size - limit), seen.size)
    elif seen.size - offset > max(limit, _LEAST) * _FAR_BEHIND:
        start, skipped = _begin(fd, seen.size - limit, seen.size)
        skipped -= offset
    else:
        start, skipped = offset, 0
    whole = min(seen.size, start + max(limit, _LEAST))
    found = cut(read_range(fd, start, whole - start))
    at = start + found.used
    mark = Mark(seen.inode, read_range(fd, max(0, at - _MARK), min(at, _MARK)))
    partial = found.partial if whole == seen.size else ""
    return Tail(found.lines, at, seen.size, skipped, restarted, "", partial), mark


def _same(fd: int, offset: int, inode: int, size: int, mark: Mark | None) -> bool:
    """Whether the file goes on where it was left."""
    if size < offset or (mark is not None and mark.inode != inode):
        return False
    return mark is None or read_range(fd, max(0, offset - _MARK), min(offset, _MARK)) == mark.before


def _begin(fd: int, start: int, size: int) -> tuple[int, int]:
    """Where the first whole line at or after `start` begins (else `start` itself), twice."""
    if start:
        # A last line that is longer than all that is read is shown from its middle.
        start += max(0, read_range(fd, start - 1, size - start).find(b"\n"))
    return start, start
