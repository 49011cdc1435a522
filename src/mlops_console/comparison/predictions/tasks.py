"""What kind of task predictions are of, and the arrays that metrics are computed from."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from mlops_console.comparison.predictions.columns import coded, numbers, recoded, written
from mlops_console.comparison.predictions.model import Codes, Matched, Values
from mlops_console.comparison.predictions.naming import METRICS, Kind
from mlops_console.records import FloatArray, IntArray

_CLASSES: Final = 1_000
"""More classes than this are no classes."""
_WHOLE_CLASSES: Final = 100
"""The same for classes that are written as numbers, where it could be a quantity."""
_POSITIVE: Final = frozenset({"1", "true", "yes", "y", "pos", "positive", "t"})
_NEGATIVE: Final = frozenset({"0", "-1", "false", "no", "n", "neg", "negative", "f", "none"})


@dataclass(frozen=True, slots=True)
class Task:
    """What is predicted."""

    kind: Kind
    classes: tuple[str, ...] = ()
    """The labels that occur; of a binary task the positive one last."""
    because: str = ""
    """What it was told from, a sentence."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows ready for a metric: truth and what the two models said, numbers only.

    Binary: `y` is 1 for the positive class, else 0. Several classes: `y` is the class's place in the task.
    """

    task: Task
    y: FloatArray
    a: FloatArray | None
    """Scores; None where the model only said labels of several classes."""
    b: FloatArray | None
    said_a: Codes | None
    """Predicted classes, by place; a class that never came true has the next place."""
    said_b: Codes | None
    notes: tuple[str, ...] = ()
    clusters: Codes | None = None
    """Which rows belong together, from 0 on."""

    def __len__(self) -> int:
        return len(self.y)

    def at(self, rows: IntArray) -> "Rows":
        """Some of them."""
        a, b, said_a, said_b, clusters = (
            None if part is None else part[rows]
            for part in (self.a, self.b, self.said_a, self.said_b, self.clusters)
        )
        return replace(self, y=self.y[rows], a=a, b=b, said_a=said_a, said_b=said_b, clusters=clusters)  # type: ignore[arg-type]


def task_of(labels: Values, *scores: Values) -> Task:
    """Tell the kind of task from labels and scores."""
    found = numbers(labels)
    said = [numbers(values) for values in scores]
    if found is None:
        return _of_text(labels, *scores)
    levels = np.unique(found[np.isfinite(found)])
    names = tuple(written(level) for level in levels.tolist())
    whole = bool(np.all(levels == np.floor(levels)))
    if not len(levels) or not whole:
        return Task("regression", because="The labels are numbers with decimals.")
    shares = all(s is not None and _within(s, 0, 1) for s in said)
    if len(levels) <= 2:
        if set(levels.tolist()) <= {0.0, 1.0}:
            return Task("binary", ("0", "1"), "The labels are 0 and 1.")
        if set(levels.tolist()) <= {-1.0, 1.0}:
            return Task("binary", ("-1", "1"), "The labels are -1 and 1.")
        if len(levels) == 2 and (shares or all(s is not None and np.isin(s, levels).all() for s in said)):
            return Task("binary", names, f"The labels are {names[0]} and {names[1]}.")
    if len(levels) <= _WHOLE_CLASSES and all(s is None or _are_classes(s, levels) for s in said):
        return Task("multiclass", names, f"The labels are {len(names)} whole numbers, and so are the scores.")
    return Task("regression", because="The labels are numbers, and the scores are not among them.")


def _saying(matched: Matched) -> tuple[Values, Values]:
    """What of the two is nearest to labels: those they predicted, where both files say so."""
    if matched.predicted_a is None or matched.predicted_b is None:
        return matched.scores_a, matched.scores_b
    return matched.predicted_a, matched.predicted_b


def _within(values: FloatArray, low: float, high: float) -> bool:
    return not len(values) or bool(values.min() >= low and values.max() <= high)


def _are_classes(scores: FloatArray, levels: FloatArray) -> bool:
    """Whether scores are classes: whole numbers, hardly any that is not a label as well."""
    said = np.unique(scores)
    return bool(np.all(said == np.floor(said))) and int((~np.isin(said, levels)).sum()) <= 0.2 * len(said)


def _of_text(labels: Values, *scores: Values) -> Task:
    codes, all_names = coded(labels)
    there = np.unique(codes[codes >= 0])
    names = [all_names[at] for at in there.tolist()]
    for values in scores:
        if numbers(values) is None and len(names) < 2:
            said, theirs = coded(values)
            names += [theirs[at] for at in np.unique(said[said >= 0]).tolist() if theirs[at] not in names]
    names.sort()
    if len(names) > 2:
        return Task("multiclass", tuple(names), f"The labels are {len(names)} words.")
    if len(names) == 1:
        names.insert(1 if _is_negative(names[0]) else 0, "")
    elif len(names) == 2 and (names[0].casefold() in _POSITIVE or _is_negative(names[1])):
        names.reverse()
    names = names or ["", ""]
    said_so = f"`{names[1]}` is taken for the positive class" if names[1] else ""
    return Task("binary", tuple(names), "The labels are two words.", (said_so,) if said_so else ())


def _is_negative(name: str) -> bool:
    low = name.casefold()
    return low in _NEGATIVE or low.startswith(("not ", "not_", "non-", "non_", "no_", "no "))


def prepared(matched: Matched, metric: str) -> Rows | str:
    """The rows as arrays for a metric of `naming.METRICS`; or why it can't be computed, a sentence."""
    if matched.problem:
        return matched.problem
    wanted = METRICS[metric]
    task = task_of(matched.labels, *_saying(matched))
    if wanted.kinds == ("regression",):
        return _as_numbers(matched, task, metric)
    if task.kind not in wanted.kinds:
        return f"{wanted.words} is for {_kinds(wanted.kinds)}; this is {_KINDS[task.kind]}"
    if len(task.classes) > _CLASSES:
        return f"there are {len(task.classes):,} classes; at most {_CLASSES:,} are compared"
    rows = _as_classes(matched, task)
    return _refused(rows, matched, metric) or rows


