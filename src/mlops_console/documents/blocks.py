"""What a document is made of, whatever it is written in: text here is as somebody said it, never markup."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Ink: TypeAlias = Literal["", "best", "better", "worse", "muted", "mono"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The start of a section."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str
    role: Literal["answer", "plain", "muted", "warn"] = "plain"


@dataclass(frozen=True, slots=True)
class Code:
    """A command line."""

    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a cell, and what it is to the eye."""

    text: str
    ink: Ink = ""


Row: TypeAlias = Sequence[str | Entry]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; its columns from `left` on hold numbers."""

    head: Sequence[str]
    rows: Sequence[Row]
    left: int = 1


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    texts: Sequence[str]
    role: Literal["plain", "warn"] = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """Names, each with what is known of it."""

    rows: Sequence[tuple[str, str | Entry]]


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the few things that come first."""

    name: str
    value: str
    note: str = ""
    ink: Ink = ""


@dataclass(frozen=True, slots=True)
class Tiles:
    """What a hurried reader should see."""

    tiles: Sequence[Tile]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, where the form can show one; the tables say the same in numbers."""

    name: str
    """Whoever makes the document knows how to draw it."""
    subject: str = ""
    """Key of what it is about; empty: all."""


Block: TypeAlias = Heading | Words | Code | Grid | Items | Facts | Tiles | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A whole one."""

    title: str
    blocks: tuple[Block, ...]
    pictures: Mapping[str, str] = field(default_factory=dict)
    """By the picture's name, as SVG in the page's colours."""
