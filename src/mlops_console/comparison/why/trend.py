"""How one thing moves with another over runs: a line that a few odd runs don't move, and how sure it is."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from mlops_console import display
from mlops_console.comparison.model import ALPHA, CONFIDENCE
from mlops_console.records import FloatArray

MOST: Final = 1500
"""The slope is taken over the pairs of at most so many runs: over a million of them."""
LEAST: Final = 4


@dataclass(frozen=True, slots=True)
class Trend:
    """A straight line through runs, in the space of the axes (log10 where they are logarithmic)."""

    slope: float | None
    """None where there is no line; `words` say why."""
    ci: tuple[float, float] | None
    """The 95% interval of the slope."""
    intercept: float | None
    correlation: float | None
    """Spearman's."""
    p: float | None
    """Of the correlation, two-sided."""
    n: int
    left_out: int
    """Points without a place on the axes: no numbers, or not positive on a logarithmic one."""
    words: str

    def at(self, x: FloatArray) -> FloatArray:
        """The line's height at places of the x axis, in its space; NaN without a line."""
        if self.slope is None or self.intercept is None:
            return np.full(len(x), np.nan)
        return self.intercept + self.slope * np.asarray(x, np.float64)


def trend(x: FloatArray, y: FloatArray, *, log_x: bool = False, log_y: bool = False) -> Trend:
    """The trend of y over x.

    The slope is the median of those of all pairs (Theil 1950; Sen 1968, JASA 63:1379, whose interval it
    has), the correlation Spearman's with its p by the t distribution, by all permutations for 8 runs and
    fewer. Of more than `MOST` runs, every so-manieth by x makes the slope, whose interval is then too wide
    rather than too narrow.
    """
    points = np.array([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    with np.errstate(divide="ignore", invalid="ignore"):
        for at, log in enumerate((log_x, log_y)):
            if log:
                points[at] = np.log10(np.where(points[at] > 0, points[at], np.nan))
    good = np.isfinite(points).all(axis=0)
    across, up = points[:, good]
    left_out = int((~good).sum())
    why = _refusal(across, up)
    if why:
        return Trend(None, None, None, None, None, len(across), left_out, why)
    order = np.lexsort((up, across))
    part = order[np.linspace(0, len(order) - 1, min(MOST, len(order))).round().astype(np.int64)]
    # Where all numbers are near 1e300 or 1e-300, differences of them would be none.
    sizes = [float(np.ptp(side / 2)) * 2 for side in (across, up)]
    if not all(np.isfinite(size) and size > 0 for size in sizes):
        return Trend(None, None, None, None, None, len(across), left_out, "the numbers are too large")
    scaled = [(side[part] - side[part[0]]) / size for side, size in zip((across, up), sizes, strict=True)]
    with np.errstate(over="ignore", invalid="ignore"):
        line = _slopes(*scaled)
        unit = sizes[1] / sizes[0]
        slope, low, high = (one * unit for one in line)
        intercept = float(np.median(up) - slope * np.median(across))
    if not np.isfinite([slope, low, high, intercept]).all():
        return Trend(None, None, None, None, None, len(across), left_out, "the numbers are too large")
    correlation, p = _spearman(across, up)
    words = _words(correlation, p, len(across), left_out)
    return Trend(slope, (low, high), intercept, correlation, p, len(across), left_out, words)


def _slopes(x: FloatArray, y: FloatArray) -> tuple[float, float, float]:
    """The median of the slopes of all pairs, and the ends of its interval.

    The interval holds as many slopes as the variance of Kendall's S allows, with its terms for ties in
    both (Kendall 1970, Rank Correlation Methods, section 4.9), without which it can be negative.
    """
    from scipy import special

    across = x[:, None] - x
    slopes = np.sort((y[:, None] - y)[across > 0] / across[across > 0])
    n, count = len(x), len(slopes)
    ties = [np.unique(side, return_counts=True)[1].astype(float) for side in (x, y)]
    single = [float((t * (t - 1) * (2 * t + 5)).sum()) for t in ties]
    pairs = [float((t * (t - 1)).sum()) for t in ties]
    triples = [float((t * (t - 1) * (t - 2)).sum()) for t in ties]
    variance = (n * (n - 1) * (2 * n + 5) - sum(single)) / 18
    variance += triples[0] * triples[1] / (9 * n * (n - 1) * (n - 2)) + pairs[0] * pairs[1] / (
        2 * n * (n - 1)
    )
    half = float(special.ndtri((1 + CONFIDENCE) / 2)) * math.sqrt(max(0.0, variance))
    low = max(round((count - half) / 2) - 1, 0)
    high = min(round((count + half) / 2), count - 1)
    return float(np.median(slopes)), float(slopes[low]), float(slopes[high])


def _refusal(x: FloatArray, y: FloatArray) -> str:
    if len(x) < LEAST:
        return f"{LEAST} points are needed for a trend, there {'is' if len(x) == 1 else 'are'} {len(x)}"
    if (x == x[0]).all():
        return "all points are at the same x"
    return "all points are at the same height" if (y == y[0]).all() else ""


def _spearman(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    from scipy import stats

    found = stats.spearmanr(x, y)
    if len(x) > 8:
        return float(found.statistic), float(found.pvalue)
    return float(found.statistic), _exact(stats.rankdata(x), stats.rankdata(y))


def _exact(x: FloatArray, y: FloatArray) -> float:
    """The share of all orders of y whose ranks go along with those of x at least as closely."""
    import itertools

    orders = np.array(list(itertools.permutations(range(len(y)))))
    centred = x - x.mean()
    sums = np.abs(y[orders] @ centred)
    return float((sums >= abs(float(y @ centred)) - 1e-9).mean())


def _words(correlation: float, p: float, n: int, left_out: int) -> str:
    shown = f"rank correlation {display.number(correlation, 2)}, p {_p(p)}, {display.count(n)} runs"
    if p < ALPHA:
        said = f"{'rises' if correlation > 0 else 'falls'} with it ({shown})"
    else:
        said = f"not shown to move with it ({shown})"
    return said + (f"; {display.count(left_out)} have no place here" if left_out else "")


def _p(p: float) -> str:
    return "< .001" if p < 0.001 else display.number(p, 3 if p < 0.01 else 2)
