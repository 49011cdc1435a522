"""A project's wishes as values. Reading them is `wishes.reading`'s."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

Goal: TypeAlias = Literal["min", "max"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wish that can't be used: where it stands, what is wrong, and what to write instead."""

    key: str
    """Dotted: `models.churn.gates.champion.require[1]`."""
    what: str
    line: int | None = None
    """From 1."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Kpi:
    """A figure that a model is judged by in business."""

    name: str
    metric: str
    goal: Goal
    floor: float | None = None
    """Worse than this is not met."""
    target: float | None = None
    owner: str = ""
    review_days: float | None = None
    worth: float | None = None
    """What one unit of the metric is worth, in `currency`: times it is the KPI in business terms."""
    currency: str = ""
    per: str = ""
    """What `worth` is for: `month`, `1,000 customers` …"""
    purpose: str = ""
    """What the figure means to those who pay for it: a sentence for the report."""


@dataclass(frozen=True, slots=True)
class Command:
    """Somebody's command. Runs only after this user has trusted its exact text."""

    argv: tuple[str, ...]
    seconds: float = 60.0
    cwd: str = "."
    """Relative to the project."""

    @property
    def text(self) -> str:
        """What is shown, and trusted by its hash."""
        import shlex

        return f"{shlex.join(self.argv)}  (in {self.cwd}, at most {self.seconds:.10g} s)"


@dataclass(frozen=True, slots=True)
class Target:
    """A place that a model is deployed to: a folder."""

    name: str
    folder: str
    """Absolute, or relative to the project; `~` is the user's home."""
    keep: int = 3
    """So many releases stay, the current one included."""
    smoke: Command | None = None
    """Before the switch; is given the release's folder."""
    health: Command | None = None
    """After the switch; when it fails, the release before returns."""


@dataclass(frozen=True, slots=True)
class ModelWishes:
    """What is wished of one model."""

    name: str
    owner: str = ""
    metric: str = ""
    goal: Goal | None = None
    purpose: str = ""
    limits: str = ""
    """What it must not be used for: goes into the card."""
    slices: tuple[str, ...] = ()
    """Columns of predictions by which slices are made."""
    copy: bool = True
    """Whether registering copies the model's files; False: they stay where they are, and are hashed."""
    kpis: tuple[Kpi, ...] = ()
    gates: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Alias -> gate's key -> what the file says, checked: these gates hold before the alias moves there."""
    targets: tuple[Target, ...] = ()
    retrain: Command | None = None
    """Trains the model anew, when a person says so; None: nobody has said how."""


@dataclass(frozen=True, slots=True)
class Monitor:
    """What is watched: the data that a model sees, against a reference, window by window."""

    name: str
    model: str = ""
    alias: str = "champion"
    """Whose baseline is the reference, where `reference` is empty."""
    owner: str = ""
    reference: str = ""
    """A data file, folder or glob, relative to the project or absolute; empty: the version's baseline."""
    current: str = ""
    """A file, folder or glob that receives rows."""
    time: str = ""
    """Column by which rows belong to windows; empty: a file is a window, by its name."""
    window: Literal["file", "day", "week", "month", "rows"] = "file"
    rows: int = 0
    """Rows of a window, where `window` is `rows`."""
    zone: str = "UTC"
    """Of times that name none, and of where days begin."""
    prediction: str = ""
    score: str = ""
    label: str = ""
    labels: str = ""
    """Where labels come later: a file, folder or glob; empty: they stand in `current`."""
    key: str = ""
    """Column that joins labels to rows."""
    delay_seconds: float = 0.0
    """Labels of a window are awaited for so long after its end."""
    metric: str = ""
    """What the model is judged by; empty: by its kind."""
    features: tuple[str, ...] = ()
    """Empty: all columns but those named otherwise here."""
    ignore: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    numeric: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    """Columns that tell who moved; empty: all levels."""
    drift: float | None = None
    watch: float | None = None
    q: float | None = None
    classifier: float | None = None
    """AUC from which on it is DRIFT that a classifier tells the rows apart; 1: none is asked."""
    confirm: tuple[int, int] = (1, 1)
    """(2, 3): an alarm is raised when 2 of the last 3 windows say DRIFT."""
    thresholds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Feature -> its own (watch, drift)."""
    action: str = ""
    """What to do when it says DRIFT, in words."""
    settle_seconds: float = 60.0
    """A window is complete when a later one has begun and its files have rested for so long."""
    unusable: str = ""
    """Why it does not judge: a mistake in what it judges by, as the end of a sentence; empty: it judges."""


@dataclass(frozen=True, slots=True)
class WatchWishes:
    """What a project says about being watched."""

    prune: tuple[str, ...] = ()
    """Shell patterns of folder names, or of paths relative to the project, that are never entered."""
    silence_seconds: float = 600.0
    """After so long without a sign of life a run without an end is no longer called running."""
    max_depth: int = 32
    """Folders deeper than this are not entered."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """Everything in one `mlops-console.toml`, with what could not be used."""

    models: Mapping[str, ModelWishes] = field(default_factory=dict)
    watch: WatchWishes = field(default_factory=WatchWishes)
    owners: Literal["note", "enforce"] = "note"
    """Whether an event whose author its file's owner does not prove is a note or an error."""
    mistakes: tuple[Mistake, ...] = ()
    monitors: Mapping[str, Monitor] = field(default_factory=dict)
    usual: ModelWishes = ModelWishes("")
    """What holds for a model that the file does not name; `{model}` in a target's folder is its name."""

    def model(self, name: str) -> ModelWishes:
        """What is wished of a model; what holds for every model where the file does not name it."""
        named = self.models.get(name)
        if named is not None:
            return named
        targets = (replace(one, folder=one.folder.replace("{model}", name)) for one in self.usual.targets)
        return replace(self.usual, name=name, targets=tuple(targets))
