"""The area between the distribution functions: how far rows moved on average, in the column's units."""

from typing import Final

from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class Wasserstein:
    """The measure."""

    name = "wasserstein"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        return None if pair.merged is None else scored(pair, pair.merged.area)


MEASURE: Final = Wasserstein()
