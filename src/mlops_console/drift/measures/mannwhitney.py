"""Whether values of one side tend to be larger: normal approximation, corrected for ties and continuity.

H. B. Mann & D. R. Whitney, On a test of whether one of two random variables is stochastically larger than the
other, Annals of Mathematical Statistics 18 (1947) 50-60.
"""

import math
from typing import Final

from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.merging import Merged
from mlops_console.drift.pair import Pair


class MannWhitney:
    """The measure."""

    name = "mannwhitney"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """U of the current side: pairs in which it is larger, equal ones counting half."""
        found = pair.merged
        if found is None:
            return None
        return scored(pair, (found.n * found.m + found.above) / 2, two_sided(found))


def two_sided(found: Merged) -> float:
    """Its p-value; 1 where nothing varies."""
    from scipy.special import ndtr

    total = found.n + found.m
    variance = found.n * found.m / 12 * (total + 1 - found.ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    distance = abs(found.above) / 2 - 0.5
    return min(1.0, 2 * float(ndtr(-distance / math.sqrt(variance))))


MEASURE: Final = MannWhitney()
