"""Judging metrics by several runs of each side: seeds, folds."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlops_console.comparison.model import Goal, Judgement, Progress
from mlops_console.records import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The values of one side: a value per run, and what pairs it with one of the other side ("" nothing)."""

    name: str
    values: FloatArray
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """One metric of `b` against `a`."""

    metric: str
    goal: Goal | None
    a: Side
    b: Side
    margin: float | None = None


def judge_runs(questions: Sequence[Question], progress: Progress | None = None) -> tuple[Judgement, ...]:
    """Judge a family of questions: Holm's correction goes over all of them.

    Args:
        questions: In the order in which the answers are wanted.
        progress: Told how many of them are answered.

    Returns:
        A judgement for each.
    """
    from mlops_console.comparison.sentences import in_sentences
    from mlops_console.comparison.statistics import Sample, holm, judge

    found = []
    for at, one in enumerate(questions):
        a, b = (Sample(side.name, side.values, side.keys) for side in (one.a, one.b))
        found.append(judge(one.metric, one.goal, a, b, margin=one.margin))
        if progress is not None:
            progress((at + 1) / len(questions))
    return tuple(map(in_sentences, holm(found)))
