"""Histograms: one sample as bars, or two as one bar per bin whose upper part says more or fewer.

The part that both have in common is grey; what the current sample has beyond it, or lacks, is coloured. So
the eye sees the shift, not two shapes over each other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console.charts.axes import LEAST_PICTURE
from mlops_console.charts.model import Chart, GlyphSet, Row, Span, XKind
from mlops_console.charts.scales import LARGEST
from mlops_console.charts.ticks import tick_labels, x_labels
from mlops_console.records import FloatArray

EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
DECADES: Final = 4
_LEAST: Final = 1e-280
_STEPS: Final = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)


@dataclass(frozen=True, slots=True)
class Bins:
    """How many of a sample, or of two, lie in each bin: shares or counts, all of one kind."""

    reference: FloatArray
    current: FloatArray | None = None
    edges: FloatArray | None = None
    """One more than there are bins; without edges, `names` says what the bins are."""
    names: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.reference)

    def merged(self, most: int) -> "Bins":
        """At most so many bins: neighbours are added up where there are more."""
        count = len(self)
        if count <= most:
            return self
        every = -(-count // max(1, most))
        begins = np.arange(0, count, every)
        edges = None if self.edges is None else np.append(self.edges[begins], self.edges[-1])
        names = [self.names[begin] for begin in begins.tolist() if begin < len(self.names)]
        current = None if self.current is None else np.add.reduceat(counts_of(self.current), begins)
        return Bins(np.add.reduceat(counts_of(self.reference), begins), current, edges, names)


@dataclass(frozen=True, slots=True)
class HistogramOptions:
    """How to draw; more and fewer are styles of the coloured parts."""

    glyphs: GlyphSet = "braille"
    more: str = "series1"
    fewer: str = "series0"
    common: str = "common"
    percent: bool = True
    """Values are shares, labelled in percent; else counts."""
    shades: bool = False
    """Tell the parts apart by shading, for terminals without colour."""
    label_width: int = 4
    log: bool = False
    """Heights by the logarithm, so that what is rare is seen: of `DECADES` at most."""
    x_kind: XKind = "number"
    """What the edges count."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The vertical scale of bars: zero is the lower edge of the last row, a label the middle of its row."""

    cell: float
    """What one row is worth."""
    ticks: tuple[tuple[int, str], ...]
    """Row (from the top) and label of each grid line."""


def counts_of(values: FloatArray) -> FloatArray:
    """What can be drawn as a bar; nothing for what is no amount."""
    counts = np.asarray(values, np.float64)
    return np.where((counts > 0) & (counts <= LARGEST), counts, 0.0)


def bar_scale(highest: float, rows: int, *, percent: bool) -> Scale:
    """The scale on which the highest bar fits best and round values lie in the middle of rows.

    Middles are odd multiples of half a row: so grid lines are at one, three and five times a round value.
    """
    highest = min(max(highest, _LEAST), LARGEST) if highest > 0 else 1.0
    best: tuple[float, float, int] | None = None
    for below in range(max(1, rows)):
        lines = (rows - 1 - below) // (2 * below + 1) + 1
        if rows >= 5 and not 2 <= lines <= 3:
            continue
        least = highest / rows * (below + 0.5)
        power = 10.0 ** (math.floor(math.log10(least)) - 1)
        value = next(
            power * ten * step for ten in (1, 10, 100) for step in _STEPS if power * ten * step >= least
        )
        fill = highest / (value / (below + 0.5) * rows)
        if best is None or fill > best[0]:
            best = (fill, value, below)
    _, value, below = best or (1.0, highest, 0)
    cell = value / (below + 0.5)
    marks = list(range(rows - 1 - below, -1, -(2 * below + 1)))
    values = [value * (2 * index + 1) for index in range(len(marks))]
    labels = tick_labels([v * 100 for v in values] if percent else values, value * (100 if percent else 1))
    return Scale(cell, tuple(zip(marks, (f"{text}%" if percent else text for text in labels), strict=True)))


