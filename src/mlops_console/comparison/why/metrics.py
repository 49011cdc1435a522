"""One figure of a run's metric: its last, its best, at a step, the area under its curve.

A series is taken as it was recorded: in any order, with repeated steps (a run that was resumed), gaps and
values that are no numbers. What can't be told is a sentence in the answer, never an exception.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from mlops_console import display
from mlops_console.comparison.model import Goal
from mlops_console.records import FloatArray

Which: TypeAlias = Literal["last", "best", "at step", "area"]


@dataclass(frozen=True, slots=True)
class Series:
    """A metric of one run in record order."""

    name: str
    """The run's."""
    steps: FloatArray
    values: FloatArray
    """May hold NaN and infinities."""
    times: FloatArray | None = None
    """Wall time of each point in seconds, NaN where none is known; None: of no point."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that stands for a series."""

    name: str
    value: float | None
    """None: there is none. Not a number where that is what was recorded last."""
    step: float | None
    """Where it was taken; None for what belongs to no step."""
    note: str = ""
    """What a careful reader should know, or why there is no value; a sentence, or empty."""


@dataclass(frozen=True, slots=True)
class Table:
    """The four figures of one run's metric."""

    last: Figure
    best: Figure
    at_step: Figure
    area: Figure


def ordered(series: Series) -> Series:
    """The series by step, each step once (what was recorded last for it holds); points without a step go."""
    count = min(len(series.steps), len(series.values))
    steps = np.asarray(series.steps[:count], np.float64)
    values = np.asarray(series.values[:count], np.float64)
    times = None if series.times is None else np.asarray(series.times[:count], np.float64)
    if count and (not np.isfinite(steps).all() or not (steps[1:] > steps[:-1]).all()):
        placed = np.flatnonzero(np.isfinite(steps))
        placed = placed[np.argsort(steps[placed], kind="stable")]
        by_step = steps[placed]
        newest = placed[np.append(by_step[1:] != by_step[:-1], True)[: len(placed)]]
        steps, values = steps[newest], values[newest]
        times = times if times is None or len(times) < count else times[newest]
    if times is not None and len(times) != len(steps):
        times = None
    return Series(series.name, steps, values, times)


def last(series: Series) -> Figure:
    """What was recorded last (in record order); where that is no number, the note has the last that was."""
    values = np.asarray(series.values, np.float64)
    if not len(values) or not len(series.steps):
        return _none(series)
    at = min(len(values), len(series.steps)) - 1
    value, step = float(values[at]), float(series.steps[at])
    if np.isfinite(value):
        return Figure(series.name, value, step if np.isfinite(step) else None)
    numbers = np.flatnonzero(np.isfinite(values[:at]))
    note = f"the last value is {display.number(value)}"
    if len(numbers):
        place = int(numbers[-1])
        said = f"{display.number(float(values[place]))} at step {_step(float(series.steps[place]))}"
        note += f"; the last number was {said}"
    return Figure(series.name, value, step if np.isfinite(step) else None, note)


def best(series: Series, goal: Goal | None) -> Figure:
    """The best number by the goal, where it was first reached; none without a goal."""
    if goal is None:
        return Figure(series.name, None, None, "nobody said whether more or less is better")
    kept = ordered(series)
    good = np.flatnonzero(np.isfinite(kept.values))
    if not len(good):
        return _none(series)
    numbers = kept.values[good]
    at = int(good[int(numbers.argmax() if goal == "max" else numbers.argmin())])
    return Figure(series.name, float(kept.values[at]), float(kept.steps[at]), _lost(kept.values))


def at_step(series: Series, step: float) -> Figure:
    """The value at a step, else at the nearest one before it; the figure says at which."""
    kept = ordered(series)
    if not len(kept.steps):
        return _none(series)
    if not np.isfinite(step):
        return Figure(series.name, None, None, "that is no step")
    place = int(np.searchsorted(kept.steps, step, side="right")) - 1
    if place < 0:
        return Figure(
            series.name, None, None, f"it begins at step {_step(float(kept.steps[0]))}, after {_step(step)}"
        )
    found, value = float(kept.steps[place]), float(kept.values[place])
    notes = [] if found == step else [f"at step {_step(found)}, the nearest before {_step(step)}"]
    if not np.isfinite(value):
        notes.append(f"the value there is {display.number(value)}")
    return Figure(series.name, value, found, "; ".join(notes))


def area(series: Series, low: float | None = None, high: float | None = None) -> Figure:
    """The area under the curve by the trapezoid rule, divided by the range of steps: its mean height.

    Between `low` and `high` where they are given (ends that lie between points are interpolated). Values
    that are no numbers are bridged by a straight line.
    """
    kept = ordered(series)
    good = np.isfinite(kept.values)
    steps, values = kept.steps[good], kept.values[good]
    if not len(steps):
        return _none(series)
    begin = steps[0] if low is None else max(float(steps[0]), low)
    end = steps[-1] if high is None else min(float(steps[-1]), high)
    if len(steps) == 1:
        return Figure(series.name, None, None, "one point has no area")
    if not end > begin:
        return Figure(series.name, None, None, "no two of its steps are in the range")
    inside = (steps > begin) & (steps < end)
    x = np.concatenate(([begin], steps[inside], [end]))
    y = np.interp(x, steps, values)
    # Halves first: the sum of two large numbers may be none, as may be their difference.
    share = (x[1:] / 2 - x[:-1] / 2) / (end / 2 - begin / 2)
    height = float((share * (y[1:] / 2 + y[:-1] / 2)).sum())
    return Figure(series.name, height, None, _lost(kept.values))


def figures(runs: Sequence[Series], goal: Goal | None, step: float | None = None) -> list[Table]:
    """All four of each run; without a step, at the last one that every run has reached."""
    ends = [float(np.nanmax(run.steps)) for run in runs if len(run.steps) and not np.isnan(run.steps).all()]
    common = step if step is not None else min(ends, default=0.0)
    return [Table(last(run), best(run, goal), at_step(run, common), area(run)) for run in runs]


def _none(series: Series) -> Figure:
    said = "no points were recorded" if not len(series.values) else "none of its values is a number"
    return Figure(series.name, None, None, said)


def _lost(values: FloatArray) -> str:
    count = int((~np.isfinite(values)).sum())
    if not count:
        return ""
    return f"{display.count(count)} of {display.count(len(values))} values are no numbers and were left out"


def _step(value: float) -> str:
    return display.number(value, 6)
