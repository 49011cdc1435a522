"""Two screens of cells: what the terminal shows and what it should show, and the difference as bytes.

A cell is a (text, look) pair; equal cells are one object, so rows compare at the speed of pointers. A wide
character owns two cells: its own and an empty one behind it.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from mlops_console.console.driver.styles import PLAIN, Look, blank, change, look

if TYPE_CHECKING:
    from collections.abc import Iterator

    Cell = tuple[str, Look]

NEAR: Final = 5
"""Unchanged cells between two changed ones that are cheaper to send again than to step over."""
DASHES: Final = "\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}"
WORTH_ERASING: Final = 12
"""So many blanks on one ground are longer than the codes that erase them."""
_PIECE = re.compile(r"([\d;]*)([Hm])")


class _Cells(dict[str, "Cell"]):
    """The cells of one look by their text."""

    def __init__(self, style: Look) -> None:
        super().__init__()
        self._style = style

    def __missing__(self, text: str) -> "Cell":
        # A blank shows only its ground: blanks on one ground are one cell, whatever was written before.
        style = blank(self._style) if text == " " else self._style
        cell = self[text] = _cell(text, style)
        return cell


@lru_cache(65536)
def _cell(text: str, style: Look) -> "Cell":
    return (text, style)


class _Widths(dict[str, int]):
    def __missing__(self, char: str) -> int:
        width = self[char] = cell_len(char)
        return width


class Grid:
    """The wanted and the shown screen."""

    def __init__(self, *, ascii_only: bool = False, erases: bool = False) -> None:
        self._ascii_only = ascii_only
        self._erases = erases
        """The terminal erases in the colour of the ground (`bce`): stretches of blanks need not be sent."""
        self.columns = self.rows = 0
        self.cursor = (0, 0)
        """(row, column) where the frame leaves the cursor."""
        self._want: list[list[Cell | None]] = []
        self._have: list[list[Cell | None]] = []
        self._dirty: set[int] = set()
        self._looks: dict[Look, _Cells] = {}
        self._widths = _Widths()

    @property
    def dirty(self) -> bool:
        """Whether the screens may differ."""
        return bool(self._dirty)

    def resize(self, columns: int, rows: int) -> None:
        """Another size; what the terminal shows is unknown from here on."""
        if (columns, rows) != (self.columns, self.rows):
            blank: list[Cell | None] = [None] * columns
            kept = [(row + blank)[:columns] for row in self._want[:rows]]
            self._want = kept + [blank[:] for _ in range(rows - len(kept))]
            self.columns, self.rows = columns, rows
        self.forget()

    def forget(self) -> None:
        """The terminal shows something else: send every cell again."""
        self._have = [[None] * self.columns for _ in range(self.rows)]
        self._dirty = set(range(self.rows))

    def clear(self) -> None:
        """Want nothing: until the next frame there is nothing to send."""
        self._want = [[None] * self.columns for _ in range(self.rows)]
        self._dirty.clear()

    def text(self) -> list[str]:
        """The wanted screen without its styles."""
        return ["".join(" " if cell is None else cell[0] for cell in row) for row in self._want]

    # Taking frames

    def take(self, frame: str) -> bool:
        """Merge a frame of Textual's into the wanted screen; whether it covers the whole screen."""
        y = x = 0
        first: tuple[int, int] | None = None
        lowest = 0
        cells = self._of(PLAIN)
        for piece in frame.split("\x1b[")[1:]:
            match = _PIECE.match(piece)
            if match is None:
                x += self._put(y, x, "?" + piece, cells)
                continue
            parameters, kind = match.groups()
            if kind == "H":
                row, _, column = parameters.partition(";")
                y, x = int(row or 1) - 1, int(column or 1) - 1
                first = first or (y, x)
            else:
                cells = self._of(look(parameters))
            text = piece[match.end() :]
            if text:
                lowest = max(lowest, y)
                x += self._put(y, x, text.replace("\n", "") if "\n" in text else text, cells)
        self.cursor = (y, x)
        return first == (0, 0) and lowest >= self.rows - 1

    def _of(self, style: Look) -> _Cells:
        cells = self._looks.get(style)
        if cells is None:
            cells = self._looks[style] = _Cells(style)
        return cells

    def _put(self, y: int, x: int, text: str, cells: _Cells) -> int:
        if not text:
            return 0
        if not text.isprintable():
            # The last door: whatever a widget let through, no control character leaves in a frame.
            text = "".join(char if char.isprintable() else "?" for char in text)
        if self._ascii_only and not text.isascii():
            text = "".join(map(self._spelled, text))
        drawn = list(map(cells.__getitem__, text)) if text.isascii() else self._spread(text, cells)
        if y < self.rows and x < self.columns:
            row = self._want[y]
            shown = drawn[: self.columns - x]
            if len(shown) < len(drawn) and drawn[len(shown)][0] == "":
                shown[-1] = cells[" "]
            end = x + len(shown)
            if x > 0 and (cell := row[x]) is not None and cell[0] == "" and shown[0][0] != "":
                row[x - 1] = self._of(cell[1])[" "]
            if end < self.columns and (cell := row[end]) is not None and cell[0] == "":
                row[end] = self._of(cell[1])[" "]
            row[x:end] = shown
            self._dirty.add(y)
        return len(drawn)

    def _spelled(self, char: str) -> str:
        """A character for a terminal that takes ASCII alone."""
        if char.isascii():
            return char
        return "-" if char in DASHES else "?" * self._widths[char]

    def _spread(self, text: str, cells: _Cells) -> "list[Cell]":
        widths = [self._widths[char] for char in text]
        if min(widths) == max(widths) == 1:
            return list(map(cells.__getitem__, text))
        drawn: list[Cell] = []
        for char, width in zip(text, widths, strict=True):
            if width == 0:
                if drawn:
                    at = -2 if drawn[-1][0] == "" and len(drawn) > 1 else -1
                    drawn[at] = cells[drawn[at][0] + char]
                continue
            drawn.append(cells[char])
            if width == 2:
                drawn.append(cells[""])
        return drawn

    # Sending differences

    def difference(self) -> str:
        """What makes the terminal show the wanted screen; from here on it counts as shown."""
        sender = _Sender(self.columns, erases=self._erases)
        for y in sorted(self._dirty):
            want, have = self._want[y], self._have[y]
            if want == have:
                continue
            for begin, end in self._spans(want, have):
                sender.span(y, begin, want[begin:end])
            self._have[y] = want[:]
        self._dirty.clear()
        return sender.finished(*self.cursor)

    def _spans(self, want: "list[Cell | None]", have: "list[Cell | None]") -> "Iterator[tuple[int, int]]":
        changed = [x for x, (a, b) in enumerate(zip(want, have, strict=True)) if a is not b and a is not None]
        if not changed:
            return
        begin = last = changed[0]
        for x in changed[1:]:
            if x - last > NEAR or None in want[last:x]:
                yield self._whole(want, begin, last + 1)
                begin = x
            last = x
        yield self._whole(want, begin, last + 1)

    def _whole(self, want: "list[Cell | None]", begin: int, end: int) -> tuple[int, int]:
        # Never begin or end in the middle of a wide character.
        while begin > 0 and (cell := want[begin]) is not None and cell[0] == "":
            begin -= 1
        while end < self.columns and (cell := want[end]) is not None and cell[0] == "":
            end += 1
        return begin, end


