"""The Curves section: every metric's chart, what is done to them, and where they stand on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np

from mlops_console import display
from mlops_console.charts import ChartOptions, Curve, usual_weight
from mlops_console.console.run.facts import History, RunView
from mlops_console.console.run.metrics import Group, groups
from mlops_console.console.widgets.chart import Picture
from mlops_console.records import NO_TIME, FloatArray

LEAST_ROWS: Final = 9
"""A chart with its heading and x labels; below that a grid is not worth having."""
MOST_ROWS: Final = 22
PANEL_ROWS: Final = 10
GAP: Final = 6
WEIGHTS: Final = (0.6, 0.9, 0.97, 0.0)


class Grid(NamedTuple):
    """How charts are laid out on the page."""

    columns: int
    rows: int
    """Rows of charts that are seen at once."""
    width: int
    height: int
    panel: int
    """Rows left below for the facts."""


def grid(count: int, width: int, height: int, zoomed: bool) -> Grid:
    """Columns and rows for so many charts in an area; on a small one, one chart at a time."""
    if zoomed or width < 100 or height < 2 * LEAST_ROWS:
        return Grid(1, 1, width - 4, height, 0)
    columns = max(1, min(count, 2 if width < 170 else 3))
    needed = -(-count // columns)
    panel = PANEL_ROWS if needed * LEAST_ROWS + PANEL_ROWS <= height else 0
    rows = max(1, min(needed, (height - panel) // LEAST_ROWS))
    tall = min(MOST_ROWS, (height - panel) // rows)
    if panel:
        panel = height - rows * tall
    return Grid(columns, rows, share(width, columns), tall, panel)


def share(width: int, charts: int) -> int:
    """The width of each of so many charts side by side."""
    return (width - 4 - GAP * (charts - 1)) // charts


@dataclass(slots=True)
class Curves:
    """The charts of a run and what the person did to them."""

    view: RunView | None = None
    groups: list[Group] = field(default_factory=list)
    histories: dict[str, History] = field(default_factory=dict)
    focus: int = 0
    """The chart that the keys work on."""
    zoomed: bool = False
    by_time: bool = False
    smoothing: float | None = None
    """None: as much as suits the number of points."""
    logs: set[str] = field(default_factory=set)
    """Titles of the charts with a log axis."""
    bright: dict[str, int] = field(default_factory=dict)
    """Chart title -> index of the curve in focus."""
    cursor: float | None = None
    window: tuple[float, float] | None = None
    _pictures: dict[str, Picture] = field(default_factory=dict)
    _before: dict[str, Picture] = field(default_factory=dict)
    """What was drawn before the last move."""

    def show(self, view: RunView) -> None:
        """Take a new state of the run."""
        self.view = view
        made = groups(view.metrics)
        if made != self.groups:
            self.groups = made
            self.focus = min(self.focus, max(0, len(made) - 1))
        self._moved()

    def take(self, histories: Mapping[str, History]) -> None:
        """Points arrived."""
        self.histories.update(histories)
        self._moved()

    def forget(self) -> None:
        """Another run: none of these points are its own."""
        self.histories.clear()
        self._pictures, self._before = {}, {}

    def seen(self, width: int, height: int) -> Sequence[int]:
        """The charts in view, in order."""
        laid = grid(len(self.groups), width, height, self.zoomed)
        first = self.focus // laid.columns
        first = 0 if first < laid.rows else first - laid.rows + 1
        begin = first * laid.columns
        return range(begin, min(len(self.groups), begin + laid.columns * laid.rows))

    def wanted(self, width: int, height: int) -> list[str]:
        """Metrics whose points are needed for what is in view."""
        return [member[2] for index in self.seen(width, height) for member in self.groups[index].members]

    def picture(self, index: int) -> Picture:
        """A chart, made when something about it moved."""
        group = self.groups[index]
        name = f"{group.prefix}/{group.title}"
        if name not in self._pictures:
            self._pictures[name] = self._picture(group).after(self._before.get(name))
        return self._pictures[name]

    def _moved(self) -> None:
        self._before |= self._pictures
        self._pictures = {}

    def _picture(self, group: Group) -> Picture:
        curves = [
            Curve(letter, label, self.x(self.histories[key]), self.histories[key].value, ink)
            for letter, label, key, ink in group.members
            if key in self.histories
        ]
        loaded = len(curves) == len(group.members)
        title = f"{group.prefix}/{group.title}" if group.prefix else group.title
        return Picture(
            title,
            curves,
            self._options(group, curves),
            self._note(group, curves),
            empty=self._empty() if loaded else "",
        )

    def _empty(self) -> str:
        return "its points bear no time: t shows steps" if self.by_time else "no points yet"

    def _options(self, group: Group, curves: Sequence[Curve]) -> ChartOptions:
        unit, end = self._scale()
        bright = self.bright.get(group.title)
        return ChartOptions(
            log_y=group.title in self.logs,
            smoothing=self._weight(curves),
            focus=curves[bright].letter if bright is not None and bright < len(curves) else None,
            x_unit=unit,
            x_kind="seconds" if self.by_time else "number",
            x_end=end,
            x_range=self.window,
            cursor=self.cursor,
        )

    def _scale(self) -> tuple[str, float | None]:
        """The unit of x, and where it will end as long as the run is on its way."""
        progress = self.view.progress() if self.view is not None else None
        if progress is None or self.by_time or not progress.by_step:
            return "steps", None
        running = self.view is not None and self.view.status == "running"
        return progress.unit, float(progress.total) if running and self.window is None else None

    def _note(self, group: Group, curves: Sequence[Curve]) -> str:
        words = ["log axis"] if group.title in self.logs else []
        weight = self._weight(curves)
        if weight and any(len(curve.x) >= 3 for curve in curves):
            words.append(f"smoothed {display.number(weight)}")
        return "  ".join(words)

    def _weight(self, curves: Sequence[Curve]) -> float:
        if self.smoothing is not None:
            return self.smoothing
        longest = max((curve.y for curve in curves), key=len, default=_NOTHING.value)
        return usual_weight(longest)

    def x(self, history: History) -> FloatArray:
        """Steps, or seconds since the start."""
        if not self.by_time:
            return history.step.astype(np.float64)
        start = self.view.started if self.view is not None else None
        known = history.wall != NO_TIME
        if start is None:
            start = int(history.wall[known].min()) if known.any() else 0
        return np.where(known, (history.wall - start) / 1e6, np.nan)

    # What keys do

    def move(self, step: int) -> None:
        """The next or previous chart."""
        if self.groups:
            self.focus = max(0, min(len(self.groups) - 1, self.focus + step))

    def smoother(self) -> None:
        """The next amount of smoothing, in turns."""
        current = self.picture(self.focus).options.smoothing if self.groups else 0.0
        at = min(range(len(WEIGHTS)), key=lambda index: abs(WEIGHTS[index] - current))
        self.smoothing = WEIGHTS[(at + 1) % len(WEIGHTS)]
        self._moved()

    def _of(self, key: str) -> History:
        return self.histories.get(key, _NOTHING)

    def turn(self, *, log: bool = False, time: bool = False, zoom: bool = False) -> None:
        """Turn the log axis of this chart, the time axis of all, or the zoom."""
        if log and self.groups:
            self.logs ^= {self.groups[self.focus].title}
        if time:
            self.by_time = not self.by_time
            self.cursor = self.window = None
        if zoom:
            self.zoomed = not self.zoomed
        self._moved()

    def next_bright(self) -> None:
        """The next curve of this chart bright, the others dim; after the last one: all of them."""
        if self.groups:
            group = self.groups[self.focus]
            now = self.bright.get(group.title, -1) + 1
            if now >= len(group.members) or len(group.members) < 2:
                self.bright.pop(group.title, None)
            else:
                self.bright[group.title] = now
            self._moved()

    def _places(self) -> FloatArray:
        members = self.groups[self.focus].members if self.groups else ()
        found = [self.x(self._of(member[2])) for member in members]
        merged = np.unique(np.concatenate(found)) if found else np.empty(0)
        merged = merged[np.isfinite(merged)]
        if self.window is not None:
            merged = merged[(merged >= self.window[0]) & (merged <= self.window[1])]
        return merged

    def step_cursor(self, step: int, cells: int) -> None:
        """Move the cursor by about a cell, to where there is a point."""
        places = self._places()
        if not len(places):
            return
        stride = max(1, round(len(places) / max(1, cells)))
        if self.cursor is None:
            at = len(places) - 1
        else:
            at = int(np.argmin(np.abs(places - self.cursor))) + step * stride
        self.cursor = float(places[max(0, min(len(places) - 1, at))])
        self._moved()

    def nearer(self, step: int) -> None:
        """Half or twice the window, around the cursor (without one: at the end)."""
        window, self.window = self.window, None
        places = self._places()
        if len(places) < 2:
            return
        low, high = float(places[0]), float(places[-1])
        begin, end = window or (low, high)
        span = (end - begin) / 2 if step > 0 else (end - begin) * 2
        if span < high - low:
            middle = self.cursor if self.cursor is not None else high - span / 2
            begin = max(low, min(high - span, middle - span / 2))
            self.window = (begin, begin + span) if span > 0 else window
        self._moved()

    def reset(self) -> None:
        """The whole run, no cursor."""
        self.cursor = self.window = None
        self._moved()


_NOTHING: Final = History.empty()
