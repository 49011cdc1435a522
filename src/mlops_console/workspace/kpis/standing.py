"""How the KPIs of models stand: their values with where these come from, floors, worth, reviews."""

import math
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, Final

from mlops_console.display import count, safe_text
from mlops_console.promotion.gates.kpis import above_floor, meets
from mlops_console.wishes.known import nearest
from mlops_console.wishes.locating import dotted
from mlops_console.wishes.reading import TOP_KEYS, problem_of, read_wishes
from mlops_console.workspace.judging.evidence_metrics import metrics_of
from mlops_console.workspace.kpis.due import due_of
from mlops_console.workspace.kpis.model import ByVersion, ByWindow, KpiState, Met
from mlops_console.workspace.kpis.reigns import Reigns, reigns_of
from mlops_console.workspace.model_rows import CHAMPION

if TYPE_CHECKING:
    from mlops_console.journal.registry import Model, Version
    from mlops_console.records import Project
    from mlops_console.wishes.model import Kpi, ModelWishes
    from mlops_console.workspace.drifting.monitors import Watched
    from mlops_console.workspace.kpis.measured import Production, Seen
    from mlops_console.workspace.opening import Workspace

_OF_KPIS: Final = re.compile(r'models\.(?:"(?:[^"\\]|\\.)*"|[^."]+)\.kpi', re.IGNORECASE)
"""The key of a mistake in a KPI, also where `kpis` is misspelt."""


def kpis(
    workspace: "Workspace", projects: "Sequence[Project] | None" = None, *, now: int | None = None
) -> tuple[KpiState, ...]:
    """The KPIs that these projects name, as they stand; in the order of their files. A worker's work.

    Nothing is measured here: values are what versions were registered with, and what monitors found out.

    Args:
        workspace: The workspace.
        projects: Whose; None: of those in scope.
        now: Epoch microseconds; None: by the clock.
    """
    now = time.time_ns() // 1_000 if now is None else now
    found: list[KpiState] = []
    for project in in_scope(workspace) if projects is None else projects:
        wishes = read_wishes(project.root)
        named = [one for one in wishes.models.values() if one.kpis]
        watched = _watched(project) if named and wishes.monitors else []
        for wished in named:
            found += _of_model(workspace, project, wished, watched, now)
    return tuple(found)


def in_scope(workspace: "Workspace") -> "list[Project]":
    """The projects that are meant where none are named."""
    scope = workspace.scope
    return [one for one in workspace.projects if not scope or one.key in scope]


def lost_in(workspace: "Workspace", projects: "Sequence[Project] | None" = None) -> tuple[str, ...]:
    """Mistakes in what the files of these projects say of KPIs, with their lines: one may cost a KPI."""
    said = []
    for project in in_scope(workspace) if projects is None else projects:
        for one in read_wishes(project.root).mistakes:
            word = one.key.partition(".")[0]
            meant = word not in TOP_KEYS and nearest(word, TOP_KEYS) == "models"
            if not one.key or meant or _OF_KPIS.match(one.key):
                problem = problem_of(one)
                said.append(f"{project.name}, {problem.path}: {problem.what}")
    return tuple(said)


@dataclass(frozen=True, slots=True)
class Known:
    """A model as its KPIs are read from it."""

    name: str
    model: "Model | None"
    """None: no version is registered."""
    champion: "Version | None"
    metrics: "tuple[tuple[Version, dict[str, float]], ...]"
    """What each version was registered with, the oldest first; withdrawn ones left out."""
    reigns: Reigns

    @property
    def number(self) -> int | None:
        """The champion's."""
        return None if self.champion is None else self.champion.number

    @property
    def recorded(self) -> dict[str, float]:
        """What the champion was registered with."""
        return next((said for one, said in self.metrics if one.number == self.number), {})


def known_of(name: str, model: "Model | None") -> Known:
    """What a model's decisions say of it."""
    if model is None:
        return Known(name, None, None, (), Reigns())
    state = model.aliases.get(CHAMPION)
    champion = state.version if state is not None else None
    shown = (
        one
        for one in reversed(model.versions)
        if not one.retracted or (champion is not None and one.id == champion.id)
    )
    return Known(name, model, champion, tuple((one, metrics_of(one)[0]) for one in shown), reigns_of(model))


def _watched(project: "Project") -> "list[Watched]":
    from mlops_console.workspace.drifting.monitors import watched_in

    return watched_in([project])


def _of_model(
    workspace: "Workspace",
    project: "Project",
    wished: "ModelWishes",
    watched: "Sequence[Watched]",
    now: int,
) -> Iterator[KpiState]:
    from mlops_console.workspace.kpis.measured import in_production, watching

    known = known_of(wished.name, workspace.decisions.registry(project.key).models.get(wished.name))
    seen = watching(workspace, watched, wished.name)
    for kpi in wished.kpis:
        production = in_production(kpi, seen, known.reigns)
        yield _state(project, wished, kpi, known, production, seen, now)


