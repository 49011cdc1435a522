"""The x axis of a run's charts: what it counts, the window that is seen of it, the cursor in it."""

import time
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from mlops_console import display
from mlops_console.charts import Prepared
from mlops_console.charts.model import XKind
from mlops_console.charts.ticks import x_label
from mlops_console.console.run.facts import History
from mlops_console.records import NO_TIME, FloatArray

Scale = Literal["steps", "since", "clock"]
SCALES: Final[tuple[Scale, ...]] = ("steps", "since", "clock")
KINDS: Final[dict[Scale, XKind]] = {"steps": "number", "since": "seconds", "clock": "time"}
LEAST_SEEN: Final = 2
"""Points; no window is narrower than that."""


@dataclass(slots=True)
class Ruler:
    """What all charts of a run have in common along x."""

    scale: Scale = "steps"
    cursor: float | None = None
    window: tuple[float, float] | None = None

    @property
    def kind(self) -> XKind:
        """How its labels look."""
        return KINDS[self.scale]

    def x(self, history: History, start: int | None) -> FloatArray:
        """Where the points of a metric stand; NaN for one that bears no time."""
        if self.scale == "steps":
            return history.step.astype(np.float64)
        known = history.wall != NO_TIME
        begin = 0 if self.scale == "clock" else start
        if begin is None:
            begin = int(history.wall[known].min()) if known.any() else 0
        return np.where(known, (history.wall - begin) / 1e6, np.nan)

    def turn(self) -> None:
        """The next scale: steps, time since the start, time of day."""
        self.scale = SCALES[(SCALES.index(self.scale) + 1) % len(SCALES)]
        self.cursor = self.window = None

    def reset(self) -> None:
        """Everything, and no cursor."""
        self.cursor = self.window = None

    def step(self, item: Prepared, step: int, cells: int) -> None:
        """Move the cursor by about a cell, to where the curve has a point."""
        places = item.places
        if self.window is not None:
            begin, end = (
                np.searchsorted(places, self.window[0]),
                np.searchsorted(places, self.window[1], "right"),
            )
            places = places[begin:end]
        if not len(places):
            return
        stride = max(1, round(len(places) / max(1, cells)))
        if self.cursor is None:
            at = len(places) - 1
        else:
            at = int(np.argmin(np.abs(places - self.cursor))) + step * stride
        self.cursor = float(places[max(0, min(len(places) - 1, at))])

    def nearer(self, item: Prepared, step: int) -> None:
        """Half or twice the window, around the cursor (without one: at the end)."""
        if item.ends is None:
            return
        low, high = item.ends
        begin, end = self.window or (low, high)
        span = (end - begin) / 2 if step > 0 else (end - begin) * 2
        if not span < high - low:
            self.window = None
            return
        middle = self.cursor if self.cursor is not None else end - span / 2
        begin = max(low, min(high - span, middle - span / 2))
        seen = np.searchsorted(item.places, begin + span, "right") - np.searchsorted(item.places, begin)
        if seen >= LEAST_SEEN or step < 0:
            self.window = (begin, begin + span)

    def pan(self, item: Prepared, step: int) -> None:
        """Move the window by a quarter of itself, with the cursor in it."""
        if self.window is None or item.ends is None:
            return
        begin, end = self.window
        span = end - begin
        moved = max(item.ends[0], min(item.ends[1] - span, begin + step * span / 4))
        self.window = (moved, moved + span)
        if self.cursor is not None:
            self.cursor = max(moved, min(moved + span, self.cursor))

    def words(self, history: History, at: float, start: int | None, unit: str) -> tuple[str, ...]:
        """Step and time of what the cursor reads, the one that the axis counts first."""
        near = self.x(history, start)
        if not np.isfinite(near).any():
            return ()
        index = int(np.nanargmin(np.abs(near - at)))
        step = f"{unit.removesuffix('s') or 'at'} {x_label(float(history.step[index]), 'number', 12)}"
        wall = int(history.wall[index])
        if wall == NO_TIME:
            return (step,)
        clock = _clock(wall)
        if start is None or wall < start:
            return (step, clock) if self.scale == "steps" else (clock, step)
        since = f"{display.duration(wall - start)} in"
        match self.scale:
            case "steps":
                return step, since, clock
            case "since":
                return since, step, clock
        return clock, step, since


def _clock(wall: int) -> str:
    try:
        local = time.localtime(wall / 1e6)
    except (OverflowError, ValueError, OSError):
        return display.iso(wall) or "no time"
    return time.strftime("%Y-%m-%d %H:%M:%S", local)