def histogram(bins: Bins, width: int, height: int, options: HistogramOptions | None = None) -> Chart:
    """Draw bars into `height` rows (the last one holds the labels of the bins) of `width` cells."""
    options = options or HistogramOptions()
    rows, width = max(1, height - 1), max(4, width)
    reference = counts_of(bins.reference)
    current = reference if bins.current is None else counts_of(bins.current)
    if not len(reference) or not max(reference.max(), current.max()) > 0:
        return Chart(width, height, ((),) * height, empty=True)
    bins, scale, left = _laid(bins, width, rows, options)
    reference = counts_of(bins.reference)
    current = reference if bins.current is None else counts_of(bins.current)
    pitch = (width - left) // len(bins)
    thick = max(1, pitch - 1)
    labels = dict(scale.ticks)
    body = []
    for row in range(rows):
        label = labels.get(row, "") if left else ""
        spans: list[Span] = [(label.rjust(left - 2) + "  ", "muted")] if left else []
        spans += _bars(reference, current, scale.cell, rows - 1 - row, (pitch, thick), options, bool(label))
        body.append(_tidy(spans))
    under = " " * left + _under(bins, width - left, pitch, thick, options.x_kind)
    tail = (((under.rstrip(), "muted"),),) if height > 1 else ()
    return Chart(width, height, (*body, *tail), y_range=(0.0, scale.cell * rows), left=left)


def _laid(bins: Bins, width: int, rows: int, options: HistogramOptions) -> tuple[Bins, Scale, int]:
    """The bins that there is room for, their scale, and the cells that its labels take."""
    longest = options.label_width
    while True:
        left = longest + 2 if width - longest - 2 >= LEAST_PICTURE else 0
        shown = bins.merged(width - left)
        if options.log:
            shown, scale = _by_logarithm(shown, rows, percent=options.percent)
        else:
            both = [shown.reference] if shown.current is None else [shown.reference, shown.current]
            highest = max(float(counts_of(values).max()) for values in both)
            scale = bar_scale(highest, rows, percent=options.percent)
        needed = max((len(label) for _, label in scale.ticks), default=0)
        if not left or needed <= longest:
            return shown, scale, left
        longest = needed


def _by_logarithm(bins: Bins, rows: int, *, percent: bool) -> tuple[Bins, Scale]:
    """Bars as high as the logarithm of what they are worth, and the powers of ten beside them."""
    both = [counts_of(bins.reference)] + ([] if bins.current is None else [counts_of(bins.current)])
    every = np.concatenate(both)
    highest, least = float(every.max()), float(every[every > 0].min())
    top = math.log10(highest)
    low = max(math.floor(math.log10(least) - 1e-9), math.floor(top) - DECADES)
    cell = (top - low) / max(1.0, rows - 0.5)

    def height(values: FloatArray) -> FloatArray:
        known = counts_of(values)
        with np.errstate(divide="ignore"):
            return np.where(known > 0, np.maximum(np.log10(known) - low, cell / 8), 0.0)

    ticks: list[tuple[int, str]] = []
    for power in range(math.floor(top), low, -1):
        row = rows - 1 - math.floor((power - low) / cell)
        if 0 <= row < rows and (not ticks or row > ticks[-1][0] + 1):
            value = 10.0**power * (100 if percent else 1)
            text = f"{value:.0f}" if value >= 1 else f"{value:.10f}".rstrip("0").removeprefix("0")
            ticks.append((row, f"{text}%" if percent else text))
    current = None if bins.current is None else height(bins.current)
    return Bins(height(bins.reference), current, bins.edges, bins.names), Scale(cell, tuple(ticks))


def _bars(
    reference: FloatArray,
    current: FloatArray,
    cell: float,
    level: int,
    shape: tuple[int, int],
    options: HistogramOptions,
    ruled: bool,
) -> list[Span]:
    pitch, thick = shape
    spans: list[Span] = []
    grid = "." if options.glyphs == "ascii" else "┄"
    for before, now in zip(reference.tolist(), current.tolist(), strict=True):
        glyph, ink = _cell(before, now, cell, level, options)
        gap = pitch - thick
        if glyph == " " and ruled:
            spans.append((grid * pitch, "line"))
            continue
        spans.append((glyph * thick, ink))
        if gap:
            # Between bars there is nothing: least of all the second colour of a cell with two.
            spans.append(((grid if ruled else " ") * gap, "line" if ruled or " on " in ink else ink))
    return spans


