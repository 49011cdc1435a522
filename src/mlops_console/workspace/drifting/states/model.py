"""How a monitor stands for people: what the overview, the drift view and the model's page share."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from mlops_console.drift.model import Verdict
from mlops_console.journal.registry import Acknowledgement, Mute
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Standing

Health: TypeAlias = Literal["harmful", "drift", "unjudged", "stale", "watch", "ok", "none"]
"""harmful: labels say that the model does worse; drift: an alarm; unjudged: its newest window could not be,
or the monitor can't judge at all; stale: no window for longer than is usual; watch: something is near a
limit, or says DRIFT without being confirmed; none: there is no complete window yet."""

WORST_FIRST: Final[tuple[Health, ...]] = ("harmful", "drift", "unjudged", "stale", "watch", "none", "ok")


@dataclass(frozen=True, slots=True)
class Brief:
    """A judged window in a line of figures."""

    window: str
    start: int | None
    verdict: Verdict
    effect: float | None
    """Of the feature that moved the most, muted ones aside; None: nothing was measured."""
    feature: str
    """That feature; empty: none."""
    alarm: bool
    harmful: bool
    rows: int


@dataclass(frozen=True, slots=True)
class MonitorState:
    """A monitor as it stands now; made from stored verdicts alone, no data is read."""

    watched: Watched
    health: Health
    because: str
    """A sentence with the figures: `amount has moved: effect .41, limit .10, since 2013-03`."""
    since: int | None
    """Epoch microseconds since when somebody could know that; since when data moved, `because` says."""
    standing: Standing
    windows: tuple[Brief, ...]
    """The newest 60 that count, the oldest first."""
    features_drifting: int
    features_judged: int
    version: str
    """`churn@3`: what the alias it watches stands on; empty: it watches none, or that stands nowhere."""
    stale_since: int | None = None
    """When the next window was due; None: it is not stale."""
    muted: Mute | None = None
    """The mute of all of it that holds now."""
    muted_features: tuple[Mute, ...] = ()
    acknowledged: Acknowledgement | None = None
    """The one that covers what it says now: neither worse nor another alarm since."""

    @property
    def key(self) -> tuple[str, str]:
        """(project key, monitor)."""
        return self.watched.project.key, self.watched.name

    @property
    def needs(self) -> bool:
        """Whether somebody should look."""
        bad = self.health in ("harmful", "drift", "unjudged", "stale")
        return bad and self.muted is None and self.acknowledged is None


def stands(state: MonitorState) -> str:
    """Its health in words: `harmful, acknowledged`."""
    quiet = "muted" if state.muted is not None else "acknowledged" if state.acknowledged is not None else ""
    return f"{state.health}, {quiet}" if quiet else state.health
