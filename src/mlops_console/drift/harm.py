"""Whether what moved harms the model: the columns that say what it did, on both sides, judged."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlops_console.drift.model import ModelReport, Report
from mlops_console.drift.options import Options

if TYPE_CHECKING:
    from mlops_console.drift.performance.referring import ReferencePerformance
    from mlops_console.drift.tables.model import Reference, Table


def asked_for(options: Options) -> bool:
    """Whether anything was said of a model."""
    return bool(options.label or options.score or options.prediction)


def model_of(
    report: Report, reference: "Reference", current: "Table", options: Options, names: Sequence[str]
) -> ModelReport:
    """The model's verdict.

    Args:
        report: What moved, with the classifier's answer where it was asked.
        reference: Rows with labels and predictions, or a baseline that knows how the model did.
        current: The window.
        options: Which columns say what the model did, and the labels that came later.
        names: The features.

    Raises:
        DataError: A column that was named can't be read.
    """
    from mlops_console.drift.diagnosis.finding import with_slices
    from mlops_console.drift.performance.judging import judge_model
    from mlops_console.drift.performance.outcomes import outcomes_of
    from mlops_console.drift.performance.support import outside

    outcomes = outcomes_of(
        current, label=options.label or None, score=options.score or None,
        prediction=options.prediction or None, key=options.key or None, labels=options.labels,
    )  # fmt: skip
    before = _before(reference, options)
    found = judge_model(
        before, outcomes, drifted=report.verdict == "DRIFT", domain=report.domain,
        outside=outside(reference, current, names, seed=options.seed), metric=options.metric,
    )  # fmt: skip
    if options.segments is None:
        return found
    measured = [one.measured for one in report.features if one.measured.name not in options.outcomes]
    return with_slices(found, outcomes, before, current, measured, options.segments)


def _before(reference: "Reference", options: Options) -> "ReferencePerformance | None":
    """How the model did on the reference; None: that can't be known."""
    if not hasattr(reference, "frame"):
        found: ReferencePerformance | None = getattr(reference, "performance", None)
        return found
    from mlops_console.drift.performance.outcomes import outcomes_of
    from mlops_console.drift.performance.referring import reference_of

    return reference_of(
        outcomes_of(
            reference,  # type: ignore[arg-type]
            label=options.label or None,
            score=options.score or None,
            prediction=options.prediction or None,
        )
    )
