"""The metrics of all subjects: a value each, its spread over runs, its difference from the base."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.comparison.model import Goal
from mlops_console.comparison.why import metrics
from mlops_console.display import count
from mlops_console.workspace.comparing.goals import said_goals
from mlops_console.workspace.comparing.model import Asked, At, Cell, MetricRow, Subject
from mlops_console.workspace.goals import goal_of, interest
from mlops_console.workspace.metrics import MetricSummary, Series, histories

if TYPE_CHECKING:
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.opening import Workspace

MOST_POINTS: Final = 4_000_000
"""More points than this are not read for a table: values at a step and areas come for the first metrics."""
Values = Mapping[tuple[str, str], tuple[float | None, str]]
"""(run id, metric) -> its value, and what should be known of it."""


@dataclass(frozen=True, slots=True)
class Said:
    """A goal, and whether a person said it."""

    goal: Goal | None
    by_person: bool


def metric_rows(
    workspace: "Workspace",
    asked: Asked,
    subjects: Sequence[Subject],
    runs: "Mapping[str, RunDetail]",
    notes: list[str],
) -> list[MetricRow]:
    """All metrics that any run has: common ones first, the likeliest before others."""
    figures = {run.id: {metric.key: metric for metric in run.metrics} for run in runs.values()}
    finals = {run.id: _finals(run) for run in runs.values()}
    keys = dict.fromkeys(key for run_id in runs for key in (*figures[run_id], *finals[run_id]))
    wishes = said_goals(workspace)
    goals = {key: _goal(key, asked, wishes) for key in keys}
    ordered = sorted(keys, key=lambda key: -interest(key))
    if isinstance(asked.at, str) and asked.at in ("last", "best"):
        found = _from_figures(asked.at, figures, goals)
    else:
        found = _from_points(workspace, asked, ordered, figures, notes)
    for run_id, values in finals.items():
        for key, value in values.items():
            found.setdefault((run_id, key), (value, ""))
    made = [_row(key, goals[key], subjects, found) for key in ordered]
    return sorted(made, key=lambda row: (row.key not in asked.metrics, not row.common))


def _goal(key: str, asked: Asked, wishes: Mapping[str, Goal | None]) -> Said:
    if key in asked.goals:
        return Said(asked.goals[key], True)
    return Said(wishes[key], True) if key in wishes else Said(goal_of(key), False)


def _finals(run: "RunDetail") -> dict[str, float]:
    """What a tool or a file states as final values, where there is no history of it."""
    histories = {metric.key for metric in run.metrics}
    return {
        key: float(value)
        for key, value in run.summary.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and key not in histories
    }


def _from_figures(
    at: str, figures: Mapping[str, Mapping[str, MetricSummary]], goals: Mapping[str, Said]
) -> dict[tuple[str, str], tuple[float | None, str]]:
    """Last and best values are kept in the store: no points are read."""
    found: dict[tuple[str, str], tuple[float | None, str]] = {}
    for run_id, of_run in figures.items():
        for key, metric in of_run.items():
            found[run_id, key] = _last(metric) if at == "last" else _best(metric, goals[key].goal)
    return found


def _last(metric: MetricSummary) -> tuple[float | None, str]:
    if math.isfinite(metric.last_value):
        return metric.last_value, ""
    return metric.last_value, "the last value is no number"


def _best(metric: MetricSummary, goal: Goal | None) -> tuple[float | None, str]:
    if goal is None:
        return metric.last_value, "nobody said whether more or less is better: the last value"
    value = metric.min if goal == "min" else metric.max
    note = (
        f"{count(metric.nan_count)} of {count(metric.count)} values are no numbers"
        if metric.nan_count
        else ""
    )
    return value, note if value is not None else "none of its values is a number"


def _from_points(
    workspace: "Workspace",
    asked: Asked,
    ordered: Sequence[str],
    figures: Mapping[str, Mapping[str, MetricSummary]],
    notes: list[str],
) -> dict[tuple[str, str], tuple[float | None, str]]:
    wanted: list[str] = []
    points = 0
    for key in sorted(ordered, key=lambda key: key not in asked.metrics):
        size = sum(of_run[key].count for of_run in figures.values() if key in of_run)
        if points + size > MOST_POINTS and wanted:
            break
        points += size
        wanted.append(key)
    if len(wanted) < len(ordered):
        notes.append(
            f"Values are worked out for {len(wanted)} of {len(ordered)} metrics: name one to see it."
        )
    by_key: dict[str, list[Series]] = {}
    for one in histories(workspace, list(figures), wanted):
        if len(one.step):
            by_key.setdefault(one.key, []).append(one)
    found: dict[tuple[str, str], tuple[float | None, str]] = {}
    for key, several in by_key.items():
        for one in several:
            at_step = isinstance(asked.at, int)
            found[one.run_id, key] = _at(asked.at, one) if at_step else _area(one, several)
    return found


def _at(at: At, one: Series) -> tuple[float | None, str]:
    assert isinstance(at, int)
    last = int(one.step.max())
    if last < at:
        return None, f"it ends at step {count(last)}, before {count(at)}"
    figure = metrics.at_step(_as_series(one), at)
    return figure.value, figure.note


def _area(one: Series, several: Sequence[Series]) -> tuple[float | None, str]:
    """The mean height over the steps that all runs have: other stretches can't be held against each other."""
    low, high = max(int(other.step.min()) for other in several), min(int(o.step.max()) for o in several)
    if low >= high:
        return None, "the runs have no range of steps in common"
    figure = metrics.area(_as_series(one), low, high)
    cut = (low, high) != (int(one.step.min()), int(one.step.max()))
    note = f"over steps {count(low)} to {count(high)}, which all runs have" if cut else ""
    return figure.value, "; ".join(words for words in (note, figure.note) if words)


