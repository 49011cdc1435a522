"""Rows of CSV and its kin -> points, by whole columns where the rows are regular, row by row where not.

What comes out depends on the rows before a row, never on how the file was cut into pieces.
"""

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from mlops_console.readers.plain.cells import (
    Column,
    Mask,
    has_words,
    is_quiet,
    masks_of,
    numbers_of,
    walls_of,
)
from mlops_console.readers.plain.file_problems import FileProblems
from mlops_console.readers.plain.gather import Gather
from mlops_console.readers.plain.header import (
    BLANKS,
    MAX_COLUMNS,
    Plan,
    find_header,
    is_header,
    names_columns,
    plan_of,
    split,
    words_only,
)
from mlops_console.readers.plain.numbers import is_blank, number, whole_steps
from mlops_console.readers.plain.pieces import size_of
from mlops_console.readers.plain.state import FileState
from mlops_console.readers.plain.strangers import MANY, off_width
from mlops_console.readers.plain.words import split_of
from mlops_console.records import FloatArray, IntArray

MAX_QUOTED = 1 << 14
_ODD = ('"', "#", "\0", "\ufeff")
_PARTED = re.compile(r"[/._ -]")

_Offsets = Callable[[int], int]
"""Where in the file a row is; asked only when there is something wrong in it."""