def _state(
    project: "Project",
    wished: "ModelWishes",
    kpi: "Kpi",
    known: Known,
    production: "Production",
    seen: "Sequence[Seen]",
    now: int,
) -> KpiState:
    value, interval, source, at = _value(kpi, known, production)
    reviews = known.model.reviews if known.model is not None else ()
    due = due_of(kpi, reviews, known.reigns.first, now)
    gap = None if value is None else above_floor(kpi, value)
    # What binary fractions add is nothing that was measured.
    worth = None if gap is None or kpi.worth is None else float(f"{gap * kpi.worth:.12g}")
    return KpiState(
        project=project,
        model=wished.name,
        kpi=kpi,
        version=known.number,
        value=value,
        interval=interval,
        source=source,
        at=at,
        met=met(kpi, value),
        versions=tuple(
            ByVersion(one.number, said.get(kpi.metric), one.registered.at, known.reigns.of(one.number))
            for one, said in known.metrics
        ),
        windows=production.windows,
        worth=worth if worth is None or math.isfinite(worth) else None,
        reviewed=due.reviewed,
        due=due.due,
        overdue=due.overdue,
        owner=kpi.owner or wished.owner,
        monitor=production.monitor,
        how="" if production.labelled else _how(kpi, known, value, seen),
        remarks=(due.remark,) if due.remark else (),
    )


def met(kpi: "Kpi", value: float | None) -> Met:
    """How a value stands to floor and target."""
    if value is None or (math.isnan(value) and kpi.floor is None):
        return "unknown"
    if kpi.floor is not None and not meets(kpi, value, kpi.floor):
        return "not kept"
    return "reached" if kpi.target is not None and meets(kpi, value, kpi.target) else "kept"


def _value(
    kpi: "Kpi", known: Known, production: "Production"
) -> tuple[float | None, tuple[float, float] | None, str, int | None]:
    """The value, its interval, where it comes from, when it was measured."""
    newest = production.newest
    if newest is not None:
        window, at = newest
        said = window.value
        return said.value, (said.low, said.high), f"labels of {window.window}{_whose(window, known)}", at
    recorded = known.recorded.get(kpi.metric)
    if known.champion is None:
        return None, None, _nobody(kpi, known), None
    number = count(known.champion.number)
    if recorded is not None:
        return recorded, None, f"recorded with v{number}", known.champion.registered.at
    close = nearest(kpi.metric, known.recorded)
    there = f", it has `{close}`" if close else ""
    return None, None, f"nobody measures `{kpi.metric}`: v{number} was registered without it{there}", None


def _whose(window: ByWindow, known: Known) -> str:
    """Of which version, where that is not the one that is champion now."""
    other = window.version is not None and known.number is not None and window.version != known.number
    return f", of v{count(window.version or 0)}" if other else ""


def _nobody(kpi: "Kpi", known: Known) -> str:
    if not known.metrics:
        return "no version is registered"
    newest, said = known.metrics[-1]
    return f"no version is champion; v{count(newest.number)} is the newest" + (
        "" if kpi.metric in said else f", registered without `{kpi.metric}`"
    )


def _how(kpi: "Kpi", known: Known, value: float | None, seen: "Sequence[Seen]") -> str:
    """What would have it measured, where no labels do."""
    from mlops_console.comparison.predictions.naming import metric_named

    name = quote(safe_text(known.name, 120))
    if value is None and not known.metrics:
        return f"Register a version: mlops-console register RUN {name}"
    if value is None and known.champion is None:
        return f"Promote one: mlops-console promote {name}@{known.metrics[-1][0].number} champion"
    if metric_named(kpi.metric) is not None:
        return _by_labels(known.name, seen)
    if value is not None:
        return ""
    metric = safe_text(kpi.metric, 120)
    said = quote(f"{metric}=VALUE")
    return f"Log {metric} in training, or say it: mlops-console register … --metric {said}"


def _by_labels(model: str, seen: "Sequence[Seen]") -> str:
    monitors = [one.watched.monitor for one in seen]
    table = dotted(("monitors", monitors[0].name if monitors else "NAME"))
    if not monitors:
        return f'For labels of production: [{table}] with model = "{safe_text(model, 120)}", score and label.'
    awaits = next((one.name for one in monitors if one.label), "")
    if awaits:
        return f"For labels of production: no window of {safe_text(awaits, 120)} has any yet."
    return f"For labels of production: give [{table}] its score and label."
