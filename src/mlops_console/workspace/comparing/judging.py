"""What may be concluded: every subject against the base, over runs and over rows of predictions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlops_console.comparison.model import Judgement, Progress
from mlops_console.workspace.comparing.model import Comparison, MetricRow, Subject
from mlops_console.workspace.comparing.working_out import Wanted, worked_out

if TYPE_CHECKING:
    from mlops_console.analysis.over_runs import Side
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Family:
    """Judgements that were made together: Holm's correction goes over all of them."""

    judgements: tuple[Judgement, ...]
    words: str
    """What the family is: `2 subjects against lgbm on auc, over runs`."""
    problem: str = ""
    """Why there are no judgements, a sentence; empty with some, and where nobody waited."""
    notes: tuple[str, ...] = ()
    """What could not be read, or was left out, a sentence each."""


def tells(one: Judgement) -> bool:
    """Whether something can be said: by a p value, or because all values are the same.

    An interval alone (one run against several, two runs each) carries no verdict.
    """
    return one.p is not None or one.verdict != "not shown to differ"


@dataclass(frozen=True, slots=True)
class Judged:
    """All that may be concluded."""

    over_runs: Family
    over_rows: Family | None = None
    """None: the runs have no predictions, or nobody asked."""

    @property
    def all(self) -> tuple[Judgement, ...]:
        """Every judgement: of those on one metric of one subject first the one that answers (`primary`)."""
        rows = self.over_rows.judgements if self.over_rows is not None else ()
        answering = {(one.metric, one.b) for one in self.over_runs.judgements if tells(one)}
        later = [one for one in rows if (one.metric, one.b) in answering]
        return (*(one for one in rows if one not in later), *self.over_runs.judgements, *later)

    def primary(self, metric: str, subject: Subject) -> Judgement | None:
        """What answers for a subject: its runs where they can, else the rows of its predictions.

        Seeds say whether the way of training is better; rows only whether these trained models are.
        """
        of = [one for one in self.all if one.metric == metric and one.b == subject.key]
        said = [one for one in of if tells(one)]
        over_runs = [one for one in said or of if one.unit == "runs"]
        return next(iter(over_runs or said or of), None)


def over_runs(
    workspace: "Workspace",
    comparison: Comparison,
    metrics: Sequence[str] | None = None,
    progress: Progress | None = None,
    wanted: Wanted | None = None,
) -> Family:
    """Judge the chosen metrics over the runs (seeds, folds) of each subject; a worker's work.

    Args:
        workspace: Whose child does it; what it has judged before comes at once.
        comparison: Who is compared.
        metrics: Which metrics; None: those the comparison chose.
        progress: Told how much is done; may raise to have it given up.
        wanted: Asked now and then; a no ends the work, and there are no judgements.
    """
    from mlops_console.analysis.over_runs import Question

    keys = tuple(metrics if metrics is not None else comparison.judged)
    words = family_words(comparison, keys, "over runs")
    questions = []
    for key in keys:
        row = comparison.metric(key)
        if row is None:
            continue
        sides = {subject.key: _side(comparison, row, at) for at, subject in enumerate(comparison.subjects)}
        base = sides[comparison.base.key]
        questions += [
            (other.key, Question(key, row.goal, base, sides[other.key], comparison.asked.margin))
            for other in comparison.others
        ]
    if not questions:
        return Family((), words, f"No run logged {keys[0]}." if keys else "There is no metric to judge by.")
    outcome = worked_out(
        workspace, "judge runs", {"questions": tuple(one for _, one in questions)}, progress, wanted
    )
    judged = (
        replace(one, a=comparison.base.key, b=other)
        for (other, _), one in zip(questions, outcome.value or (), strict=bool(outcome.value))
    )
    return Family(tuple(judged), words, outcome.problem)


def _side(comparison: Comparison, row: MetricRow, at: int) -> "Side":
    import numpy as np

    from mlops_console.analysis.over_runs import Side

    subject = comparison.subjects[at]
    there = [
        (value, comparison.pairs[run_id])
        for run_id, value in zip(subject.runs, row.cells[at].values, strict=True)
        if value is not None
    ]
    values = np.array([value for value, _ in there], np.float64)
    return Side(subject.name, values, tuple(key for _, key in there))


def family_words(comparison: Comparison, metrics: Sequence[str], how: str) -> str:
    """What is judged together."""
    count = len(comparison.others)
    who = "1 subject" if count == 1 else f"{count} subjects"
    on = metrics[0] if len(metrics) == 1 else f"{len(metrics) or 'no'} metrics"
    return f"{who} against {comparison.base.name} on {on}, {how}"
