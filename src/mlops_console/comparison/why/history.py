"""What changed since it was last good, and when it got worse: runs in the order in which they were made."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from mlops_console import display
from mlops_console.comparison.differing.facts import Absent, Facts, understood
from mlops_console.comparison.differing.rows import Row, rows
from mlops_console.comparison.model import ALPHA, Goal
from mlops_console.comparison.repeats import is_repeat
from mlops_console.comparison.why.importance import ranks
from mlops_console.records import FloatArray

LEAST: Final = 6
"""Runs that a change point needs."""
_SHORT: Final = 8
_FEW: Final = 100
_ORDERS: Final = 4999
Standing: TypeAlias = Literal["suspect", "cleared"]


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Where an ordered metric went to another level, or why none is shown."""

    at: int | None
    """Index of the first run on the new level; None: not shown to have changed."""
    before: float | None
    """The median until then."""
    after: float | None
    p: float | None
    worse: bool | None
    """Whether the new level is worse by the goal."""
    n: int
    words: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that isn't as it was at the last good run."""

    row: Row
    """Of two subjects: the last good run and the first bad one."""
    standing: Standing
    """`cleared`: other good runs had the new value too, or bad ones hadn't."""
    words: str


@dataclass(frozen=True, slots=True)
class SinceGood:
    """What lies between the last good run and the first bad one."""

    good: int | None
    bad: int | None
    limit: float | None
    """What parts good from bad."""
    changed: tuple[Changed, ...]
    """Suspects first."""
    words: str
    commits: str = ""
    """What to bisect, `a1b2c3d4..e5f6a7b8`; empty where the code is the same or not known."""


def change_point(values: FloatArray, goal: Goal) -> ChangePoint:
    """The most likely place at which values in order went to another level.

    Pettitt's test (Pettitt 1979, Applied Statistics 28:126), on ranks, so that single odd runs don't make
    a change. His approximation of p is too large for few runs: up to 100 of them, p is the share of 4,999
    random orders of the same values with as clear a change. One change is looked for, the clearest. Runs
    without a number are passed over.
    """
    known = np.flatnonzero(np.isfinite(np.asarray(values, np.float64)))
    numbers = np.asarray(values, np.float64)[known]
    n = len(numbers)
    if n < LEAST:
        return ChangePoint(None, None, None, None, None, n, f"{LEAST} runs are needed, there are {n}")
    u = _u(ranks(numbers))
    place = int(np.abs(u).argmax())
    p = _p_of(ranks(numbers), float(np.abs(u[place])))
    if p >= ALPHA:
        words = f"not shown to have changed (Pettitt's test, p {display.number(p, 2)}, {n} runs)"
        return ChangePoint(None, None, None, p, None, n, words)
    # Halves first: the middle of two large numbers may be none.
    low, high = (float(np.median(side / 2)) * 2 for side in (numbers[: place + 1], numbers[place + 1 :]))
    worse = bool(low > high) if goal == "max" else bool(low < high)
    shown = f"{display.number(low)} to {display.number(high)}"
    said = "worse" if worse else "better"
    words = f"{said}: {shown}, after {place + 1} of {n} runs (Pettitt's test, p {_p(p)})"
    return ChangePoint(int(known[place + 1]), low, high, p, worse, n, words)


def _u(ordered: FloatArray) -> FloatArray:
    """Pettitt's U after each run but the last: twice the sum of ranks so far, less that without a change."""
    n = ordered.shape[-1]
    found: FloatArray = 2 * np.cumsum(ordered, axis=-1)[..., :-1] - np.arange(1, n) * (n + 1)
    return found


def _p_of(ordered: FloatArray, k: float) -> float:
    n = len(ordered)
    if n > _FEW:
        return min(1.0, 2 * float(np.exp(-6 * k * k / (n**3 + n**2))))
    orders = np.random.default_rng(0).permuted(np.tile(ordered, (_ORDERS, 1)), axis=1)
    as_clear = int((np.abs(_u(orders)).max(axis=1) >= k - 1e-9).sum())
    return (1 + as_clear) / (1 + _ORDERS)


def since_last_good(
    runs: Sequence[Facts], values: FloatArray, goal: Goal, limit: float | None = None
) -> SinceGood:
    """What changed between the last good run and the first of the bad ones that followed it.

    Args:
        runs: What is known of each, in the order in which they were made (by commit, or by time).
        values: Their metric. A run without a number counts as bad: it broke.
        goal: Which way is better.
        limit: The worst value that is still good; without one, the middle between the two levels of the
            change point.
    """
    values = np.asarray(values, np.float64)
    if not len(values):
        return SinceGood(None, None, limit, (), "there are no runs")
    if limit is None:
        point = change_point(values, goal)
        if point.at is None or not point.worse or point.before is None or point.after is None:
            return SinceGood(None, None, None, (), f"no limit was given, and the runs are {_level(point)}")
        limit = point.before / 2 + point.after / 2
    with np.errstate(invalid="ignore"):
        good = values >= limit if goal == "max" else values <= limit
    good &= ~np.isnan(values)
    if not good.any():
        return SinceGood(None, 0, limit, (), f"no run was as good as {display.number(limit)}")
    last = int(np.flatnonzero(good)[-1])
    if last == len(values) - 1:
        return SinceGood(last, None, limit, (), "the latest run is good")
    found = _changed(runs, good, last, last + 1)
    suspects = sum(one.standing == "suspect" for one in found)
    bad = len(values) - 1 - last
    words = f"{display.counted(bad, 'run')} worse than {display.number(limit)} since"
    words += f"; {_things(len(found))} changed" + (f", {suspects} of them suspect" if found else "")
    words += "" if found else ": nothing that was recorded"
    return SinceGood(last, last + 1, limit, found, words, _commits(runs[last], runs[last + 1]))


def _changed(runs: Sequence[Facts], good: npt.NDArray[np.bool_], last: int, bad: int) -> tuple[Changed, ...]:
    found = [
        _judged(runs, good, bad, row)
        for row in rows([runs[last], runs[bad]]).different
        if row.section != "costs" and not (row.section == "params" and is_repeat(row.key))
    ]
    return tuple(sorted(found, key=lambda one: one.standing != "suspect"))


def _judged(runs: Sequence[Facts], good: npt.NDArray[np.bool_], bad: int, row: Row) -> Changed:
    new = understood(row.values[1], row.section)
    values = [run.get(row.section, {}).get(row.key, Absent.ABSENT) for run in runs]
    had = np.array([understood(value, row.section) == new for value in values])
    fine, without = int((had & good).sum()), int((~had[bad:]).sum())
    if fine:
        return Changed(row, "cleared", f"{display.counted(fine, 'good run')} had that too")
    if row.section == "code":
        # Later commits hold what this one brought.
        return Changed(row, "suspect", "no good run had it")
    if without:
        are = "run hasn't" if without == 1 else "runs haven't"
        return Changed(row, "cleared", f"{without} of the bad {are} got it")
    return Changed(row, "suspect", "no good run had it, and all bad ones have")


def _commits(good: Facts, bad: Facts) -> str:
    one, other = (run.get("code", {}).get("git.commit") for run in (good, bad))
    told = isinstance(one, str) and isinstance(other, str) and one and other and one != other
    return f"{str(one)[:_SHORT]}..{str(other)[:_SHORT]}" if told else ""


def _things(count: int) -> str:
    return display.counted(count, "thing")


def _level(point: ChangePoint) -> str:
    return point.words if point.worse is None else f"not worse than before ({point.words})"


def _p(p: float) -> str:
    return "< .001" if p < 0.001 else display.number(p, 3 if p < 0.01 else 2)
