"""Whether what moved harms the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console.comparison.predictions.naming import METRICS, metric_named
from mlops_console.display import count, number, safe_text
from mlops_console.drift.judging.overall import HOLDS
from mlops_console.drift.model import Domain, ModelReport, ModelVerdict
from mlops_console.drift.performance.estimating import estimates
from mlops_console.drift.performance.metrics import Reading, readings
from mlops_console.drift.performance.outcomes import Outcomes
from mlops_console.drift.performance.referring import ReferencePerformance
from mlops_console.drift.performance.scoring import Scored, scored
from mlops_console.drift.performance.weighing import LEVEL, figure, performances, said, weighed

DOMAIN: Final = 0.75
"""Area under the domain classifier's curve beyond which estimates have no support."""
OUTSIDE: Final = 0.05
"""Share of rows outside the reference's ranges or levels beyond which they have none."""
_ALL: Final = 0.9995
"""Share of labelled rows that reads as all of them."""
_DEFAULT: Final = {"binary": "auc", "multiclass": "accuracy", "regression": "mae"}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the model in this window."""

    chosen: str
    reference: Mapping[str, Reading]
    realised: Mapping[str, Reading]
    estimated: Mapping[str, Reading]
    labelled: float
    rows: int
    supported: bool | None
    doubt: str
    """Why an estimate can't be believed, a clause."""
    why_none: str
    """Why there is no estimate, a sentence."""
    drifted: bool


def judge_model(
    reference: ReferencePerformance | None,
    current: Outcomes,
    *,
    drifted: bool,
    domain: Domain | None = None,
    outside: float | None = None,
    metric: str = "",
) -> ModelReport:
    """Whether the model does worse: by labels where they have come, by an estimate where it can be believed.

    HARMFUL: the chosen metric is worse than on the reference, significantly (two-sided 1%) and materially
    (a tenth more of what it gets wrong, .005 at least of metrics from 0 to 1). BENIGN: something drifted, and
    it holds or is better. STABLE: nothing drifted, and it holds. UNVERIFIED: something drifted, or rows lie
    where the reference has none, and what that does to the model can't be told. UNKNOWN: nothing drifted, and
    there is neither.

    Args:
        reference: How the model did on the reference; None: not known.
        current: The window's rows.
        drifted: Whether anything drifted.
        domain: What the classifier says; None: it was not asked.
        outside: Share of rows outside the reference's ranges or levels; None: not looked at.
        metric: By which metric; "": area under the ROC curve where there are scores, else accuracy; mean
            absolute error of numbers.
    """
    problems = [*([] if reference is None else reference.problems), *current.problems]
    task = reference.task if reference is not None and reference.task is not None else current.task
    if task is None:
        return _nothing(
            problems, outside, drifted, "There are no labels, neither of the reference nor of this window."
        )
    rows = scored(current, task, None if reference is None else reference.cut)
    if isinstance(rows, str):
        return _nothing(problems, outside, drifted, rows)
    problems += rows.notes
    known, more = _known(reference, current, rows, drifted, domain, outside, metric)
    listed = performances(known.reference, known.realised, known.estimated, known.labelled, known.chosen)
    if not known.reference:
        because = _no_reference(known)
        verdict: ModelVerdict = "UNVERIFIED" if drifted else "UNKNOWN"
    else:
        verdict, because = _verdict(known)
    supported = known.supported if known.estimated else None
    return ModelReport(verdict, because, listed, outside, supported, (*problems, *more))


def _nothing(problems: list[str], outside: float | None, drifted: bool, why: str) -> ModelReport:
    return ModelReport("UNVERIFIED" if drifted else "UNKNOWN", why, (), outside, None, tuple(problems))


def _known(
    reference: ReferencePerformance | None,
    current: Outcomes,
    rows: Scored,
    drifted: bool,
    domain: Domain | None,
    outside: float | None,
    metric: str,
) -> tuple[_Known, list[str]]:
    with_label = rows.labelled
    realised = readings(with_label)
    before = {} if reference is None else dict(reference.metrics)
    estimated, why_none = _estimated(reference, rows)
    supported, doubt = _supported(reference, rows, domain, outside)
    chosen, problems = _chosen(metric, rows, before, realised)
    lost = int((~np.isnan(rows.y)).sum()) - len(with_label.y)
    if lost:
        problems.append(f"{count(lost)} labelled rows lack a score or a prediction: not used.")
    labelled = len(with_label.y) / max(current.rows, 1)
    known = _Known(
        chosen, before, realised, estimated, labelled, current.rows, supported, doubt, why_none, drifted
    )
    return known, problems


def _chosen(
    metric: str, rows: Scored, before: Mapping[str, Reading], realised: Mapping[str, Reading]
) -> tuple[str, list[str]]:
    """The metric that decides."""
    default = _DEFAULT[rows.task.kind]
    if default == "auc" and (rows.score is None or (before and "auc" not in before)):
        default = "accuracy"
    if not metric:
        return default, []
    name = metric_named(metric)
    if name is not None and (name in before or (not before and name in realised)):
        return name, []
    why = "is no metric of predictions" if name is None else "is not known of the reference"
    return default, [f"{safe_text(metric, 60)} {why}: judged by {METRICS[default].words} instead."]


