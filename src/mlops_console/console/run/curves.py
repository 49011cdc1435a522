"""The Curves section: every metric's chart and what is done to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import is_not
from typing import Final

from mlops_console import display
from mlops_console.charts import ChartOptions, Prepared, usual_weight
from mlops_console.charts.model import Curve
from mlops_console.console.run.facts import History, Metric, RunView
from mlops_console.console.run.hanging import Gallery
from mlops_console.console.run.metrics import Group, goal, groups
from mlops_console.console.run.remarks import Remark, remark
from mlops_console.console.run.ruler import Ruler
from mlops_console.console.run.values import apart
from mlops_console.console.widgets.chart import Picture
from mlops_console.records import NO_TIME

WEIGHTS: Final = (0.6, 0.9, 0.97, 0.0)
KEPT: Final = 120
"""So many metrics' points are kept; more are read again when they come into view."""


@dataclass(slots=True)
class Curves(Gallery):
    """The charts of a run and what the person did to them."""

    view: RunView | None = None
    histories: dict[str, History] = field(default_factory=dict)
    ruler: Ruler = field(default_factory=Ruler)
    smoothing: float | None = None
    """None: as much as suits the number of points."""
    logs: set[str] = field(default_factory=set)
    """Names of the charts with a log axis."""
    bright: dict[str, int] = field(default_factory=dict)
    """Chart name -> index of the curve in focus."""
    _all: tuple[list[Group], list[Metric]] = ([], [])
    _keys: tuple[object, ...] = ()
    _pattern: str = ""
    _prepared: dict[str, Prepared] = field(default_factory=dict)
    _pictures: dict[str, Picture] = field(default_factory=dict)
    _before: dict[str, Picture] = field(default_factory=dict)
    """What was drawn before the last move."""
    _remarks: dict[str, tuple[list[Prepared], Remark | None]] = field(default_factory=dict)

    # What it is told

    def show(self, view: RunView) -> None:
        """Take a new state of the run."""
        started = self.view.started if self.view is not None else None
        if started != view.started:
            self._prepared.clear()
        self.view = view
        keys = tuple((metric.key, metric.count > 1 or metric.last) for metric in view.metrics)
        if keys != self._keys:
            self._keys, self._all = keys, apart(groups(view.metrics), view.metrics)
            self._choose()
        self._moved()

    def take(self, histories: Mapping[str, History]) -> None:
        """Points arrived."""
        for key, history in histories.items():
            self.histories.pop(key, None)
            self.histories[key] = history
            self._prepared.pop(key, None)
        while len(self.histories) > max(KEPT, len(histories)):
            oldest = next(iter(self.histories))
            del self.histories[oldest]
            self._prepared.pop(oldest, None)
        self._moved()

    def forget(self) -> None:
        """Another run: none of these points are its own."""
        self.histories.clear()
        self._prepared.clear()
        self._remarks.clear()
        self._pictures, self._before = {}, {}

    @property
    def pattern(self) -> str:
        """What charts are searched for."""
        return self._pattern

    @pattern.setter
    def pattern(self, pattern: str) -> None:
        if pattern != self._pattern:
            self._pattern = pattern
            self._choose()
            self._moved()

    def _choose(self) -> None:
        """The charts whose names hold every word that is searched for; the focus stays where it can."""
        focused = self.groups[self.focus].name if self.focus < len(self.groups) else ""
        words = self._pattern.lower().split()
        charts, values = self._all
        self.groups = [group for group in charts if _holds(group, words)] if words else charts
        self.values = [one for one in values if all(word in one.key.lower() for word in words)]
        self.focus = next((n for n, group in enumerate(self.groups) if group.name == focused), 0)

    # What a chart shows

    def picture(self, index: int) -> Picture:
        """A chart, made when something about it moved."""
        group = self.groups[index]
        if group.name not in self._pictures:
            self._pictures[group.name] = self._picture(group).after(self._before.get(group.name))
        return self._pictures[group.name]

    def _moved(self) -> None:
        self._before, self._pictures = self._pictures or self._before, {}

    def _curves(self, group: Group) -> list[Prepared]:
        found = []
        for letter, label, key, ink in group.members:
            if key in self.histories and key not in self._prepared:
                history = self.histories[key]
                x = self.ruler.x(history, self._start)
                self._prepared[key] = Prepared(Curve(letter, label, x, history.value, ink))
            if key in self._prepared:
                found.append(self._prepared[key])
        return found

    @property
    def _start(self) -> int | None:
        return self.view.started if self.view is not None else None

    def _picture(self, group: Group) -> Picture:
        curves = self._curves(group)
        loaded = len(curves) == len(group.members)
        return Picture(
            group.name,
            curves,
            self._options(group, curves),
            self._note(group, curves),
            empty=self._empty() if loaded else "",
            remark=self._remark(group, curves),
            at=partial(self._read, group),
        )

    def _empty(self) -> str:
        return "no points yet" if self.ruler.scale == "steps" else "its points bear no time: t shows steps"

    def _options(self, group: Group, curves: Sequence[Prepared]) -> ChartOptions:
        unit, end = self._scale()
        bright = self.bright.get(group.name)
        return ChartOptions(
            log_y=group.name in self.logs,
            smoothing=self._weight(curves),
            focus=curves[bright].curve.letter if bright is not None and bright < len(curves) else None,
            x_unit=unit,
            x_kind=self.ruler.kind,
            x_end=end,
            x_range=self.ruler.window,
            cursor=self.ruler.cursor,
            letters=len(group.members) > 1,
        )

    def _scale(self) -> tuple[str, float | None]:
        """The unit of x, and where it will end as long as the run is on its way."""
        progress = self.view.progress() if self.view is not None else None
        if progress is None or self.ruler.scale != "steps" or not progress.by_step:
            return "steps", None
        running = self.view is not None and self.view.status == "running"
        end = float(progress.total) if running and self.ruler.window is None else None
        return progress.unit, end

    def _note(self, group: Group, curves: Sequence[Prepared]) -> tuple[str, ...]:
        words = ["log axis"] if group.name in self.logs else []
        weight = self._weight(curves)
        if weight and any(len(item.x) >= 3 for item in curves):
            words.append(f"smoothed {display.number(weight)}")
        if self.ruler.window is not None:
            words.append("a part")
        lost = self._timeless(group)
        if lost:
            words.append(f"{display.count(lost)} points without time")
        return tuple(words)

    def _timeless(self, group: Group) -> int:
        if self.ruler.scale == "steps":
            return 0
        found = [self.histories[member[2]].wall for member in group.members if member[2] in self.histories]
        lost = sum(int((wall == NO_TIME).sum()) for wall in found)
        return lost if lost < sum(map(len, found)) else 0

    def _remark(self, group: Group, curves: Sequence[Prepared]) -> Remark | None:
        if self.ruler.scale != "steps" or len(curves) < len(group.members):
            return None
        kept = self._remarks.get(group.name)
        if kept is None or len(kept[0]) != len(curves) or any(map(is_not, kept[0], curves)):
            made = remark(curves, goal(group.members[0][2]), self._scale()[0])
            kept = self._remarks[group.name] = (list(curves), made)
        return kept[1]

    def _read(self, group: Group, at: float) -> tuple[str, ...]:
        """Step and time of the point that the cursor found."""
        best: tuple[float, History] | None = None
        for _, _, key, _ in group.members:
            item = self._prepared.get(key)
            index = item.nearest(at) if item is not None else None
            if item is not None and index is not None:
                away = abs(float(item.x[index]) - at)
                best = (away, self.histories[key]) if best is None or away < best[0] else best
        return self.ruler.words(best[1], at, self._start, self._scale()[0]) if best else ()

    def _weight(self, curves: Sequence[Prepared]) -> float:
        if self.smoothing is not None:
            return self.smoothing
        longest = max(curves, key=lambda item: len(item.y), default=None)
        return usual_weight(longest.y) if longest is not None else 0.0

    # What keys do

    def smoother(self) -> None:
        """The next amount of smoothing, in turns."""
        current = self.picture(self.focus).options.smoothing if self.groups else 0.0
        at = min(range(len(WEIGHTS)), key=lambda index: abs(WEIGHTS[index] - current))
        self.smoothing = WEIGHTS[(at + 1) % len(WEIGHTS)]
        self._moved()

    def turn(self, *, log: bool = False, time: bool = False, zoom: bool = False) -> None:
        """Turn the log axis of this chart, the scale of x of all, or the zoom."""
        if log and self.groups:
            self.logs ^= {self.groups[self.focus].name}
        if time:
            self.ruler.turn()
            self._prepared.clear()
        if zoom:
            self.zoomed = not self.zoomed
        self._moved()

    def next_bright(self) -> None:
        """The next curve of this chart bright, the others dim; after the last one: all of them."""
        if self.groups:
            group = self.groups[self.focus]
            now = self.bright.get(group.name, -1) + 1
            if now >= len(group.members) or len(group.members) < 2:
                self.bright.pop(group.name, None)
            else:
                self.bright[group.name] = now
            self._moved()

    def _longest(self) -> Prepared | None:
        """The curve the cursor walks along: the bright one of this chart, else that with most points."""
        if not self.groups:
            return None
        group = self.groups[self.focus]
        found = self._curves(group)
        bright = self.bright.get(group.name)
        if bright is not None and bright < len(found):
            return found[bright]
        return max(found, key=lambda item: len(item.x), default=None)

    def step_cursor(self, step: int, cells: int) -> None:
        """Move the cursor by about a cell, to where there is a point."""
        item = self._longest()
        if item is not None:
            self.ruler.step(item, step, cells)
            self._moved()

    def nearer(self, step: int) -> None:
        """Half or twice the window, around the cursor (without one: at its end)."""
        item = self._longest()
        if item is not None:
            self.ruler.nearer(item, step)
            self._moved()

    def pan(self, step: int) -> None:
        """Move the window, where there is one."""
        item = self._longest()
        if item is not None:
            self.ruler.pan(item, step)
            self._moved()

    def reset(self) -> None:
        """The whole run, no cursor."""
        self.ruler.reset()
        self._moved()


def _holds(group: Group, words: Sequence[str]) -> bool:
    names = " ".join((group.name, *(member[2] for member in group.members))).lower()
    return all(word in names for word in words)
