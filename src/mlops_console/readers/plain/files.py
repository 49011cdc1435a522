"""One history file that grows: where it was left off, whether it is still the same file, what it grew by.

A last line without its end is taken when it is whole as it stands (all cells of the header, or a closed
JSON object), because some programs never write the end of their last line. Should it go on after all (0.12
was 0.1234), the source is read anew once, and from then on this file's last line is only taken with its end.
"""

import os

from mlops_console.beneath import read_range
from mlops_console.readers.contract import Budget
from mlops_console.readers.plain.file_problems import FileProblems
from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.lines import Lines
from mlops_console.readers.plain.pieces import MAX_LINE, decode, encoding_of, line_end, piece_size, take
from mlops_console.readers.plain.state import BEHIND, HEAD, FileState, digest
from mlops_console.readers.plain.table import Table
from mlops_console.records import Json

_HEAD = 1 << 16
_FIRST = 1 << 12
_ENDS = ("\n", "\r\n")


class AnewError(Exception):
    """What was read of a source no longer holds, it must be read from its start. Stays in this package."""


class Pace:
    """A budget that leaves room for one piece of work that gets on, so that every read does."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._worked = False

    def worked(self) -> None:
        """Something was read that need not be read again."""
        self._worked = True

    def over(self, points: int) -> bool:
        """Whether the next piece of work must wait for the next read."""
        return self._worked and self._budget.spent(points)

    def left(self, points: int) -> int:
        """How many points may still be gathered; at least one."""
        return max(1, self._budget.points - points)


class Growing:
    """One file of rows while it is read."""

    def __init__(
        self, fd: int, state: FileState, gather: Gather, label: str, params: dict[str, Json]
    ) -> None:
        self._fd = fd
        self._state = state
        self._gather = gather
        self._label = label
        self._params = params
        self._problems = FileProblems(state.problems)

    def read(self, pace: Pace) -> bool:
        """Read on; True when the budget ended it."""
        found = os.fstat(self._fd)
        state = self._state
        if state.offset or state.tail:
            self._check(found)
        if not state.encoding:
            self._begin()
        more = bool(state.encoding) and self._pieces(found.st_size, pace)
        if not state.offset and not state.tail:
            state.encoding = ""
        self._remember(found)
        return more

    def _pieces(self, size: int, pace: Pace) -> bool:
        """Take piece after piece, up to the size that the file has now; True when the budget ended it."""
        state, parser = self._state, self._parser()
        self._settle_tail()
        want = piece_size(pace.left(self._gather.count))
        while not state.dead and state.offset < size:
            if pace.over(self._gather.count):
                return state.offset + state.tail < size
            if state.skipping:
                if not self._skip():
                    break
                pace.worked()
                continue
            piece = take(self._fd, state.offset, min(want, size - state.offset), state.encoding)
            if piece.kind == "long":
                self._problems.note("long", state.offset)
                state.offset += piece.size
                state.skipping = True
                pace.worked()
            elif piece.kind == "lines":
                used = parser.feed(piece.text, state.offset)
                state.offset += used
                if used:
                    pace.worked()
                    want = piece_size(pace.left(self._gather.count))
                elif want >= MAX_LINE or state.offset + piece.size >= size:
                    break
                else:
                    want = min(want * 4, MAX_LINE)
            else:
                if piece.kind == "tail":
                    self._tail(piece.text, piece.size, parser)
                break
        return False

    def _parser(self) -> Table | Lines:
        if self._state.kind == "lines":
            return Lines(self._state, self._problems, self._gather, self._label, self._params)
        return Table(self._state, self._problems, self._gather, self._label)

    def _begin(self) -> None:
        """Find the encoding; it waits for the first line's end where its start does not tell."""
        head = read_range(self._fd, 0, _FIRST)
        if b"\n" not in head:
            head = read_range(self._fd, 0, _HEAD)
        encoding, mark = encoding_of(head)
        if encoding == "utf-8":
            first, ended, _ = head.partition(b"\n")
            unsure = not ended and len(head) < _HEAD
            if not head or (unsure and (self._state.kind == "table" or b"\0" in head)):
                return
            try:
                first.decode("utf-8")
            except UnicodeDecodeError as error:
                if unsure:
                    return
                encoding = "latin-1"
                self._problems.note("encoding", error.start)
        self._state.encoding, self._state.offset = encoding, mark

    def _check(self, found: os.stat_result) -> None:
        """Whether the file is still the one that was read so far."""
        state = self._state
        if found.st_ino != state.inode or found.st_size < state.offset + state.tail:
            raise AnewError
        head = read_range(self._fd, 0, min(HEAD, state.offset))
        behind = read_range(self._fd, max(0, state.offset - BEHIND), min(BEHIND, state.offset))
        if digest(head) != state.head or digest(behind) != state.behind:
            raise AnewError

    def _settle_tail(self) -> None:
        """See what became of an unfinished line that was taken."""
        state = self._state
        if not state.tail:
            return
        data = read_range(self._fd, state.offset, state.tail + 4)
        if digest(data[: state.tail]) != state.tail_digest:
            raise AnewError
        after = decode(data[state.tail :], state.encoding)
        if not after or after == "\r":
            return
        if after.startswith(_ENDS) or state.kind == "lines":
            state.offset += state.tail
            state.tail, state.tail_digest = 0, ""
            return
        state.careful = True
        raise AnewError

    def _tail(self, line: str, size: int, parser: Table | Lines) -> None:
        state = self._state
        half_a_letter = state.encoding.startswith("utf-16") and size & 1
        if state.tail or state.careful or half_a_letter or not parser.complete(line):
            return
        data = read_range(self._fd, state.offset, size)
        if decode(data, state.encoding) != line:
            return
        parser.feed(line, state.offset)
        state.tail, state.tail_digest = size, digest(data)

    def _skip(self) -> bool:
        """Go on in a line that is not read; whether that got anywhere."""
        state, before = self._state, self._state.offset
        state.offset, ended = line_end(self._fd, before, state.encoding)
        state.skipping = not ended
        return state.offset > before

    def _remember(self, found: os.stat_result) -> None:
        state = self._state
        state.inode, state.size, state.modified = found.st_ino, found.st_size, found.st_mtime_ns
        state.head = digest(read_range(self._fd, 0, min(HEAD, state.offset)))
        state.behind = digest(read_range(self._fd, max(0, state.offset - BEHIND), min(BEHIND, state.offset)))
        state.problems = self._problems.kept()