def _as_series(one: Series) -> metrics.Series:
    return metrics.Series(one.run_id, one.step.astype(np.float64), one.value)


def _row(key: str, said: Said, subjects: Sequence[Subject], found: Values) -> MetricRow:
    cells = [_cell([found.get((run, key), (None, "")) for run in subject.runs]) for subject in subjects]
    base = next(cell.value for cell, subject in zip(cells, subjects, strict=True) if subject.base)
    numbers = [cell.value for cell in cells if cell.value is not None]
    top = (min if said.goal == "min" else max)(numbers) if said.goal and len(set(numbers)) > 1 else None
    judged = tuple(
        _against(cell, None if subject.base else base, said.goal, top)
        for cell, subject in zip(cells, subjects, strict=True)
    )
    return MetricRow(key, said.goal, said.by_person, judged, interest(key))


def _cell(values: Sequence[tuple[float | None, str]]) -> Cell:
    numbers = [value for value, _ in values if value is not None and math.isfinite(value)]
    notes = dict.fromkeys(note for _, note in values if note)
    every = tuple(value for value, _ in values)
    if not numbers:
        return Cell(every, None, 0, note="; ".join(notes))
    low, high = min(numbers), max(numbers)
    # Divided first: the sum of large numbers may be none. One value is itself, to the last digit.
    mean = low if low == high else math.fsum(value / len(numbers) for value in numbers)
    spread = None
    if len(numbers) > 1:
        scale = max(abs(value - mean) for value in numbers) or 1.0
        squares = math.fsum(((value - mean) / scale) ** 2 for value in numbers)
        spread = scale * math.sqrt(squares / (len(numbers) - 1))
    return Cell(every, mean, len(numbers), spread, low, high, note="; ".join(notes))


def _against(cell: Cell, base: float | None, goal: Goal | None, top: float | None) -> Cell:
    delta = cell.value - base if cell.value is not None and base is not None else None
    better = None if not delta or goal is None else (delta < 0) == (goal == "min")
    return replace(cell, delta=delta, better=better, best=top is not None and cell.value == top)
