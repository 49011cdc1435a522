"""The values of the overview: each part is asked for by itself, and drawn as it comes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from mlops_console.records import Project

if TYPE_CHECKING:
    from mlops_console.journal.registry import Version
    from mlops_console.workspace.drifting.states.model import MonitorState
    from mlops_console.workspace.goals import Goal
    from mlops_console.workspace.kpis.model import KpiState

DAYS = 14
"""What a sparkline of days shows, today's last."""
CELLS = 12
"""Parts of the time from a project's first to its last run."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The fullest of the disks that hold the projects."""

    free: int
    """Bytes that this user may still write."""
    size: int

    @property
    def used(self) -> float:
        """The share that is taken, 0 to 1."""
        return 1.0 - self.free / self.size if self.size else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """The day in figures; a day is the 24 hours before now, the one before it the 24 before them."""

    runs: tuple[int, ...] = ()
    """Runs that began, by day, today's last."""
    failed: tuple[int, ...] = ()
    """Runs that failed or were killed, by day."""
    ended: int = 0
    """Runs that came to any end today."""
    running: tuple[int, ...] = ()
    """Runs that ran at the same time, every second hour of the last day; now is last."""
    silent: int = 0
    """Runs that say running, without a sign of life."""
    disk: Disk | None = None
    projects: int = 0
    total: int = 0
    """Runs that there are."""


@dataclass(frozen=True, slots=True)
class Produced:
    """A model in production."""

    project: Project
    model: str
    version: "Version"
    since: int
    """Champion since then, epoch microseconds."""
    contested: bool
    owner: str
    metric: str
    """What it is looked at by: its first KPI's metric, else the model's."""
    goal: "Goal"
    value: float | None
    """Of that metric, as it was registered with; the KPI's, where there is one, goes before it."""
    kpi: "KpiState | None" = None
    """The one that needs attention the most."""
    monitor: "MonitorState | None" = None
    """The worst of those that watch it."""
    monitors: int = 0
    past: tuple[float, ...] = ()
    """The KPI, else the effect of what moved the most, else the metric by version: the oldest first."""
    past_is: Literal["kpi", "drift", "versions", ""] = ""


Liveliness: TypeAlias = Literal["running", "silent", "failed"]


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run that runs, fell silent, or came to a bad end lately."""

    id: str
    name: str
    project: Project
    status: str
    reason: str
    kind: Liveliness
    started: int | None
    at: int | None
    """Its newest sign of life."""
    done: int | None = None
    total: int | None = None
    unit: str = ""
    """What its steps count: `epochs`."""

    @property
    def share(self) -> float | None:
        """How far it is, 0 to 1; None: nobody says how far it goes."""
        return min(1.0, self.done / self.total) if self.done is not None and self.total else None

    def left(self, now: int) -> int | None:
        """How long it will take at this pace, microseconds; None: not known."""
        share = self.share
        if self.started is None or not share or share >= 1 or now <= self.started:
            return None
        return int((now - self.started) * (1 - share) / share)


@dataclass(frozen=True, slots=True)
class Lively:
    """The runs that are on their way, and those that left it."""

    runs: tuple[LiveRun, ...] = ()
    """Running, silent, failed; each the newest first; not more than there is use for."""
    running: int = 0
    silent: int = 0
    failed: int = 0
    """In the last 24 hours."""


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project and its best run."""

    project: Project
    runs: int = 0
    last: int | None = None
    """When its newest run began."""
    running: int = 0
    metric: str = ""
    goal: "Goal" = None
    best: float | None = None
    by: str = ""
    """Id of the run that has it."""
    past: tuple[float, ...] = ()
    """The best so far, in equal parts of the time from the first to the last run."""
    models: int = 0
    """Registered ones."""
    trouble: str = ""
    """Why it can't be looked at; a mistake in its file."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody decided, or that came."""

    at: int
    by: str
    """Empty: nobody, a machine."""
    what: str
    project: Project
    event: str = ""
    """Id of the event; empty: none was written."""
    filter: str = ""
    """Of the runs that it is about."""
