"""Sparklines: a series in a few cells, lowest to highest, the newest cell in the colour of its state."""

from typing import Final

import numpy as np

from mlops_console.charts.model import Row
from mlops_console.records import FloatArray

STEPS: Final = "▁▂▃▄▅▆"
"""Not the full height: the free part keeps stacked rows apart."""
ASCII_STEPS: Final = "_.-=+*"


def sparkline(
    values: FloatArray,
    width: int,
    ink: str,
    steps: str = STEPS,
    ends: tuple[float, float] | None = None,
) -> Row:
    """Draw values in `width` cells at most; `ends` sets a scale shared by several rows.

    A cell shows what is farthest from the middle of its stretch, so a spike stays visible; the last one
    shows the newest value. A stretch without any number is a blank, NaN as the newest value an `x`.
    """
    series = np.asarray(values, np.float64)
    if not len(series) or width < 1:
        return ()
    cells = _gather(series, min(width, len(series)))
    finite = cells[np.isfinite(cells)]
    low, high = ends or ((float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0))
    top = len(steps) - 1
    with np.errstate(invalid="ignore", over="ignore"):
        share = (cells - low) / (high - low) if high > low else np.where(np.isfinite(cells), 0.4, cells)
        heights = np.nan_to_num(np.clip(share, 0, 1) * top, nan=-1.0)
    levels = np.rint(heights).astype(int).tolist()
    text = "".join(steps[level] if level >= 0 else " " for level in levels)
    if np.isnan(series[-1]):
        return ((text[:-1], "spark"), ("x", "bad")) if len(text) > 1 else (("x", "bad"),)
    newest = (text[-1], ink)
    return ((text[:-1], "spark"), newest) if len(text) > 1 else (newest,)


def _gather(series: FloatArray, width: int) -> FloatArray:
    if width == len(series):
        return series
    finite = np.isfinite(series)
    middle = float(np.median(series[finite])) if finite.any() else 0.0
    # Infinity is as far from the middle as it gets; NaN is nothing to show unless there is nothing else.
    with np.errstate(over="ignore", invalid="ignore"):
        distance = np.where(np.isnan(series), -1.0, np.abs(series - middle))
    edges = np.linspace(0, len(series), width + 1).astype(int)
    cells = np.empty(width)
    for cell in range(width):
        start, end = edges[cell], edges[cell + 1]
        cells[cell] = series[start + int(distance[start:end].argmax())]
    cells[-1] = series[-1]
    return cells
