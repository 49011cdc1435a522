"""What is asked of a comparison, and what it holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeAlias, TypeVar

from mlops_console.comparison.model import Goal

if TYPE_CHECKING:
    from mlops_console.comparison.differing import Differences
    from mlops_console.comparison.differing.costs import Cost
    from mlops_console.workspace.details import RunDetail

At: TypeAlias = Literal["last", "best", "area"] | int
"""Which value of a metric stands for a run; a whole number is a step."""

CONFIG: Final = "config"
"""The `by` that groups runs of the same configuration, whatever their seeds."""
MOST_SUBJECTS: Final = 50
MOST_RUNS: Final = 5000


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What came of a question that the analysis child answers."""

    value: T | None
    problem: str = ""
    """Why there is no value, a sentence; empty where nobody waited for it."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of predictions are which, where names don't tell; None: names do."""

    key: str | None = None
    """Empty: none, rows go by their order."""
    label: str | None = None
    score: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants compared."""

    runs: tuple[str, ...]
    """Ids, in the order in which they were marked or named."""
    by: str | None = None
    """A param, a tag (`tag:NAME`), a field (`group`, `host` ...) or `config`; None: each run by itself."""
    base: str | None = None
    """A run (id, path, name) or the value of a group; None: the first."""
    metrics: tuple[str, ...] = ()
    """What to judge by; empty: the metric that people most likely look at first."""
    goals: Mapping[str, Goal] = field(default_factory=dict)
    """What is better, for this once; before what a person said and what names tell."""
    at: At = "last"
    margin: float | None = None
    """Differences up to this much don't matter, in the metric's own unit."""
    goal: Goal | None = None
    """What is better of the judged metrics where `goals` doesn't say, for this once."""
    columns: Columns = Columns()
    """Of predictions by row."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One side of a comparison: a run, or a group of them."""

    letter: str
    """`A`, `B` ...; empty for the base."""
    name: str
    """For people: the run's name or path, or the value of the group."""
    key: str
    """For programs: the run's id, or the value of the group. `a` and `b` of judgements."""
    runs: tuple[str, ...]
    base: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A metric of a subject."""

    values: tuple[float | None, ...]
    """By run; None where there is none. May hold what is no number."""
    value: float | None
    """The mean of those that are finite; None without any."""
    n: int
    """How many are finite."""
    spread: float | None = None
    """Their standard deviation (n - 1); None with fewer than two."""
    low: float | None = None
    high: float | None = None
    delta: float | None = None
    """Against the base; None for the base itself, or where one of the two has no value."""
    better: bool | None = None
    """By the goal: whether it is nearer to it than the base; None without goal, and for no difference.
    Says nothing about significance."""
    best: bool = False
    """Whether no other subject has a better value."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A metric of all subjects."""

    key: str
    goal: Goal | None
    said: bool
    """Whether a person said the goal; else it is told by the name."""
    cells: tuple[Cell, ...]
    """By subject."""
    interest: float
    """0 to 1: how likely people look at it, by its name."""

    @property
    def common(self) -> bool:
        """Whether every subject has a value."""
        return all(cell.n for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the store knows; statistics are asked for with it (`judging`, `predicting` ...)."""

    asked: Asked
    subjects: tuple[Subject, ...]
    """In the order of the marks."""
    runs: "Mapping[str, RunDetail]"
    pairs: Mapping[str, str]
    """Run id -> what pairs it with a run of another subject; empty: nothing."""
    paired_by: tuple[str, ...]
    """The params (or tags) that pairs have in common: seeds, folds."""
    differences: "Differences"
    """Its rows' values are by subject."""
    costs: "tuple[Cost, ...]"
    """What they took, by subject: seconds (`duration`), the most of a resource, bytes."""
    metrics: tuple[MetricRow, ...]
    """The judged ones first, then those that all have, the likeliest first."""
    judged: tuple[str, ...]
    """Keys of the metrics to judge by."""
    notes: tuple[str, ...]
    """What a careful reader should know, a sentence each."""

    @property
    def base(self) -> Subject:
        """What the others are held against."""
        return next(subject for subject in self.subjects if subject.base)

    @property
    def others(self) -> tuple[Subject, ...]:
        """All but the base."""
        return tuple(subject for subject in self.subjects if not subject.base)

    def metric(self, key: str) -> MetricRow | None:
        """A metric's row."""
        return next((row for row in self.metrics if row.key == key), None)
