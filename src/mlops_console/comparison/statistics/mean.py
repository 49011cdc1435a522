"""The mean of one metric over several runs, and how sure it is."""

import math
from collections.abc import Sequence

from mlops_console.comparison.model import CONFIDENCE
from mlops_console.comparison.statistics.sample import FEWEST


def mean_interval(values: Sequence[float]) -> tuple[float, tuple[float, float]] | None:
    """The mean with Student's (1908) 95% interval; None for fewer than three values, or one not finite."""
    n = len(values)
    if n < FEWEST or not all(map(math.isfinite, values)):
        return None
    from scipy.special import stdtrit

    mean = math.fsum(values) / n
    error = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1) / n)
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * error
    return mean, (mean - half, mean + half)
