"""What a chart shows in a sentence: only what follows from the numbers by a rule that can be told."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from mlops_console import display
from mlops_console.charts import Prepared
from mlops_console.records import FloatArray

LEAST_POINTS = 8
WAITED = 0.15
"""The best value must lie so far back, as a share of all points, before it is worth a word."""
FELL = 0.05
"""Training must have gone on by this share of its own range."""


class Remark(NamedTuple):
    """A sentence, its sign, and the style of the sign."""

    sign: str
    ink: str
    text: str


def remark(curves: Sequence[Prepared], goal: Literal["min", "max"] | None, unit: str) -> Remark | None:
    """What is to be said of a chart's curves, the most urgent."""
    for item in curves:
        if item.not_numbers and len(item.y) and not np.isfinite(item.y[-1]):
            return _lost(item, unit)
    by_letter = {item.curve.letter: item for item in curves}
    train, held_out = by_letter.get("t"), by_letter.get("v")
    if train is None or held_out is None or goal is None:
        return None
    return _parted(train, held_out, goal, unit)


def _lost(item: Prepared, unit: str) -> Remark:
    """The newest value is no number: since when."""
    numbers = np.flatnonzero(np.isfinite(item.y))
    first = int(numbers[-1]) + 1 if len(numbers) else 0
    whose = f"{item.curve.label} is" if item.curve.label else "is"
    if not len(numbers):
        return Remark("!!", "bad", f"{whose} no number from the start")
    return Remark("!!", "bad", f"{whose} no number since {_at(float(item.x[first]), unit)}")


def _parted(train: Prepared, held_out: Prepared, goal: Literal["min", "max"], unit: str) -> Remark | None:
    """Validation was best a while ago, and training still gets better: where they part."""
    sign = 1.0 if goal == "min" else -1.0
    y = held_out.y * sign
    count = len(y)
    if count < LEAST_POINTS or not held_out.rising or not np.isfinite(y).all() or not train.rising:
        return None
    best = int(np.argmin(y))
    ago = count - 1 - best
    if ago < max(3, WAITED * count) or y[best + 1 :].mean() <= y[best]:
        return None
    at = float(held_out.x[best])
    values = train.y[np.isfinite(train.y)] * sign
    before = int(np.searchsorted(train.x, at, "right"))
    then, now = _around(train.y * sign, before), _around(train.y * sign, len(train.y))
    spread = float(np.ptp(values)) if len(values) else 0.0
    if then is None or now is None or not spread or then - now < FELL * spread:
        return None
    word, moved = ("lowest", "fell") if goal == "min" else ("highest", "rose")
    value = display.number(float(held_out.y[best]))
    return Remark("!", "warn", f"val {word} at {_at(at, unit)} ({value}); train {moved} since")


def _around(y: FloatArray, end: int) -> float | None:
    """The mean of the last twentieth before a place."""
    part = y[max(0, end - max(1, len(y) // 20)) : end]
    return float(part.mean()) if len(part) and np.isfinite(part).all() else None


def _at(x: float, unit: str) -> str:
    return f"{unit.removesuffix('s') or 'step'} {display.number(x)}"