def _cell(before: float, now: float, cell: float, level: int, options: HistogramOptions) -> Span:
    """What one bar shows on one row: common part, the coloured one, or the edge between them."""
    ink = options.more if now > before else options.fewer
    low, high = _eighths(min(before, now), cell), _eighths(max(before, now), cell)
    if options.shades or options.glyphs == "ascii":
        common, more, fewer = "#+-" if options.glyphs == "ascii" else "█▓░"
        half = level * 8 + 4
        if low >= half or (level == 0 and low):
            return common, options.common
        return (
            (more if now > before else fewer, ink) if high >= half or (level == 0 and high) else (" ", "line")
        )
    low, high = (min(8, max(0, part - level * 8)) for part in (low, high))
    if low == 8 or low == high:
        return EIGHTHS[low], options.common
    if low == 0:
        return EIGHTHS[high], ink
    # Two edges in one cell: one glyph has room for two colours, so the smallest part gives way.
    wrong = {"filled": 8 - high, "common": high - low, "coloured": low}
    match min(wrong, key=lambda name: wrong[name]):
        case "filled":
            return EIGHTHS[low], f"{options.common} on {ink}"
        case "common":
            return EIGHTHS[high], options.common
    return EIGHTHS[high], ink


def _eighths(value: float, cell: float) -> int:
    return max(1, round(value / cell * 8)) if value > 0 else 0


def _tidy(spans: Sequence[Span]) -> Row:
    """Spans of one style joined; blanks take the style before them, and none are left at the end."""
    made: list[Span] = []
    for text, ink in spans:
        if made and (made[-1][1] == ink or (text.isspace() and " on " not in made[-1][1])):
            made[-1] = (made[-1][0] + text, made[-1][1])
        else:
            made.append((text, ink))
    if made and not made[-1][0].strip():
        made.pop()
    elif made and " on " not in made[-1][1]:
        made[-1] = (made[-1][0].rstrip(), made[-1][1])
    return tuple(made)


def _under(bins: Bins, width: int, pitch: int, thick: int, kind: XKind) -> str:
    cells = [" "] * width
    if bins.edges is not None and len(bins.edges):
        if kind == "number" and _even(bins.edges):
            _round_places(cells, bins.edges, pitch * len(bins))
            return "".join(cells)
        count = len(bins.edges)
        texts = x_labels([float(edge) for edge in bins.edges], kind)
        longest = max(map(len, texts))
        every = max(1, -(-(longest + 2) // pitch))
        every = next((n for n in (1, 2, 4, 5, 10, 20, 25, 50, 100) if n >= every), every)
        for index in range(0, count, every):
            _put(cells, min(index * pitch, width - len(texts[index])), texts[index])
        return "".join(cells)
    for index, name in enumerate(bins.names[: len(bins)]):
        if thick >= 3 or index in (0, len(bins) - 1):
            room = max(thick, 3)
            shown = name if len(name) <= room else name[: room - 1] + "~"
            _put(cells, min(index * pitch, width - len(shown)), shown)
    return "".join(cells)


def _even(edges: FloatArray) -> bool:
    widths = np.diff(edges)
    return len(edges) > 1 and bool(widths.min() > 0 and np.allclose(widths, widths[0], rtol=1e-3))


def _round_places(cells: list[str], edges: FloatArray, across: int) -> None:
    """Labels at round values, in the middle of where those lie."""
    first, last = float(edges[0]), float(edges[-1])
    power = 10.0 ** (math.floor(math.log10(last - first)) - 1)
    for step in (power * size * ten for ten in (1, 10) for size in (1.0, 2.0, 2.5, 5.0)):
        begin = math.ceil(first / step - 1e-9)
        values = [at * step for at in range(begin, math.floor(last / step + 1e-9) + 1)]
        texts = tick_labels(values, step)
        if max(map(len, texts), default=0) + 2 <= step / (last - first) * across:
            break
    for value, text in zip(values, texts, strict=True):
        place = round((value - first) / (last - first) * across) - len(text) // 2
        _put(cells, min(max(0, place), len(cells) - len(text)), text)


def _put(cells: list[str], start: int, text: str) -> None:
    end = start + len(text)
    if start >= 0 and end <= len(cells) and all(cell == " " for cell in cells[max(0, start - 1) : end + 1]):
        cells[start:end] = list(text)
