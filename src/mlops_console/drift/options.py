"""What a comparison is asked for besides its two sides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlops_console.drift.model import Rules
from mlops_console.drift.tables.model import Kinds

if TYPE_CHECKING:
    from mlops_console.drift.tables.model import Table


@dataclass(frozen=True, slots=True)
class Options:
    """How to compare; the defaults are those of docs/drift.md."""

    rules: Rules = field(default_factory=Rules)
    kinds: Kinds = field(default_factory=Kinds)
    """Also for what a baseline holds, which was made by kinds of its own."""
    importance: Mapping[str, float] | None = None
    """Feature -> how much the model makes of it, on any scale."""
    floors: bool = True
    """Whether the reference's own movement in time raises the limits of features."""
    classifier: bool = True
    """Whether trees are asked to tell the rows apart."""
    segments: tuple[str, ...] | None = ()
    """Columns that tell who moved; empty: all levels; None: nobody asks."""
    label: str = ""
    """Column of what came true."""
    score: str = ""
    """Column of the score or probability that the model gave."""
    prediction: str = ""
    """Column of what the model answered."""
    key: str = ""
    """Column that joins labels that came later."""
    labels: "Table | None" = None
    """Labels that came later."""
    metric: str = ""
    """What the model is judged by; empty: by its kind."""
    seed: int = 0

    @property
    def outcomes(self) -> frozenset[str]:
        """Columns that say what the model did, or should have done: no features of it."""
        return frozenset(one for one in (self.label, self.score, self.prediction, self.key) if one)
