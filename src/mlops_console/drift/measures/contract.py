"""What a measure is: a statistic on one feature. Thresholds and alarms live elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

from mlops_console.drift.pair import Pair
from mlops_console.records import Json

Form: TypeAlias = Literal["numeric", "levels"]
"""What a sample is: `NumericSample` or `LevelSample`."""
NUMERIC: Final[frozenset[Form]] = frozenset({"numeric"})
LEVELS: Final[frozenset[Form]] = frozenset({"levels"})
BOTH: Final = NUMERIC | LEVELS


@dataclass(frozen=True, slots=True)
class Score:
    """What a measure says of one feature."""

    value: float | None
    """Finite; None: it is not defined for these samples."""
    p_value: float | None
    n_ref: int
    n_cur: int
    extra: Mapping[str, Json] = field(default_factory=dict)
    """Further entries of the feature's JSON, by name."""


class Measure(Protocol):
    """One file each in this package; others come by the entry points `mlops_console.measures`."""

    name: str
    """Its JSON name."""
    accepts: frozenset[Form]

    def score(self, pair: Pair) -> Score | None:
        """The statistic; None: it does not apply. Never raises for what the data is.

        Takes a pair, not two samples, so that what several measures need (the merged order, decile counts,
        levels side by side) is computed once.
        """
        ...
