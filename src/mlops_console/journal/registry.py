"""What the events of one project fold to: models, versions, aliases, approvals, notes, deployments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mlops_console.journal.event import Event
from mlops_console.records import Json


@dataclass(frozen=True, slots=True)
class ModelFileEntry:
    """One file of a version."""

    path: str
    """Relative to the model's folder; the file's name where the model is one file."""
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A note on a run or a version."""

    id: str
    """Of its event."""
    text: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class TagValue:
    """A tag on a run or a version, as it stands."""

    name: str
    value: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """The reference that a version's data is judged against, as its event says; the file may be gone."""

    id: str
    """Of its event."""
    sha256: str
    """Of the file, `ours.BASELINES`/<model>/<sha256>.baseline."""
    size: int
    rows: int
    """Of the data that it was made from."""
    columns: int
    source: str
    """The path of that data, relative to the project where it lies in it; empty: not known."""
    source_sha256: str
    way: str
    """`promote`, `command`."""
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Importance:
    """How much a version's figure depends on each column of its data: permutation importance."""

    id: str
    """Of its event."""
    metric: str
    features: Mapping[str, tuple[float, float]]
    """Name -> (mean, standard deviation over repeats) of how much worse it does with the column permuted."""
    left_out: int
    """Features that were too many for an event, the least important ones."""
    rows: int
    repeats: int
    sha256: str
    """Of the model that was asked."""
    source: str
    """The path of the data; empty: not known."""
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Review:
    """Somebody looked at a KPI and said so."""

    id: str
    kpi: str
    """Empty: all of the model's."""
    version: int | None
    value: float | None
    """As it was then."""
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody has seen an alarm of a monitor."""

    id: str
    window: str
    start: int | None
    verdict: str
    model: str
    """The model's verdict then; empty: there was none."""
    features: tuple[str, ...]
    """Those that said DRIFT then."""
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Mute:
    """A monitor, or one feature of it, asks nobody until then."""

    id: str
    feature: str
    """Empty: all of the monitor."""
    until: int | None
    """Epoch microseconds; None: this took a mute back."""
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class PinnedReference:
    """What a monitor's windows are held against since somebody said so; the file may be gone."""

    id: str
    window: str
    """The window that it was made from."""
    replaces: str
    """It holds as long as the file and the aliases would name what this is a digest of."""
    sha256: str
    """Of its file; empty: this took the one before back."""
    size: int
    rows: int
    columns: int
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class MonitorSaid:
    """What people said about a monitor; each the newest first, those that were retracted left out."""

    acknowledgements: tuple[Acknowledgement, ...] = ()
    mutes: tuple[Mute, ...] = ()
    references: tuple[PinnedReference, ...] = ()
    turned: str = ""
    """Id of the event that last changed what it is held against, also by retracting; empty: none."""

    def muted(self, now: int, feature: str = "") -> Mute | None:
        """The mute that holds now, of all of it (`feature` empty) or of one feature; None: none does."""
        newest = next((one for one in self.mutes if one.feature == feature), None)
        holds = newest is not None and newest.until is not None and newest.until > now
        return newest if holds else None


@dataclass(frozen=True, slots=True)
class Snooze:
    """Something that needs attention is put off."""

    id: str
    what: str
    until: int | None
    """Epoch microseconds; None: this woke it."""
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Version:
    """A numbered entry of a model."""

    id: str
    """The id of the event that registered it: what other events refer to."""
    model: str
    number: int
    claimed: int
    """The number its author gave it; another one than `number` where two people took the same at once."""
    registered: Event
    """Everything that was recorded: params, metrics, data, code, environment in its body."""
    origin: str
    sha256: str
    """Of the model: its file's, or the one over all files (`readers.modelfiles.digest`); empty: external."""
    size: int
    format: str
    files: tuple[ModelFileEntry, ...]
    copied: bool
    artifact: str | None
    run: Mapping[str, Json] | None
    parent: Mapping[str, Json] | None
    """The version that it was fine-tuned from."""
    aliases: tuple[str, ...] = ()
    """The aliases that stand on it now."""
    notes: tuple[Remark, ...] = ()
    tags: tuple[TagValue, ...] = ()
    retracted: str = ""
    """Why it was withdrawn; empty: it was not."""
    baseline: Baseline | None = None
    """The newest one that was not taken back."""
    baselines: tuple[Baseline, ...] = ()
    """All that were not taken back, the newest first."""
    importance: Importance | None = None
    """The newest one."""

    @property
    def label(self) -> str:
        """`churn@3`."""
        return f"{self.model}@{self.number}"


