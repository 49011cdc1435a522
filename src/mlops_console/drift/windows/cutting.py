"""Cutting what lies in a place into windows, and telling which of them are complete."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from mlops_console.drift.windows import calendar
from mlops_console.drift.windows.listing import files_of
from mlops_console.drift.windows.model import Cut, Cutting, DataFile, Memory, Part, Window
from mlops_console.drift.windows.spans import Spans, mark_of, rows_of, spans_of
from mlops_console.drift.windows.whole import is_whole
from mlops_console.errors import DataError

SKEW: Final = 86_400_000_000
"""Microseconds that clocks may differ by: a window that begins later than this from now is of the future."""
MOST_GAPS: Final = 1_000
_SAID: Final = 20
"""Problems of files that are named one by one."""


def cut(place: str, base: str, cutting: Cutting, now: int, memory: Memory) -> Cut:
    """The windows of a place.

    Args:
        place: A file, a folder or a glob, relative to `base` or absolute.
        base: The project's folder.
        cutting: How.
        now: Epoch microseconds.
        memory: What was found out about files before; a file is read once.
    """
    files, problems = files_of(place, base)
    if not files:
        return Cut((), problems=tuple(problems) or (f"{place} holds no data files.",))
    match cutting.by:
        case "file":
            found = _by_file(files, base, cutting, now, memory)
        case "rows":
            found = _by_rows(files, base, cutting, now, memory)
        case "day" | "week" | "month":
            found = _ByTime(base, cutting, cutting.by, now, memory).cut(files)
    return Cut(found.windows, found.gaps, (*problems, *_few(found.problems)), tuple(files))


def rested(file: DataFile, cutting: Cutting, now: int) -> bool:
    """Whether nobody wrote to a file for a while; a time in the future tells of clocks, not of writing."""
    return abs(now - file.modified_ns // 1_000) >= cutting.settle * 1_000_000


def finished(file: DataFile, base: str, cutting: Cutting, now: int, memory: Memory) -> bool:
    """Whether nobody writes to a file any more: it has rested, or says itself that it is whole."""
    return rested(file, cutting, now) or is_whole(file, base, memory)


def _by_file(files: Sequence[DataFile], base: str, cutting: Cutting, now: int, memory: Memory) -> Cut:
    found = []
    for file, name in zip(files, _names(files), strict=True):
        why = "" if finished(file, base, cutting, now, memory) else _WRITING
        empty = not file.size and not why
        why = "the file is empty." if empty else why
        found.append(Window(name, (Part(file),), complete=not why, why_not=why))
    return Cut(tuple(found))


_WRITING: Final = "it is still being written."


def _names(files: Sequence[DataFile]) -> list[str]:
    """Paths without what they all begin with."""
    folders = [one.path.split("/")[:-1] for one in files]
    common = 0
    while all(len(one) > common and one[common] == folders[0][common] for one in folders):
        common += 1
    return ["/".join(one.path.split("/")[common:]) for one in files]


def _by_rows(files: Sequence[DataFile], base: str, cutting: Cutting, now: int, memory: Memory) -> Cut:
    """`cutting.rows` rows each, in the order of files and rows: as tables of several files have them."""
    files = sorted(files, key=lambda one: one.path)
    counted: list[tuple[DataFile, int]] = []
    problems: list[str] = []
    for file in files:
        try:
            counted.append((file, rows_of(file, base, memory)))
        except DataError as error:
            if rested(file, cutting, now):
                problems.append(f"{str(error).rstrip('.')}.")
            # What comes after an unread file can't be counted: windows end before it.
            break
    windows, taken, parts = [], 0, list[tuple[DataFile, int, int, int]]()
    for file, rows in counted:
        offset = 0
        while offset < rows:
            some = min(rows - offset, cutting.rows - sum(one[2] for one in parts))
            parts.append((file, offset, some, rows))
            offset += some
            if sum(one[2] for one in parts) == cutting.rows:
                windows.append(_of_rows(parts, taken, base, cutting, now, memory))
                taken, parts = taken + cutting.rows, []
    if parts:
        last = _of_rows(parts, taken, base, cutting, now, memory)
        why = f"{last.rows or 0:,} of {cutting.rows:,} rows have come."
        windows.append(Window(last.name, last.parts, complete=False, why_not=why))
    return Cut(tuple(windows), problems=tuple(problems))


def _of_rows(
    parts: Sequence[tuple[DataFile, int, int, int]],
    taken: int,
    base: str,
    cutting: Cutting,
    now: int,
    memory: Memory,
) -> Window:
    rows = sum(one[2] for one in parts)
    made, why = [], ""
    for file, offset, some, all_rows in parts:
        whole = some == all_rows and not file.grows
        mark = ""
        last = offset + some == all_rows
        if (last or not file.grows) and not finished(file, base, cutting, now, memory):
            why = _WRITING
        elif not whole:
            mark = mark_of(file, base, offset, some, memory)
        made.append(Part(file, some, offset, mark, some == all_rows))
    return Window(f"rows {taken:,}-{taken + rows - 1:,}", tuple(made), complete=not why, why_not=why)


@dataclass(slots=True)
class _ByTime:
    """Days, weeks or months."""

    base: str
    cutting: Cutting
    unit: calendar.Unit
    now: int
    memory: Memory
    parts: dict[date, list[Part]] = field(default_factory=dict)
    resting: dict[date, bool] = field(default_factory=dict)
    """First day -> whether all files that have rows of it are finished."""
    problems: list[str] = field(default_factory=list)
    unread: bool = False
    """Whether there is a file that is being written and can't be read yet."""

    def cut(self, files: Sequence[DataFile]) -> Cut:
        without = rows = 0
        read: list[tuple[DataFile, Spans]] = []
        for file in files:
            spans = self._spans(file)
            if spans is not None:
                without, rows = without + spans.without, rows + spans.rows
                read.append((file, spans))
        one_each = _one_each([spans for _, spans in read])
        for file, spans in read:
            self._add(file, spans, one_each=one_each)
        if without:
            self.problems.append(
                f"{without:,} of {rows:,} rows have no time in `{self.cutting.time}`: they are in no window."
            )
        zone = calendar.zone_of(self.cutting.zone)
        spanned = {first: calendar.span(first, self.unit, zone) for first in sorted(self.parts)}
        future = [first for first, (start, _) in spanned.items() if start > self.now + SKEW]
        for first in future:
            del spanned[first]
        if future:
            count = sum(part.rows or 0 for first in future for part in self.parts[first])
            self.problems.append(f"{count:,} rows are of the future, by this machine's clock: not judged.")
        firsts = list(spanned)
        windows = [
            self._window(first, spanned[first], last=place == len(firsts) - 1)
            for place, first in enumerate(firsts)
        ]
        gaps = [
            calendar.name_of(gap, self.unit)
            for one, other in pairwise(firsts)
            for gap in calendar.between(one, other, self.unit, MOST_GAPS)
        ][:MOST_GAPS]
        return Cut(tuple(windows), tuple(gaps), tuple(self.problems))

    def _spans(self, file: DataFile) -> Spans | None:
        try:
            return spans_of(file, self.base, self.cutting, self.unit, self.memory)
        except DataError as error:
            if rested(file, self.cutting, self.now):
                self.problems.append(f"{str(error).rstrip('.')}.")
            else:
                self.unread = True
            return None

    def _add(self, file: DataFile, spans: Spans, *, one_each: bool) -> None:
        alone = len(spans.spans) == 1 and not spans.without
        quiet = rested(file, self.cutting, self.now) or (one_each and is_whole(file, self.base, self.memory))
        for place, span in enumerate(spans.spans):
            # Rows are added to the end of a file that grows: what is older than its newest window stays.
            finished = quiet or (file.grows and place < len(spans.spans) - 1)
            self.resting[span.first] = self.resting.get(span.first, True) and finished
            self.parts.setdefault(span.first, []).append(Part(file, span.rows, 0, span.mark, alone))

    def _window(self, first: date, spanned: tuple[int, int], *, last: bool) -> Window:
        start, end = spanned
        why = ""
        if not self.resting[first]:
            why = _WRITING
        elif self.now < end + int(self.cutting.settle * 1_000_000):
            # Also where a row of tomorrow is there already: clocks and zones differ.
            why = f"the {self.unit} is not over."
        elif last and self.unread:
            why = "a file beside it is still being written."
        name = calendar.name_of(first, self.unit)
        return Window(name, tuple(self.parts[first]), start, end, complete=not why, why_not=why)


def _one_each(files: Sequence[Spans]) -> bool:
    """Whether every window is one file, of two at least: then none is waited for beside a whole one."""
    firsts = [span.first for spans in files for span in spans.spans]
    return len(firsts) > 1 and len(firsts) == len(set(firsts)) == len(files)


def _few(problems: Sequence[str]) -> tuple[str, ...]:
    if len(problems) <= _SAID:
        return tuple(problems)
    return (*problems[:_SAID], f"{len(problems) - _SAID:,} more files could not be read.")
