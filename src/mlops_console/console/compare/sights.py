"""What there is to see of a metric over something else: where points stand, and what they say in words."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from mlops_console import display
from mlops_console.comparison.sentences import sentence
from mlops_console.comparison.why.front import best_so_far, pareto
from mlops_console.console.compare.verdicts import signed
from mlops_console.errors import ConsoleError
from mlops_console.records import FloatArray, IntArray
from mlops_console.workspace.comparing.among import metric_values
from mlops_console.workspace.comparing.influence import trend

if TYPE_CHECKING:
    from mlops_console.comparison.model import Goal
    from mlops_console.comparison.why.table import Column
    from mlops_console.comparison.why.trend import Trend
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.comparing.among import Among

SPREAD = 0.25
"""How far points of one level stand from its middle, so that they don't hide each other."""


class Choice(NamedTuple):
    """What x is."""

    kind: Literal["param", "metric", "time"]
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A metric over something, ready to be drawn."""

    x: FloatArray
    words: str
    """What is to be read from it, sentences."""
    levels: tuple[str, ...] | None = None
    log: bool = False
    time: bool = False
    line: tuple[float, float] | None = None
    """Slope and intercept of the trend, in the space of the axes."""
    front: IntArray | None = None
    """The runs to be seen first: those that none beats, those that were the best so far."""
    problem: str = ""
    """Why there is nothing to see, a sentence."""

    @property
    def x_range(self) -> tuple[float, float] | None:
        """The ends of the axis where levels make it."""
        return None if self.levels is None else (-0.5, len(self.levels) - 0.5)

    def said(self, run: int) -> str:
        """The x of a run."""
        value = float(self.x[run])
        if self.levels is not None:
            at = round(value) if np.isfinite(value) else -1
            return display.safe_text(self.levels[at], 40) if 0 <= at < len(self.levels) else display.NONE
        if self.time:
            from datetime import UTC, datetime

            return datetime.fromtimestamp(value, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
        return display.number(value)


def sight(
    workspace: "Workspace", found: "Among", choice: Choice, goals: "tuple[Goal | None, Goal | None]"
) -> Sight:
    """What is seen of the metric over a choice; a worker's work. `goals` are those of x and y."""
    try:
        match choice.kind:
            case "param":
                column = next(one for one in found.params if one.name == choice.name)
                return _over_param(workspace, found, column)
            case "metric":
                return _over_metric(workspace, found, choice.name, goals)
            case _:
                return _over_time(found, goals[1])
    except ConsoleError as error:
        return Sight(np.empty(0), "", problem=sentence(str(error)))


def _over_param(workspace: "Workspace", found: "Among", column: "Column") -> Sight:
    if column.levels is not None:
        shift = (np.arange(len(column.values)) * 0.618 % 1 - 0.5) * 2 * SPREAD
        return Sight(column.values + shift, _best_level(found, column), column.levels)
    said = trend(workspace, column.values, found.values, log_x=column.log)
    return _with_trend(column.values, found.metric, column.name, said.value, said.problem, log=column.log)


def _over_metric(
    workspace: "Workspace", found: "Among", name: str, goals: "tuple[Goal | None, Goal | None]"
) -> Sight:
    x = metric_values(workspace, found.runs, name)
    said = trend(workspace, x, found.values)
    seen = _with_trend(x, found.metric, name, said.value, said.problem)
    if goals[0] is None or goals[1] is None:
        unknown = name if goals[0] is None else found.metric
        words = f"{seen.words} Nobody said which way {unknown} is better, so there is no front."
        return Sight(x, words, line=seen.line)
    front = pareto(np.column_stack([found.values, x]), (goals[1], goals[0]))
    return Sight(x, f"{seen.words} {sentence(front.words)}", line=seen.line, front=front.members)


def _over_time(found: "Among", goal: "Goal | None") -> Sight:
    if goal is None:
        words = f"Nobody said which way {found.metric} is better, so none is the best so far."
        return Sight(found.started, words, time=True)
    best = best_so_far(found.started, found.values, goal)
    return Sight(found.started, sentence(best.words), time=True, front=best.improved)


def _with_trend(
    x: FloatArray, metric: str, name: str, found: "Trend | None", problem: str, *, log: bool = False
) -> Sight:
    if found is None:
        return Sight(x, sentence(problem), log=log)
    if found.slope is None or found.ci is None or found.intercept is None:
        return Sight(x, sentence(f"no trend: {found.words}"), log=log)
    per = "for ten times as much" if log else "for 1 more"
    low, high, slope = _slopes(*found.ci, found.slope)
    words = (
        f"{metric} {found.words.replace(' it ', f' {name} ', 1)}. Theil-Sen {slope} [{low}, {high}] {per}."
    )
    return Sight(x, words, log=log, line=(found.slope, found.intercept))


def _best_level(found: "Among", column: "Column") -> str:
    """The means of the levels, in words."""
    assert column.levels is not None
    said = []
    for at, level in enumerate(column.levels):
        values = found.values[(column.values == at) & np.isfinite(found.values)]
        if len(values):
            mean = display.number(float(values.mean()))
            said.append(
                (len(values), f"{display.safe_text(level, 40)} {mean} (n {display.count(len(values))})")
            )
    said.sort(key=lambda one: -one[0])
    more = f", and {len(said) - 6} more" if len(said) > 6 else ""
    return (
        f"Means: {', '.join(words for _, words in said[:6])}{more}. Levels have no order: there is no trend."
    )


def _slopes(low: float, high: float, slope: float) -> list[str]:
    """A slope and its interval, with no more digits than that supports."""
    half = (high - low) / 2 or abs(slope)
    decimals = max(0, 1 - math.floor(math.log10(half))) if 1e-6 <= half < 1e7 else None
    return [signed(one, decimals) for one in (low, high, slope)]
