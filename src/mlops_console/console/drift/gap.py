"""The estimate and what labels say as curves on one axis; what lies between them is the gap."""

from typing import TYPE_CHECKING

import numpy as np

from mlops_console.charts import Curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlops_console.drift.model import Interval
    from mlops_console.records import FloatArray
    from mlops_console.workspace.drifting.states.trail import Step


def model_curves(steps: "Sequence[Step]", metric: str) -> list[Curve]:
    """Both curves over windows.

    The band of what labels say reaches to the estimate. An estimate has a band of its own, as sure as it is,
    only where there are no labels: two bands over each other could not be told apart.
    """
    estimated, low, high = _values(steps, metric, "estimated")
    realised, _, _ = _values(steps, metric, "realised")
    both = np.isfinite(estimated) & np.isfinite(realised)
    other = np.where(both, estimated, realised)
    low, high = np.where(both, estimated, low), np.where(both, estimated, high)
    ends = np.minimum(realised, other), np.maximum(realised, other)
    return [_part("e", estimated, "series0", low, high), _part("r", realised, "series1", *ends)]


def _values(steps: "Sequence[Step]", metric: str, side: str) -> "tuple[FloatArray, FloatArray, FloatArray]":
    values, lows, highs = (np.full(len(steps), np.nan) for _ in range(3))
    for at, step in enumerate(steps):
        every = step.model.performance if step.model is not None else ()
        one = next((each for each in every if each.metric == metric), None)
        interval: Interval | None = getattr(one, side) if one is not None else None
        if interval is not None:
            values[at], lows[at], highs[at] = interval.value, interval.low, interval.high
    return values, lows, highs


def _part(letter: str, values: "FloatArray", ink: str, low: "FloatArray", high: "FloatArray") -> Curve:
    # Labels that are not there yet are no hole in the curve: it ends where they do.
    there = np.flatnonzero(np.isfinite(values))
    part = slice(int(there[0]), int(there[-1]) + 1) if len(there) else slice(0, 0)
    places = np.arange(float(len(values)))
    return Curve(letter, "", places[part], values[part], ink, low[part], high[part])
