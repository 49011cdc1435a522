"""The population stability index: sum (q - p) ln(q / p) over the reference's deciles, or over levels.

Shares are floored at 1e-4 and not renormalised. N. Siddiqi, Credit Risk Scorecards (2006), whose limits .1
and .25 ignore that it grows as rows get fewer: B. Yurdakul, Statistical properties of the population
stability index (2018).
"""

from typing import Final

import numpy as np

from mlops_console.drift.measures.contract import BOTH, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair

FLOOR: Final = 1e-4


class PopulationStability:
    """The measure."""

    name = "psi"
    accepts: frozenset[Form] = BOTH

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.shares is None:
            return None
        p, q = pair.shares
        p, q = np.maximum(p, FLOOR), np.maximum(q, FLOOR)
        return scored(pair, float(np.sum((q - p) * np.log(q / p))))


MEASURE: Final = PopulationStability()