class Table:
    """One table file while it is read; what must outlive the read is in its `FileState`."""

    def __init__(
        self,
        state: FileState,
        problems: FileProblems,
        gather: Gather,
        label: str,
        planned: Callable[[tuple[str, ...]], Plan] = plan_of,
    ) -> None:
        self._state = state
        self._problems = problems
        self._gather = gather
        self._label = label
        self._planned = planned
        self._plan = planned(state.names) if state.names else None
        self._numeric = set(state.numeric)

    def feed(self, text: str, offset: int) -> int:
        """Take whole lines; how many bytes of them were used: all but an unended quoted cell."""
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        used = 0
        if self._plan is None:
            start = self._begin(lines, offset)
            used = self._bytes(lines[:start])
            lines = lines[start:]
        if self._plan is None or self._whole_columns(lines, offset + used):
            return used + self._bytes(lines)
        return used + self._row_by_row(lines, offset + used)

    def complete(self, line: str) -> bool:
        """Whether a line without an end is a whole row as it stands."""
        plan = self._plan
        if plan is None or "\0" in line or line.count('"') % 2:
            return False
        cells = [cell.strip() for cell in split(line.rstrip("\r"), self._state.delimiter)]
        if len(cells) != plan.width or not cells[-1] or is_header(cells):
            return False
        if plan.step is not None and number(cells[plan.step]) is None:
            return False
        return number(cells[-1]) is not None or plan.width - 1 not in self._numeric

    def _bytes(self, lines: list[str]) -> int:
        """How many bytes of the file these lines are, with their ends."""
        newline = 2 if self._state.encoding.startswith("utf-16") else 1
        return size_of("".join(lines), self._state.encoding) + newline * len(lines)

    def _begin(self, lines: list[str], offset: int) -> int:
        """Find the header; the number of lines up to its end."""
        found = find_header(lines, self._state.comment)
        if isinstance(found, str):
            self._state.comment = found[:4096]
            return len(lines)
        if found is not None and len(found.names) > MAX_COLUMNS:
            self._state.dead = True
            self._problems.note("wide", offset, f"{len(found.names):,}")
            return len(lines)
        plan = self._planned(found.names) if found else None
        if found is None or plan is None or not plan.metrics:
            self._state.dead = True
            self._problems.note("header", offset)
            return len(lines)
        self._state.names, self._state.delimiter = found.names, found.delimiter
        self._use(plan, offset)
        return found.rows_from

    def _use(self, plan: Plan, offset: int) -> None:
        self._plan = plan
        if plan.repeated:
            self._problems.note("columns", offset, ", ".join(plan.repeated[:3]))

    def _whole_columns(self, lines: list[str], offset: int) -> bool:
        """Take lines that all have the header's width and nothing odd in them; False: nothing was taken."""
        plan, delimiter = self._plan, self._state.delimiter
        assert plan is not None
        if not lines:
            return True
        joined, raw = "\n".join(lines), lines
        if delimiter == BLANKS or any(mark in joined for mark in _ODD):
            return False
        if "\r" in joined:
            joined = joined.replace("\r", "")
            lines = joined.split("\n")
        if {line.count(delimiter) for line in lines} != {plan.width - 1} or (
            plan.width == 1 and not all(map(str.strip, lines))
        ):
            return False
        cells = joined.replace("\n", delimiter).split(delimiter)
        columns = [cells[index :: plan.width] for index in range(plan.width)]
        keys = range(plan.width) if plan.step is None else (plan.step,)
        if self._state.strange >= MANY:
            # Words are no header any more, but the header itself may come again.
            if plan.names[keys[0]] in joined:
                return False
        elif any(has_words(columns[index]) for index in keys):
            return False
        self._rows(columns, lambda row: offset + self._bytes(raw[:row]))
        return True

    def _row_by_row(self, lines: list[str], offset: int) -> int:
        """Take any lines; bytes used."""
        assert self._plan is not None
        rows: list[list[str]] = []
        offsets: list[int] = []
        at, index = offset, 0
        odd = off_width(lines, self._state.delimiter, self._plan) if self._state.strange >= MANY else b""
        while index < len(lines):
            if odd and odd[index]:
                end = odd.find(0, index)
                end = len(lines) if end < 0 else end
                self._leave_out(lines[index], at, end - index)
                at += self._bytes(lines[index:end])
                index = end
                continue
            taken = 1
            if lines[index].count('"') % 2:
                taken = self._quoted(lines, index, at)
                if not taken:
                    break
            record = lines[index : index + taken] if taken > 0 else []
            cells = self._cells(record, at)
            if cells is not None:
                if self._is_header(cells):
                    self._flush(rows, offsets)
                    self._state.names = tuple(cells)
                    self._state.numeric.clear()
                    self._numeric.clear()
                    self._use(self._planned(self._state.names), at)
                else:
                    rows.append(cells)
                    offsets.append(at)
            at += self._bytes(lines[index : index + abs(taken)])
            index += abs(taken)
        self._flush(rows, offsets)
        return at - offset

    def _quoted(self, lines: list[str], index: int, at: int) -> int:
        """Lines that a row with an open quote spans; 0 while its end is missing, -1 for a stray quote."""
        plan = self._plan
        assert plan is not None
        size = quotes = 0
        for last in range(index, len(lines)):
            size += len(lines[last])
            quotes += lines[last].count('"')
            if not quotes % 2:
                return last + 1 - index
            begun = last > index and _is_row(lines[last], plan.width, self._state.delimiter)
            if size > MAX_QUOTED or begun:
                self._problems.note("quote", at)
                return -1
        return 0

    def _cells(self, record: list[str], at: int) -> list[str] | None:
        """A row's cells; None for what is no row: blanks, comments, the header again, damage."""
        plan = self._plan
        assert plan is not None
        line = "\n".join(record).strip("\r\ufeff")
        if not line.strip() or line.startswith("#"):
            return None
        if "\0" in line:
            self._problems.note("zeros", at)
            return None
        cells = [cell.strip() for cell in split(line, self._state.delimiter)]
        if tuple(cells) == plan.names:
            return None
        if len(cells) == plan.width + 1 and not cells[-1]:
            cells.pop()
        elif len(cells) == plan.width - 1 and not plan.names[-1]:
            cells.append("")
        if len(cells) == plan.width or (
            self._state.strange < MANY and is_header(cells) and len(cells) <= MAX_COLUMNS
        ):
            return cells
        self._leave_out(line, at, 1)
        return None

    def _is_header(self, cells: list[str]) -> bool:
        """Whether a row is another header; of rows of words only the first many are thought to be one."""
        plan, state = self._plan, self._state
        assert plan is not None
        if state.strange >= MANY:
            return False
        if words_only(cells):
            if names_columns(cells) and len(cells) <= MAX_COLUMNS:
                return True
            state.strange += plan.step is None
        if plan.step is not None:
            step = cells[plan.step]
            state.strange += number(step) is None and not is_blank(step)
        return False

    def _leave_out(self, line: str, at: int, count: int) -> None:
        """Rows of another width than the header's."""
        assert self._plan is not None
        cells = (
            len(split(line.strip("\r\ufeff"), self._state.delimiter)) if self._problems.new("cells") else 0
        )
        noun = "cell" if cells == 1 else "cells"
        self._problems.note("cells", at, f"{cells} {noun} instead of {self._plan.width}", count)
        self._state.strange += count

    def _flush(self, rows: list[list[str]], offsets: list[int]) -> None:
        if rows:
            self._rows(list(zip(*rows, strict=True)), offsets.copy().__getitem__)
        rows.clear()
        offsets.clear()

    def _rows(self, columns: Sequence[Column], offsets: _Offsets) -> None:
        """Take rows that have the right width."""
        plan, state = self._plan, self._state
        assert plan is not None
        step, good = self._steps(columns, offsets)
        wall = walls_of(columns[plan.wall]) if plan.wall is not None else None
        whole = bool(good.all())
        self._gather.saw(wall)
        for index, key in plan.metrics:
            values, present = self._values(columns, index, offsets)
            if not whole:
                present = present & good
            if plan.split is None and plan.name is None:
                self._put(self._key(key), step, wall, values, present)
                continue
            for name, mask in self._groups(columns, key):
                self._put(name, step, wall, values, present & mask)
        if good.any():
            state.last_step = int(step[good][-1])

    def _put(
        self, key: str, step: IntArray, wall: IntArray | None, values: FloatArray, present: Mask
    ) -> None:
        if present.all():
            self._gather.add(key, step, wall, values)
        elif present.any():
            self._gather.add(key, step[present], None if wall is None else wall[present], values[present])

    def _steps(self, columns: Sequence[Column], offsets: _Offsets) -> tuple[IntArray, Mask]:
        """Each row's step, and which rows have a usable one."""
        plan, state = self._plan, self._state
        assert plan is not None
        count = len(columns[0])
        if plan.step is None:
            start = state.rows
            state.rows += count
            return np.arange(start, start + count, dtype=np.int64), np.ones(count, np.bool_)
        cells = columns[plan.step]
        values, present = numbers_of(cells)
        step, good = whole_steps(values)
        good &= present
        if good.all():
            return step, good
        blank = np.fromiter((is_blank(cell) for cell in cells), np.bool_, count)
        bad = np.flatnonzero(~good & ~blank)
        if len(bad):
            self._problems.note("step", offsets(int(bad[0])), repr(cells[bad[0]]), len(bad))
        # A row that leaves the step blank belongs to the step before it.
        last = np.maximum.accumulate(np.where(good, np.arange(count), -1))
        before = 0 if state.last_step is None else state.last_step
        return np.where(last >= 0, step[last], before), good | blank

    def _values(self, columns: Sequence[Column], index: int, offsets: _Offsets) -> tuple[FloatArray, Mask]:
        """A metric's values, and where there are any; words among its numbers are problems."""
        cells = columns[index]
        values, present = numbers_of(cells)
        if present.all():
            self._seen_numbers((index,))
            return values, present
        known = index in self._numeric
        first = 0 if known else int(present.argmax()) if present.any() else len(cells)
        odd = [
            place
            for place in np.flatnonzero(~present).tolist()
            if place >= first and not is_blank(cells[place]) and not is_quiet(cells[place])
        ]
        if odd:
            self._problems.note("number", offsets(odd[0]), repr(cells[odd[0]]), len(odd))
        if not known and present.any():
            self._seen_numbers((index,))
        return values, present

    def _seen_numbers(self, columns: Iterable[int]) -> None:
        """Take note of columns that hold numbers: from then on a word among them is a problem."""
        fresh = [index for index in columns if index not in self._numeric]
        self._numeric.update(fresh)
        self._state.numeric.extend(fresh)

    def _groups(self, columns: Sequence[Column], key: str) -> list[tuple[str, Mask]]:
        """In tables that name the metric or the split in a column: each name with its rows, in order."""
        plan = self._plan
        assert plan is not None
        count = len(columns[0])
        parts = [split_of(cell) for cell in columns[plan.split]] if plan.split is not None else [None] * count
        names = [cell.strip() for cell in columns[plan.name]] if plan.name is not None else [key] * count
        keys = [self._key(name, part) if name else "" for name, part in zip(names, parts, strict=True)]
        return masks_of(keys)

    def _key(self, name: str, part: str | None = None) -> str:
        return labelled(labelled(name, part or ""), self._label)


def _is_row(line: str, width: int, delimiter: str) -> bool:
    """Whether a line without quotes is a whole row, so that a quote before it was a stray one."""
    if '"' in line or line.count(delimiter) != width - 1 or width == 1:
        return False
    return all(number(cell) is not None or is_blank(cell) for cell in split(line, delimiter))


def labelled(name: str, label: str) -> str:
    """A metric's key with where it was measured before it, unless it says so itself."""
    if not label:
        return name
    first = _PARTED.split(name, maxsplit=1)[0].lower()
    return name if label in (first, split_of(first)) else f"{label}/{name}"
