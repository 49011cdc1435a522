"""A run as `runs --json` and `show --json` print it."""

from collections.abc import Mapping
from typing import Any

from mlops_console.display import iso
from mlops_console.workspace.details import RunDetail
from mlops_console.workspace.metrics import MetricSummary


def run_object(run: RunDetail) -> dict[str, Any]:
    """The run's object; keys never change their meaning, new ones may come."""
    found: dict[str, Any] = {
        "id": run.id,
        "project": run.project,
        "path": run.path,
        "source": ",".join(run.readers),
        "native_id": run.native_id,
        "name": run.name,
        "group": run.group,
        "parent": run.parent,
        "parent_native_id": run.parent_native_id,
        "status": run.status,
        "status_reason": run.reason,
        "started": iso(run.started),
        "ended": iso(run.ended),
        "params": run.params,
        "tags": run.tags,
        "metrics": {metric.key: metric_object(metric) for metric in run.metrics},
        "summary": run.summary,
        "artifacts": [artifact.path for artifact in run.artifacts],
        "models": [{**m.details, "path": m.path, "format": m.format, "sha256": m.sha256} for m in run.models],
        "datasets": [dict(dataset) for dataset in run.datasets],
        "environment": run.environment,
        "problems": [problem_object(problem) for problem in run.problems],
    }
    if run.gone:
        found["gone"] = True
    if run.archived:
        found["archived"] = True
    if run.deleted:
        found["deleted"] = run.deleted
    if run.conflicts:
        found["conflicts"] = [dict(conflict) for conflict in run.conflicts]
    return found


def metric_object(metric: MetricSummary) -> dict[str, Any]:
    """A metric's figures."""
    return {
        "count": metric.count,
        "first": [metric.first_step, metric.first_value],
        "last": [metric.last_step, metric.last_value],
        "min": metric.min,
        "max": metric.max,
        "nan_count": metric.nan_count,
    }


def problem_object(problem: Any, project: str | None = None) -> Mapping[str, Any]:
    """A problem: where, and what."""
    where = {} if project is None else {"project": project}
    return {**where, "path": problem.path, "offset": problem.offset, "what": problem.what}
