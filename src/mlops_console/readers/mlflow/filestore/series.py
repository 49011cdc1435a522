"""Reading on in the metric files of a run: many small ones at once, a large one piece by piece."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from mlops_console import beneath
from mlops_console.beneath import OpenFolder
from mlops_console.readers.contract import Budget
from mlops_console.readers.mlflow.filestore.lines import Columns, columns, columns_by_line
from mlops_console.readers.mlflow.filestore.listing import Seen, entries, levels
from mlops_console.readers.mlflow.filestore.places import Place, ReplacedError
from mlops_console.records import NO_TIME, Points, Problem, RunKey

FOLDER = "metrics"
_TAIL = 32
_LEAST, _MOST = 16 << 10, 512 << 10
_SHORTEST = 4
"""Bytes of the shortest line: `1 1`."""
_LONGEST_LINE = 64 << 10
_MOST_PROBLEMS = 50
_NO_POINTS = "holds lines that are no points (time, value, step), which are left out"
_NOT_REGULAR = "is not a regular file; left out"


@dataclass(slots=True)
class Gathered:
    """Points of one read."""

    names: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    parts: list[Columns] = field(default_factory=list)
    size: int = 0

    def add(self, names: list[str], counts: list[int], found: Columns) -> None:
        """Take the points of some files, in order; a file may go on where the last call ended."""
        for name, count in zip(names, counts, strict=True):
            if not count:
                continue
            if self.names and self.names[-1] == name:
                self.counts[-1] += count
            else:
                self.names.append(name)
                self.counts.append(count)
        if len(found[0]):
            self.parts.append(found)
            self.size += len(found[0])

    def points(self, run: RunKey) -> Points:
        """All of them as one block."""
        if not self.parts:
            return Points.empty()
        step, wall, value = (np.concatenate([part[place] for part in self.parts]) for place in range(3))
        return Points(
            tuple((run, name) for name in self.names), np.array(self.counts, np.int64), step, wall, value
        )

    @property
    def newest(self) -> int | None:
        """The latest wall time."""
        latest = max((int(part[1].max()) for part in self.parts), default=NO_TIME)
        return None if latest == NO_TIME else latest


@dataclass(slots=True)
class _Block:
    """Whole lines of several files that wait to be parsed together."""

    names: list[str] = field(default_factory=list)
    pieces: list[bytes] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    size: int = 0

    def flush(self, places: dict[str, Place], into: Gathered) -> None:
        """Parse them: all in one go, else file by file, else line by line."""
        if not self.pieces:
            return
        together = columns(b"".join(self.pieces)) if len(self.pieces) > 1 else None
        if together is not None:
            into.add(self.names, [piece.count(b"\n") for piece in self.pieces], together)
        else:
            for name, piece, start in zip(self.names, self.pieces, self.starts, strict=True):
                found, bad = columns(piece), None
                if found is None:
                    found, bad = columns_by_line(piece)
                into.add([name], [len(found[0])], found)
                place = places[name]
                if bad is not None and place.bad is None:
                    place.bad = start + bad
        self.names, self.pieces, self.starts, self.size = [], [], [], 0


def more_than(run: OpenFolder, limit: int) -> bool:
    """Whether the metric files hold more bytes than so; stops looking as soon as it knows."""
    size = 0
    for _, found in entries(run, FOLDER):
        size += found[0]
        if size > limit:
            return True
    return False


def read_on(
    run: OpenFolder, path: str, places: dict[str, Place], budget: Budget, into: Gathered
) -> tuple[bool, list[Problem]]:
    """Read on in all files, moving `places`; whether the budget left something unread, and what is wrong.

    Raises ReplacedError where a file is another one than before.
    """
    block = _Block()
    odd: list[Problem] = []
    more = False
    for level in levels(run, FOLDER):
        for name, seen in level.files:
            key = level.above + name
            place = places.setdefault(key, Place())
            if place.size == seen[0] and place.modified == seen[1] and not place.why:
                continue
            if budget.spent(into.size + block.size // _SHORTEST):
                block.flush(places, into)
                more = budget.spent(into.size)
            if more:
                break
            more = _read_file(level.folder, name, (key, seen), places, budget, into, block)
        odd += [Problem(f"{path}/{FOLDER}/{level.above}{name}", _NOT_REGULAR) for name in level.odd]
        if words := level.more_than_read():
            odd.append(Problem(f"{path}/{FOLDER}/{level.above}".rstrip("/"), words))
        if more:
            break
    block.flush(places, into)
    return more, odd


def _read_file(
    folder: OpenFolder,
    name: str,
    known_as: tuple[str, Seen],
    places: dict[str, Place],
    budget: Budget,
    into: Gathered,
    block: _Block,
) -> bool:
    """Take what is new in one file; whether the budget left something of it unread."""
    key, (size, modified, _) = known_as
    place = places[key]
    try:
        fd = folder.open(name)
    except FileNotFoundError:
        return False
    except OSError as error:
        place.why = beneath.why_not(error)
        return False
    place.why = ""
    try:
        _check(fd, place)
        while True:
            left = budget.points - into.size - block.size // _SHORTEST
            length = min(_MOST, max(_LEAST, _SHORTEST * left))
            if not _read_piece(fd, key, place, length, block):
                place.size, place.modified = size, modified
                return False
            if block.size >= length or place.skipping:
                block.flush(places, into)
                if budget.spent(into.size):
                    return True
    finally:
        os.close(fd)


def _check(fd: int, place: Place) -> None:
    if not place.offset:
        return
    start = max(0, place.offset - _TAIL)
    tail = beneath.read_range(fd, start, place.offset - start)
    if len(tail) < place.offset - start or crc32(tail) != place.check:
        raise ReplacedError


def _read_piece(fd: int, key: str, place: Place, length: int, block: _Block) -> bool:
    """Take the whole lines of the next piece; False where there is nothing more to take now."""
    if place.skipping and (hole := beneath.past_hole(fd, place.offset)) > place.offset:
        place.offset = hole
        place.check = crc32(beneath.read_range(fd, max(0, hole - _TAIL), min(_TAIL, hole)))
    data = beneath.read_range(fd, place.offset, length)
    cut = data.rfind(b"\n") + 1
    if not cut and len(data) == length < _LONGEST_LINE:
        data = beneath.read_range(fd, place.offset, _LONGEST_LINE)
        cut = data.rfind(b"\n") + 1
    if not cut:
        if len(data) < _LONGEST_LINE:
            return False
        # A line without end is no point: it is passed over as it comes.
        place.skipping = True
        place.bad = place.offset if place.bad is None else place.bad
        cut = len(data)
    elif place.skipping:
        place.skipping = False
        cut = data.find(b"\n") + 1
    else:
        block.names.append(key)
        block.pieces.append(data[:cut])
        block.starts.append(place.offset)
        block.size += cut
    place.offset += cut
    known = data[max(0, cut - _TAIL) : cut]
    if len(known) < min(_TAIL, place.offset):
        known = beneath.read_range(fd, max(0, place.offset - _TAIL), min(_TAIL, place.offset))
    place.check = crc32(known)
    return True


def problems(path: str, places: dict[str, Place]) -> Iterator[Problem]:
    """What is wrong in the metric files, each once; past so many only how many more there are."""
    told = 0
    for name, place in places.items():
        if place.bad is None and not place.why:
            continue
        told += 1
        if told <= _MOST_PROBLEMS:
            yield Problem(
                f"{path}/{FOLDER}/{name}", place.why or _NO_POINTS, None if place.why else place.bad
            )
    if told > _MOST_PROBLEMS:
        yield Problem(
            f"{path}/{FOLDER}", f"{told - _MOST_PROBLEMS:,} more metric files hold lines like these"
        )
