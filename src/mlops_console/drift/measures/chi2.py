"""Pearson's test of homogeneity of two rows of counts, without Yates' correction.

W. G. Cochran, Some methods for strengthening the common chi-square tests, Biometrics 10 (1954) 417-451.
"""

from dataclasses import replace
from typing import Final

import numpy as np

from mlops_console.drift.measures.contract import LEVELS, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Counted, Pair


class ChiSquare:
    """The measure."""

    name = "chi2"
    accepts: frozenset[Form] = LEVELS

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        found = tested(self.name, pair)
        if found is None or pair.bins is None:
            return None
        return replace(found, extra={**found.extra, "min_expected": least_expected(pair.bins)})


def tested(name: str, pair: Pair) -> Score | None:
    """The test of a pair's bins, with `<name>_dof`; None where a side has no value."""
    from scipy.special import chdtrc

    if pair.bins is None:
        return None
    value, dof = homogeneity(pair.bins)
    return scored(pair, value, float(chdtrc(dof, value)) if dof else 1.0, {f"{name}_dof": dof})


def homogeneity(counts: Counted) -> tuple[float, int]:
    """The statistic of 2 x k counts and its degrees of freedom; columns without a row do not count."""
    table = np.array(counts, np.float64)
    table = table[:, table.sum(axis=0) > 0]
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    return float(np.sum((table - expected) ** 2 / expected)), table.shape[1] - 1


def least_expected(counts: Counted) -> float:
    """The smallest expected count: below 5 the distribution is not quite a chi-square."""
    both = counts.reference + counts.current
    smaller = min(int(counts.reference.sum()), int(counts.current.sum()))
    return float(both[both > 0].min() * smaller / both.sum())


MEASURE: Final = ChiSquare()
