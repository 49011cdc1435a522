"""What two models' predictions by row say of one metric."""

import math
from dataclasses import replace
from typing import Final

import numpy as np

from mlops_console.comparison.model import ALPHA, Goal, Judgement, Progress, Verdict
from mlops_console.comparison.predictions.columns import coded
from mlops_console.comparison.predictions.estimating import LABELLED, Method, estimate
from mlops_console.comparison.predictions.model import Codes, Estimate, Matched
from mlops_console.comparison.predictions.naming import METRICS, metric_named
from mlops_console.comparison.predictions.normal import power, rows_needed
from mlops_console.comparison.predictions.tasks import Rows, labels_as_scores, prepared
from mlops_console.comparison.statistics.words import odds, span, unclear
from mlops_console.display import number

CHANCE_OF_ROWS: Final = (
    "the interval covers which rows happened to be in the data, not the chance of training: "
    "another seed may differ more"
)


def judge_rows(
    matched: Matched,
    metric: str,
    goal: Goal | None = None,
    *,
    margin: float | None = None,
    progress: Progress | None = None,
    method: Method = "usual",
    cluster: str | None = None,
) -> Judgement:
    """Judge `b` against `a` on the rows that both predicted.

    Args:
        matched: the rows.
        metric: a name of `naming.METRICS`, or a logged key that means one (`val/roc_auc`).
        goal: which way is better; None: as the metric is usually taken.
        margin: differences within it, in the metric's unit, are as good as none.
        progress: told how far a bootstrap is.
        method: `bootstrap` where a closed form is not wanted (1,000 resamples).
        cluster: a column that says which rows belong together (a user, a patient); they are drawn together.
    """
    if margin is not None and not 0 < margin < math.inf:
        margin = None
    name = metric_named(metric)
    if name is None:
        return _nothing(matched, metric, goal, margin, f"{metric} can't be computed from predictions")
    goal = goal or METRICS[name].goal
    rows = _rows(matched, name, cluster)
    if isinstance(rows, str):
        return _nothing(matched, metric, goal, margin, rows)
    found = estimate(name, rows, method=method, progress=progress)
    notes = (CHANCE_OF_ROWS, *matched.notes, *rows.notes, *_about_scores(name, rows, matched), *found.notes)
    if name == "auc" and max(found.value_a or 1, found.value_b or 1) < 0.5 and rows.task.classes:
        notes += (f"both rank worse than chance: is {rows.task.classes[-1]} the positive class?",)
    verdict, because = judged(found, goal, matched.matched, margin=margin)
    more = 0 if verdict == "equivalent" else None
    if verdict == "not shown to differ" and found.se and found.difference:
        more = rows_needed(found.difference, found.se, matched.matched)
    wanted = margin or found.difference
    return Judgement(
        metric, matched.a, matched.b, goal, found.difference, found.ci, found.p, found.effect_size,
        found.effect, matched.matched, matched.matched, found.test, verdict, because,
        unit="rows", pairs=matched.matched, mean_a=found.value_a, mean_b=found.value_b,
        power=power(wanted, found.se) if wanted and found.se else None,
        more=more, margin=margin, notes=notes,
    )  # fmt: skip


def _rows(matched: Matched, metric: str, cluster: str | None) -> Rows | str:
    """The rows as arrays, those that belong together marked; or why it can't be done."""
    rows = prepared(matched, metric)
    if isinstance(rows, str) or cluster is None:
        return rows
    clusters = _clusters(matched, cluster)
    if clusters is None:
        return f"there is no column {cluster}, or it differs between the two"
    note = f"rows with the same {cluster} were drawn together"
    return replace(rows, clusters=clusters, notes=(*rows.notes, note))


def judged(
    found: Estimate, goal: Goal, rows: int, *, margin: float | None = None, p: float | None = None
) -> tuple[Verdict, str]:
    """The verdict of b, and its reason; `p` in place of the estimate's where it was corrected."""
    name = "p" if p is None else "q"
    p = found.p if p is None else p
    if found.problem or found.difference is None or found.ci is None or p is None:
        return "not shown to differ", found.problem or "it can't be computed on these rows"
    inner = found.inner
    if margin and inner and -margin < inner[0] <= inner[1] < margin and (found.se or 3 / rows <= margin):
        because = f"the 90% interval, {span(inner)}, lies within {number(margin)} of no difference"
        if p < ALPHA:
            because += f"; a difference is shown ({name} {odds(p)}), but too small to matter"
        return "equivalent", because
    if p < ALPHA and found.difference:
        verdict: Verdict = "better" if (found.difference > 0) == (goal == "max") else "worse"
        way = "higher" if found.difference > 0 else "lower"
        size = f"{number(abs(found.difference))} (95% interval {span(found.ci)})"
        return verdict, f"{way} by {size}, and {way} is {verdict}: {name} {odds(p)}"
    return "not shown to differ", unclear(found.ci, f"{name} {odds(p)}")


def _clusters(matched: Matched, column: str) -> Codes | None:
    """Which rows belong together; a row without a value is on its own."""
    if column not in matched.columns:
        return None
    codes, names = coded(matched.columns[column])
    alone = codes < 0
    out = codes.copy()
    out[alone] = len(names) + np.arange(int(alone.sum()), dtype=np.int32)
    return np.unique(out, return_inverse=True)[1].reshape(-1).astype(np.int32)


def _about_scores(metric: str, rows: Rows, matched: Matched) -> tuple[str, ...]:
    said = []
    if metric in ("auc", "ap", "logloss", "brier", "ece"):
        for name, only in zip((matched.a, matched.b), labels_as_scores(rows), strict=True):
            if only:
                said.append(
                    f"the scores of {name} are but two values, labels it seems; {metric} wants scores"
                )
    if metric in LABELLED and rows.task.kind == "binary":
        both = matched.predicted_a is not None and matched.predicted_b is not None
        if not both and not all(labels_as_scores(rows)):
            said.append("scores of .5 or more were taken for the positive class")
    if metric in ("f1", "precision", "recall") and rows.task.kind == "multiclass":
        said.append(f"{METRICS[metric].words} is the plain mean over {len(rows.task.classes)} classes")
    return tuple(said)


def _nothing(matched: Matched, metric: str, goal: Goal | None, margin: float | None, why: str) -> Judgement:
    rows = matched.matched
    return Judgement(
        metric, matched.a, matched.b, goal, None, None, None, None, "", rows, rows, "none",
        "not shown to differ", why, unit="rows", pairs=rows, margin=margin, notes=matched.notes,
    )  # fmt: skip