class _Sender:
    """Writes spans of cells with as few bytes as the terminal's abilities allow."""

    def __init__(self, columns: int, *, erases: bool) -> None:
        self._columns = columns
        self._erases = erases
        self._out: list[str] = []
        self._style = PLAIN
        self._at: tuple[int, int] | None = None

    def span(self, y: int, x: int, cells: "list[Cell | None]") -> None:
        """Cells of a row, from left to right."""
        self._out.append(_move(self._at, y, x))
        out = self._out
        place, end = 0, len(cells)
        while place < end:
            cell = cells[place]
            if cell is None:
                place += 1
                continue
            text, wanted = cell
            if wanted is not self._style and not (text == " " and blank(self._style) is wanted):
                out.append(change(self._style, wanted))
                self._style = wanted
            length = 1
            if text == " ":
                while place + length < end and cells[place + length] is cell:
                    length += 1
                if length >= WORTH_ERASING and self._erases and blank(self._style) is wanted:
                    place += length
                    if x + place == self._columns:
                        out.append("\x1b[K")
                        self._at = (y, x + place - length)
                        return
                    out.append(f"\x1b[{length}X\x1b[{length}C")
                    continue
            out.append(text * length)
            place += length
        self._at = (y, x + end)

    def finished(self, row: int, column: int) -> str:
        """All spans, the style reset, the cursor where it belongs; nothing where there were none."""
        if not self._out:
            return ""
        if self._style is not PLAIN:
            self._out.append("\x1b[0m")
        self._out.append(f"\x1b[{row + 1};{column + 1}H")
        return "".join(self._out)


def _move(at: tuple[int, int] | None, y: int, x: int) -> str:
    if at is not None:
        if at == (y, x):
            return ""
        if at[0] == y and at[1] < x:
            return f"\x1b[{x - at[1]}C"
        if at[0] + 1 == y and x == 0:
            return "\r\n"
    return f"\x1b[{y + 1};{x + 1}H"
