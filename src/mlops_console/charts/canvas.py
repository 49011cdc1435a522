"""Dots to glyphs: layers painted over each other in cells of braille, quadrants, half blocks or letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from mlops_console.charts.decimation import Columns, spans
from mlops_console.charts.model import GlyphSet, Row
from mlops_console.records import FloatArray, IntArray

BoolGrid = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
_BLANK: Final = ord(" ")
ISLAND: Final = 4
"""Cells; a piece of a grid line between curves is at least that long."""


@dataclass(frozen=True, slots=True)
class Pen:
    """How one glyph set draws: dots per cell, and the code point of every pattern of dots."""

    across: int
    down: int
    weights: IntArray
    """Value of each dot of a cell, by row and column."""
    points: npt.NDArray[np.uint32]
    """Code point by pattern; index 0 is blank."""
    grid: str
    not_number: str
    above: str
    below: str
    ruler: str


def _points(text: str) -> npt.NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), np.uint32)


_BRAILLE: Final = " " + "".join(chr(0x2800 + code) for code in range(1, 256))
PENS: Final[dict[GlyphSet, Pen]] = {
    "braille": Pen(
        2, 4, np.array([[1, 8], [2, 16], [4, 32], [64, 128]]), _points(_BRAILLE), "┄", "✗", "▴", "▾", "┊"
    ),
    "quadrant": Pen(2, 2, np.array([[1, 2], [4, 8]]), _points(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"), "┄", "✗", "▴", "▾", "┊"),
    "block": Pen(1, 2, np.array([[1], [2]]), _points(" ▀▄█"), "┄", "✗", "▴", "▾", "┊"),
    "ascii": Pen(1, 1, np.array([[1]]), _points(" *"), ".", "x", "^", "v", ":"),
}


class Canvas:
    """Cells that hold one glyph and one style each; what is painted later covers what was there."""

    def __init__(self, width: int, height: int, glyphs: GlyphSet = "braille", right: int = 0) -> None:
        self.pen = PENS[glyphs]
        self.width, self.height = width, height
        self.plot = width - right
        """Cells for curves and grid lines; what is right of them is for signs."""
        self.across, self.down = self.plot * self.pen.across, height * self.pen.down
        self._glyphs = np.full((height, width), _BLANK, np.uint32)
        self._styles = np.full((height, width), -1, np.int16)
        self._names: list[str] = []

    def row_dot(self, share: float) -> float:
        """The dot height of a place between the middle of the last row (0) and of the first (1)."""
        return (1 - share) * (self.height - 1) * self.pen.down + (self.pen.down - 1) / 2

    def curve(self, columns: Columns, ink: str, letter: str = "") -> None:
        """Paint gathered points and the lines between them."""
        dots = self.dots(columns)
        if self.pen.down > 1 or self.pen.across > 1:
            self._spots(dots, columns)
        self.paint(dots, ink, letter)

    def dots(self, columns: Columns) -> BoolGrid:
        """Which dots a curve lights: at least one for each of its points that lies in the picture."""
        return fill(*spans(columns, self.across), (self.down, self.across))

    def _spots(self, dots: BoolGrid, columns: Columns) -> None:
        # A point that no line reaches would be a single dot that nobody sees.
        led_on = np.append(columns.joined[1:], False)
        alone = np.flatnonzero(~columns.joined & ~led_on)
        x, y = columns.column[alone], np.rint(columns.first[alone]).astype(np.int64)
        inside = (x >= 0) & (x < self.across) & (y >= 0) & (y < self.down)
        x, y = x[inside], y[inside]
        if len(x) <= self.across // 4:
            dots[y, np.minimum(x + 1, self.across - 1)] = True
            dots[np.maximum(y - 1, 0), x] = True
            dots[np.maximum(y - 1, 0), np.minimum(x + 1, self.across - 1)] = True

    def band(self, low: Columns, high: Columns, ink: str) -> None:
        """Paint what lies between two curves, in dots so far apart that lines stand out from it."""
        top, end = _edge(high, self.across, np.minimum, np.inf), _edge(low, self.across, np.maximum, -np.inf)
        held = np.flatnonzero(end >= top)
        dots = fill(held, top[held], end[held], (self.down, self.across))
        if self.pen.down > 1:
            rows, columns = np.ogrid[: self.down, : self.across]
            dots &= (columns + rows * (self.pen.across // 2 or 1)) % 2 == 0
        self.paint(dots, ink, ":")

    def free(self, column: int, row: int) -> bool:
        """Whether a cell holds nothing but the grid."""
        inside = 0 <= column < self.width and 0 <= row < self.height
        return inside and self._glyphs[row, column] in (_BLANK, ord(self.pen.grid))

    def paint(self, dots: BoolGrid, ink: str, letter: str = "") -> None:
        """Cover cells with a pattern of dots in one style."""
        pen = self.pen
        used = np.flatnonzero(dots.any(axis=1))
        if not len(used):
            return
        # Most curves light few rows: the others need not be looked at.
        first, last = int(used[0]) // pen.down, int(used[-1]) // pen.down + 1
        part = dots[first * pen.down : last * pen.down]
        cells = part.reshape(last - first, pen.down, self.plot, pen.across)
        codes = np.zeros((last - first, self.plot), np.int32)
        for row in range(pen.down):
            for column in range(pen.across):
                codes += cells[:, row, :, column] * pen.weights[row, column]
        lit = codes > 0
        glyphs, styles = self._glyphs[first:last, : self.plot], self._styles[first:last, : self.plot]
        if pen.down == pen.across == 1 and letter:
            glyphs[lit] = ord(letter[0])
        else:
            glyphs[lit] = pen.points[codes[lit]]
        styles[lit] = self._style(ink)

    def level(self, dot: float, ink: str) -> None:
        """Paint a dashed line across at a dot height."""
        y = round(dot)
        if 0 <= y < self.down:
            dots = np.zeros((self.down, self.across), bool)
            dots[y] = np.arange(self.across) // self.pen.across % 2 == 0
            self.paint(dots, ink, "=")

    def grid(self, rows: list[int], ink: str = "line") -> None:
        """Draw grid lines in the free cells of some rows, a cell away from what is painted."""
        for row in (row for row in rows if row < self.height):
            free = self._glyphs[row, : self.plot] == _BLANK
            kept = free.copy()
            kept[1:] &= free[:-1]
            kept[:-1] &= free[1:]
            _without_islands(kept)
            self._glyphs[row, : self.plot][kept] = ord(self.pen.grid)
            self._styles[row, : self.plot][kept] = self._style(ink)

    def ruler(self, column: int, ink: str) -> None:
        """Draw an upright line through the free cells of a column."""
        if 0 <= column < self.width:
            free = (self._glyphs[:, column] == _BLANK) | (self._glyphs[:, column] == ord(self.pen.grid))
            self._glyphs[free, column] = ord(self.pen.ruler)
            self._styles[free, column] = self._style(ink)

    def mark(self, column: int, row: int, glyph: str, ink: str) -> None:
        """Put one sign over whatever is there."""
        if 0 <= column < self.width and 0 <= row < self.height:
            self._glyphs[row, column] = ord(glyph)
            self._styles[row, column] = self._style(ink)

    def label(self, column: int, row: int, glyph: str, ink: str) -> None:
        """Put a sign into the picture, with no grid line touching it."""
        self.mark(column, row, glyph, ink)
        for beside in (column - 1, column + 1):
            if 0 <= beside < self.width and self._glyphs[row, beside] == ord(self.pen.grid):
                self._glyphs[row, beside] = _BLANK

    def rows(self) -> Iterator[Row]:
        """The rows as spans; blanks keep the style before them, so a line has few changes."""
        for glyphs, styles in zip(self._glyphs, self._styles, strict=True):
            blank = glyphs == _BLANK
            drawn = np.flatnonzero(~blank)
            if not len(drawn):
                yield ()
                continue
            text = glyphs.tobytes().decode("utf-32-le")
            own = styles[drawn]
            change = np.flatnonzero(np.append(True, own[1:] != own[:-1]))
            starts = drawn[change].tolist()
            starts[0] = 0
            ends = [*starts[1:], int(drawn[-1]) + 1]
            names = own[change].tolist()
            yield tuple(
                (text[a:b], self._names[name]) for a, b, name in zip(starts, ends, names, strict=True)
            )

    def _style(self, ink: str) -> int:
        if ink not in self._names:
            self._names.append(ink)
        return self._names.index(ink)


def _edge(columns: Columns, across: int, farther: "np.ufunc", none: float) -> FloatArray:
    """The outermost dot of a curve in each column; `none` where there is no curve."""
    column, top, end = spans(columns, across)
    inside = (column >= 0) & (column < across)
    found = np.full(across, none)
    farther.at(found, column[inside], (top if farther is np.minimum else end)[inside])
    return found


def fill(column: IntArray, low: FloatArray, high: FloatArray, shape: tuple[int, int]) -> BoolGrid:
    """A grid of dots in which vertical runs are lit; what lies outside is left out, not moved to the edge."""
    down, across = shape
    top = np.rint(np.clip(low, -2, down + 2)).astype(np.int64)
    end = np.rint(np.clip(high, -2, down + 2)).astype(np.int64)
    seen = (column >= 0) & (column < across) & (end >= 0) & (top < down)
    column, top, end = column[seen], np.maximum(top[seen], 0), np.minimum(end[seen], down - 1)
    dots = np.zeros(shape, bool)
    if not len(column):
        return dots
    first, last = int(top.min()), int(end.max())
    top, end, rows = top - first, end - first, last - first + 1
    size = (rows + 1) * across
    opened = np.bincount(top * across + column, minlength=size)
    closed = np.bincount((end + 1) * across + column, minlength=size)
    depth = np.cumsum((opened - closed).astype(np.int32).reshape(rows + 1, across), axis=0)
    dots[first : last + 1] = depth[:rows] > 0
    return dots


def _without_islands(kept: npt.NDArray[np.bool_]) -> None:
    """Leave out pieces of a grid line so short that they would be read as points."""
    edges = np.flatnonzero(np.diff(kept.astype(np.int8), prepend=0, append=0))
    for begin, end in edges.reshape(-1, 2).tolist():
        if end - begin < ISLAND and begin > 0 and end < len(kept):
            kept[begin:end] = False
