"""How sure one model's metric is, by the rows that it was measured on."""

from dataclasses import dataclass

import numpy as np

from mlops_console.comparison.model import CONFIDENCE, Progress
from mlops_console.comparison.predictions.matching import match
from mlops_console.comparison.predictions.model import Table
from mlops_console.comparison.predictions.naming import metric_named
from mlops_console.comparison.predictions.resampling import RESAMPLES, poisson
from mlops_console.comparison.predictions.tasks import prepared
from mlops_console.comparison.predictions.weighted import statistic

_SEED = 20_240_229


@dataclass(frozen=True, slots=True)
class Alone:
    """A metric of one model on its rows."""

    metric: str
    value: float | None
    ci: tuple[float, float] | None
    """95%, over the rows."""
    rows: int
    problem: str = ""
    """Why there is no interval, a sentence."""


def alone(
    metric: str, table: Table, *, resamples: int = RESAMPLES, progress: Progress | None = None
) -> Alone | None:
    """The metric with the normal interval of the bootstrap's standard error; None: it can't be computed.

    B. Efron & R. J. Tibshirani, An Introduction to the Bootstrap (1993), section 13.3. The same rows in the
    same order give the same answer.
    """
    name = metric_named(metric)
    if name is None:
        return None
    matched = match(table, table)
    if matched.problem is not None:
        return Alone(metric, None, None, 0, matched.problem)
    rows = prepared(matched, name)
    if isinstance(rows, str):
        return Alone(metric, None, None, matched.matched, rows)
    compute = statistic(name, rows)
    if isinstance(compute, str):
        return Alone(metric, None, None, len(rows), compute)
    generator = np.random.Generator(np.random.SFC64(_SEED))
    with np.errstate(all="ignore"):
        value = compute(np.ones(len(rows), np.uint8))[0]
        drawn = []
        for at in range(resamples):
            drawn.append(compute(poisson(generator, len(rows)))[0])
            if progress is not None and at % 20 == 0:
                progress(at / resamples)
    told = np.array(drawn)[np.isfinite(drawn)]
    if not np.isfinite(value) or len(told) < resamples / 2:
        return Alone(metric, None, None, len(rows), "in most resamples it can't be computed: too few rows")
    half = float(told.std(ddof=1)) * _z()
    return Alone(metric, float(value), (float(value) - half, float(value) + half), len(rows))


def _z() -> float:
    from scipy.special import ndtri

    return float(ndtri((1 + CONFIDENCE) / 2))
