"""Values in columns that fit into a width, the way a person reads a table."""

from collections.abc import Sequence
from typing import Final

from mlops_console.readers.previews.model import Row, Span
from mlops_console.readers.previews.opened import safe

WIDEST: Final = 32
_LEAST: Final = 3
_GAP: Final = "  "


def grid(
    names: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> tuple[tuple[Row, ...], int]:
    """A head, the types and the rows; and how many columns had no room."""
    sizes = [
        max(_LEAST, min(WIDEST, max(len(name), len(kind), *(len(row[at]) for row in rows), 0)))
        for at, (name, kind) in enumerate(zip(names, types, strict=True))
    ]
    shown, used = 0, -len(_GAP)
    while shown < len(sizes) and used + len(_GAP) + sizes[shown] <= max(width, sizes[0]):
        used += len(_GAP) + sizes[shown]
        shown += 1
    right = [kind[:1] in ("i", "u", "f") for kind in types]
    columns = range(shown)
    lines = [
        _line([(names[at], "key") for at in columns], sizes, right),
        _line([(types[at], "muted") for at in columns], sizes, right),
    ]
    lines += [
        _line([(row[at], "number" if right[at] else "text") for at in columns], sizes, right) for row in rows
    ]
    return tuple(lines), len(sizes) - shown


def _line(cells: Sequence[Span], sizes: Sequence[int], right: Sequence[bool]) -> Row:
    row: list[Span] = []
    for at, (text, style) in enumerate(cells):
        size = sizes[at]
        shown = safe(text, size)[:size]
        padded = shown.rjust(size) if right[at] else shown.ljust(size)
        row.append((padded if at == 0 else _GAP + padded, style))
    return tuple(row)
