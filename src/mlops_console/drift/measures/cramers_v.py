"""Cramer's V of side against level: sqrt(chi2 / n), 0 to 1."""

import math
from typing import Final

from mlops_console.drift.measures.chi2 import homogeneity
from mlops_console.drift.measures.contract import LEVELS, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class CramersV:
    """The measure."""

    name = "cramers_v"
    accepts: frozenset[Form] = LEVELS

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.bins is None:
            return None
        value, _ = homogeneity(pair.bins)
        return scored(pair, math.sqrt(value / (pair.n_ref + pair.n_cur)))


MEASURE: Final = CramersV()
