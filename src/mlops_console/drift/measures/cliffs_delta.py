"""How much more often a current value is above a reference value than below it.

N. Cliff, Dominance statistics: ordinal analyses to answer ordinal questions, Psychological Bulletin 114
(1993) 494-509.
"""

from typing import Final

from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class CliffsDelta:
    """P(current > reference) - P(current < reference)."""

    name = "cliffs_delta"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """From -1 to 1; also by the name that says which side comes first."""
        if pair.merged is None:
            return None
        delta = pair.merged.above / (pair.merged.n * pair.merged.m)
        return scored(pair, delta, extra={"cliffs_delta_cur_minus_ref": delta})


MEASURE: Final = CliffsDelta()
