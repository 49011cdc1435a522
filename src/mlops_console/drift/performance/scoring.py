"""Outcomes as the arrays that metrics are computed from, by the classes of one task."""

from dataclasses import dataclass, replace

import numpy as np

from mlops_console.comparison.predictions.columns import coded, missing, numbers, recoded
from mlops_console.comparison.predictions.model import Values
from mlops_console.comparison.predictions.tasks import Task
from mlops_console.display import counted, safe_text
from mlops_console.drift.performance.outcomes import Outcomes
from mlops_console.records import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Rows by the classes of a task."""

    task: Task
    y: FloatArray
    """The number, 1 for the positive class, or the class's place; not-a-number where there is no label."""
    score: FloatArray | None
    """Binary: of the positive class; regression: the predicted number. Not-a-number where missing."""
    said: IntArray | None
    """Place of the predicted class, -1 where missing."""
    notes: tuple[str, ...] = ()

    @property
    def labelled(self) -> "Scored":
        """The rows with a label and with all that was said."""
        return self.at(np.flatnonzero(~np.isnan(self.y) & self.complete))

    @property
    def complete(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which rows have all that was said."""
        good = np.ones(len(self.y), np.bool_)
        if self.score is not None:
            good &= np.isfinite(self.score)
        if self.said is not None:
            good &= self.said >= 0
        return good

    @property
    def probable(self) -> bool:
        """Whether scores can be probabilities."""
        if self.score is None or self.task.kind != "binary":
            return False
        some = self.score[np.isfinite(self.score)]
        return bool(len(some)) and bool(some.min() >= 0 and some.max() <= 1)

    def at(self, rows: IntArray) -> "Scored":
        """Some of them."""
        return replace(
            self,
            y=self.y[rows],
            score=None if self.score is None else self.score[rows],
            said=None if self.said is None else self.said[rows],
        )


def scored(outcomes: Outcomes, task: Task, threshold: float | None = None) -> Scored | str:
    """The arrays; or why there are none, a sentence.

    Args:
        outcomes: The columns.
        task: Of the reference, so that both sides mean the same by a class.
        threshold: From which score on a row is predicted positive, where no prediction is given; None: .5,
            if scores are within 0 and 1.
    """
    if outcomes.score is None and outcomes.prediction is None:
        return "There is neither a score nor a prediction of the model."
    if task.kind == "regression":
        return _numbers(outcomes, task)
    notes: list[str] = []
    task = _with_new(task, outcomes) if task.kind == "multiclass" else task
    y = _classes(outcomes.label, task, outcomes.rows, "label", notes)
    score = None if task.kind != "binary" or outcomes.score is None else numbers(_numeric(outcomes.score))
    if score is not None:
        score = np.where(np.isfinite(score), score, np.nan)
    said = None
    spoken = (
        outcomes.prediction if outcomes.prediction is not None else outcomes.score if score is None else None
    )
    if spoken is not None:
        places = _classes(spoken, task, outcomes.rows, "prediction", notes)
        said = np.where(np.isnan(places), -1, places).astype(np.int64)
    elif score is not None:
        said = _from_scores(score, threshold)
    if score is None and said is None:
        return "The scores can't be read as numbers, and no predicted class is given."
    return Scored(task, y, score, said, tuple(notes))


def cut_of(rows: Scored) -> float | None:
    """The score from which on a row is predicted positive; None: predictions don't follow scores."""
    if rows.score is None or rows.said is None:
        return None
    good = rows.complete
    score, said = rows.score[good], rows.said[good]
    if not (said == 1).any() or not (said == 0).any():
        return None
    low, high = float(score[said == 0].max()), float(score[said == 1].min())
    return (0.5 if low < 0.5 <= high else high) if low < high else None


def _from_scores(score: FloatArray, threshold: float | None) -> IntArray | None:
    some = score[np.isfinite(score)]
    if threshold is None and len(some) and (some.min() < 0 or some.max() > 1):
        return None
    out = (score >= (0.5 if threshold is None else threshold)).astype(np.int64)
    out[np.isnan(score)] = -1
    return out


def _numbers(outcomes: Outcomes, task: Task) -> Scored | str:
    source = outcomes.prediction if outcomes.prediction is not None else outcomes.score
    assert source is not None
    said = numbers(_numeric(source))
    if said is None:
        return "What was predicted can't be read as numbers."
    y = np.full(outcomes.rows, np.nan)
    if outcomes.label is not None:
        found = numbers(_numeric(outcomes.label))
        if found is None:
            return "The labels can't be read as numbers, as those of the reference can."
        y = np.where(np.isfinite(found), found, np.nan)
    return Scored(task, y, np.where(np.isfinite(said), said, np.nan), None)


def _numeric(values: Values) -> Values:
    """Text that says numbers, as numbers; all else as it is."""
    if not isinstance(values, tuple):
        return values
    codes, names = values
    try:
        table = np.array([*(float(name) for name in names), np.nan])
    except ValueError:
        return values
    return table[codes]


def _with_new(task: Task, outcomes: Outcomes) -> Task:
    """The task with classes that only this side has, so that none of them counts as another."""
    known = set(task.classes)
    new: set[str] = set()
    for values in (outcomes.label, outcomes.prediction):
        if values is not None:
            new |= set(coded(_like(values, task))[1]) - known
    return replace(task, classes=(*task.classes, *sorted(new))) if new else task


def _like(values: Values, task: Task) -> Values:
    """Written as the task's classes are: numbers, where these are."""
    return _numeric(values) if all(_is_number(name) for name in task.classes) else values


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _classes(values: Values | None, task: Task, rows: int, what: str, notes: list[str]) -> FloatArray:
    """Places of classes, not-a-number for what is missing or no class of the task."""
    if values is None:
        return np.full(rows, np.nan)
    values = _like(values, task)
    places = recoded(values, task.classes).astype(np.float64)
    foreign = places >= len(task.classes)
    if foreign.any():
        notes.append(
            f"{counted(int(foreign.sum()), what)} of no class that the reference has "
            f"({', '.join(safe_text(name, 40) for name in task.classes[:5])}): not used."
        )
    places[foreign | missing(values)] = np.nan
    return places
