"""The curves of a report: one metric of all subjects, groups as a mean with a band."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.charts.model import Curve
from mlops_console.comparison.why import curves as aligning
from mlops_console.comparison.why.metrics import Series
from mlops_console.documents.page import SERIES
from mlops_console.workspace.comparing.plots import curve_letter, ink
from mlops_console.workspace.metrics import histories

if TYPE_CHECKING:
    from mlops_console.workspace.comparing.model import Comparison
    from mlops_console.workspace.comparing.report import Report
    from mlops_console.workspace.metrics import Series as History
    from mlops_console.workspace.opening import Workspace

MOST_POINTS: Final = 4_000_000
_NAME: Final = 32


def with_curves(workspace: "Workspace", report: "Report") -> "Report":
    """The report with what its picture of curves needs; asks the store, a worker's work."""
    comparison = report.comparison
    # The base and as many others as there are colours; a picture of more could not be read.
    subjects = [*comparison.others[:SERIES], comparison.base]
    runs = [run for subject in subjects for run in subject.runs]
    metric = _metric(comparison, runs)
    if metric is None:
        return report
    found = {one.run_id: one for one in histories(workspace, runs, [metric])}
    drawn = []
    for subject in subjects:
        lines = [_line(found[run]) for run in subject.runs if run in found]
        curve = _gathered([line for line in lines if len(line.x) > 1])
        if curve is not None:
            name = subject.name[:_NAME]
            drawn.append(
                curve._replace(letter=curve_letter(subject), label=name, ink=ink(comparison, subject.key))
            )
    return replace(report, curves=tuple(drawn), drawn=metric)


def _metric(comparison: "Comparison", runs: Sequence[str]) -> str | None:
    """The first of the judged metrics, then of those that all have, that has a history to draw."""
    common = [row.key for row in comparison.metrics if row.common]
    for key in dict.fromkeys((*comparison.judged, *common)):
        counts = [one.count for run in runs for one in comparison.runs[run].metrics if one.key == key]
        if max(counts, default=0) > 1 and sum(counts) <= MOST_POINTS:
            return key
    return None


def _line(history: "History") -> aligning.Curve:
    return aligning.by_step(Series(history.run_id, history.step.astype(np.float64), history.value))


def _gathered(lines: Sequence[aligning.Curve]) -> Curve | None:
    if not lines:
        return None
    if len(lines) == 1:
        return Curve("", "", lines[0].x, lines[0].y, "")
    band = aligning.band(lines)
    return Curve("", "", band.x, band.middle, "", band.low, band.high)
