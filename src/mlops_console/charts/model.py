"""What a chart is made of and what comes out: curves and options in, rows of styled text out."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from mlops_console.records import FloatArray

Span: TypeAlias = tuple[str, str]
"""Text and the name of its style: `series0`, `series0.dim`, `series0.raw`, `series0.band`, `base`, `line`,
`muted`, ...; `common on series1` has a colour of its own behind the glyph."""
Row: TypeAlias = tuple[Span, ...]
GlyphSet: TypeAlias = Literal["braille", "quadrant", "block", "ascii"]
XKind: TypeAlias = Literal["number", "seconds", "time"]
"""What x counts: anything, seconds since a start, or the time of day (epoch seconds, shown local)."""


class Curve(NamedTuple):
    """One line of a chart; `x` and `y` are in record order, `y` may hold NaN and infinities."""

    letter: str
    label: str
    x: FloatArray
    y: FloatArray
    ink: str
    """Style name of the curve; dimmed forms are made by adding `.dim`, `.raw` or `.band`."""
    low: FloatArray | None = None
    """With `high`: the lower end of a band around the curve at each x, e.g. over seeds."""
    high: FloatArray | None = None


class Level(NamedTuple):
    """A horizontal line to compare with: production, a baseline, a limit."""

    label: str
    value: float
    ink: str = "base"


@dataclass(frozen=True, slots=True)
class ChartOptions:
    """How to draw; the defaults give a plain chart of everything."""

    glyphs: GlyphSet = "braille"
    log_x: bool = False
    log_y: bool = False
    smoothing: float = 0.0
    """Weight of the past in the exponential moving average, 0 = as measured."""
    focus: str | None = None
    """Letter of the curve that stays bright; None: all of them."""
    x_unit: str = ""
    x_kind: XKind = "number"
    x_end: float | None = None
    """Where x will end when that is known: the part not reached yet stays empty."""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    levels: tuple[Level, ...] = ()
    cursor: float | None = None
    """The x whose values are read out."""
    label_width: int = 5
    """Cells for the labels at the left, at least; equal ones keep charts under each other aligned."""
    letters: bool = False
    """Put each curve's letter where it ends, so that colours are not all that tells them apart."""


class LegendEntry(NamedTuple):
    """One curve in words."""

    letter: str
    label: str
    value: float | None
    """The newest finite value, or the one that the cursor reads."""
    ink: str
    not_numbers: int
    infinities: int
    at: float | None = None
    """The x of the value that the cursor reads: the curve's own point nearest to it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: `height` rows of at most `width` cells, and what a heading needs to name its curves."""

    width: int
    height: int
    rows: tuple[Row, ...]
    legend: tuple[LegendEntry, ...] = ()
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    cursor: float | None = None
    """The x of the point that the cursor found."""
    left: int = 0
    """Cells taken by the labels at the left of the picture."""
    empty: bool = False
    """No finite point to draw."""


def plain(row: Row) -> str:
    """A row's text without its styles."""
    return "".join(text for text, _ in row)
