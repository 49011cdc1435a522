"""Half the sum of differences of shares over deciles or levels: the share of rows that would have to move."""

from typing import Final

import numpy as np

from mlops_console.drift.measures.contract import BOTH, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class TotalVariation:
    """The measure."""

    name = "total_variation"
    accepts: frozenset[Form] = BOTH

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.shares is None:
            return None
        p, q = pair.shares
        return scored(pair, float(np.abs(p - q).sum() / 2))


MEASURE: Final = TotalVariation()
