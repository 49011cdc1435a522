"""How a model did on the reference, small enough to travel in a baseline."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from mlops_console.comparison.predictions.naming import METRICS
from mlops_console.comparison.predictions.tasks import Task
from mlops_console.drift.performance.calibrating import Steps, isotonic
from mlops_console.drift.performance.estimating import held_out
from mlops_console.drift.performance.metrics import Reading, readings
from mlops_console.drift.performance.outcomes import Outcomes
from mlops_console.drift.performance.scoring import Scored, cut_of, scored
from mlops_console.errors import DataError
from mlops_console.records import FloatArray, Json

_CALIBRATED: Final = 100
"""With fewer labelled rows scores are not calibrated."""
_SHARES: Final = (0.0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1.0)
_CLASSES: Final = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class ReferencePerformance:
    """Metrics of the reference, and how its scores read as probabilities."""

    task: Task | None
    """None: there are no labels."""
    rows: int
    labelled: int
    """Rows with a label and all that was said."""
    metrics: Mapping[str, Reading] = field(default_factory=dict)
    steps: Steps | None = None
    """None: labels or scores are too few, or it is not a binary task."""
    off: Mapping[str, float] = field(default_factory=dict)
    """By metric: how far estimates of held-out reference rows were off."""
    scores: tuple[float, ...] = ()
    """Quantiles of the scores: 0, .1%, 1%, 5%, quartiles and so on up."""
    cut: float | None = None
    """The score from which on rows are predicted positive; None: not told."""
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Plain values; equal input gives equal output."""
        task, steps = self.task, self.steps
        return {
            "task": None if task is None else {"kind": task.kind, "classes": list(task.classes)},
            "rows": self.rows,
            "labelled": self.labelled,
            "metrics": {
                name: [one.value, one.se, one.low, one.high, one.n]
                for name, one in sorted(self.metrics.items())
            },
            "steps": None if steps is None else [
                column.tolist() for column in (steps.low, steps.high, steps.share, steps.rows)
            ],
            "off": dict(sorted(self.off.items())),
            "scores": list(self.scores),
            "cut": self.cut,
            "problems": list(self.problems),
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: object) -> "ReferencePerformance":
        """The reverse of `to_json`.

        Raises:
            DataError: It is not what `to_json` gives.
        """
        try:
            return _read(value)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            raise DataError("what a baseline says of the model's performance can't be read") from error


def reference_of(outcomes: Outcomes) -> ReferencePerformance:
    """How the model did on these rows; without labels all that is known is that there are none."""
    task = outcomes.task
    if task is None:
        nothing = "The reference has no labels: there is nothing to hold performance against."
        return ReferencePerformance(None, outcomes.rows, 0, problems=(*outcomes.problems, nothing))
    found = scored(outcomes, task)
    if isinstance(found, str):
        return ReferencePerformance(task, outcomes.rows, 0, problems=(*outcomes.problems, found))
    rows = found.labelled
    metrics = readings(rows)
    steps, off = _calibrated(rows, metrics)
    return ReferencePerformance(
        task, outcomes.rows, len(rows.y), metrics, steps, off, _quantiles(rows), cut_of(rows),
        (*outcomes.problems, *found.notes),
    )  # fmt: skip


def _calibrated(rows: Scored, metrics: Mapping[str, Reading]) -> tuple[Steps | None, dict[str, float]]:
    if rows.task.kind != "binary" or rows.score is None or len(rows.y) < _CALIBRATED or "auc" not in metrics:
        return None, {}
    expected = held_out(rows)
    off = {name: abs(one.value - metrics[name].value) for name, one in expected.items() if name in metrics}
    return isotonic(rows.score, rows.y), {name: value for name, value in off.items() if math.isfinite(value)}


def _quantiles(rows: Scored) -> tuple[float, ...]:
    if rows.score is None or not len(rows.score):
        return ()
    return tuple(float(value) for value in np.quantile(rows.score, _SHARES))


def _read(value: object) -> ReferencePerformance:
    if not isinstance(value, dict):
        raise TypeError
    task = value["task"]
    if task is not None:
        classes = tuple(str(name) for name in task["classes"])
        if task["kind"] not in ("binary", "multiclass", "regression") or len(classes) > _CLASSES:
            raise ValueError
        if task["kind"] == "binary" and len(classes) != 2:
            raise ValueError
    metrics = {}
    for name, figures in value["metrics"].items():
        if name not in METRICS:
            continue
        at, se, low, high, n = (_finite(figure) for figure in figures)
        metrics[name] = Reading(at, se, low, high, max(int(n), 1))
    cut = value["cut"]
    return ReferencePerformance(
        None if task is None else Task(task["kind"], classes),
        int(value["rows"]),
        int(value["labelled"]),
        metrics,
        None if value["steps"] is None else _steps(*value["steps"]),
        {str(name): _finite(off) for name, off in value["off"].items()},
        tuple(_finite(score) for score in value["scores"]),
        None if cut is None else _finite(cut),
        tuple(str(problem) for problem in value["problems"]),
    )


def _finite(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError
    return float(value)


def _steps(low: list[float], high: list[float], share: list[float], rows: list[float]) -> Steps:
    columns: list[FloatArray] = [np.array([_finite(v) for v in each]) for each in (low, high, share, rows)]
    ends = np.column_stack(columns[:2]).reshape(-1)
    if not len(ends) or len({len(each) for each in columns}) != 1 or (np.diff(ends) < 0).any():
        raise ValueError
    if (columns[2] < 0).any() or (columns[2] > 1).any() or (columns[3] < 1).any():
        raise ValueError
    return Steps(*columns)
