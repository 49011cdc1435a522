"""The monitor over time: small curves with their limits, and since when it moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from mlops_console import display
from mlops_console.charts.course import course
from mlops_console.console.drawing import Line, fit, width_of
from mlops_console.console.drift.pane import put_word, share
from mlops_console.console.widgets.chart import put_row
from mlops_console.drift.judging.bounds import bounds_of
from mlops_console.drift.judging.words import percent
from mlops_console.records import FloatArray

if TYPE_CHECKING:
    from mlops_console.console.drift.state import Opened
    from mlops_console.console.glyphs import Glyphs
    from mlops_console.console.theme import Palette
    from mlops_console.drift.model import Performance, Rules
    from mlops_console.workspace.drifting.states.trail import Step

GAP: Final = 4
LIMITS: Final = 7
"""Cells for the limits right of a curve."""
LEAST: Final = 24
"""Cells of one of them, at least."""
CLASSIFIER: Final = 0.60
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Drawn(Protocol):
    """What draws."""

    @property
    def colours(self) -> "Palette":
        """The palette."""

    @property
    def glyphs(self) -> "Glyphs":
        """The glyph set."""

    @property
    def now(self) -> int:
        """The time, epoch microseconds."""

    def blank(self) -> Line:
        """A line to draw on."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure over the windows."""

    name: str
    short: str
    """Where there is one line for all of them."""
    values: FloatArray
    said: str
    """Its newest value."""
    word: str
    """What that is: drift, watch, ok, worse …; empty: nobody judges it."""
    limits: tuple[tuple[float, str], ...] = ()
    low: float = 0.0
    """What the lower edge is worth."""
    high: float | None = None
    """What the upper edge is worth; None: what the highest value and limit need."""

    @property
    def ink(self) -> str:
        """The colour of the curve: that of its state."""
        return {"drift": "bad", "worse": "bad", "watch": "warn"}.get(self.word, "second")


def measures(opened: "Opened") -> tuple[Measure, ...]:
    """What is shown over time, the most needed first; of the windows that are shown."""
    steps = [opened.course.steps[at] for at in opened.shown(0)]
    if not steps:
        return ()
    found = [_effect(opened, steps), _metric(steps), _apart(opened, steps), _missing(opened, steps)]
    return tuple(one for one in found if one is not None)


def _effect(opened: "Opened", steps: "Sequence[Step]") -> Measure:
    """The largest effect; where features have limits of their own, the one that is the most of its limit."""
    rules = opened.rules
    word = {"DRIFT": "drift", "WATCH": "watch"}.get(_worst(steps[-1]), "ok")
    values = np.array([_top(step.figures.effect) for step in steps])
    _, name = _of_limit(steps[-1], rules)
    place = steps[-1].figures.at.get(name)
    if place is None or steps[-1].figures.effect[place] >= values[-1] or np.isnan(values[-1]):
        bounds = bounds_of(name, "distribution", rules)
        limits = ((bounds.watch, share(bounds.watch)), (bounds.drift, share(bounds.drift)))
        return Measure("largest effect", "effect", values, share(values[-1]), word, limits)
    values = np.array([_of_limit(step, rules)[0] for step in steps])
    said = display.number(_or_none(values[-1]), 2)
    title = f"{display.safe_text(name, 60)}, of its limit"
    return Measure(title, "of limit", values, said, word, ((1.0, "1"),))


def _of_limit(step: "Step", rules: "Rules") -> tuple[float, str]:
    """How much of its own limit the effect is that is the most of it, and whose."""
    figures = step.figures
    best = (float("nan"), "")
    for name, place in figures.at.items():
        ratio = float(figures.effect[place]) / max(bounds_of(name, "distribution", rules).drift, 1e-9)
        if ratio == ratio and not best[0] >= ratio:
            best = (ratio, name)
    return best


def _worst(step: "Step") -> str:
    return "DRIFT" if step.drifting else "WATCH" if step.watched else "STABLE"


def _metric(steps: "Sequence[Step]") -> Measure | None:
    newest = steps[-1].model
    if newest is None or not newest.performance:
        return None
    one = newest.performance[0]
    found = [_of(step, one.metric) for step in steps]
    values = np.array([np.nan if each is None else _now(each) for each in found])
    reference = one.reference.value if one.reference is not None else None
    finite = values[np.isfinite(values)]
    low = 0.0
    if len(finite):
        ends = [float(finite.min()), float(finite.max()), *([reference] if reference is not None else [])]
        low = min(ends) - 0.25 * max(max(ends) - min(ends), abs(max(ends)) * 0.02)
    limits = () if reference is None else ((reference, display.number(reference, 3)),)
    word = {"worse": "worse", "same": "ok", "better": "ok"}.get(one.verdict, "")
    realised = one.realised is not None
    name = one.metric if realised else f"{one.metric}, estimated"
    return Measure(name, one.metric, values, display.number(_or_none(values[-1]), 3), word, limits, low)


def _of(step: "Step", metric: str) -> "Performance | None":
    every = step.model.performance if step.model is not None else ()
    return next((one for one in every if one.metric == metric), None)


def _now(one: "Performance") -> float:
    interval = one.realised or one.estimated
    return interval.value if interval is not None else float("nan")


