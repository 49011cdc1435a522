"""Levels of one side only, by name."""

from typing import TYPE_CHECKING, Final

from mlops_console.drift.measures.contract import LEVELS, Form, Score
from mlops_console.drift.pair import Pair
from mlops_console.drift.sample import LevelSample

if TYPE_CHECKING:
    from mlops_console.records import Json

MOST: Final = 50


class Levels:
    """The measure."""

    name = "levels"
    accepts: frozenset[Form] = LEVELS

    def score(self, pair: Pair) -> Score | None:
        """The statistic of a pair that has values on both sides."""
        if not (isinstance(pair.reference, LevelSample) and isinstance(pair.current, LevelSample)):
            return None
        one, other = set(pair.reference.levels), set(pair.current.levels)
        new = sorted(other - one) if not pair.reference.others else []
        gone = sorted(one - other) if not pair.current.others else []
        extra: dict[str, Json] = {
            "levels": len(one | other),
            "new_levels": list(new[:MOST]),
            "gone_levels": list(gone[:MOST]),
            "new_levels_total": len(new),
            "gone_levels_total": len(gone),
        }
        return Score(None, None, pair.n_ref, pair.n_cur, extra)


MEASURE: Final = Levels()
