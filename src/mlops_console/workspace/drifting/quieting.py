"""What would make an alarm go quiet, with every stored window by it: shown before anything is changed."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from mlops_console import beneath
from mlops_console.drift.model import Verdict
from mlops_console.drift.windows.listing import natural
from mlops_console.settings import PROJECT_FILE
from mlops_console.workspace.drifting.judged import JudgedFolder, JudgedWindow, Listed, newest
from mlops_console.workspace.drifting.monitors import Watched
from mlops_console.workspace.drifting.referring import References
from mlops_console.workspace.drifting.replaying import Keys, Proposal, Replayed, Stored, thresholds_with
from mlops_console.workspace.drifting.standing import (
    Thresholds,
    Told,
    counting,
    held_to,
    judging_of,
    with_alarms,
)
from mlops_console.workspace.drifting.states.telling import Teller

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace

NEWEST: Final = 120
"""So many windows are replayed: figures of more would not fit beside each other, nor into memory."""
_MOST_BYTES: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Shift:
    """A window by what holds, and by other thresholds."""

    window: str
    before: Verdict
    alarm_before: bool
    after: Verdict
    alarm_after: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """Other thresholds, and every window by them."""

    keys: Keys
    """What to write into the monitor's table: (key, value as TOML)."""
    windows: tuple[Shift, ...]
    """The oldest first."""
    change: float = 0.0
    """By which share of what holds it is changed."""

    @property
    def quiet(self) -> int:
        """So many alarms go quiet."""
        return sum(one.alarm_before and not one.alarm_after for one in self.windows)

    @property
    def stay(self) -> int:
        """So many alarms stay."""
        return sum(one.alarm_after for one in self.windows)

    @property
    def appear(self) -> int:
        """So many windows raise an alarm that they did not."""
        return sum(one.alarm_after and not one.alarm_before for one in self.windows)


@dataclass(frozen=True, slots=True)
class Quieting:
    """What is known about an alarm."""

    window: str
    alarm: bool
    trials: tuple[Trial, ...]
    """What makes it go quiet, the smallest change first."""
    stubborn: tuple[str, ...]
    """Why nothing does, sentences."""


class _Newest(JudgedFolder):
    """As many of a monitor's windows as are replayed, without reading more."""

    def list(self) -> Listed:
        """The newest of them by name."""
        found = super().list()
        if len(found.keys) > NEWEST:
            ordered = sorted(found.keys, key=lambda key: (natural(key.window), key.file))
            found.keys = set(ordered[-NEWEST:])
        return found


class _Passing(Teller):
    """Tells by thresholds that are only tried: nothing of it is kept."""

    def _kept(self, one: JudgedWindow) -> Any:
        return None

    def _keep(self, one: JudgedWindow, form: Any) -> None:
        pass


class _Told(Stored):
    """As `Stored`; but what is told needs scipy, and a live workspace leaves that to its child."""

    def __init__(self, workspace: "Workspace", watched: Watched) -> None:
        self._workspace = workspace
        self.watched = watched
        self.holds = Thresholds.of(watched)
        self._folder = _Newest(watched.project, watched.name, workspace.places)
        self._listed = self._folder.list()
        keys = sorted(self._listed.keys, key=lambda key: key.file)
        self.windows = newest(self._folder, self._listed, keys)
        last = counting(self.windows, judging_of, held_to(References(lambda: workspace), watched))
        self._counting = sorted(
            last.values(), key=lambda one: (one.start or 0, natural(one.window.replace(",", "")))
        )
        keeping = Teller(workspace, watched, self.holds, self._folder, self._listed)
        self._before = with_alarms(keeping.told(self._counting), self.holds.confirm)

    def told(self, by: Thresholds | None = None) -> list[Told]:
        """All windows but superseded ones, in their order."""
        if by is None or by == self.holds:
            return self._before
        if replace(by, confirm=self.holds.confirm) == self.holds:
            return with_alarms(self._before, by.confirm)
        return with_alarms(self._passing(by).told(self._counting), by.confirm)

    def _says(self, one: Told, by: Thresholds) -> bool:
        return self._passing(by).told([one.judged])[0].verdict == "DRIFT"

    def _passing(self, by: Thresholds) -> Teller:
        return _Passing(self._workspace, self.watched, by, self._folder, self._listed)


class Trying:
    """The stored windows of a monitor, told by any thresholds. A worker's work; read once."""

    def __init__(self, workspace: "Workspace", watched: Watched) -> None:
        self._watched = watched
        self._stored = _Told(workspace, watched)

    def quieting(self, window: str) -> Quieting:
        """What would make the alarm of a window go quiet."""
        told = next((one for one in self._stored.told() if one.judged.window == window), None)
        if told is None or not told.alarm:
            return Quieting(window, False, (), ())
        found = self._stored.proposals(window)
        trials = tuple(self._trial(one) for one in found)
        return Quieting(window, True, trials, () if trials else self._stored.stubborn(window))

    def by_drift(self, limit: float) -> Trial:
        """Another threshold for all features."""
        by = thresholds_with(self._watched, drift=limit)
        keys: Keys = (("drift", f"{limit:.10g}"),)
        if by.rules.watch != self._stored.holds.rules.watch:
            keys = (*keys, ("watch", f"{by.rules.watch:.10g}"))
        return Trial(keys, self._shifts(by), abs(limit / self._stored.holds.rules.drift - 1))

    def _trial(self, one: Proposal) -> Trial:
        return Trial(one.keys, self._shifts(thresholds_of(self._watched, one.keys)), one.change)

    def _shifts(self, by: Thresholds) -> tuple[Shift, ...]:
        return tuple(_shift(one) for one in self._stored.replayed(by))


def _shift(one: Replayed) -> Shift:
    return Shift(
        one.before.judged.window, one.before.verdict, one.before.alarm, one.after.verdict, one.after.alarm
    )


def thresholds_of(watched: Watched, keys: Keys) -> Thresholds:
    """What a monitor would judge by, with these keys in its table."""
    wished: dict[str, Any] = tomllib.loads("\n".join(f"{key} = {value}" for key, value in keys))
    confirm = wished.get("confirm")
    parts = str(confirm).split(" of ") if confirm else ()
    per_feature = {name: float(one["drift"]) for name, one in wished.get("thresholds", {}).items()}
    by = thresholds_with(
        watched,
        drift=wished.get("drift"),
        watch=wished.get("watch"),
        q=wished.get("q"),
        classifier=wished.get("classifier"),
        confirm=(int(parts[0]), int(parts[1])) if len(parts) == 2 else None,
        features=per_feature,
    )
    return replace(by, importance=Thresholds.of(watched).importance)


def line_of(watched: Watched) -> int:
    """The line of a monitor's table in its project's file; 0: it can't be told."""
    return line_in(watched.project.root, ("monitors", watched.name))


def line_in(root: str, path: tuple[str, ...]) -> int:
    """The line of a table, or of what it stands in, in a project's file; 0: it can't be told."""
    from mlops_console.wishes.locating import TooDeepError, locate

    try:
        text = beneath.read_small(root, PROJECT_FILE, _MOST_BYTES).decode(errors="replace")
        return locate(text).line(path) or 0
    except (OSError, TooDeepError):
        return 0


def as_toml(watched: Watched, keys: Sequence[tuple[str, str]]) -> list[str]:
    """The lines to write, the name of the table first."""
    from mlops_console.wishes.locating import dotted

    return [f"[{dotted(('monitors', watched.name))}]", *(f"{key} = {value}" for key, value in keys)]
