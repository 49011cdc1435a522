"""What a card says, as plain values: text as people and tools wrote it, times in epoch microseconds."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mlops_console.display import iso
from mlops_console.promotion.model import GateResult, Judged, SliceFound
from mlops_console.records import Json
from mlops_console.wishes.model import Kpi, ModelWishes

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """What the version reached on one metric."""

    metric: str
    goal: str | None
    value: float
    which: str = ""
    """Which of its values that is: `last of 30`."""
    rows_ci: Interval | None = None
    """95%, over the rows that it predicted."""
    rows: int = 0
    seeds_mean: float | None = None
    seeds_ci: Interval | None = None
    """95%, of the mean over the runs of its configuration."""
    seeds: int = 0


@dataclass(frozen=True, slots=True)
class KpiTold:
    """A KPI and what the version reaches of it."""

    kpi: Kpi
    value: float | None
    met: bool | None
    """Whether the floor is kept; None: there is none, or no value."""
    reached: bool | None
    """Whether the target is reached; None: there is none, or no value."""
    worth: str
    """In business terms, as shown; empty: nobody said what a unit is worth."""
    production: str = ""
    """What labels say of it in production, as shown; empty: nothing yet."""
    review: str = ""
    """When it is to be looked at again, as shown; empty: nobody asked for that."""


@dataclass(frozen=True, slots=True)
class MoveTold:
    """A move of an alias to this version, or away from it."""

    id: str
    alias: str
    way: str
    by: str
    at: int
    proven: bool
    reason: str
    version: int | None
    before: int | None
    holds: bool = True
    contested: bool = False
    because: str = ""
    """Why it does not hold."""
    gates: tuple[GateResult, ...] = ()
    """As judged then."""
    overridden: tuple[str, ...] = ()
    judgements: tuple[Judged, ...] = ()
    """Against the version that held the alias, as the gates saw it."""
    slices: tuple[SliceFound, ...] = ()
    slices_problem: str = ""


@dataclass(frozen=True, slots=True)
class ConsentTold:
    """Somebody's approval, or leave for gates to fail."""

    by: str
    at: int
    alias: str
    reason: str
    gates: tuple[str, ...]
    """Empty: an approval."""
    proven: bool


@dataclass(frozen=True, slots=True)
class DeploymentTold:
    """A deployment of this version."""

    target: str
    folder: str
    alias: str
    by: str
    at: int
    outcome: str
    because: str
    current: bool
    """As far as the journal says, it is what the target has now."""


@dataclass(frozen=True, slots=True)
class RemarkTold:
    """A note, or a tag."""

    text: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class FileTold:
    """A file of the version."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A part of the card that is not there."""

    part: str
    """`limits`."""
    how: str
    """A sentence: why, and what would fill it."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where the version comes from."""

    origin: str
    run: Mapping[str, Json]
    """Empty: there was none."""
    run_gone: bool
    status: str
    started: str
    ended: str
    parent: str
    """`churn@2`, which it was fine-tuned from; empty: none."""
    code: Mapping[str, Json]
    datasets: tuple[Mapping[str, Json], ...]
    environment: Mapping[str, Json]
    packages: tuple[str, ...]
    """`numpy 2.4.6`."""
    params: Mapping[str, Json]
    tags: Mapping[str, Json]
    mlflow: Mapping[str, Json] = field(default_factory=dict)
    evaluation: Mapping[str, Json] = field(default_factory=dict)
    """Of an external version, as its author recorded it."""
    left_out: Mapping[str, Json] = field(default_factory=dict)
    """Part -> how many entries the event had no room for."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The version's files."""

    sha256: str
    size: int
    format: str
    copied: bool
    artifact: str
    files: tuple[FileTold, ...]
    total: int
    """How many there are; more than `files` where these are too many for an event."""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BaselineTold:
    """The reference that the version's data is judged against."""

    sha256: str
    source: str
    source_sha256: str
    rows: int
    columns: int
    by: str
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class MonitorTold:
    """What a monitor says of the data that the version sees."""

    monitor: str
    health: str
    """harmful, drift, unjudged, stale, watch, ok, none."""
    words: str
    """The same for people."""
    because: str
    window: str
    """The newest that is judged; empty: none is."""
    heard: str
    """What people said to it, the end of a sentence; empty: nothing that holds."""


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that is known of a version."""

    model: str
    version: int
    version_id: str
    project: str
    standing: str
    words: str
    """How it stands, for people."""
    wishes: ModelWishes
    registered_by: str
    registered_at: int
    registered_proven: bool
    reason: str
    retracted: str
    contested: bool
    metric: str
    """What versions are told apart by; empty: nothing tells."""
    figures: tuple[Figure, ...]
    unsure: tuple[str, ...]
    """Why intervals are missing, sentences."""
    kpis: tuple[KpiTold, ...]
    lineage: Lineage
    contents: Contents
    moves: tuple[MoveTold, ...]
    """The newest first."""
    consents: tuple[ConsentTold, ...]
    deployments: tuple[DeploymentTold, ...]
    notes: tuple[RemarkTold, ...]
    tags: tuple[RemarkTold, ...]
    missing: tuple[Missing, ...]
    mistakes: tuple[str, ...]
    """What is wrong in the project's file about this model, so that the card may lack it."""
    private: bool
    made: int
    """When."""
    maker: str
    """The program and its version."""
    checked: str = ""
    """A sentence: that the files were read, and are what was registered; empty: they were not read for it."""
    baseline: BaselineTold | None = None
    monitors: tuple[MonitorTold, ...] = ()
    """Those that watch it, the worst first."""

    @property
    def label(self) -> str:
        """`churn v3`."""
        return f"{self.model} v{self.version}"

    @property
    def external(self) -> bool:
        """Whether the model is somewhere else."""
        return self.lineage.origin == "external"

    @property
    def promotions(self) -> tuple[MoveTold, ...]:
        """The moves that brought an alias here with gates asked, the newest of each alias."""
        found: dict[str, MoveTold] = {}
        for move in self.moves:
            if move.version == self.version and move.gates and move.holds:
                found.setdefault(move.alias, move)
        return tuple(found.values())

    def as_json(self) -> dict[str, Any]:
        """One object with everything; keys never change their meaning, new ones may come."""
        said = _timed(asdict(self))
        wishes = said.pop("wishes")
        keys = ("owner", "purpose", "limits", "goal")
        return {**{key: wishes[key] for key in keys}, "gates": _gates(self), **said}


def _gates(card: Card) -> dict[str, list[dict[str, Json]]]:
    return {move.alias: [gate.as_json() for gate in move.gates] for move in card.promotions}


def _timed(value: Any) -> Any:
    """Times as they are read; everything else as it is."""
    match value:
        case dict():
            return {
                key: iso(inner) if key in _TIMES and isinstance(inner, int) else _timed(inner)
                for key, inner in value.items()
            }
        case list() | tuple():
            return [_timed(one) for one in value]
        case _:
            return value


_TIMES = frozenset(("at", "registered_at", "made"))
