"""From which effect on a check is WATCH and DRIFT."""

from dataclasses import dataclass
from typing import Final

from mlops_console.drift.model import CheckName, Rules

QUALITY: Final = 5.0
"""Checks of the data's quality are watched from a fifth of `Rules.watch` on (1% of rows): a row that has
no value, an unseen level or an extreme is not a small move but a row that the model was not trained for."""
_MOVES: Final[frozenset[CheckName]] = frozenset({"distribution"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """Effects from which on: WATCH, DRIFT."""

    watch: float
    drift: float
    moves: bool = False
    """Drift is wider than the rules' because the reference moves that much by itself."""


def bounds_of(feature: str, check: CheckName, rules: Rules) -> Bounds:
    """A feature's own bounds go before its floor, that before the rules'.

    A floor holds for the distribution only, and moves `watch` in proportion: what the reference does by
    itself every month is not worth watching. It never narrows what the rules say.
    """
    own = rules.overrides.get(feature)
    watch, drift = own if own is not None else (rules.watch, rules.drift)
    floor = rules.floors.get(feature)
    moves = check in _MOVES and own is None and floor is not None and floor > drift > 0.0
    if moves and floor is not None:
        watch, drift = watch * floor / drift, floor
    if check not in _MOVES:
        watch /= QUALITY
    return Bounds(min(watch, drift), drift, moves)
