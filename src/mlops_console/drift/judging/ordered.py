"""Whether counts in ascending bins come from one distribution: the smooth part of chi-square.

Pearson's chi-square of k bins is a sum of k - 1 components that are orthogonal: the first is a move, the
second a spread, then skewness, kurtosis (Rayner & Best 2001, A Contingency Table Approach to Nonparametric
Testing; Nair 1986 for ordered categories). What real columns do lies in the first four; the others are
neighbouring deciles that change places, which is what noise looks like. Leaving them out is more power for
what is looked for, and no alarm for the rest: of two halves of one table (breast-cancer-aa, 284 v 285 rows)
all nine components together find p = 1e-4 where no order can be seen.
"""

from typing import Final

import numpy as np

from mlops_console.records import IntArray

COMPONENTS: Final = 4
_FEWEST: Final = 20
"""Rows on the smaller side: with fewer the components are not normal."""


def ordered_p(reference: IntArray, current: IntArray) -> float | None:
    """P of so large first components; None: there are not two bins, or too few rows."""
    from scipy.special import chdtrc

    totals = reference + current
    there = totals > 0
    one, other, totals = reference[there], current[there], totals[there]
    n, m = int(one.sum()), int(other.sum())
    if len(totals) < 2 or min(n, m) < _FEWEST:
        return None
    degree = min(COMPONENTS, len(totals) - 1)
    weights = totals / totals.sum()
    middle = np.cumsum(weights) - weights / 2.0
    root = np.sqrt(weights)
    # Columns of q times root are polynomials of the ranks, orthonormal under the pooled shares.
    q, _ = np.linalg.qr(np.polynomial.legendre.legvander(2.0 * middle - 1.0, degree) * root[:, None])
    apart = (one / n - other / m) / root
    components = (q[:, 1:].T @ apart) ** 2 * (n * m / (n + m))
    return float(chdtrc(degree, float(components.sum())))
