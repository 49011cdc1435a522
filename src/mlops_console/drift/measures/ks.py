"""The largest distance between the distribution functions, two-sided, with its p-value.

F. J. Massey, The Kolmogorov-Smirnov test for goodness of fit, JASA 46 (1951) 68-78.
"""

from typing import Final

from mlops_console.drift.kolmogorov import one_sample_p, two_sample_p
from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class KolmogorovSmirnov:
    """The measure."""

    name = "ks"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.merged is None:
            return None
        n, m = pair.merged.n, pair.merged.m
        d = pair.merged.apart / (n * m)
        asymptotic = one_sample_p(d, round(n * m / (n + m))) if d else 1.0
        return scored(pair, d, two_sample_p(d, n, m), {"ks_p_asymp": asymptotic})


MEASURE: Final = KolmogorovSmirnov()
