"""Runs that no other run beats, and how the best grew over time."""

from dataclasses import dataclass

import numpy as np

from mlops_console import display
from mlops_console.comparison.model import Goal
from mlops_console.records import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Front:
    """The Pareto front over two metrics."""

    members: IntArray
    """Indices of the runs that no other run beats in both metrics, the best of the first metric first."""
    left_out: int
    """Runs without a number for both."""
    words: str


@dataclass(frozen=True, slots=True)
class BestSoFar:
    """The best value until each time."""

    times: FloatArray
    """Rising."""
    values: FloatArray
    improved: IntArray
    """Indices (into what was given) of the runs that were better than all before them."""
    words: str


def pareto(points: FloatArray, goals: tuple[Goal, Goal]) -> Front:
    """The runs for which no other run is at least as good in both metrics and better in one.

    Runs that are equal in both are all kept.

    Args:
        points: Runs by two metrics.
        goals: Which way is better in each.
    """
    points = np.asarray(points, np.float64).reshape(-1, 2)
    known = np.flatnonzero(np.isfinite(points).all(axis=1))
    left_out = len(points) - len(known)
    if not len(known):
        return Front(np.empty(0, np.int64), left_out, "no run has a number for both metrics")
    signs = np.array([1.0 if goal == "min" else -1.0 for goal in goals])
    first, second = (points[known] * signs).T
    order = np.lexsort((known, second, first))
    ahead, behind = first[order], second[order]
    # In this order a run is beaten by one before it, or by none.
    best = np.minimum.accumulate(behind)
    before = np.append(np.inf, best[:-1])
    kept = behind < before
    twin = np.append(False, (ahead[1:] == ahead[:-1]) & (behind[1:] == behind[:-1]))
    for place in np.flatnonzero(twin).tolist():
        kept[place] = kept[place - 1]
    members = known[order[kept]]
    are = "is" if len(members) == 1 else "are"
    words = f"{display.count(len(members))} of {display.count(len(known))} runs {are} beaten by none in both"
    if left_out:
        words += f"; {display.count(left_out)} have no number for both"
    return Front(members, left_out, words)


def best_so_far(times: FloatArray, values: FloatArray, goal: Goal) -> BestSoFar:
    """The best value by each run's time; runs without a time or a number are passed over."""
    times, values = np.asarray(times, np.float64), np.asarray(values, np.float64)
    known = np.flatnonzero(np.isfinite(times) & np.isfinite(values))
    order = known[np.argsort(times[known], kind="stable")]
    if not len(order):
        return BestSoFar(np.empty(0), np.empty(0), np.empty(0, np.int64), "no run has a time and a number")
    found = values[order]
    best = np.minimum.accumulate(found) if goal == "min" else np.maximum.accumulate(found)
    improved = order[np.append(True, best[1:] != best[:-1])]
    since = len(order) - 1 - int(np.flatnonzero(order == improved[-1])[0])
    words = f"{display.number(float(best[-1]))} is the best of {display.count(len(order))} runs"
    words += f"; none of the {display.count(since)} since was better" if since > 1 else ""
    return BestSoFar(times[order], best, improved, words)
