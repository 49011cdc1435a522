"""The Wasserstein distance in standard deviations (ddof 0) of the reference."""

from typing import Final

from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.measures.scoring import ratio, scored
from mlops_console.drift.pair import Pair


class WassersteinOverSd:
    """The measure."""

    name = "wasserstein_norm_sd"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.merged is None or pair.figures is None:
            return None
        return scored(pair, ratio(pair.merged.area, pair.figures[0].sd))


MEASURE: Final = WassersteinOverSd()
