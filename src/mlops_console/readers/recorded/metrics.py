"""Reading on in a file of metric lines that grows."""

import os
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from mlops_console import beneath
from mlops_console.readers.contract import Budget
from mlops_console.readers.recorded.rows import Gathered, columns, parse
from mlops_console.recording.layout import STEP

LONGEST_LINE = 1 << 20
_PIECE = 128 << 10
_TAIL = 64
_MOST_PROBLEMS = 20


class ReplacedError(Exception):
    """The file is not the one that was read before: shorter, or other bytes in front of where to go on."""


@dataclass(slots=True)
class Place:
    """Where to go on in the file, and what there is to say of what was read."""

    offset: int = 0
    lines: int = 0
    """Lines with metrics so far: the step of a line that names none."""
    tail: str = ""
    """Hash of the last bytes before `offset`."""
    skipping: bool = False
    """In the middle of a line that is too long."""
    problems: list[tuple[str, int | None]] = field(default_factory=list)

    def as_json(self) -> list[Any]:
        """For the cursor."""
        return [self.offset, self.lines, self.tail, self.skipping, self.problems]

    @staticmethod
    def from_json(found: Any) -> "Place":
        """From a cursor; raises ValueError or TypeError for something else."""
        offset, lines, tail, skipping, problems = found
        told = [(str(what), None if at is None else int(at)) for what, at in problems]
        return Place(int(offset), int(lines), str(tail), bool(skipping), told)

    def complain(self, what: str, offset: int | None) -> None:
        """Note a problem, once per wording without a place, and not without end."""
        if len(self.problems) < _MOST_PROBLEMS and (offset is not None or (what, None) not in self.problems):
            self.problems.append((what, offset))


def read_on(root: str, path: str, place: Place, budget: Budget, into: Gathered) -> bool:
    """Read from `place` on and move it; whether the budget left something unread.

    Raises OSError, and ReplacedError when the file is another one than before.
    """
    with beneath.reading(root, path) as fd:
        _check(fd, place)
        more = True
        while more and not budget.spent(into.size):
            more = _read_piece(fd, place, into)
        start = max(0, place.offset - _TAIL)
        place.tail = _hash(beneath.read_range(fd, start, place.offset - start))
    return more


def _check(fd: int, place: Place) -> None:
    if place.offset == 0:
        return
    start = max(0, place.offset - _TAIL)
    before = beneath.read_range(fd, start, place.offset - start)
    if os.fstat(fd).st_size < place.offset or _hash(before) != place.tail:
        raise ReplacedError


def _read_piece(fd: int, place: Place, into: Gathered) -> bool:
    """Take the whole lines of the next piece; False where there is nothing more to take now."""
    data = beneath.read_range(fd, place.offset, _PIECE)
    if not data:
        return False
    if place.skipping:
        end = data.find(b"\n")
        place.skipping = end < 0
        place.offset += len(data) if end < 0 else end + 1
        return True
    cut = data.rfind(b"\n")
    if cut < 0 and len(data) == _PIECE:
        data = beneath.read_range(fd, place.offset, LONGEST_LINE)
        cut = data.rfind(b"\n")
        if cut < 0 and len(data) == LONGEST_LINE:
            place.complain("holds a line of more than 1 MiB, which is left out", place.offset)
            place.skipping = True
            place.offset += len(data)
            return True
    if cut >= 0:
        _take(data[:cut].split(b"\n"), place, into)
        place.offset += cut + 1
        return True
    # The start of an object is never an object: a last line that reads as one is whole without its newline.
    if data.rstrip().endswith(b"}") and parse([data.strip()])[0] is not None:
        _take([data], place, into)
        place.offset += len(data)
    return False


def _take(lines: list[bytes], place: Place, into: Gathered) -> None:
    rows = parse(lines)
    if None in rows:
        _tell_bad(lines, rows, place)
    whole = [row for row in rows if row is not None]
    odd: set[str] = set()
    into.add(columns(whole, place.lines, odd))
    place.lines += len(whole)
    for key in sorted(odd)[:_MOST_PROBLEMS]:
        what = (
            "a step that is no whole number" if key == STEP else f"values of {key[:80]!r} that are no numbers"
        )
        place.complain(f"holds {what}, which are left out", None)


def _tell_bad(lines: list[bytes], rows: list[dict[str, Any] | None], place: Place) -> None:
    offset = place.offset
    for line, row in zip(lines, rows, strict=True):
        if row is None and line.strip():
            place.complain("holds a line that is no JSON object, which is left out", offset)
        offset += len(line) + 1


def _hash(data: bytes) -> str:
    return blake2b(data, digest_size=8).hexdigest()
