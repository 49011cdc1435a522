"""What is known of a subject, as flat sections that can be laid beside each other."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, Literal, TypeAlias

from mlops_console.comparison.differing.same import meaning
from mlops_console.records import Json

Section: TypeAlias = Literal["params", "code", "data", "packages", "environment", "costs"]
SECTIONS: Final[tuple[Section, ...]] = ("params", "code", "data", "packages", "environment", "costs")
DEEPEST: Final = 32


class Absent(Enum):
    """The value of what a subject doesn't have; null is a value, this is none."""

    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Several:
    """The values of a group whose runs don't agree, each once, in the order of the runs."""

    values: "tuple[Value, ...]"


Value: TypeAlias = "Json | Absent | Several"
Facts: TypeAlias = Mapping[Section, Mapping[str, Value]]


def flat(nested: Mapping[str, Json]) -> dict[str, Json]:
    """A nested config with dotted keys; lists and empty mappings stay values.

    Where a key with a dot in its name meets a nested one, the second gets a mark: `a.b (2)`.
    """
    if not any(isinstance(value, dict) and value for value in nested.values()):
        return dict(nested)
    found: dict[str, Json] = {}
    _flatten(nested, "", found, 0)
    return found


def _flatten(nested: Mapping[str, Json], before: str, found: dict[str, Json], depth: int) -> None:
    for key, value in nested.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and value and depth < DEEPEST:
            _flatten(value, name + ".", found, depth + 1)
            continue
        unique, number = name, 1
        while unique in found:
            number += 1
            unique = f"{name} ({number})"
        found[unique] = value


def merged(members: Sequence[Facts]) -> Facts:
    """A group's facts: what its runs agree on, and `Several` where they don't."""
    if len(members) == 1:
        return members[0]
    whole: dict[Section, dict[str, Value]] = {}
    for section in SECTIONS:
        parts = [member.get(section, {}) for member in members]
        keys = dict.fromkeys(key for part in parts for key in part)
        written = section in _AS_WRITTEN
        whole[section] = {
            key: _one([part.get(key, Absent.ABSENT) for part in parts], written) for key in keys
        }
    return whole


_AS_WRITTEN: Final = frozenset({"code", "data", "packages", "environment"})
"""Sections in which text is no number: version 1.10 is not version 1.1."""


def understood(value: Value, section: Section) -> Hashable:
    """What a value means in its section; equal for values that say the same."""
    if isinstance(value, Several):
        return ("several", frozenset(understood(one, section) for one in value.values))
    if isinstance(value, Absent):
        return Absent.ABSENT
    return meaning(value, as_written=section in _AS_WRITTEN)


def _one(values: Sequence[Value], written: bool) -> Value:
    first = values[0]
    if all(value is first for value in values):
        return first
    section: Section = "code" if written else "params"
    found: dict[Hashable, Value] = {}
    for value in values:
        for one in value.values if isinstance(value, Several) else (value,):
            found.setdefault(understood(one, section), one)
    return first if len(found) == 1 else Several(tuple(found.values()))
