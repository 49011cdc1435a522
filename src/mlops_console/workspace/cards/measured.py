"""What a version reached, and how sure that is: by the rows it predicted, by the seeds of its config."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from mlops_console.promotion.card.model import Figure, KpiTold
from mlops_console.promotion.gates.kpis import meets, worth
from mlops_console.workspace.goals import goal_of, interest
from mlops_console.workspace.judging.evidence_metrics import metrics_of
from mlops_console.workspace.kpis import words

if TYPE_CHECKING:
    from mlops_console.analysis.alone import Surety
    from mlops_console.wishes.model import Kpi, ModelWishes
    from mlops_console.workspace.details import RunDetail
    from mlops_console.workspace.kpis.model import KpiState
    from mlops_console.workspace.models import Resolved
    from mlops_console.workspace.opening import Workspace

_ASKED: Final = 6
"""So many metrics are looked for in the predictions: each is drawn a thousand times."""
_AGREE: Final = 1e-3
"""Relative: what predictions give must be what was recorded, else they are of other rows."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The metrics, those that matter first."""

    figures: tuple[Figure, ...]
    unsure: tuple[str, ...] = ()
    """Why intervals are missing, sentences."""


def figures_of(
    workspace: "Workspace",
    resolved: "Resolved",
    metric: str,
    wishes: "ModelWishes",
    progress: Callable[[str], None],
    intervals: bool,
    wanted: Callable[[], bool] | None = None,
) -> Figures:
    """What was recorded, and where it can be worked out, how sure it is."""
    values, notes = metrics_of(resolved.version)
    goals = {**{kpi.metric: kpi.goal for kpi in wishes.kpis}}
    if wishes.metric and wishes.goal is not None:
        goals[wishes.metric] = wishes.goal
    ours = {metric, *(kpi.metric for kpi in wishes.kpis)}
    ordered = sorted(values, key=lambda key: (key != metric, key not in ours, -interest(key), key))
    found = tuple(
        Figure(key, goals.get(key) or goal_of(key), values[key], notes.get(key, "")) for key in ordered
    )
    if not intervals or not found:
        return Figures(found)
    return _sure(workspace, resolved, found, progress, wanted)


def _sure(
    workspace: "Workspace",
    resolved: "Resolved",
    figures: tuple[Figure, ...],
    progress: Callable[[str], None],
    wanted: Callable[[], bool] | None,
) -> Figures:
    from mlops_console.workspace.judging.compared import run_of

    if resolved.version.run is None:
        return Figures(figures, ("It has no run whose predictions or seeds could tell how sure this is.",))
    run = run_of(workspace, resolved.project, resolved.version)
    if run is None:
        return Figures(
            figures, ("Its run is gone, and with it the predictions and seeds that tell how sure this is.",)
        )
    progress("working out how sure the metrics are")
    alike = _alike(workspace, run)
    surety = _asked(workspace, run, alike, figures, wanted)
    if isinstance(surety, str):
        return Figures(figures, (surety,))
    told = tuple(_with(one, surety) for one in figures)
    return Figures(told, tuple(_unsure(told, surety, len(alike), gone=run.gone)))


def _alike(workspace: "Workspace", run: "RunDetail") -> "list[RunDetail]":
    """The runs of its configuration that finished, itself first."""
    from mlops_console.workspace.comparing.subjects import with_alike
    from mlops_console.workspace.details import details

    ids = with_alike(workspace, [run.id])
    return [one for one in details(workspace, ids) if one.id == run.id or one.status == "finished"]


