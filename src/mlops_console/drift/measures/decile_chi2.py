"""Pearson's test of homogeneity over the reference's deciles: a change of width moves it long before KS."""

from typing import Final

from mlops_console.drift.measures.chi2 import tested
from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.pair import Pair


class DecileChiSquare:
    """The measure."""

    name = "decile_chi2"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        return tested(self.name, pair)


MEASURE: Final = DecileChiSquare()
