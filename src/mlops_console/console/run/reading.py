"""Asks the workspace for what the page and the preview of a run show. Runs in worker threads."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mlops_console import display
from mlops_console.charts import Curve
from mlops_console.console.elsewhere import folder_of
from mlops_console.console.run.facts import History, Metric, RunView, SourceNote
from mlops_console.console.run.metrics import main_metric
from mlops_console.console.theme import letter_number

if TYPE_CHECKING:
    from mlops_console.workspace import Workspace
    from mlops_console.workspace.changes import Changes
    from mlops_console.workspace.details import SourceDetail
    from mlops_console.workspace.files import FileEntry, Preview, Tail
    from mlops_console.workspace.lineage import Lineage
    from mlops_console.workspace.metrics import MetricSummary, Series
    from mlops_console.workspace.notes import Note

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
        deleted=found.deleted or "",
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
        folder=folder_of(found.root, found.path),
    )


def watched(workspace: "Workspace", view: RunView) -> tuple[str, str]:
    """What the monitors of the version that came of a run say, and its ink; empty: none watches one."""
    from mlops_console.wishes.reading import read_wishes

    project = next((one for one in workspace.projects if one.key == view.project_key), None)
    if project is None or not read_wishes(project.root).monitors:
        return "", ""
    registry = workspace.decisions.registry(project.key)
    versions = (version for model in registry.models.values() for version in model.versions)
    if not any(
        version.aliases and version.run and version.run.get("path") == view.path for version in versions
    ):
        return "", ""
    from mlops_console.workspace.details import detail
    from mlops_console.workspace.drifting.states.shown import WORDS, of_run

    found = of_run(workspace, detail(workspace, view.id))
    if not found:
        return "", ""
    label, worst = found[0]
    ink = _HEALTHS.get(worst.health, "warn") if worst.needs else "muted"
    return f"{label}: {worst.watched.name} {WORDS[worst.health]}", ink


_HEALTHS: Final = {"harmful": "bad", "drift": "bad"}


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
    files = display.counted(len(source.files), "file")
    return SourceNote(source.reader, source.path, ", ".join([files, *told]), source.gone)


def _counted(items: Any, noun: str) -> str:
    one = {"summary": "result"}.get(noun, noun.removesuffix("s"))
    return display.counted(len(items), one)


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
    # What moves is drawn; only where nothing does, values are set side by side.
    key = main_metric([metric for metric in view.metrics if metric.count > 1] or view.metrics)
    curves: tuple[Curve, ...] = ()
    focus = None
    if key is not None:
        runs = list(dict.fromkeys([*(run for _, run in marked), run_id]))
        found = [(series.run_id, series.step, series.value) for series in history(workspace, runs, key)]
        curves, focus = curves_over(found, run_id, marked)
    view = replace(view, watched=watched(workspace, view))
    return Glance(view, key, curves, focus, varying(workspace, view), len(marked))


def curves_over(
    found: "Sequence[tuple[str, np.ndarray[Any, Any], np.ndarray[Any, Any]]]",
    run_id: str,
    marked: Sequence[tuple[str, str]],
) -> tuple[tuple[Curve, ...], str | None]:
    """Curves by letter, and the letter of the run in focus; a run that is not marked stands out in white."""
    letters = {run: letter for letter, run in marked}
    curves = []
    # Of curves that lie on one another the first is seen.
    for run, step, value in sorted(found, key=lambda one: one[0] != run_id or one[0] in letters):
        letter = letters.get(run, "")
        ink = f"series{letter_number(letter)}" if letter else "text" if marked else "series0"
        label = "" if letter or not marked else "this"
        curves.append(Curve(letter, label, step.astype(np.float64), value, ink))
    focus = letters.get(run_id, "")
    return tuple(curves), focus if marked and focus else None


# What the sections ask when they are looked at; the doors are imported there, not with the page.


def files(workspace: "Workspace", run_id: str) -> "tuple[FileEntry, ...]":
    """Every file of a run."""
    from mlops_console.workspace.files import entries

    return entries(workspace, run_id)


def preview(
    workspace: "Workspace", run_id: str, path: str, width: int, height: int, wanted: Callable[[], bool]
) -> "Preview":
    """A file in short, as long as it is wanted."""
    from mlops_console.workspace.files import preview as read

    return read(workspace, run_id, path, width, height, wanted)


def sha256(workspace: "Workspace", run_id: str, path: str) -> str:
    """A file's hash."""
    from mlops_console.workspace.files import sha256 as read

    return read(workspace, run_id, path)


def location(workspace: "Workspace", run_id: str, path: str) -> str:
    """Where a file lies, for an editor."""
    from mlops_console.workspace.files import location as find

    return find(workspace, run_id, path)


def logs(workspace: "Workspace", run_id: str) -> "tuple[FileEntry, ...]":
    """The log files of a run, the likeliest first."""
    from mlops_console.workspace.files import logs as read

    return read(workspace, run_id)


def tail(workspace: "Workspace", run_id: str, path: str, offset: int | None, limit: int) -> "Tail":
    """The end of a log, or what came since."""
    from mlops_console.workspace.files import tail as read

    return read(workspace, run_id, path, offset, limit)


def changes(workspace: "Workspace", run_id: str) -> "Changes | None":
    """What changed against the previous run of the same script."""
    from mlops_console.workspace.changes import changes as read

    return read(workspace, run_id)


def lineage(workspace: "Workspace", run_id: str) -> "Lineage":
    """What a run comes from, and what came of it."""
    from mlops_console.workspace.lineage import lineage as read

    return read(workspace, run_id)


def notes(workspace: "Workspace", run_id: str) -> "tuple[Note, ...]":
    """What people wrote about a run."""
    from mlops_console.workspace.notes import notes as read

    return read(workspace, run_id)


def user_tags(workspace: "Workspace", run_id: str) -> Mapping[str, str]:
    """The tags that people gave a run."""
    from mlops_console.workspace.notes import user_tags as read

    return read(workspace, run_id)


def add_note(workspace: "Workspace", run_id: str, text: str) -> "Note":
    """Write a note."""
    from mlops_console.workspace.notes import add_note as add

    return add(workspace, run_id, text)


def remove_note(workspace: "Workspace", run_id: str, note: str) -> bool:
    """Take a note away."""
    from mlops_console.workspace.notes import remove_note as remove

    return remove(workspace, run_id, note)


def tag(workspace: "Workspace", runs: Sequence[str], name: str, value: str, on: bool) -> None:
    """Give runs a tag, or take it away."""
    from mlops_console.workspace.notes import tag as give

    give(workspace, runs, name, value, on)
