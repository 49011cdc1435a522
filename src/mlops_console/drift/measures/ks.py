"""The largest distance between the distribution functions, two-sided, with its p-value.

F. J. Massey, The Kolmogorov-Smirnov test for goodness of fit, JASA 46 (1951) 68-78.
"""

from typing import Final

from mlops_console.drift.kolmogorov import two_sample_p
from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class KolmogorovSmirnov:
    """The measure."""

    name = "ks"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.distances is None:
            return None
        d = pair.distances.ks
        return scored(pair, d, two_sample_p(d, pair.n_ref, pair.n_cur))


MEASURE: Final = KolmogorovSmirnov()