_KINDS: Final = {"binary": "a task of two classes", "multiclass": "a task of several classes",
                 "regression": "a task of numbers"}  # fmt: skip


def _kinds(kinds: tuple[Kind, ...]) -> str:
    return " or ".join(_KINDS[kind] for kind in kinds)


def _as_numbers(matched: Matched, task: Task, metric: str) -> Rows | str:
    y, a, b = (numbers(values) for values in (matched.labels, matched.scores_a, matched.scores_b))
    if y is None or a is None or b is None:
        return f"{METRICS[metric].words} needs numbers; labels or scores are words"
    return Rows(replace(task, kind="regression"), y, a, b, None, None)


def _as_classes(matched: Matched, task: Task) -> Rows:
    truth = recoded(matched.labels, task.classes)
    notes = list(task.notes)
    hard = matched.predicted_a is not None and matched.predicted_b is not None
    a, b = (_scored(values, task) for values in (matched.scores_a, matched.scores_b))
    said_a, said_b = (
        _said(scores, predicted if hard else None, raw, task)
        for scores, predicted, raw in (
            (a, matched.predicted_a, matched.scores_a),
            (b, matched.predicted_b, matched.scores_b),
        )
    )
    return Rows(task, truth.astype(np.float64), a, b, said_a, said_b, tuple(notes))


def _scored(values: Values, task: Task) -> FloatArray | None:
    """Scores of the positive class."""
    if task.kind != "binary":
        return None
    found = numbers(values)
    if found is None:
        return _ones(values, task)
    if task.classes not in (("0", "1"), ("", "")) and _labels_only(values, task):
        return _ones(values, task)
    return found


def _ones(values: Values, task: Task) -> FloatArray:
    found: FloatArray = (recoded(values, task.classes) == 1).astype(np.float64)
    return found


def _labels_known(values: Values, task: Task) -> bool:
    return bool((recoded(values, task.classes) < len(task.classes)).any())


def _labels_only(values: Values, task: Task) -> bool:
    return bool((recoded(values, task.classes) < len(task.classes)).all())


def _said(scores: FloatArray | None, predicted: Values | None, raw: Values, task: Task) -> Codes | None:
    """Predicted classes: as the file says them, else a score of .5 or more is positive."""
    if predicted is not None:
        return recoded(predicted, task.classes)
    if scores is None:
        said = recoded(raw, task.classes)
        return said if _labels_known(raw, task) else None
    if not _within(scores, 0, 1):
        return None
    return (scores >= 0.5).astype(np.int32)


def _refused(rows: Rows, matched: Matched, metric: str) -> str | None:
    """Why a metric can't be computed from these rows."""
    wanted = METRICS[metric]
    sides = (
        (matched.a, rows.a, rows.said_a, matched.scores_a),
        (matched.b, rows.b, rows.said_b, matched.scores_b),
    )
    for name, scores, said, raw in sides:
        if numbers(raw) is None and len(rows) and not _labels_known(raw, rows.task):
            return f"the scores of {name} are words, and none of them is a label"
        if wanted.needs == "label" and said is None:
            return (
                f"the scores of {name} lie outside 0 to 1 and no predicted labels are given: "
                f"{wanted.words} needs a threshold"
            )
        if wanted.needs == "probability" and scores is not None and not _within(scores, 0, 1):
            return f"the scores of {name} lie outside 0 to 1: {wanted.words} needs probabilities"
    return None


def labels_as_scores(rows: Rows) -> tuple[bool, bool]:
    """Whether the scores of each are but two values."""
    return tuple(  # type: ignore[return-value]
        scores is not None and len(scores) > 2 and bool(np.isin(scores, (0.0, 1.0)).all())
        for scores in (rows.a, rows.b)
    )


__all__ = ["Rows", "Task", "labels_as_scores", "prepared", "task_of"]