@dataclass(frozen=True, slots=True)
class Move:
    """One move of an alias, as its event says; the timeline is made of these."""

    event: Event
    alias: str
    version: Version | None
    """None: taken off."""
    before: Version | None
    way: str
    contested: bool = False
    """Another move from the same place was made at the same time; the later one in order holds."""
    holds: bool = True
    """Whether it took effect: False for the losing side of a contested move, and for a retracted one."""
    because: str = ""
    """Why it does not hold, a sentence."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody's consent that a version takes an alias (or that named gates may fail for it)."""

    id: str
    version_id: str
    alias: str
    by: str
    uid: int
    at: int
    reason: str
    gates: tuple[str, ...] = ()
    """Empty: an approval. Else gates that may fail for this move."""
    proven: bool = True


@dataclass(frozen=True, slots=True)
class AliasState:
    """Where an alias stands."""

    alias: str
    version: Version | None
    since: int
    by: str
    event: Event
    contested: bool = False
    """The last move has a rival that nobody has settled by moving again."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment to a target, as far as it came."""

    event: Event
    version_id: str
    target: str
    folder: str
    sha256: str
    outcome: str
    """`open` (no end was written), `done`, `returned`, `refused`."""
    because: str = ""


@dataclass(frozen=True, slots=True)
class Retraining:
    """A training that a person started to succeed a version, as far as the journal knows."""

    event: Event
    version_id: str
    """What it is to succeed; empty: nothing."""
    version: int | None
    monitor: str
    """The monitor whose alarm it answers; empty: none."""
    window: str
    command: str
    reason: str
    outcome: str
    """`open` (no end was written: it runs, or was lost), `done`, `failed`, `late` (its time was up),
    `stopped`."""
    because: str = ""
    code: int | None = None
    ended: int | None = None
    """Epoch microseconds."""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A registered model of one project."""

    name: str
    versions: tuple[Version, ...]
    """The newest first."""
    aliases: Mapping[str, AliasState]
    moves: tuple[Move, ...]
    """The newest first, over all aliases."""
    approvals: tuple[Approval, ...]
    deployments: tuple[Deployment, ...]
    """The newest first."""
    remarks: tuple[str, ...] = ()
    """What a person should know of it: numbers taken twice, contested aliases; a sentence each."""
    reviews: tuple[Review, ...] = ()
    """Of its KPIs, the newest first."""
    retrainings: tuple[Retraining, ...] = ()
    """The newest first."""

    def version(self, number: int) -> Version | None:
        """The version of this number."""
        return next((one for one in self.versions if one.number == number), None)


@dataclass(frozen=True, slots=True)
class Registry:
    """What is decided in one project."""

    models: Mapping[str, Model] = field(default_factory=dict)
    run_notes: Mapping[tuple[str, str], tuple[Remark, ...]] = field(default_factory=dict)
    """By the run's (path, native)."""
    run_tags: Mapping[tuple[str, str], tuple[TagValue, ...]] = field(default_factory=dict)
    events: int = 0
    heads: tuple[str, ...] = ()
    """SHA-256 of the events that no other names as its parent."""
    problems: tuple[str, ...] = ()
    """Events that can't be used, a sentence each."""
    monitors: Mapping[str, MonitorSaid] = field(default_factory=dict)
    """By the monitor's name."""
    snoozes: Mapping[str, tuple[Snooze, ...]] = field(default_factory=dict)
    """By the key of what needs attention, the newest first."""
    trainings: Mapping[str, tuple[Retraining, ...]] = field(default_factory=dict)
    """Of names under which nothing is registered yet, the newest first; the others' are with their models."""
