"""The values of permutation importance, and what can go wrong with somebody's model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Form: TypeAlias = Literal["pickle", "skops", "onnx"]
"""How a model is loaded: pickle and joblib run what they name, the others do not."""
MOST_COLUMNS: Final = 2_000
"""More columns are not permuted."""


class ModelError(Exception):
    """The model, or the data for it, can't be used; a sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of the process that holds the model. Plain values: it travels as JSON."""

    form: Form
    size: int
    """Bytes of the model."""
    sha256: str
    """Of exactly the bytes that may be loaded."""
    label: str
    """Column of what came true."""
    usual: tuple[str, ...]
    """Columns that a model gets which knows none by name, in this order."""
    metric: str = ""
    """Empty: by the task."""
    repeats: int = 5
    seed: int = 0
    vouched: bool = False
    """Of skops: whether somebody vouches for types that it does not know."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """How much a model hangs on each column."""

    metric: str
    base: float
    """The metric on the rows as they are."""
    features: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Name -> (mean, standard deviation over repeats) of how much worse it does with the column permuted."""
    rows: int = 0
    repeats: int = 0
    model: str = ""
    """What was loaded: `Pipeline`, `RandomForestClassifier`."""
    notes: tuple[str, ...] = ()
    """What to know of it, a sentence each."""
