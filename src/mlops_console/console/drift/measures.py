"""What is shown of a monitor over time: a few figures of each window, with limits and a word each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console import display
from mlops_console.console.drawing import fit, width_of
from mlops_console.drift.judging.bounds import bounds_of
from mlops_console.drift.judging.words import percent
from mlops_console.drift.model import SEVERITY
from mlops_console.records import FloatArray
from mlops_console.workspace.drifting.states.trail import VERDICTS

if TYPE_CHECKING:
    from mlops_console.console.drift.state import Opened
    from mlops_console.drift.model import Performance, Rules
    from mlops_console.workspace.drifting.states.trail import Step

CLASSIFIER: Final = 0.60
_SHORT: Final = 12
"""Cells of a feature's name where all stand in one row."""
_NO_LIMIT: Final = 1e-9
_WORDS: Final = {"DRIFT": "drift", "WATCH": "watch"}


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


def measures(opened: "Opened", now: int) -> tuple[Measure, ...]:
    """What is shown over time, the most needed first; of the windows that are shown."""
    steps = [opened.course.steps[at] for at in opened.shown(0)]
    if not steps:
        return ()
    muted = opened.muted(now)
    found = [
        _effect(opened, steps, muted), _metric(steps), _apart(opened, steps), _missing(opened, steps, muted),
    ]  # fmt: skip
    return tuple(one for one in found if one is not None)


def _effect(opened: "Opened", steps: "Sequence[Step]", muted: Collection[str]) -> Measure:
    """The largest effect; where limits differ and another feature is more of its own, that one.

    Muted features are set aside. Word and figure are of the same feature.
    """
    rules = opened.rules
    values = np.array([_top(step, muted)[0] for step in steps])
    place = _top(steps[-1], muted)[1]
    name = next((name for name, at in steps[-1].figures.at.items() if at == place), "")
    worst = _of_limit(steps[-1], rules, muted)
    bounds = bounds_of(worst or name, "distribution", rules)
    word = _WORDS.get(_said(steps[-1], worst or name), "ok")
    if worst in ("", name):
        limits = ((bounds.watch, display.limit(bounds.watch)), (bounds.drift, display.limit(bounds.drift)))
        return Measure("largest effect", "effect", values, display.share(values[-1]), word, limits)
    own = np.array([_effect_of(step, worst) for step in steps]) / max(bounds.drift, _NO_LIMIT)
    said = display.number(_or_none(own[-1]), 2)
    title, brief = f"{display.safe_text(worst, 60)}, of its limit", f"{_cut(worst)} of limit"
    return Measure(title, brief, own, said, word, ((1.0, "1"),))


def _cut(name: str) -> str:
    return fit(name, min(width_of(display.safe_text(name)), _SHORT))


def _top(step: "Step", muted: Collection[str]) -> tuple[float, int]:
    """The largest effect, and its place among the figures."""
    effects = step.figures.effect
    for place in [step.figures.at[name] for name in muted if name in step.figures.at]:
        effects = effects.copy()
        effects[place] = np.nan
    if not len(effects) or np.isnan(effects).all():
        return float("nan"), -1
    place = int(np.nanargmax(effects))
    return float(effects[place]), place


def _of_limit(step: "Step", rules: "Rules", muted: Collection[str]) -> str:
    """The feature of the worst verdict whose effect is the most of its own limit; empty: nothing moved."""
    figures = step.figures
    best: tuple[int, float, str] | None = None
    for name, place in figures.at.items():
        limit = max(bounds_of(name, "distribution", rules).drift, _NO_LIMIT)
        one = int(figures.codes[place]), float(figures.effect[place]) / limit, name
        if name not in muted and one[1] == one[1] and (best is None or one > best):
            best = one
    return best[2] if best is not None else ""


def _effect_of(step: "Step", name: str) -> float:
    place = step.figures.at.get(name)
    return float("nan") if place is None else float(step.figures.effect[place])


def _said(step: "Step", name: str) -> str:
    place = step.figures.at.get(name)
    return "" if place is None else VERDICTS[int(step.figures.codes[place])]


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
    name, brief = (one.metric, one.metric) if realised else (f"{one.metric}, estimated", f"est. {one.metric}")
    return Measure(name, brief, values, display.number(_or_none(values[-1]), 3), word, limits, low)


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
    limits = ((limit, display.limit(limit)),) if limit < 1 else ()
    return Measure("told apart, AUC", "AUC", values, display.share(values[-1]), word, limits, low=0.45)


def _missing(opened: "Opened", steps: "Sequence[Step]", muted: Collection[str]) -> Measure:
    """The share of values that are missing, of all features; of one alone where it has too many."""
    checks = [] if opened.told is None else [
        (SEVERITY[check.verdict], check.raw.effect or 0.0, feature.measured.name, check.verdict)
        for feature in opened.told.features
        for check in feature.checks
        if check.raw.name == "missing" and feature.measured.name not in muted
    ]  # fmt: skip
    _, _, name, verdict = max(checks, default=(0, 0.0, "", ""))
    word = _WORDS.get(verdict, "ok" if checks else "")
    title, brief = "missing values", "missing"
    values = np.array([_mean(step.figures.missing) for step in steps])
    if word in ("drift", "watch"):
        title, brief = f"{display.safe_text(name, 60)}, missing", f"{_cut(name)} missing"
        values = np.array([_missing_of(step, name) for step in steps])
    high = max(0.02, 2 * float(np.nan_to_num(values).max()))
    return Measure(title, brief, values, percent(float(np.nan_to_num(values[-1]))), word, high=high)


def _mean(shares: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> float:
    return float(np.mean(shares)) if len(shares) else 0.0


def _missing_of(step: "Step", name: str) -> float:
    place = step.figures.at.get(name)
    return float("nan") if place is None else float(step.figures.missing[place])


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
