"""Asks the workspace for what the page and the preview of a run show. Runs in worker threads."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import Curve
from mlops_console.console.run.facts import History, Metric, RunView, SourceNote
from mlops_console.console.run.metrics import main_metric
from mlops_console.console.theme import letter_number

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.details import SourceDetail
    from mlops_console.workspace.metrics import MetricSummary, Series

_TOLD: Final = ("params", "tags", "summary", "artifacts", "models", "datasets")


@dataclass(frozen=True, slots=True)
class Glance:
    """What the preview shows."""

    view: RunView
    key: str | None
    """The metric in the chart."""
    curves: tuple[Curve, ...]
    focus: str | None
    varying: frozenset[str] = frozenset()
    marked: int = 0


def now_us() -> int:
    """Now, in epoch microseconds."""
    return time.time_ns() // 1000


def run_view(workspace: "Workspace", run_id: str) -> RunView:
    """Everything that is known of a run; UsageError if there is none."""
    from mlops_console.workspace.details import detail

    found = detail(workspace, run_id)
    return RunView(
        id=found.id,
        name=found.name or "",
        project=found.project,
        path=found.path,
        status=found.status,
        reason=found.reason or "",
        started=found.started,
        ended=found.ended,
        active=found.active,
        group=found.group or "",
        parent=found.parent or found.parent_native_id or "",
        gone=found.gone,
        host=found.host or "",
        params=found.params,
        tags={key: str(value) for key, value in found.tags.items()},
        summary=found.summary,
        environment=found.environment,
        datasets=found.datasets,
        artifacts=found.artifacts,
        models=found.models,
        metrics=tuple(_metric(summary) for summary in found.metrics),
        problems=found.problems,
        sources=tuple(_note(source) for source in found.sources),
        project_key=found.project_key,
    )


def _metric(summary: "MetricSummary") -> Metric:
    return Metric(
        summary.key,
        summary.count,
        summary.first_step,
        summary.last_step,
        summary.last_value,
        summary.min,
        summary.min_step,
        summary.max,
        summary.max_step,
        summary.nan_count,
        summary.spark,
    )


def _note(source: "SourceDetail") -> SourceNote:
    told = [_counted(source.says[fact], fact) for fact in _TOLD if source.says.get(fact)]
    files = display.count(len(source.files)) + (" file" if len(source.files) == 1 else " files")
    return SourceNote(source.reader, source.path, ", ".join([files, *told]), source.gone)


def _counted(items: Any, noun: str) -> str:
    one = {"summary": "result"}.get(noun, noun.removesuffix("s"))
    return f"{display.count(len(items))} {one}" + ("" if len(items) == 1 else "s")


def varying(workspace: "Workspace", view: RunView) -> frozenset[str]:
    """Parameters that differ between the runs of its project."""
    from mlops_console.workspace.columns import columns_of

    scope = (view.project_key,) if view.project_key and len(workspace.projects) > 1 else ()
    return frozenset(
        info.column.name
        for info in columns_of(workspace, scope)
        if info.column.family == "param" and info.distinct > 1
    )


def histories(workspace: "Workspace", run_id: str, keys: Sequence[str]) -> Mapping[str, History]:
    """All points of some metrics of a run; one without points is empty."""
    from mlops_console.workspace.metrics import histories as read

    found = {series.key: series for series in read(workspace, [run_id], keys)}
    return {key: _history(found[key]) if key in found else History.empty() for key in keys}


def _history(series: "Series") -> History:
    return History(series.step, series.wall, series.value)


def glance(workspace: "Workspace", run_id: str, marked: Sequence[tuple[str, str]]) -> Glance | None:
    """A run in short, with the curves of its main metric: of the marked runs, and its own."""
    from mlops_console.errors import UsageError
    from mlops_console.workspace.metrics import history

    try:
        view = run_view(workspace, run_id)
    except UsageError:
        return None
    key = main_metric(view.metrics)
    curves: tuple[Curve, ...] = ()
    focus = None
    if key is not None:
        runs = list(dict.fromkeys([*(run for _, run in marked), run_id]))
        found = [(series.run_id, series.step, series.value) for series in history(workspace, runs, key)]
        curves, focus = curves_over(found, run_id, marked)
    return Glance(view, key, curves, focus, varying(workspace, view), len(marked))


def curves_over(
    found: "Sequence[tuple[str, np.ndarray[Any, Any], np.ndarray[Any, Any]]]",
    run_id: str,
    marked: Sequence[tuple[str, str]],
) -> tuple[tuple[Curve, ...], str | None]:
    """Curves by letter, and the letter of the run in focus; a run that is not marked stands out in white."""
    letters = {run: letter for letter, run in marked}
    curves = []
    for run, step, value in found:
        letter = letters.get(run, "")
        ink = f"series{letter_number(letter)}" if letter else "text" if marked else "series0"
        label = "" if letter or not marked else "this"
        curves.append(Curve(letter, label, step.astype(np.float64), value, ink))
    focus = letters.get(run_id, "")
    return tuple(curves), focus if marked and focus else None
