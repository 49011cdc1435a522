"""The models in production: what each is judged by, and how the data that it sees stands. A worker's work."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from mlops_console.wishes.reading import read_wishes
from mlops_console.workspace.model_rows import CHAMPION, metric_of, metrics_of
from mlops_console.workspace.overview.figures import in_scope
from mlops_console.workspace.overview.model import DAYS, Produced

if TYPE_CHECKING:
    from mlops_console.journal.registry import AliasState, Model
    from mlops_console.records import Project
    from mlops_console.workspace.drifting.states.model import MonitorState
    from mlops_console.workspace.kpis.model import KpiState
    from mlops_console.workspace.opening import Workspace

_MET: Final = ("not kept", "unknown", "kept", "reached")
"""The worst first."""
_HEALTH: Final = ("harmful", "drift", "unjudged", "stale", "watch", "none", "ok")


def production(workspace: "Workspace", *, now: int | None = None) -> tuple[Produced, ...]:
    """Every model that has a champion; those that need somebody first, then by name."""
    kpis, monitors = _kpis(workspace, now), _states(workspace, now)
    found: list[Produced] = []
    for project in in_scope(workspace):
        models = workspace.decisions.registry(project.key).models
        standing = {
            name: (model, state)
            for name, model in models.items()
            if (state := model.aliases.get(CHAMPION)) is not None and state.version is not None
        }
        if standing:
            wishes = read_wishes(project.root)
            for name, (model, state) in standing.items():
                mine = kpis[project.key, name]
                watching = monitors[project.key, name]
                found.append(_produced(project, model, state, wishes.model(name), mine, watching))
    return tuple(sorted(found, key=lambda one: (_rank(one), one.model, one.project.name)))


def _rank(one: Produced) -> int:
    health = _HEALTH.index(one.monitor.health) if one.monitor is not None else len(_HEALTH)
    return min(health, 1 if one.kpi is not None and one.kpi.met == "not kept" else health)


def _produced(
    project: "Project",
    model: "Model",
    state: "AliasState",
    wished: Any,
    kpis: "Sequence[KpiState]",
    monitors: "Sequence[MonitorState]",
) -> Produced:
    version = state.version
    assert version is not None
    metric, goal = metric_of(model, wished)
    kpi = min(kpis, key=lambda one: _MET.index(one.met), default=None)
    monitor = min(monitors, key=lambda one: _HEALTH.index(one.health), default=None)
    if kpi is not None:
        metric, goal = kpi.kpi.metric, kpi.kpi.goal
    value = metrics_of(version).get(metric) if metric else None
    past, past_is = _past(model, metric, kpi, monitor)
    owner = wished.owner or (kpi.owner if kpi is not None else "")
    return Produced(
        project, model.name, version, state.since, state.contested, owner, metric or "", goal,
        value, kpi, monitor, len(monitors), past, past_is,
    )  # fmt: skip


def _past(
    model: "Model", metric: str | None, kpi: "KpiState | None", monitor: "MonitorState | None"
) -> tuple[tuple[float, ...], Any]:
    """What a sparkline of it shows, and what that is."""
    windows = [one.value.value for one in kpi.windows] if kpi is not None else []
    if len(windows) > 1:
        return tuple(windows[-DAYS:]), "kpi"
    effects = [one.effect for one in monitor.windows if one.effect is not None] if monitor is not None else []
    if len(effects) > 1:
        return tuple(effects[-DAYS:]), "drift"
    measured = (metrics_of(version).get(metric) for version in reversed(model.versions)) if metric else ()
    values = tuple(value for value in measured if value is not None)[-DAYS:]
    return (values, "versions") if len(values) > 1 else ((), "")


def _kpis(workspace: "Workspace", now: int | None) -> "defaultdict[tuple[str, str], list[KpiState]]":
    from mlops_console.workspace.kpis.standing import kpis

    return _by(kpis(workspace, now=now), lambda one: (one.project.key, one.model))


def _states(workspace: "Workspace", now: int | None) -> "defaultdict[tuple[str, str], list[MonitorState]]":
    from mlops_console.workspace.drifting.states.listing import states

    found = states(workspace, now=now)
    return _by(found, lambda one: (one.watched.project.key, one.watched.monitor.model))


def _by(
    found: Iterable[Any], key: Callable[[Any], tuple[str, str]]
) -> "defaultdict[tuple[str, str], list[Any]]":
    sorted_by: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for one in found:
        sorted_by[key(one)].append(one)
    return sorted_by
