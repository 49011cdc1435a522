"""One event file, from where it was left to where it ends or the budget does."""

from collections.abc import Callable

import numpy as np

from mlops_console.readers.contract import Budget
from mlops_console.readers.tensorboard import walk
from mlops_console.readers.tensorboard.block import LEAST as LEAST_IN_BLOCK
from mlops_console.readers.tensorboard.block import Block, block_at
from mlops_console.readers.tensorboard.columns import read_columns
from mlops_console.readers.tensorboard.cursor import FileState
from mlops_console.readers.tensorboard.gathered import Gathered, is_time
from mlops_console.readers.tensorboard.hparams import Session
from mlops_console.readers.tensorboard.resync import MOST_LENGTH, next_record
from mlops_console.readers.tensorboard.scalars import ScalarTags
from mlops_console.readers.tensorboard.singles import read_singles
from mlops_console.readers.tensorboard.window import PIECE, Window
from mlops_console.records import IntArray

_AHEAD = 64
_FARTHEST = 1 << 14
_LOOK_BACK = 4096

Report = Callable[[int, str], None]
"""(offset, what): damage at a place; said again for the same place, it replaces what was said."""


class Stream:
    """Reads the records of files into one collection of points."""

    def __init__(self, into: Gathered, tags: ScalarTags, session: Session, budget: Budget) -> None:
        self.into, self.tags, self.session, self.budget = into, tags, session, budget
        self._window = Window(0)
        self._pending: list[tuple[IntArray, IntArray]] = []
        self._suspect = -1
        self._moved = False

    def read(self, fd: int, size: int, file: FileState, report: Report) -> bool:
        """Read on; whether the file's end as it is now was reached."""
        window, least = self._window, 0
        window.size, self._suspect = 0, -1
        while file.offset + walk.HEAD <= size:
            if self._moved and self._spent():
                return False
            want = min(max(PIECE, least), size - file.offset)
            if window.fill(fd, file.offset, want) < want:
                return True  # it shrank just now
            least = 0
            if file.lost >= 0:
                if not self._find(file, size, report):
                    return True
                continue
            used, full = self._piece(file, report)
            file.offset += used
            self._moved = self._moved or used > 0
            if used:
                continue
            if full:
                return False
            found = walk.header(window, 0)
            if found is None:
                return True
            length, sound = found
            if not sound:
                self._lose(file, report)
            elif length + walk.FRAME > size - file.offset:
                return True  # its writer isn't done
            elif length > MOST_LENGTH:
                file.offset += length + walk.FRAME
            else:
                least = length + walk.FRAME
        return True

    def _spent(self) -> bool:
        return self.into.many_series or self.budget.spent(self.into.count)

    def before(self, offset: int) -> int:
        """The four bytes before a place in the file, as a number, if they are at hand; else 0."""
        at = offset - self._window.offset
        return int.from_bytes(self._window.raw[at - 4 : at], "little") if 4 <= at <= self._window.size else 0

    def _lose(self, file: FileState, report: Report) -> None:
        """The next record's header is damaged: look for the next sound one."""
        file.lost = self._suspect if self._suspect >= 0 else file.offset
        file.offset = file.lost + 1
        self._suspect = -1
        report(file.lost, "is damaged here, and no whole record has followed yet")

    def _find(self, file: FileState, size: int, report: Report) -> bool:
        """Look for a record in the window; false where the file ended before one came."""
        window = self._window
        place = next_record(window, 0, size - file.offset)
        self._moved = True
        if place is not None:
            file.offset += place
            report(file.lost, f"is damaged here: {file.offset - file.lost:,} bytes were left out")
            file.lost = -1
            return True
        file.offset += max(window.size - walk.HEAD + 1, 0)
        return file.offset + walk.HEAD <= size

    def _piece(self, file: FileState, report: Report) -> tuple[int, bool]:
        """Read the window's whole records; how many bytes they are, and whether the budget ended it."""
        window = self._window
        at, ahead, waiting = 0, _AHEAD, 0
        headers: walk.Headers | None = None
        block: Block | None = None
        while True:
            room = self.budget.points - self.into.count - waiting
            block = self._longer(block, room) if block else None
            if block:
                self._take(block, file)
                at = block.end
                continue
            if ahead == _AHEAD:
                starts, stop = walk.hop(window, at, min(ahead, room))
            else:
                headers = headers or walk.Headers(window)
                starts, stop = headers.hop(at, min(ahead, room))
            count = len(starts)
            if not count:
                break
            lengths = walk.lengths_of(starts, stop)
            found = self._block(starts, lengths, room) if count == ahead else None
            if found:
                begin, block = found
                self._pending.append((starts[:begin], lengths[:begin]))
                cut = self._flush(file, report)
                if cut is not None:
                    return cut, True
                self._take(block, file)
                at, ahead, waiting = block.end, _AHEAD, 0
                continue
            self._pending.append((starts, lengths))
            waiting += count
            at, ahead = stop, min(ahead * 4, _FARTHEST) if count == ahead else ahead
            if waiting >= _FARTHEST:
                cut = self._flush(file, report)
                if cut is not None:
                    return cut, True
                waiting = 0
                if self._spent():
                    return at, False
        cut = self._flush(file, report)
        if cut is not None:
            return cut, True
        return at, self.into.count >= self.budget.points

    def _take(self, block: Block, file: FileState) -> None:
        block.give(self.into)
        self._note_walls(file, *block.walls)
        self._suspect = -1

    def _longer(self, block: Block, room: int) -> Block | None:
        """The block that follows another where its steps become a byte longer."""
        form = [length + 1 for length in block.form.lengths.tolist()]
        rows = walk.rounds(self._window, block.end, form, room // len(form))
        if rows * len(form) < LEAST_IN_BLOCK:
            return None
        return block_at(self._window, block.end, form, rows, room, self.tags)

    def _block(self, starts: IntArray, lengths: IntArray, room: int) -> tuple[int, Block] | None:
        """The block that these records belong to, if there is one, and which of them begins it."""
        window = self._window
        repeating = walk.period(lengths[-_LOOK_BACK:])
        if repeating is None:
            return None
        size, begin = repeating
        begin += max(len(lengths) - _LOOK_BACK, 0)
        start, form = int(starts[begin]), lengths[begin : begin + size].tolist()
        rows = walk.rounds(window, start, form, room // size)
        if rows * size < LEAST_IN_BLOCK:
            return None
        block = block_at(window, start, form, rows, room - begin, self.tags)
        return (begin, block) if block else None

    def _flush(self, file: FileState, report: Report) -> int | None:
        """Read the records that were only walked over so far; where it had to stop, if before their end."""
        if not self._pending:
            return None
        starts = np.concatenate([starts for starts, _ in self._pending])
        lengths = np.concatenate([lengths for _, lengths in self._pending])
        self._pending.clear()
        if not len(starts):
            return None
        window, into = self._window, self.into
        found = read_columns(window, starts, lengths, into, self.tags)
        singles = read_singles(window, starts, lengths, found, into, self.tags, self.session)
        kept = singles.fit(found.series >= 0, self.budget.points - into.count, bool(into.count))
        singles.merge(found, kept, into)
        for number in singles.damaged:
            if number < kept:
                report(window.offset + int(starts[number]), "holds a damaged record here, which is left out")
        for number in singles.strange:
            if number < kept:
                report(
                    window.offset + int(starts[number]),
                    "holds a record here that is no event",
                )
        last = kept - 1
        self._suspect = window.offset + int(starts[last]) if last in singles.damaged else -1
        known = np.flatnonzero(is_time(found.wall[:kept]))
        if len(known):
            self._note_walls(file, float(found.wall[known[0]]), float(found.wall[known[-1]]))
        return int(starts[kept]) if kept < len(starts) else None

    def _note_walls(self, file: FileState, first: float, last: float) -> None:
        if file.first is None and is_time(first):
            file.first = first
        if is_time(last):
            file.last = last
