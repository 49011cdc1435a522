"""Subjects beside each other, key by key: what differs from the base first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mlops_console.comparison.differing.facts import SECTIONS, Absent, Facts, Section, Value, understood

_DIGITS: Final = re.compile(r"([0-9]+)")
_LONGEST_NUMBER: Final = 18


@dataclass(frozen=True, slots=True)
class Row:
    """One key of all subjects."""

    section: Section
    key: str
    values: tuple[Value, ...]
    """By subject; `Absent` where it has no such key."""
    differs: tuple[bool, ...]
    """By subject: whether it says something else than the base."""

    @property
    def group(self) -> str:
        """What a nested key belongs to: `model.encoder` of `model.encoder.layers`; empty at the top."""
        return self.key.rpartition(".")[0] if self.section == "params" else ""

    @property
    def different(self) -> bool:
        """Whether any subject differs from the base."""
        return True in self.differs


@dataclass(frozen=True, slots=True)
class Differences:
    """All rows: by section those that differ, then the others; nested keys beside each other."""

    rows: tuple[Row, ...]
    base: int

    @property
    def different(self) -> tuple[Row, ...]:
        """Only the rows in which a subject differs from the base."""
        return tuple(row for row in self.rows if row.different)

    def count(self, section: Section | None = None) -> tuple[int, int]:
        """How many rows differ, and how many there are."""
        of = [row for row in self.rows if section in (None, row.section)]
        return sum(row.different for row in of), len(of)


def rows(subjects: Sequence[Facts], base: int = 0) -> Differences:
    """Lay subjects beside each other against one of them.

    Args:
        subjects: What is known of each, by section; see `facts.merged` for groups.
        base: Which subject the others are held against.

    Raises:
        IndexError: There is no such subject.
    """
    if not 0 <= base < len(subjects):
        raise IndexError(f"there is no subject {base} among {len(subjects)}")
    found: list[Row] = []
    for section in SECTIONS:
        found += _section(section, [subject.get(section, {}) for subject in subjects], base)
    return Differences(tuple(found), base)


def _section(section: Section, parts: Sequence[Mapping[str, Value]], base: int) -> list[Row]:
    keys = sorted(set().union(*parts), key=natural)
    absent: list[Value] = [Absent.ABSENT] * len(keys)
    columns: list[list[Value]] = [list(map(dict(part).get, keys, absent)) for part in parts]
    none = (False,) * len(parts)
    different: list[Row] = []
    others: list[Row] = []
    for key, values in zip(keys, zip(*columns, strict=True), strict=True):
        # Nearly all rows are plainly equal, and are not looked into.
        against = values[base]
        plain = values.count(against) == len(values) and _plain(values, against)
        differs = none if plain else _differing(section, values, base)
        if True in differs:
            different.append(Row(section, key, values, differs))
        else:
            others.append(Row(section, key, values, none))
    return different + others


def _plain(values: tuple[Value, ...], against: Value) -> bool:
    """Whether equal values mean the same: not where a truth may stand among numbers, or lists hold some."""
    kind = type(against)
    if kind is str or kind is Absent or against is None:
        return True
    if kind is float or kind is int:
        return against not in (0, 1) or not any(type(value) is bool for value in values)
    return kind is bool and all(type(value) is bool for value in values)


def _differing(section: Section, values: tuple[Value, ...], base: int) -> tuple[bool, ...]:
    against, meant = values[base], understood(values[base], section)
    kind = type(against)
    if kind not in (int, float, str) or against != against:
        return tuple([value is not against and understood(value, section) != meant for value in values])
    if kind is str:
        return tuple([value != against and understood(value, section) != meant for value in values])
    return tuple(
        [value != against if type(value) is kind else understood(value, section) != meant for value in values]
    )


def natural(key: str) -> tuple[list[int | str], str]:
    """What sorts keys as people do: `layer2` before `layer10`, a group's keys beside each other."""
    pieces: list[int | str] = _DIGITS.split(key.lower().replace(".", "\0"))
    for at in range(1, len(pieces), 2):
        # Text and digits take turns, so that like is held against like.
        pieces[at] = int(pieces[at][:_LONGEST_NUMBER])  # type: ignore[index]
    return pieces, key
