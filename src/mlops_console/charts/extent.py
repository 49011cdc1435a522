"""What of the data is in the picture: the ends of x, and the y range of what decides."""

import math
from collections.abc import Sequence
from dataclasses import replace

from mlops_console.charts.model import ChartOptions
from mlops_console.charts.prepared import Form, Prepared
from mlops_console.charts.scales import horizontal_range

RAW_CURVES = 3
"""With no focus, the raw curve is drawn behind the smoothed one for so many curves at most."""

_SPIKES = 50
"""One in so many."""
_FLAT = 0.002
"""What varies by less, as a share of its size, is a plateau: its last digits don't fill the picture."""


def shows_raw(item: Prepared, options: ChartOptions, many: int) -> bool:
    """Whether the smoothed curve has what was measured behind it: where there is room to see it."""
    if not options.smoothing or item.values("y", options.smoothing) is item.y:
        return False
    return options.focus == item.curve.letter if options.focus else many <= RAW_CURVES


def x_extent(drawn: Sequence[Prepared], options: ChartOptions) -> tuple[float, float] | None:
    """The left and right end of the picture in mapped space; None: there is nothing to show."""
    if options.x_range is not None:
        low, high = options.x_range
        if options.log_x:
            if high <= 0:
                return None
            low, high = math.log10(max(low, high * 1e-9)), math.log10(high)
        return horizontal_range(low, high, log=options.log_x)
    ends = [found for item in drawn if (found := item.log_ends if options.log_x else item.ends)]
    if not ends:
        return None
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    end = options.x_end
    if options.log_x:
        low, high = math.log10(low), math.log10(high)
        end = math.log10(end) if end and 0 < end < math.inf else None
    elif options.x_kind == "seconds":
        low = min(low, 0.0)
    return horizontal_range(low, high, end, log=options.log_x, clock=options.x_kind == "time")


def y_extent(
    drawn: Sequence[Prepared], x_range: tuple[float, float], options: ChartOptions
) -> tuple[float, float] | None:
    """What decides is in the picture: the later two thirds of each curve, the start where it costs little."""
    if options.y_range is not None:
        return options.y_range
    begin, end = x_range
    everything: list[float] = []
    deciding: list[float] = []
    for item in drawn:
        # Of its own length: a curve that ended early beside longer ones must not leave the picture.
        ends = item.log_ends if options.log_x else item.ends
        last = end if ends is None else min(end, math.log10(ends[1]) if options.log_x else ends[1])
        third = begin + (last - begin) / 3
        for form, bulk in _shown(item, options, len(drawn)):
            # Single raw spikes behind a smoothed curve may leave the picture; they don't flatten it.
            cut = _SPIKES if bulk else 0
            lane = item.lane(form)
            everything += lane.range_between(begin, end, cut) or ()
            deciding += lane.range_between(third, end, cut) or ()
    if not everything:
        return None if not options.log_y else y_extent(drawn, x_range, replace(options, log_y=False))
    for level in options.levels:
        if math.isfinite(level.value) and (level.value > 0 or not options.log_y):
            everything.append(level.value)
            deciding.append(level.value)
    whole = (min(everything), max(everything))
    core = (min(deciding), max(deciding)) if deciding else whole
    wide, narrow = _extent(whole, options.log_y), _extent(core, options.log_y)
    if options.x_range is not None or not narrow > 0 or wide <= 3 * narrow:
        return whole
    flat = not options.log_y and narrow < _FLAT * max(map(abs, core))
    return _widened(core, whole, (whole[1] - whole[0]) / 5) if flat else core


def _widened(core: tuple[float, float], whole: tuple[float, float], least: float) -> tuple[float, float]:
    """The range of what decides, with so much of the way to it that a plateau looks like one."""
    room = (least - (core[1] - core[0])) / 2
    low, high = core[0] - room, core[1] + room
    if low < whole[0]:
        low, high = whole[0], high + whole[0] - low
    elif high > whole[1]:
        low, high = low + whole[1] - high, whole[1]
    return max(low, whole[0]), min(high, whole[1])


def _shown(item: Prepared, options: ChartOptions, many: int) -> list[tuple[Form, bool]]:
    """The forms of a curve that the range is chosen for, and whether their bulk is enough."""
    main = Form("y", options.smoothing, options.log_x, options.log_y)
    forms = [(main, False)]
    if shows_raw(item, options, many):
        forms.append((main._replace(weight=0.0), True))
    if item.banded and (options.focus is None or options.focus == item.curve.letter):
        forms += [(main._replace(part=part), True) for part in ("low", "high")]
    return forms


def _extent(ends: tuple[float, float], log: bool) -> float:
    if log:
        return math.log(ends[1]) - math.log(ends[0]) if ends[0] > 0 else 0.0
    return ends[1] - ends[0]
