"""What the Drift view looks at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from mlops_console.drift.model import Rules, Verdict
from mlops_console.journal.registry import MonitorSaid
from mlops_console.records import Project
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.standing import Told
from mlops_console.workspace.drifting.states.model import MonitorState
from mlops_console.workspace.drifting.states.trail import Course

MonitorKey: TypeAlias = tuple[str, str]
"""(project key, monitor)."""
SPANS: Final = (14, 30, 60, 120, 0)
"""So many windows are shown over time; 0: all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A monitor in the list."""

    watched: Watched
    state: MonitorState | None = None
    """None: not worked out yet."""

    @property
    def key(self) -> MonitorKey:
        """Which it is."""
        return self.watched.project.key, self.watched.name


@dataclass(frozen=True, slots=True)
class Shown:
    """All monitors of the projects in scope."""

    monitors: tuple[Listed, ...] = ()
    lost: tuple[str, ...] = ()
    """What was meant as a monitor and is none, a sentence each."""
    private: frozenset[str] = frozenset()
    """Projects whose decisions are kept where nobody else reads them."""
    projects: tuple[Project, ...] = ()
    """Those that were looked at."""

    def twins(self) -> frozenset[str]:
        """Names that monitors of several projects have."""
        many = Counter(one.watched.name for one in self.monitors)
        return frozenset(name for name, times in many.items() if times > 1)

    def find(self, key: MonitorKey | None) -> Listed | None:
        """The one of this key."""
        return next((one for one in self.monitors if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Opened:
    """One monitor, with the window that is looked at."""

    watched: Watched
    course: Course = field(default_factory=Course)
    told: Told | None = None
    """The window that is looked at, whole; None: there is none, or it is on its way."""
    at: int = -1
    """Its place in the course."""
    awaited: tuple[str, str] | None = None
    """The window that is not complete yet, and why not."""
    problems: tuple[str, ...] = ()
    why_not: str = ""
    """Why nothing of it can be judged, a sentence."""
    state: MonitorState | None = None
    """How it stands for people; None: on its way."""
    said: MonitorSaid = field(default_factory=MonitorSaid)
    """What people said of it."""
    importance: Mapping[str, float] | None = None
    """Share of each feature in what its model hangs on; None: not known."""

    @property
    def rules(self) -> Rules:
        """The thresholds that it is told by: those wished, and what the reference does by itself."""
        rules = self.watched.rules()
        floors = self.told.judged.floors if self.told is not None else {}
        return replace(rules, floors=floors) if floors and not rules.floors else rules

    @property
    def blind(self) -> bool:
        """Whether all is known of it, and no window is judged."""
        return self.told is None and self.course.complete and not self.course.steps

    @property
    def newest(self) -> bool:
        """Whether the window that is looked at is the newest."""
        return self.at == len(self.course.steps) - 1

    def muted(self, now: int) -> frozenset[str]:
        """The features that raise no alarm now, for people said so."""
        names = {one.feature for one in self.said.mutes if one.feature}
        return frozenset(name for name in names if self.said.muted(now, name) is not None)

    def shown(self, span: int) -> range:
        """The places of the windows shown over time: so many up to the one that is looked at; 0: all."""
        end = self.at + 1 if self.at >= 0 else len(self.course.steps)
        return range(max(0, end - span) if span else 0, end)


def sign(verdict: Verdict) -> tuple[str, str, str, str]:
    """A verdict as (sign, its ink, word, its ink)."""
    match verdict:
        case "DRIFT":
            return "!!", "bad", "drift", "bad"
        case "WATCH":
            return "!", "warn", "watch", "warn"
        case "STABLE" | "NEGLIGIBLE":
            return "ok", "ok", "ok" if verdict == "STABLE" else "small", "muted"
        case "TOO FEW ROWS":
            return "?", "muted", "few rows", "muted"
    return "-", "muted", "unjudged", "muted"