def _asked(
    workspace: "Workspace",
    run: "RunDetail",
    alike: "Sequence[RunDetail]",
    figures: Sequence[Figure],
    wanted: Callable[[], bool] | None,
) -> "Surety | str":
    from mlops_console.analysis.alone import Surety
    from mlops_console.comparison.predictions.naming import metric_named
    from mlops_console.workspace.comparing.predicting import predictors_of
    from mlops_console.workspace.comparing.working_out import worked_out

    values = _values(alike, [one.metric for one in figures])
    predictor = predictors_of(workspace, [run])[run.id]
    metrics = tuple(one.metric for one in figures if metric_named(one.metric))[:_ASKED]
    given = {"values": values, "run": predictor if predictor.files else None, "metrics": metrics}
    outcome = worked_out(workspace, "alone", given, None, wanted)
    if isinstance(outcome.value, Surety):
        return outcome.value
    return outcome.problem or "Nobody waited for the intervals."


def _values(runs: "Sequence[RunDetail]", metrics: Sequence[str]) -> Mapping[str, tuple[float, ...]]:
    """Each metric in every run, where all runs have it."""
    found = {}
    for metric in metrics:
        each = [_value(run, metric) for run in runs]
        known = tuple(value for value in each if value is not None)
        if len(known) == len(runs) and len(known) > 1:
            found[metric] = known
    return found


def _value(run: "RunDetail", metric: str) -> float | None:
    """The last of its history, else what the tool states as final, as versions have it."""
    for one in run.metrics:
        if one.key == metric:
            return one.last_value
    value = run.summary.get(metric)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _with(figure: Figure, surety: "Surety") -> Figure:
    rows, seeds = surety.rows.get(figure.metric), surety.seeds.get(figure.metric)
    if rows is not None and math.isclose(rows[0], figure.value, rel_tol=_AGREE, abs_tol=1e-9):
        figure = replace(figure, rows_ci=rows[1], rows=rows[2])
    if seeds is not None:
        figure = replace(figure, seeds_mean=seeds[0], seeds_ci=seeds[1], seeds=seeds[2])
    return figure


def _unsure(figures: Sequence[Figure], surety: "Surety", runs: int, *, gone: bool) -> list[str]:
    """What keeps the first metric from having intervals."""
    first = figures[0]
    told = []
    if first.rows_ci is None:
        if first.metric in surety.rows:
            from mlops_console.display import number

            told.append(
                f"The run's predictions give {number(surety.rows[first.metric][0])} for {first.metric}: they"
                " are of other rows than those it was measured on, so they don't tell how sure it is."
            )
        elif gone:
            told.append("Its run is gone, and with it the predictions that tell how sure this is over rows.")
        else:
            told += surety.problems[:2] or (f"No predictions by row tell how sure {first.metric} is.",)
    if first.seeds_ci is None:
        many = "It is the only run" if runs < 2 else f"There are only {runs} runs"
        told.append(
            f"{many} of its configuration: three with different seeds would tell how sure {first.metric} is."
            if runs < 3
            else f"Not all {runs} runs of its configuration have a finite {first.metric}."
        )
    return told


def kpis_of(
    wishes: "ModelWishes", figures: Sequence[Figure], states: "Sequence[KpiState]" = (), version: int = 0
) -> tuple[KpiTold, ...]:
    """Each KPI with what the version reaches of it.

    Args:
        wishes: The model's.
        figures: What the version was registered with.
        states: How the model's KPIs stand.
        version: Its number.
    """
    values = {one.metric: one.value for one in figures}
    stands = {one.kpi.name: one for one in states}
    return tuple(_kpi(kpi, values.get(kpi.metric), stands.get(kpi.name), version) for kpi in wishes.kpis)


def _kpi(kpi: "Kpi", value: float | None, state: "KpiState | None", version: int) -> KpiTold:
    told = worth(kpi, value) if value is not None and math.isfinite(value) else ""
    kept, reached = _reaches(kpi, value, kpi.floor), _reaches(kpi, value, kpi.target)
    if state is None:
        return KpiTold(kpi, value, kept, reached, told)
    now = time.time_ns() // 1_000
    return KpiTold(
        kpi, value, kept, reached, told, words.production_of(state, version), words.review(state, now)
    )


def _reaches(kpi: "Kpi", value: float | None, limit: float | None) -> bool | None:
    return None if value is None or limit is None else meets(kpi, value, limit)
