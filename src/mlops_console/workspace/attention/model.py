"""The values of the list of what needs attention."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mlops_console.journal.registry import Snooze
from mlops_console.records import Project

Kind: TypeAlias = Literal[
    "disk", "harmful", "drift", "floor", "errors", "silent", "unjudged", "stale", "contested", "target",
    "gate", "retrain", "review", "owner", "monitor", "card", "wishes",
]  # fmt: skip
"""disk: it is full, or soon will be; harmful, drift, unjudged, stale: of a monitor; floor: a KPI is under
it; errors: runs failed or were killed, those of one error together; silent: runs without a sign of life;
contested: an alias; target: a deployment was changed by hand or is behind; gate: a version waits for a
person (an approval, or a promotion that its gates let through); retrain: a training that somebody started
from here failed, was lost, or is done and none of its runs is registered yet; review: of a KPI, overdue;
owner, monitor, card: a model in production has none; wishes: a mistake in mlops-console.toml, or a watched
folder that is not there."""
Level: TypeAlias = Literal["bad", "warn", "ask"]
"""bad `!!`: production is harmed or may be; warn `!`: it will be; ask `?`: a person is waited for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a matter is looked at: what Enter opens, and its twin on the command line."""

    view: Literal["runs", "run", "models", "drift", "overview", "file"]
    project: str
    """Key of the project."""
    subject: str = ""
    """run: its id; runs: a filter; models: the model; drift: the monitor; file: a path, absolute."""
    detail: str = ""
    """models: a version's number, or the id of a training's event; drift: a feature; file: a line."""
    command: str = ""
    """What a shell would be told: `mlops-console drift windows loans`."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Why a monitor asks nobody, though something is wrong with it."""

    how: Literal["acknowledged", "muted"]
    by: str
    at: int
    reason: str
    until: int | None = None
    """Epoch microseconds; None: until it is worse, or another alarm."""


@dataclass(frozen=True, slots=True)
class Item:
    """One matter."""

    key: str
    """Stays the same as long as it is the same matter, also over restarts and for everybody:
    `drift:loans:2013-03`. Another alarm of the same monitor is another matter."""
    kind: Kind
    level: Level
    project: Project
    subject: str
    """The model, monitor, group or run that it is about, for people."""
    what: str
    """A sentence without its subject: `amount has moved: effect .41, limit .10, 3 windows`."""
    effect: str = ""
    """What follows for whom: `affects v31, estimated auc -.011 [-.019, -.004]`; empty: not known."""
    since: int | None = None
    """Epoch microseconds."""
    owner: str = ""
    place: Place | None = None
    snoozed: Snooze | None = None
    """The snooze that holds now."""
    history: tuple[Snooze, ...] = ()
    """Every time it was put off or woken, the newest first."""
    quiet: Quiet | None = None
    """Who had the monitor ask nobody; None: it asks."""

    @property
    def word(self) -> str:
        """Its kind as people read it."""
        return "config" if self.kind == "wishes" else self.kind


@dataclass(frozen=True, slots=True)
class Attention:
    """What needs attention now."""

    items: tuple[Item, ...] = ()
    """The worst first, within a level by kind and then the newest first; snoozed ones left out."""
    snoozed: tuple[Item, ...] = ()
    """Those that come back first, first."""
    problems: tuple[str, ...] = field(default=())
    """Projects that could not be looked at, a sentence each."""
    quiet: tuple[Item, ...] = ()
    """Those of monitors that are acknowledged or muted, ranked; neither in `items` nor in `snoozed`."""

    @property
    def away(self) -> tuple[tuple[int, str], ...]:
        """What nobody is asked about, by why: `(1, "acknowledged"), (2, "muted"), (1, "snoozed")`."""
        ways: Counter[str] = Counter(one.quiet.how for one in self.quiet if one.quiet is not None)
        ways["snoozed"] = len(self.snoozed)
        return tuple((ways[way], way) for way in ("acknowledged", "muted", "snoozed") if ways[way])
