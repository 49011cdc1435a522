"""The head of a table: where its header is, how cells are parted, and what each column is for."""

import csv
from dataclasses import dataclass

from mlops_console.readers.plain.numbers import number
from mlops_console.readers.plain.words import EPOCH_RANK, Role, is_metric_word, role_of

DELIMITERS = (",", "\t", ";", "|")
BLANKS = " "
"""Cells are parted by any number of blanks."""
MAX_COLUMNS = 20_000
_INDEX_RANK = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """What the columns of a table are for, by their places."""

    names: tuple[str, ...]
    metrics: tuple[tuple[int, str], ...]
    step: int | None = None
    wall: int | None = None
    split: int | None = None
    name: int | None = None
    """In a long table (a row per value): where the metric's name is; `value` then is the only metric."""
    value: int | None = None
    repeated: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many cells a row has."""
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Header:
    """A header found in the first lines of a table."""

    names: tuple[str, ...]
    delimiter: str
    rows_from: int
    """Which of the lines looked at is the first row."""


def find_header(lines: list[str], comment: str = "") -> Header | str | None:
    """The header; None where the lines can't hold one; the last comment while only comments were seen.

    A comment is the header when the first row after it is all numbers, as many as the comment has words.
    """
    for index, line in enumerate(lines):
        text = line.strip("\r\n\ufeff")
        if not text.strip() or text.startswith("sep="):
            continue
        if text.startswith("#"):
            comment = text.lstrip("# ")
            continue
        delimiter = _delimiter(text)
        cells = [cell.strip() for cell in split(text, delimiter)]
        if any(number(cell) is None and cell for cell in cells):
            return Header(tuple(cells), delimiter, index + 1)
        for other in (delimiter, _delimiter(comment)):
            above = [cell.strip() for cell in split(comment, other)]
            if len(above) == len(cells) and any(above):
                return Header(tuple(above), delimiter, index)
        return None
    return comment


def split(line: str, delimiter: str) -> list[str]:
    """The cells of one row."""
    if delimiter == BLANKS:
        return line.split()
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader(line.split("\n"), delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return line.split(delimiter)


def plan_of(names: tuple[str, ...]) -> Plan:
    """What each column is for, seen together with its neighbours."""
    roles = [_role(index, name) for index, name in enumerate(names)]
    name, value = _first(roles, "name"), _first(roles, "value")
    if name is None or value is None:
        name = value = None
    steps = sorted(
        (role.rank, index) for index, role in enumerate(roles) if role.kind in ("step", "also-step")
    )
    step = steps[0][1] if steps else None
    if steps and steps[0][0] >= EPOCH_RANK and _first(roles, "batch") is not None:
        step = None
    metrics: list[tuple[int, str]] = []
    seen: set[str] = set()
    repeated: list[str] = []
    for index, (key, role) in enumerate(zip(names, roles, strict=True)):
        if role.kind in ("step", "batch", "wall", "split") or not key or index == name:
            continue
        if name is not None and index != value:
            continue
        if key in seen:
            repeated.append(key)
            continue
        seen.add(key)
        metrics.append((index, key))
    wall, part = _first(roles, "wall"), _first(roles, "split")
    return Plan(names, tuple(metrics), step, wall, part, name, value, tuple(repeated))


def is_header(cells: list[str]) -> bool:
    """Whether a row in the middle of a table is another header: no numbers, and it names steps or metrics."""
    return words_only(cells) and names_columns(cells)


def words_only(cells: list[str]) -> bool:
    """Whether no cell of a row is a number."""
    return all(number(cell) is None for cell in cells if cell)


def names_columns(cells: list[str]) -> bool:
    """Whether words are those of a header."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 2:
        return False
    if any(role_of(cell).kind == "step" for cell in filled):
        return True
    return sum(map(is_metric_word, filled)) * 2 >= len(filled) and len(set(filled)) == len(filled) > 2


def _role(index: int, name: str) -> Role:
    if not name and index == 0:
        return Role("step", _INDEX_RANK)
    return role_of(name)


def _first(roles: list[Role], kind: str) -> int | None:
    return next((index for index, role in enumerate(roles) if role.kind == kind), None)


def _delimiter(line: str) -> str:
    outside = line
    if '"' in line:
        outside = "".join(line.split('"')[::2])
    counts = {delimiter: outside.count(delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: counts[delimiter])
    if counts[best]:
        return best
    return BLANKS if len(line.split()) > 1 and '"' not in line else ","
