"""The largest difference of shares over deciles or levels.

E. Breck et al., Data validation for machine learning, MLSys 2019.
"""

from typing import Final

import numpy as np

from mlops_console.drift.measures.contract import BOTH, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class LInfinity:
    """The measure."""

    name = "l_infinity"
    accepts: frozenset[Form] = BOTH

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.shares is None:
            return None
        p, q = pair.shares
        return scored(pair, float(np.abs(p - q).max()))


MEASURE: Final = LInfinity()
