"""What a preview and a look at the end of a log are made of. Importing this costs nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[str, str]
"""(text, style): "text" "second" "muted" "warn" "bad" "accent" "key" "number" "string"; in pictures
"#rrggbb" or "#rrggbb on #rrggbb"."""
Row: TypeAlias = tuple[Span, ...]
Fact: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """A file as a person can look at it. What is wrong with it is said in `note`, never raised."""

    kind: str
    """"text", "json", "yaml", "table", "image", "model", "archive", "array", "html", "log", "binary",
    "folder"; also "none" where nothing is to be shown, "skipped" where nobody waited for it any more."""
    title: str
    facts: tuple[Fact, ...]
    rows: tuple[Row, ...]
    """Safe to draw: nothing in it controls a terminal. May be longer than the height that was asked for."""
    note: str = ""
    """A sentence: what is wrong, or what is left out."""


@dataclass(frozen=True, slots=True)
class Tail:
    """The lines that a log has got, or its last ones; raw text but for escape codes, which are left out."""

    lines: tuple[str, ...]
    """Whole lines; of a progress bar drawn over itself, its last state."""
    offset: int
    """Where to go on: pass it to the next call."""
    size: int
    skipped: int
    """How many bytes before the first of the lines were left out."""
    restarted: bool
    """The file was truncated or replaced since: what was shown of it before is no longer in it."""
    problem: str = ""
    """A sentence where it can't be read; empty otherwise."""
    partial: str = ""
    """The last line so far, where it has no end yet: draw it below the others, the next call has it anew."""


def nothing(title: str, note: str, facts: Sequence[Fact] = (), kind: str = "none") -> Preview:
    """A preview that only says why there is none."""
    return Preview(kind, title, tuple(facts), (), note)
