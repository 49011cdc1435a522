"""The difference of one metric on one set of rows, by the method that suits the metric."""

from typing import Final, Literal, TypeAlias

import numpy as np

from mlops_console.comparison.model import Progress
from mlops_console.comparison.predictions import influence
from mlops_console.comparison.predictions.confusion import cells
from mlops_console.comparison.predictions.model import Estimate
from mlops_console.comparison.predictions.proportions import mcnemar
from mlops_console.comparison.predictions.ranks import delong
from mlops_console.comparison.predictions.resampling import RESAMPLES, bootstrap
from mlops_console.comparison.predictions.tasks import Rows

Method: TypeAlias = Literal["usual", "bootstrap"]
LABELLED: Final = frozenset({"accuracy", "f1", "precision", "recall", "balanced_accuracy", "mcc"})
"""Metrics of predicted labels."""
RESAMPLED: Final = frozenset({"ap", "ece", "medae"})
"""Metrics whose chance has no closed form here."""


def estimate(
    metric: str,
    rows: Rows,
    *,
    method: Method = "usual",
    resamples: int = RESAMPLES,
    progress: Progress | None = None,
) -> Estimate:
    """The difference with its interval and p-value.

    DeLong for `auc`, McNemar and Tango for `accuracy` and binary `recall`, paired t for means over rows,
    delta method for `rmse` and `r2`, jackknife for other metrics of labels; a paired bootstrap for the rest,
    where rows belong together, or where `method` asks for it.
    """
    if not len(rows):
        return Estimate(None, None, None, problem="there are no rows")
    with np.errstate(all="ignore"):
        if method == "bootstrap" or rows.clusters is not None or metric in RESAMPLED:
            return bootstrap(metric, rows, resamples=resamples, progress=progress)
        return _closed(metric, rows)


def _closed(metric: str, rows: Rows) -> Estimate:
    binary = rows.task.kind == "binary"
    if metric == "auc":
        assert rows.a is not None
        assert rows.b is not None
        return delong(rows.y, rows.a, rows.b)
    if metric in LABELLED:
        assert rows.said_a is not None
        assert rows.said_b is not None
        if metric == "accuracy":
            return mcnemar(rows.y, rows.said_a, rows.said_b)
        if metric == "recall" and binary:
            return influence.recall(rows)
        return influence.labelled(metric, cells(rows.y, rows.said_a, rows.said_b), binary=binary)
    return influence.paired(metric, rows)


__all__ = ["LABELLED", "RESAMPLED", "Method", "estimate"]
