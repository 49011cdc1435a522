"""What of the data is in the picture: curves made ready, the ends of x, and the y range of what decides."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mlops_console.charts.model import ChartOptions, Curve
from mlops_console.charts.scales import horizontal_range, mapping
from mlops_console.charts.smoothing import ema
from mlops_console.records import FloatArray

RAW_CURVES = 3
"""With no focus, the raw curve is drawn behind the smoothed one for so many curves at most."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A curve ready for the canvas."""

    curve: Curve
    x: FloatArray
    """In mapped space."""
    smooth: FloatArray
    raw: FloatArray | None
    """Where the smoothed curve hides what was measured and there is room to show it."""


def prepare(curve: Curve, options: ChartOptions, many: int) -> Prepared:
    """A curve in its axes' space, smoothed, with its raw form where that is to be seen behind it."""
    x = np.asarray(curve.x, np.float64)
    y = np.asarray(curve.y, np.float64)
    smooth = ema(y, options.smoothing)
    chosen = options.focus == curve.letter if options.focus else many <= RAW_CURVES
    return Prepared(curve, mapping(x, options.log_x), smooth, y if chosen and smooth is not y else None)


def x_extent(drawn: Sequence[Prepared], options: ChartOptions) -> tuple[float, float] | None:
    """The left and right end of the picture in mapped space; None: there is nothing to show."""
    if options.x_range is not None:
        low, high = options.x_range
        if options.log_x:
            if high <= 0:
                return None
            low, high = math.log10(max(low, high * 1e-9)), math.log10(high)
        return horizontal_range(low, high, log=options.log_x)
    ends = [
        (float(item.x[good].min()), float(item.x[good].max()))
        for item in drawn
        if (good := np.isfinite(item.x)).any()
    ]
    if not ends:
        return None
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    end = options.x_end
    if options.x_kind == "seconds" and not options.log_x:
        low = min(low, 0.0)
    if options.log_x:
        end = math.log10(end) if end and 0 < end < math.inf else None
    return horizontal_range(low, high, end, log=options.log_x)


def y_extent(
    drawn: Sequence[Prepared], x_range: tuple[float, float], options: ChartOptions
) -> tuple[float, float] | None:
    """What decides is in the picture: the later two thirds whole, the start where it costs little."""
    if options.y_range is not None:
        return options.y_range
    newest = max((float(np.nanmax(d.x)) for d in drawn if np.isfinite(d.x).any()), default=x_range[1])
    begin, end = x_range[0], min(x_range[1], newest)
    third = begin + (end - begin) / 3
    everything: list[float] = []
    deciding: list[float] = []
    for item in drawn:
        for values, bulk in ((item.smooth, False), (item.raw, True)):
            if values is None:
                continue
            mapped = mapping(values, options.log_y)
            inside = np.isfinite(mapped) & (item.x >= begin) & (item.x <= x_range[1])
            everything += _ends(values[inside], bulk)
            deciding += _ends(values[inside & (item.x >= third)], bulk)
    if not everything:
        return None if not options.log_y else y_extent(drawn, x_range, replace(options, log_y=False))
    for level in options.levels:
        if math.isfinite(level.value) and (level.value > 0 or not options.log_y):
            everything.append(level.value)
            deciding.append(level.value)
    whole = (min(everything), max(everything))
    core = (min(deciding), max(deciding)) if deciding else whole
    wide, narrow = _extent(whole, options.log_y), _extent(core, options.log_y)
    zoomed = options.x_range is not None
    return core if narrow > 0 and wide > 3 * narrow and not zoomed else whole


def _ends(values: FloatArray, bulk: bool) -> list[float]:
    if not len(values):
        return []
    if bulk and len(values) > 20:
        # Single raw spikes behind a smoothed curve may leave the picture; they don't flatten it.
        cut = len(values) // 50
        ordered = np.partition(values, (cut, len(values) - 1 - cut))
        return [float(ordered[cut]), float(ordered[len(values) - 1 - cut])]
    return [float(values.min()), float(values.max())]


def _extent(ends: tuple[float, float], log: bool) -> float:
    if log:
        return math.log(ends[1]) - math.log(ends[0]) if ends[0] > 0 else 0.0
    return ends[1] - ends[0]
