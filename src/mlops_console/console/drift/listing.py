"""All monitors, where there are several: the worst first."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import sparkline
from mlops_console.charts.spark import ASCII_STEPS, STEPS
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.pane import Pane, put_word
from mlops_console.console.drift.state import Listed, MonitorKey, Shown
from mlops_console.console.widgets.chart import put_row
from mlops_console.console.widgets.pane import wrapped

if TYPE_CHECKING:
    from mlops_console.console.drift.pane import Place
    from mlops_console.workspace.drifting.states.model import Health, MonitorState

_HEALTH: Final = 14
_SPARK: Final = 14
_SINCE: Final = 5
_PROJECTS_FROM: Final = 100
"""Cells from which on projects have a column of their own."""
_WORDS: Final[dict["Health", str]] = {
    "harmful": "harmful", "drift": "drift", "unjudged": "not judged", "stale": "stale", "watch": "watch",
    "ok": "ok", "none": "no window",
}  # fmt: skip
_INKS: Final[dict["Health", str]] = {
    "harmful": "bad",
    "drift": "bad",
    "unjudged": "warn",
    "stale": "warn",
    "watch": "warn",
}


class MonitorsPane(Pane):
    """A row a monitor."""

    name = "Monitors"

    def __init__(self, place: "Place", open_one: Callable[[MonitorKey], None]) -> None:
        super().__init__(place)
        self.shown = Shown()
        self._twins: frozenset[str] = frozenset()
        self._open = open_one

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.shown.monitors)

    @property
    def listed(self) -> Listed | None:
        """The one under the cursor."""
        return self.shown.monitors[max(0, min(self.at, self.count - 1))] if self.shown.monitors else None

    def show(self, shown: Shown) -> None:
        """A new state; the cursor stays on its monitor, once it was moved."""
        before = self.listed.key if self.listed is not None and self.at else None
        self.shown, self._twins = shown, shown.twins()
        places = [at for at, one in enumerate(shown.monitors) if one.key == before]
        self.at = places[0] if places else 0

    def enter(self) -> None:
        """Open it."""
        if self.listed is not None:
            self._open(self.listed.key)

    def copied(self) -> tuple[str, str] | None:
        """Its name."""
        return None if self.listed is None else ("monitor", self.listed.watched.name)

    def explained(self) -> tuple[str, list[tuple[str, str, str]]] | None:
        """How it stands."""
        one = self.listed
        return None if one is None else (one.watched.name, standing_facts(one))

    # Drawing

    def told(self, width: int) -> Line:
        """How many, and how many need somebody."""
        line = self.blank()
        known = [one.state for one in self.shown.monitors if one.state is not None]
        need = sum(one.needs for one in known)
        line.put(display.count(self.count), "muted")
        if known:
            words = (
                f"{display.count(need)} {'needs' if need == 1 else 'need'} you" if need else "none needs you"
            )
            line.put("   ").put(words, "bad" if need else "muted")
        return line

    def columns(self, width: int) -> Line:
        """The names of the columns."""
        cells = self._cells(width)
        line = self.blank().to(2)
        for name, room in zip(("", "monitor", "watches", "project", "effect", "since"), cells, strict=False):
            if room:
                line.put(fit(name or "   state", room), "muted").put("  ")
        return line.put("says", "muted")

    def row(self, index: int, line: Line, width: int) -> None:
        """A monitor."""
        one = self.shown.monitors[index]
        state, monitor = one.state, one.watched.monitor
        health, name, watches, project, spark, since = self._cells(width)
        end = line.at + health
        if state is None:
            line.put("   looking", "muted")
        else:
            put_word(line, _WORDS[state.health], self.place.glyphs, cells=2)
        line.to(end + 2)
        quiet = state is not None and not state.needs and state.health not in ("watch", "ok", "none")
        line.put(fit(self._name(one, width), name), "text").put("  ")
        if watches:
            line.put(fit(self._watches(one), watches), "second").put("  ")
        if project:
            line.put(fit(one.watched.project.name, project), "muted").put("  ")
        if spark:
            end = line.at + spark + 2
            self._spark(line, state, spark, "cursor" if index == self.at else "bg")
            line.to(end)
        if since:
            ago = display.age(self.place.now - state.since) if state is not None and state.since else "-"
            line.put(fit(ago, since), "muted").put("  ")
        words = state.because if state is not None else (monitor.unusable or "")
        if quiet and state is not None:
            words = ("muted: " if state.muted is not None else "acknowledged: ") + words
        line.put(fit(words, max(0, width - line.at - 2)), "second" if not quiet else "muted")

    def lines(self, width: int, height: int, *, focused: bool, alone: bool) -> list[Line]:
        """The list; below it, where there is room, all that is said of the one under the cursor."""
        one = self.listed
        below: list[Line] = []
        for label, ink, words in standing_facts(one) if one is not None else ():
            for at, part in enumerate(wrapped(display.safe_text(words, 600), width - 18)[:3]):
                line = self.blank().to(2).put(fit("" if at else label, 10), "muted").put("  ")
                below.append(line.put(part, "second" if ink == "muted" else ink).to(width))
        drawn = super().lines(width, height, focused=focused, alone=alone)
        used = self.count + 4
        if not below or used + len(below) + 1 > height:
            return drawn
        drawn[used : used + len(below)] = below
        return drawn

    def _spark(self, line: Line, state: "MonitorState | None", cells: int, on: str) -> None:
        if state is None or not state.windows:
            return
        values = np.array([0.0 if one.effect is None else one.effect for one in state.windows[-cells:]])
        top = max(float(values.max()), 2 * state.watched.rules().drift)
        glyphs = ASCII_STEPS if self.place.glyphs.ascii else STEPS
        row = sparkline(values, cells, _INKS.get(state.health, "ok"), glyphs, (0.0, top))
        line.to(line.at + cells - sum(width_of(text) for text, _ in row))
        put_row(line, row, self.place.colours, on)

    def _watches(self, one: Listed) -> str:
        return (one.state.version if one.state is not None else "") or one.watched.monitor.model or "-"

    def _name(self, one: Listed, width: int) -> str:
        """With the project where no column says which, and another project has a monitor of that name."""
        name = one.watched.name
        twin = width < _PROJECTS_FROM and name in self._twins
        return f"{name} {one.watched.project.name}" if twin else name

    def _cells(self, width: int) -> tuple[int, int, int, int, int, int]:
        names = [display.safe_text(self._name(one, width), 60) for one in self.shown.monitors]
        name = min(max(map(width_of, names), default=8), 24)
        several = len({one.watched.project.key for one in self.shown.monitors}) > 1
        wide = width >= _PROJECTS_FROM
        since = _SINCE if width >= 120 else 0
        return (
            _HEALTH,
            max(7, name),
            _room([self._watches(one) for one in self.shown.monitors], 7, 14) if wide else 0,
            _room([one.watched.project.name for one in self.shown.monitors], 7, 16)
            if wide and several
            else 0,
            _SPARK if width >= 90 else 8,
            since,
        )


def _room(texts: Sequence[str], least: int, most: int) -> int:
    """Cells that a column of texts takes."""
    return max(least, min(most, max((width_of(display.safe_text(text)) for text in texts), default=0)))


def standing_facts(one: Listed) -> list[tuple[str, str, str]]:
    """How a monitor stands, as (label, ink, sentence)."""
    state, monitor = one.state, one.watched.monitor
    facts = [
        ("project", "second", one.watched.project.name),
        ("looks at", "second", monitor.current),
        ("owner", "second", monitor.owner or "nobody is named"),
    ]
    if state is not None:
        facts.insert(0, ("state", "text", f"{_WORDS[state.health]}: {state.because}"))
        facts.insert(1, ("why", "muted", MEANS[state.health]))
        if state.version:
            facts.append(("watches", "second", state.version))
        if state.muted is not None:
            until = display.minute(state.muted.until)
            facts.append(("muted", "second", f"until {until} UTC by {state.muted.by}: {state.muted.reason}"))
        if state.acknowledged is not None:
            facts.append(("seen", "second", f"by {state.acknowledged.by}: {state.acknowledged.reason}"))
        facts += [("!", "warn", problem) for problem in state.standing.problems[:4]]
    if monitor.unusable:
        facts.append(("!", "warn", monitor.unusable))
    if monitor.action:
        facts.append(("then", "second", monitor.action))
    return facts


MEANS: Final[dict["Health", str]] = {
    "harmful": "labels say that the model does its work worse than on its reference",
    "drift": "enough of the last windows say DRIFT for an alarm",
    "unjudged": "its newest window could not be judged, or it can't judge at all",
    "stale": "no window came for longer than is usual for it",
    "watch": "something comes near a limit, or says DRIFT and is not confirmed yet",
    "ok": "nothing moved that matters",
    "none": "no window is complete yet",
}
