"""Whether a model's scores mean what they say."""

import math

import numpy as np

from mlops_console.comparison.predictions.columns import missing, take
from mlops_console.comparison.predictions.model import Calibration, CalibrationBin, Matched, Table
from mlops_console.comparison.predictions.normal import quantile
from mlops_console.comparison.predictions.tasks import prepared
from mlops_console.comparison.predictions.weighted import BINS
from mlops_console.records import FloatArray


def calibration(table: Table, bins: int = BINS) -> Calibration:
    """Scores of the positive class against what came true, in equal bins of the score.

    The expected calibration error is the mean distance of mean score and observed rate, weighted by the
    rows of the bins (M. P. Naeini, G. F. Cooper & M. Hauskrecht, AAAI 2015); the parts of the Brier score
    are A. H. Murphy's (Journal of Applied Meteorology 12 (1973) 595-600). Both depend on the bins.
    """
    alone = _alone(table)
    rows = prepared(alone, "brier") if alone.matched else "there are no rows"
    if isinstance(rows, str):
        return Calibration(table.name, 0, (), None, None, None, None, None, None, rows)
    assert rows.a is not None
    return _calibration(table.name, rows.y, rows.a, bins, rows.notes)


def _alone(table: Table) -> Matched:
    """A table's rows beside themselves, those without label or score left out."""
    use = np.flatnonzero(~(missing(table.labels) | missing(table.scores)))
    labels, scores = take(table.labels, use), take(table.scores, use)
    rows = len(use)
    return Matched(
        table.name, table.name, labels, scores, scores, None, None, {}, "row order", rows, rows, rows
    )


def _calibration(
    name: str, y: FloatArray, scores: FloatArray, bins: int, notes: tuple[str, ...]
) -> Calibration:
    place = np.minimum((scores * bins).astype(np.int64), bins - 1)
    counts = np.bincount(place, minlength=bins)
    hits = np.bincount(place, weights=y, minlength=bins)
    totals = np.bincount(place, weights=scores, minlength=bins)
    n, rate = len(y), float(y.mean())
    there = np.flatnonzero(counts)
    share = counts[there] / n
    observed, mean = hits[there] / counts[there], totals[there] / counts[there]
    brier = float(((scores - y) ** 2).mean())
    reliability = float((share * (mean - observed) ** 2).sum())
    resolution = float((share * (observed - rate) ** 2).sum())
    uncertainty = rate * (1 - rate)
    found = tuple(
        CalibrationBin(
            at / bins, (at + 1) / bins, int(counts[at]), m, o, wilson(round(hits[at]), int(counts[at]))
        )
        for at, m, o in zip(there.tolist(), mean.tolist(), observed.tolist(), strict=True)
    )
    if rate in (0.0, 1.0):
        notes += (f"all {n:,} labels are of one class: little is learnt of calibration",)
    return Calibration(
        name, n, found, float((share * np.abs(mean - observed)).sum()), brier, reliability, resolution,
        uncertainty, brier - (reliability - resolution + uncertainty), None, notes,
    )  # fmt: skip


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95% interval of a share (E. B. Wilson, JASA 22 (1927) 209-212)."""
    z = quantile()
    share, spread = hits / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    reach = z * math.sqrt(share * (1 - share) / n + spread / n / 4) / (1 + spread)
    low = 0.0 if hits == 0 else middle - reach
    return low, 1.0 if hits == n else middle + reach
