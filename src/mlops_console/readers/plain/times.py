"""When a run began and ended, from what its files say and when they were written.

The rows' own times come first, then the times in a log; a file of params is written when a run begins. A run
goes on until its last row or its last file, and files written within ten minutes after it belong to it. Files
that were all written at other times than the last row says are copies (a fresh clone, say): then rows count.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass

from mlops_console.beneath import read_range, reading
from mlops_console.readers.plain.numbers import wall_of

_BLOCK = 4096
_AFTERGLOW = 600_000_000
_BEFORE = 3_600_000_000
_DAY = 86_400_000_000
_QUARTER = 900_000_000
_CLOSE = 120_000_000
_STAMP = re.compile(
    rb"(?:^|\n)[^\w\n]{0,2}(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)"
)


@dataclass(frozen=True, slots=True)
class Times:
    """Epoch microseconds."""

    started: int | None
    ended: int | None
    active: int | None


def run_times(
    rows: tuple[int | None, int | None],
    log_start: int | None,
    params: Iterable[int],
    written: Iterable[int],
    others: Iterable[int],
    oldest: int | None,
) -> Times:
    """From the first and last row's time, a log's first time, and modification times.

    `params`: of files of params; `written`: of histories, final values and logs; `others`: of all files.
    """
    wrote = sorted(written)
    newest = wrote[-1] if wrote else None
    last_row = rows[1]
    if last_row is not None and newest is not None and last_row > newest + _DAY:
        last_row = None
    if last_row is not None and not any(_agree(last_row, at) for at in wrote):
        newest = None
    active = max((at for at in (last_row, newest) if at is not None), default=None)
    ended = active
    for at in sorted(others):
        if ended is not None and ended < at <= ended + _AFTERGLOW:
            ended = at
    told = [at for at in (rows[0], log_start) if at is not None]
    start = min(told) if told else None
    configured = sorted(at for at in params if ended is None or at <= ended)
    if start is None:
        start = configured[-1] if configured else oldest
    else:
        close = [at for at in configured if start - _BEFORE <= at < start]
        start = close[-1] if close else start
    if start is not None and ended is not None and start > ended:
        start = ended
    return Times(start, ended, active)


def _agree(row: int, modified: int) -> bool:
    """Whether a row of this time was written then; its clock may be that of another time zone."""
    off = modified - row
    return -_DAY <= off <= _AFTERGLOW or _zone_of(off) is not None


def _zone_of(off: int) -> int | None:
    """The difference between two clocks that show the same moment, if it can be one of time zones."""
    rounded = round(off / _QUARTER) * _QUARTER
    return rounded if abs(off - rounded) <= _CLOSE and abs(rounded) <= 56 * _QUARTER else None


def log_began(root: str, path: str) -> int | None:
    """The first time in a log, set right by its last one and the file's own time where it has no offset."""
    try:
        with reading(root, path) as fd:
            found = os.fstat(fd)
            head = read_range(fd, 0, _BLOCK)
            tail = read_range(fd, max(0, found.st_size - _BLOCK), _BLOCK)
    except OSError:
        return None
    first, last = _STAMP.search(head), None
    for found_one in _STAMP.finditer(tail):
        last = found_one
    if first is None or last is None:
        return None
    text, final = first[1].decode("ascii"), last[1].decode("ascii")
    if text[-1] == "Z" or re.search(r"[+-]\d\d:?\d\d$", text[10:]):
        return wall_of(text)
    begun, until = wall_of(text + "Z"), wall_of(final + "Z")
    if begun is None or until is None:
        return wall_of(text)
    zone = _zone_of(found.st_mtime_ns // 1000 - until)
    return wall_of(text) if zone is None else begun + zone
