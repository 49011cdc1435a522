"""The Wasserstein distance in interquartile ranges of the reference: no outlier there hides a move."""

from typing import Final

from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.measures.scoring import ratio, scored
from mlops_console.drift.pair import Pair


class WassersteinOverIqr:
    """The measure."""

    name = "wasserstein_norm_iqr"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.merged is None or pair.figures is None:
            return None
        low, high = pair.figures[0].quartiles
        return scored(pair, ratio(pair.merged.area, high - low))


MEASURE: Final = WassersteinOverIqr()
