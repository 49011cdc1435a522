"""KPIs as production has them: what the labels of judged windows say, and estimates where there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlops_console.comparison.predictions.naming import metric_named
from mlops_console.workspace.drifting.judged import JudgedFolder
from mlops_console.workspace.drifting.standing import Told, history
from mlops_console.workspace.kpis.model import ByWindow
from mlops_console.workspace.model_rows import CHAMPION

if TYPE_CHECKING:
    from mlops_console.drift.model import Performance
    from mlops_console.wishes.model import Kpi
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.kpis.reigns import Reigns
    from mlops_console.workspace.opening import Workspace


@dataclass(frozen=True, slots=True)
class Production:
    """A KPI over the windows of one monitor."""

    monitor: str = ""
    windows: tuple[ByWindow, ...] = ()
    """The oldest first."""
    measured: tuple[int, ...] = ()
    """When each was judged, epoch microseconds."""

    @property
    def newest(self) -> tuple[ByWindow, int] | None:
        """The newest by labels, and when that was judged."""
        pairs = zip(reversed(self.windows), reversed(self.measured), strict=True)
        return next(((one, at) for one, at in pairs if not one.estimated), None)

    @property
    def labelled(self) -> int:
        """So many windows have labels."""
        return sum(not one.estimated for one in self.windows)


def watching(watched: "Sequence[Watched]", model: str) -> "list[Watched]":
    """The monitors that see what the champion of a model does."""
    return [one for one in watched if one.monitor.model == model and one.monitor.alias == CHAMPION]


def in_production(
    workspace: "Workspace", kpi: "Kpi", watched: "Sequence[Watched]", reigns: "Reigns"
) -> Production:
    """What is known of a KPI in production.

    Of several monitors that measure it the one that is judged by it goes first, then the one with more
    windows that have labels, then the one that the file names first: one of them, never a mixture.

    Args:
        workspace: The workspace.
        kpi: Which.
        watched: The monitors that see the model's champion.
        reigns: Its champions.
    """
    metric = metric_named(kpi.metric)
    if metric is None:
        return Production()
    found = [(one, _of(one, windows_of(workspace, one), metric, kpi, reigns)) for one in watched]
    known = [(one, said) for one, said in found if said.windows]
    return max(
        known,
        key=lambda pair: (metric_named(pair[0].monitor.metric) == metric, pair[1].labelled),
        default=(None, Production()),
    )[1]


def windows_of(workspace: "Workspace", watched: "Watched") -> Sequence[Told]:
    """All judged windows of a monitor in their order."""
    return history(watched, JudgedFolder(watched.project, watched.name, workspace.places))


def _of(watched: "Watched", windows: Sequence[Told], metric: str, kpi: "Kpi", reigns: "Reigns") -> Production:
    found, measured = [], []
    for told in windows:
        said = None if told.superseded else _said(told, metric)
        if said is None or said.goal != kpi.goal:
            continue
        judged = told.judged
        value = said.realised
        estimated = value is None
        if value is None and told.model is not None and told.model.supported is not False:
            value = said.estimated
        if value is None:
            continue
        version = None if judged.end is None else reigns.at(judged.end)
        found.append(ByWindow(judged.window, judged.start, judged.end, version, value, estimated))
        measured.append(judged.labelled_at or judged.at)
    return Production(watched.name, tuple(found), tuple(measured))


def _said(told: Told, metric: str) -> "Performance | None":
    performance = told.model.performance if told.model is not None else ()
    return next((one for one in performance if one.metric == metric), None)
