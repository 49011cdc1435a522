"""Means, deviations, quantiles of both sides, and how far current rows lie outside the reference."""

from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.drift.measures.contract import NUMERIC, Form, Score
from mlops_console.drift.pair import Pair, counts_outside
from mlops_console.drift.sample import NumericSample, quantiles_of

if TYPE_CHECKING:
    from mlops_console.records import Json

_TAILS: Final = np.array([0.05, 0.95])


class Figures:
    """The measure."""

    name = "figures"
    accepts: frozenset[Form] = NUMERIC

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if pair.figures is None:
            return None
        one, other = pair.figures
        extra: dict[str, Json] = {}
        for side, mine in (("ref", one), ("cur", other)):
            for name in ("mean", "sd", "median", "minimum", "maximum"):
                extra[f"{name}_{side}"] = getattr(mine, name)
        for side, sample in (("ref", pair.reference), ("cur", pair.current)):
            if isinstance(sample, NumericSample):
                low, high = quantiles_of(sample, _TAILS)
                extra[f"p05_{side}"], extra[f"p95_{side}"] = float(low), float(high)
        if isinstance(pair.current, NumericSample):
            outside = sum(counts_outside(pair.current, one.minimum, one.maximum))
            tails = sum(counts_outside(pair.current, *one.tails))
            extra["rel_shift_outside_ref_range"] = outside / pair.n_cur
            extra["tails_ref"], extra["tails_cur"] = sum(one.outside) / one.n, tails / pair.n_cur
        extra["decile_edges"] = [float(edge) for edge in one.deciles]
        return Score(None, None, pair.n_ref, pair.n_cur, extra)


MEASURE: Final = Figures()
