"""The Jensen-Shannon distance (square root of the divergence) in bits, over deciles or levels; 0 to 1."""

import math
from typing import Final

from mlops_console.drift.measures.contract import BOTH, Form, Score
from mlops_console.drift.measures.scoring import scored
from mlops_console.drift.pair import Pair


class JensenShannon:
    """The measure."""

    name = "js_distance_base2"
    accepts: frozenset[Form] = BOTH

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        from scipy.special import rel_entr

        if pair.shares is None:
            return None
        p, q = pair.shares
        p, q = p / p.sum(), q / q.sum()
        middle = (p + q) / 2
        nats = math.sqrt(max(0.0, float(rel_entr(p, middle).sum()) + float(rel_entr(q, middle).sum())) / 2)
        return scored(pair, nats / math.sqrt(math.log(2)), extra={"js_distance_nats": nats})


MEASURE: Final = JensenShannon()
