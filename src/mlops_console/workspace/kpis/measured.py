"""KPIs as production has them: what the labels of judged windows say, and estimates where there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_console.comparison.predictions.naming import metric_named
from mlops_console.workspace.drifting.states.summaries import summaries
from mlops_console.workspace.kpis.model import ByWindow
from mlops_console.workspace.kpis.reigns import DAY
from mlops_console.workspace.model_rows import CHAMPION

if TYPE_CHECKING:
    from mlops_console.wishes.model import Kpi
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.drifting.states.summing import Summed
    from mlops_console.workspace.kpis.reigns import Reigns
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Seen:
    """A monitor that sees what the champion of a model does, and its windows, the oldest first."""

    watched: "Watched"
    windows: "tuple[Summed, ...]"


@dataclass(frozen=True, slots=True)
class Production:
    """A KPI over the windows of one monitor."""

    monitor: str = ""
    windows: tuple[ByWindow, ...] = ()
    """The oldest first."""
    measured: tuple[int, ...] = ()
    """When each was judged, epoch microseconds."""

    def newest(self, now: int) -> tuple[ByWindow, int] | None:
        """The newest by labels, and when that was judged; one that is still to come only where all are."""
        pairs = zip(reversed(self.windows), reversed(self.measured), strict=True)
        labelled = [(one, at) for one, at in pairs if not one.estimated]
        return next((pair for pair in labelled if not _to_come(pair[0], now)), next(iter(labelled), None))

    def ahead(self, now: int) -> str:
        """The first window with labels that is passed over because it is still to come; empty: none is."""
        newest = self.newest(now)
        if newest is None or _to_come(newest[0], now):
            return ""
        return next((one.window for one in self.windows if not one.estimated and _to_come(one, now)), "")

    @property
    def labelled(self) -> int:
        """So many windows have labels."""
        return sum(not one.estimated for one in self.windows)


def _to_come(window: ByWindow, now: int) -> bool:
    """Whether it begins later than clocks may differ by."""
    return window.start is not None and window.start > now + DAY


def watching(workspace: "Workspace", watched: "Sequence[Watched]", model: str) -> list[Seen]:
    """The monitors that see what the champion of a model does, and what they found out."""
    return [
        Seen(one, summaries(workspace, one).counting)
        for one in watched
        if one.monitor.model == model and one.monitor.alias == CHAMPION
    ]


def in_production(kpi: "Kpi", seen: Sequence[Seen], reigns: "Reigns") -> Production:
    """What is known of a KPI in production.

    Of several monitors that measure it the one that is judged by it goes first, then the one with more
    windows that have labels, then the one that the file names first: one of them, never a mixture.

    Args:
        kpi: Which.
        seen: The monitors that see the model's champion.
        reigns: Its champions.
    """
    metric = metric_named(kpi.metric)
    if metric is None:
        return Production()
    found = [(one.watched, _of(one, metric, kpi, reigns)) for one in seen]
    known = [(watched, said) for watched, said in found if said.windows]
    return max(
        known,
        key=lambda pair: (metric_named(pair[0].monitor.metric) == metric, pair[1].labelled),
        default=(None, Production()),
    )[1]


def _of(seen: Seen, metric: str, kpi: "Kpi", reigns: "Reigns") -> Production:
    found, measured = [], []
    for window in seen.windows:
        said = window.metric(metric)
        if said is None or said.goal != kpi.goal:
            continue
        estimate = said.estimated if window.supported is not False else None
        value = said.realised or estimate
        if value is not None:
            version = None if window.end is None else reigns.at(window.end)
            estimated = said.realised is None
            at = window.labelled_at or window.at
            found.append(ByWindow(window.window, window.start, window.end, version, value, estimated, at))
            measured.append(at)
    return Production(seen.watched.name, tuple(found), tuple(measured))
