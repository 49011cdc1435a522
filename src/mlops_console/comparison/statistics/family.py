"""Several comparisons at once."""

from collections.abc import Sequence

from mlops_console.comparison.model import Goal, Judgement
from mlops_console.comparison.statistics.judging import judge
from mlops_console.comparison.statistics.sample import Sample
from mlops_console.comparison.statistics.words import settled


def judge_all(metric: str, goal: Goal | None, base: Sample, others: Sequence[Sample]) -> list[Judgement]:
    """Each of `others` against `base`, corrected as one family."""
    return holm([judge(metric, goal, base, other) for other in others])


def holm(judgements: Sequence[Judgement]) -> list[Judgement]:
    """The judgements as one family: `p_holm`, and verdicts that follow from it.

    Holm (1979), A simple sequentially rejective multiple test procedure: at most 5% of such families call
    anything better or worse where nothing differs. Judgements without p are no tests and don't count.
    Intervals stay 95% each, of one comparison alone; where the correction takes away what an interval shows,
    `because` says so. Equivalence is judged for each comparison alone. `more` counts the runs that would
    settle it at the strictest step of the procedure. Given to another family again, all is computed anew.
    """
    order = sorted((one.p, at) for at, one in enumerate(judgements) if one.p is not None)
    family, running = len(order), 0.0
    adjusted: dict[int, float] = {}
    for rank, (p, at) in enumerate(order):
        running = max(running, min(1.0, (family - rank) * p))
        adjusted[at] = running
    return [settled(one, adjusted.get(at), family) for at, one in enumerate(judgements)]
