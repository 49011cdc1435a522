"""How a column of numbers is written: one rule for the whole column, found once, applied to visible rows.

The rule is `display.aligned`'s, split in two so that a hundred thousand rows need not be formatted to draw
forty: equal decimals where the sizes allow it, points under each other, blanks instead of zeros that were
not measured, `3.1e-3` for what is too small.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console import display
from mlops_console.records import FloatArray

_DIGITS: Final = 4
SAMPLE: Final = 512
WRITTEN: Final = 96
"""So many of the sample are written out to see how many cells they take."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A column's decimals and width."""

    scientific: bool
    whole: bool
    decimals: int
    tail: int
    """Cells right of the last whole digit that the column keeps."""
    width: int
    plain: bool = False
    """Whole numbers that name something (seeds, years): without thousands marked."""

    def text(self, value: float) -> str:
        """A number in the column's width, right-aligned on its point."""
        if value != value:
            return display.NONE.rjust(self.width)
        text, point = self._written(value)
        return (text + " " * (self.tail - len(text) + point)).rjust(self.width)

    def _written(self, value: float) -> tuple[str, int]:
        if self.whole:
            text = f"{value:.0f}" if self.plain and math.isfinite(value) else display.number(value)
            return text, len(text)
        size = abs(value)
        low = 10.0 ** (1 - self.decimals) if self.decimals else 0.0
        if math.isinf(value):
            text = display.number(value)
            return text, len(text)
        if value and (self.scientific or not low <= size < 1e7):
            mantissa, exponent = f"{size:.1e}".split("e")
            text = f"{mantissa}e{int(exponent)}"
        else:
            text = _fixed(size, self.decimals)
        if value < 0:
            text = display.MINUS + text
        point = text.find(".")
        return text, len(text) if point < 0 else point


def _fixed(size: float, decimals: int) -> str:
    shortest = repr(size)
    if "e" not in shortest:
        measured = 0 if shortest.endswith(".0") else len(shortest) - shortest.find(".") - 1
        decimals = min(decimals, measured)
    text = f"{size:,.{decimals}f}"
    return text[1:] if text.startswith("0.") else text


def number_format(values: FloatArray, *, plain: bool = False) -> NumberFormat:
    """The rule for a column; NaN is no value."""
    sample = values if len(values) <= SAMPLE else values[:: max(1, len(values) // SAMPLE)]
    sizes = np.abs(sample[np.isfinite(sample) & (sample != 0)])
    if not len(sizes):
        sizes = np.abs(values[np.isfinite(values) & (values != 0)][:SAMPLE])
    middle = float(np.sort(sizes)[len(sizes) // 2]) if len(sizes) else 1.0
    decimals = _DIGITS if middle < 1 else max(0, _DIGITS - 1 - math.floor(math.log10(middle)))
    low = 10.0 ** (1 - decimals) if decimals else 0.0
    odd = int(np.count_nonzero((sizes < low) | (sizes >= 1e7)))
    whole = bool(len(sizes)) and bool(np.all(sizes == np.floor(sizes))) and float(sizes.max()) < 1e7
    if whole:
        finite = values[np.isfinite(values)]
        whole = bool(np.all(finite == np.floor(finite)))
    loose = NumberFormat(odd * 3 > len(sizes) and not whole, whole, decimals, 0, 0, plain)
    return _measured(loose, values, sample)


def _measured(loose: NumberFormat, values: FloatArray, sample: FloatArray) -> NumberFormat:
    finite = values[np.isfinite(values)]
    telling = sample[~np.isnan(sample)][:: max(1, len(sample) // WRITTEN)].tolist()
    if len(finite):
        nonzero = finite[finite != 0]
        telling += [float(finite.min()), float(finite.max())]
        telling += [float(nonzero[np.argmin(np.abs(nonzero))])] if len(nonzero) else []
    written = [loose._written(value) for value in telling]  # noqa: SLF001 - its own class
    tail = max((len(text) - point for text, point in written), default=0)
    head = max((point for _, point in written), default=1)
    return NumberFormat(loose.scientific, loose.whole, loose.decimals, tail, head + tail, loose.plain)
