"""The Hellinger distance over deciles or levels; 0 to 1."""

from typing import Final

import numpy as np

from mlops_console.drift.measures.contract import BOTH, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class Hellinger:
    """The measure."""

    name = "hellinger"
    accepts: frozenset[Form] = BOTH

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.shares is None:
            return None
        p, q = pair.shares
        return scored(pair, float(np.sqrt(np.sum((np.sqrt(p) - np.sqrt(q)) ** 2) / 2)))


MEASURE: Final = Hellinger()