def _apart(opened: "Opened", steps: "Sequence[Step]") -> Measure | None:
    """How well a classifier tells the rows of a window from those of the reference."""
    values = np.array(
        [np.nan if one.domain is None or one.domain.auc is None else one.domain.auc for one in steps]
    )
    domain = steps[-1].domain
    if domain is None or np.isnan(values).all():
        return None
    limit = opened.watched.monitor.classifier or CLASSIFIER
    word = "" if domain.auc is None else "drift" if domain.drifted else "ok"
    limits = ((limit, share(limit)),) if limit < 1 else ()
    return Measure("told apart, AUC", "AUC", values, share(_or_none(values[-1])), word, limits, low=0.45)


def _missing(opened: "Opened", steps: "Sequence[Step]") -> Measure:
    values = np.array(
        [float(np.mean(one.figures.missing)) if len(one.figures.missing) else 0.0 for one in steps]
    )
    checks = [] if opened.told is None else [
        check.verdict
        for feature in opened.told.features
        for check in feature.checks
        if check.raw.name == "missing"
    ]  # fmt: skip
    word = "drift" if "DRIFT" in checks else "watch" if "WATCH" in checks else "ok" if checks else ""
    high = max(0.02, 2 * float(values.max()))
    return Measure("missing values", "missing", values, percent(float(values[-1])), word, high=high)


def _top(values: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else float("nan")


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def strip(on: Drawn, opened: "Opened", width: int, rows: int, span: int, *, air: bool) -> list[Line]:
    """As many curves as there is room for beside each other: a heading, the curve, the windows under it."""
    every = measures(opened)
    fitting = max(1, (width - 4 + GAP) // (LEAST + 8 + GAP))
    shown = every[: min(fitting, len(every))]
    if not shown:
        return []
    cells = (width - 4 - GAP * (len(shown) - 1)) // len(shown)
    parts = [_one(on, opened, one, cells, rows, span, air) for one in shown]
    lines = []
    for row in zip(*parts, strict=True):
        line = on.blank().to(2)
        for at, one in enumerate(row):
            line.to(2 + at * (cells + GAP)).add(one)
        lines.append(line)
    return lines


def _one(
    on: Drawn, opened: "Opened", one: Measure, cells: int, rows: int, span: int, air: bool
) -> list[Line]:
    right = on.blank().put(one.said, "text", bold=True)
    if one.word:
        put_word(right.put("  "), one.word, on.glyphs)
    head = on.blank().put(fit(one.name, min(width_of(one.name), cells - right.at - 1)), "second", bold=True)
    lines = [head.right(right, cells, margin=0), *([on.blank()] if air else [])]
    places = opened.shown(span)
    picture = course(
        one.values[places.start : places.stop],
        cells - LIMITS,
        rows,
        one.ink,
        limits=[limit for limit, _ in one.limits],
        glyphs="ascii" if on.glyphs.ascii else "braille",
        low=one.low,
        high=one.high,
    )
    said = dict(one.limits)
    beside = {row: said[limit] for row, limit in picture.limits}
    for at, row in enumerate(picture.rows):
        line = put_row(on.blank(), row, on.colours, "bg")
        lines.append(line.to(cells - LIMITS + 1).put(beside.get(at, ""), "muted") if at in beside else line)
    return [*lines, _under(on, opened, places, picture.columns, cells - LIMITS)]


def _under(on: Drawn, opened: "Opened", places: range, columns: Sequence[int], cells: int) -> Line:
    """The first window and the last, and between them since when what drifts now has moved."""
    steps = opened.course.steps
    line = on.blank()
    if not places:
        return line
    first, last = short(steps[places.start].window), short(steps[places.stop - 1].window)
    if len(places) > 1:
        line.put(fit(first, min(width_of(first), cells // 2 - 2)), "muted")
    onset = opened.course.onset(opened.at, opened.muted(on.now))
    begun = next((at for at in places if onset is not None and steps[at].window == onset.window), None)
    end = cells - min(width_of(last), cells // 2)
    if begun is not None and onset is not None and begun not in (places.start, places.stop - 1):
        column = columns[begun - places.start]
        words = f"{on.glyphs.up} since {short(onset.window)}"
        words = words if column + len(words) + 2 <= end else on.glyphs.up
        if column > line.at + 1 and column + len(words) < end:
            line.to(column).put(words, "second")
    return line.to(end).put(fit(last, min(width_of(last), cells // 2)), "muted")


def named(window: str) -> str:
    """A window's name, without the ending of its file."""
    stem, dot, ending = window.rpartition(".")
    return stem if dot and ending in ("parquet", "csv", "jsonl", "arrow", "feather", "tsv", "gz") else window


def short(window: str) -> str:
    """A window's name where there is little room: a day as people write it, `22 Nov`."""
    name = named(window)
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return name
    return f"{day.day} {_MONTHS[day.month - 1]}"


def in_a_row(on: Drawn, opened: "Opened", width: int) -> Line:
    """All of them in one row, where there is no room for curves."""
    line = on.blank().to(2)
    for one in measures(opened):
        part = on.blank().put(f"{one.short} ", "muted").put(one.said, "text", bold=True)
        if one.word:
            put_word(part.put(" "), one.word, on.glyphs)
        if line.at + part.at + 4 > width - 2:
            break
        line.put("    " if line.at > 2 else "").add(part)
    return line
