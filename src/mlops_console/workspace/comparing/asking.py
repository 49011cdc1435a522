"""What the store knows of a comparison, at once: who, how they differ, their metrics."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from mlops_console.display import safe_text
from mlops_console.errors import UsageError
from mlops_console.workspace.comparing.caveats import caveats
from mlops_console.workspace.comparing.model import Asked, Comparison, MetricRow
from mlops_console.workspace.comparing.pairing import pairs_of
from mlops_console.workspace.comparing.predicted_files import tables_of
from mlops_console.workspace.comparing.subjects import subjects_of
from mlops_console.workspace.comparing.table import metric_rows
from mlops_console.workspace.comparing.told import costs_of, differences

if TYPE_CHECKING:
    from mlops_console.workspace.opening import Workspace


def compare(workspace: "Workspace", asked: Asked) -> Comparison:
    """Lay runs or groups of runs beside each other. Asks the store only; a worker's work, but a short one.

    Raises:
        UsageError: A run, base, group or metric that is asked for is not there, or there is nothing to
            compare; the sentence says so.
    """
    found = subjects_of(workspace, asked)
    notes = list(found.notes)
    groups = [[found.runs[run_id] for run_id in subject.runs] for subject in found.subjects]
    pairs, paired_by = pairs_of(groups, found.apart)
    facts = differences(found.subjects, found.runs, notes)
    rows = metric_rows(workspace, asked, found.subjects, found.runs, notes)
    judged = _judged(asked, rows, any(tables_of(run) for run in found.runs.values()))
    if asked.goal is not None:
        goals = {**dict.fromkeys(judged, asked.goal), **asked.goals}
        rows = metric_rows(workspace, replace(asked, goals=goals), found.subjects, found.runs, [])
    if not any(row.common for row in rows):
        notes.append("There is no metric that all of them have a value of.")
    notes += caveats(found.subjects, found.runs, judged)
    costs = costs_of(found.subjects, found.runs)
    return Comparison(
        asked, found.subjects, found.runs, pairs, paired_by, facts, costs, tuple(rows), judged, tuple(notes)
    )


def _of_predictions(key: str) -> bool:
    from mlops_console.comparison.predictions.naming import metric_named

    return metric_named(key) is not None


def _judged(asked: Asked, rows: Sequence[MetricRow], predicted: bool) -> tuple[str, ...]:
    """The metrics that are asked for, else the likeliest that all have and whose goal is known.

    One that no run logged may be asked for where there may be `predicted` rows to compute it from.
    """
    known = [row.key for row in rows]
    for key in asked.metrics:
        if key not in known and not (predicted and _of_predictions(key)):
            near = difflib.get_close_matches(key, known, 3, 0.4) or known[:5]
            hint = "they have " + ", ".join(safe_text(name, 60) for name in near) if near else ""
            raise UsageError(f"none of these runs has a metric {safe_text(key, 80)!r}", hint)
    if asked.metrics:
        return tuple(dict.fromkeys(asked.metrics))
    common = [row for row in rows if row.common]
    return tuple(row.key for row in [row for row in common if row.goal] or common)[:1]
