"""What a filter says, as a tree; `workspace.filters` reads and prints it, `filter_sql` answers it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal[":", "!=", "<", "<=", ">", ">=", "~", "!~"]


@dataclass(frozen=True, slots=True)
class Text:
    """A word as it was typed; quoted words are taken literally."""

    text: str
    quoted: bool = False
    position: int = field(default=0, compare=False)
    """Index of its first character in the filter."""


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: one of the alternatives stands anywhere in a run's names or texts."""

    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A key compared with one of several values."""

    key: Text
    operator: Operator
    values: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold; none: always."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple["Condition", ...]


Condition: TypeAlias = Word | Test | Not | Every | Either


def tests(condition: Condition) -> Iterator[Test]:
    """All comparisons in a condition."""
    match condition:
        case Test():
            yield condition
        case Not(part):
            yield from tests(part)
        case Every(parts) | Either(parts):
            for part in parts:
                yield from tests(part)
        case Word():
            return
