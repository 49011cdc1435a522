"""How the KPIs of models stand: their values with where these come from, floors, worth, reviews."""

import math
import re
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from mlops_console.promotion.gates.kpis import above_floor, meets
from mlops_console.wishes.known import nearest
from mlops_console.wishes.reading import TOP_KEYS, problem_of, read_wishes
from mlops_console.workspace.kpis.due import due_of
from mlops_console.workspace.kpis.model import ByVersion, KpiState, Met
from mlops_console.workspace.kpis.sources import Known, how, known_of, passed_over, turned, value_of

if TYPE_CHECKING:
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
    value, interval, source, at = value_of(kpi, known, production, now)
    reviews = known.model.reviews if known.model is not None else ()
    due = due_of(kpi, reviews, known.reigns.first, now)
    remarks = (due.remark, passed_over(production, now), turned(kpi, seen))
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
        how="" if production.labelled else how(kpi, known, value, seen),
        remarks=tuple(one for one in remarks if one),
    )


def met(kpi: "Kpi", value: float | None) -> Met:
    """How a value stands to floor and target."""
    if value is None or (math.isnan(value) and kpi.floor is None):
        return "unknown"
    if kpi.floor is not None and not meets(kpi, value, kpi.floor):
        return "not kept"
    return "reached" if kpi.target is not None and meets(kpi, value, kpi.target) else "kept"