def _estimated(reference: ReferencePerformance | None, rows: Scored) -> tuple[dict[str, Reading], str]:
    if rows.task.kind == "regression":
        return (
            {},
            "Of numbers there is no estimate without labels that could be believed: only labels can tell.",
        )
    if rows.task.kind == "multiclass":
        return {}, "Of several classes nothing is estimated without labels: only labels can tell."
    if rows.score is None:
        return {}, "Without scores nothing can be estimated: only labels can tell."
    if reference is None or reference.steps is None:
        return (
            {},
            "The reference's scores are not calibrated (it takes 100 labelled rows): only labels can tell.",
        )
    complete = rows.at(np.flatnonzero(rows.complete))
    found = estimates(complete, reference.steps, dict(reference.off))
    return found, "" if found else "There are too few rows with a score for an estimate."


def _supported(
    reference: ReferencePerformance | None, rows: Scored, domain: Domain | None, outside: float | None
) -> tuple[bool | None, str]:
    """Whether estimates can be believed; where not, why, clauses."""
    doubts = []
    if domain is not None and domain.auc is not None and domain.auc > DOMAIN:
        doubts.append(
            f"a classifier tells the rows from the reference's (AUC {number(domain.auc, 3)}, above .75)"
        )
    if outside is not None and outside > OUTSIDE:
        doubts.append(f"{outside:.0%} of rows lie outside what the reference has")
    if reference is not None and reference.scores and rows.score is not None and len(rows.score):
        beyond = float(((rows.score < reference.scores[0]) | (rows.score > reference.scores[-1])).mean())
        if rows.task.kind == "binary" and beyond > OUTSIDE:
            doubts.append(f"{beyond:.0%} of scores lie outside the reference's")
    if doubts:
        return False, " and ".join(doubts)
    if (domain is None or domain.auc is None) and outside is None:
        return None, "whether the rows are like the reference's was not looked at"
    return True, ""


def _no_reference(known: _Known) -> str:
    start = "How the model did on the reference is not known: there is nothing to hold it against."
    found = known.realised.get(known.chosen)
    return (
        start
        if found is None
        else f"{start} Realised {figure(known.chosen, found)} on {count(found.n)} rows."
    )


def _verdict(known: _Known) -> tuple[ModelVerdict, str]:
    reference, realised = known.reference.get(known.chosen), known.realised.get(known.chosen)
    quiet: ModelVerdict = "BENIGN" if known.drifted else "STABLE"
    few = ""
    if reference is not None and realised is not None:
        found = weighed(known.chosen, reference, realised, LEVEL)
        because = said(known.chosen, reference, realised, found, "realised") + _beside(known)
        if found.change == "worse":
            return "HARMFUL", because
        if found.telling or found.change == "better":
            return quiet, HOLDS + because if known.drifted else because
        few = because
    elif reference is not None and known.labelled >= _ALL:
        few = f"The labels of {count(known.rows)} rows are too few for a figure, or all alike."
    elif reference is not None and known.labelled > 0:
        few = f"Only {known.labelled:.1%} of {count(known.rows)} rows have a label: too few for a figure."
    else:
        few = "There are no labels for this window."
    verdict, because = _by_estimate(known, quiet)
    return verdict, f"{few} {because}"


def _beside(known: _Known) -> str:
    """What else to know: which part has labels, and how the estimate compares."""
    out = ""
    if known.labelled < 0.995:
        out += f" {known.labelled:.1%} of the rows have a label; the others may differ."
    estimated, realised = known.estimated.get(known.chosen), known.realised[known.chosen]
    if estimated is not None:
        gap = number(abs(estimated.value - realised.value), 3)
        out += f" The estimate without labels is {number(estimated.value, 3)}, {gap} off."
    return out


def _by_estimate(known: _Known, quiet: ModelVerdict) -> tuple[ModelVerdict, str]:
    """The verdict where labels don't tell."""
    reference, estimated = known.reference.get(known.chosen), known.estimated.get(known.chosen)
    open_verdict: ModelVerdict = "UNVERIFIED" if known.drifted or known.supported is False else "UNKNOWN"
    if reference is None or estimated is None:
        return open_verdict, known.why_none or "It can't be estimated: only labels can tell."
    before = number(reference.value, 3)
    told = f"{figure(known.chosen, estimated)} is estimated from the scores, {before} on the reference"
    if known.supported is not True and (known.drifted or known.supported is False):
        return "UNVERIFIED", f"{told}, but {known.doubt}: only labels can tell."
    found = weighed(known.chosen, reference, estimated, LEVEL)
    sentence = said(known.chosen, reference, estimated, found, "estimated")
    if found.change == "worse":
        return "HARMFUL", f"{sentence} It is an estimate: get labels before you decide."
    if not found.telling:
        return open_verdict, sentence
    return (
        quiet,
        f"{sentence} It is an estimate, which can't see that the same inputs now mean something else.",
    )
