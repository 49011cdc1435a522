"""A whole report in one go, as a command or a written report wants it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from mlops_console.workspace.comparing.asking import compare
from mlops_console.workspace.comparing.code import code_of
from mlops_console.workspace.comparing.judging import Judged, over_runs, tells
from mlops_console.workspace.comparing.model import Asked
from mlops_console.workspace.comparing.origin import Origin, command_line
from mlops_console.workspace.comparing.predicting import calibration, over_rows, slices
from mlops_console.workspace.comparing.report import Report
from mlops_console.workspace.comparing.saying import sentence
from mlops_console.workspace.comparing.subjects import other_seeds

if TYPE_CHECKING:
    from mlops_console.comparison.predictions.model import Slices
    from mlops_console.workspace.comparing.judging import Family
    from mlops_console.workspace.comparing.model import Comparison
    from mlops_console.workspace.opening import Workspace

Told = Callable[[str], None]
SLICED: Final = 4
"""So many subjects are cut into slices."""


def report(workspace: "Workspace", asked: Asked, told: Told = lambda _: None) -> Report:
    """Compare, judge, and look where models differ.

    Args:
        workspace: Where the runs are.
        asked: What is wanted.
        told: Hears in words how far it is; may raise to have it given up.

    Raises:
        UsageError: As `compare`.
    """
    comparison = _hinted(workspace, compare(workspace, asked))
    told("judging by predictions")
    rows = over_rows(workspace, comparison, None, lambda part: told(f"judging by predictions {part:.0%}"))
    told("judging over runs")
    runs = over_runs(workspace, comparison, None, lambda part: told(f"judging over runs {part:.0%}"))
    judged = Judged(runs, rows)
    parts = _slices(workspace, comparison, rows, told)
    scores = None
    if rows is not None and rows.judgements:
        told("looking at calibration")
        scores = calibration(workspace, comparison)
    changes = {other.key: code_of(workspace, comparison, other) for other in comparison.others}
    code = {key: change.words for key, change in changes.items() if change is not None}
    calibrated = scores.value if scores is not None and scores.value is not None else ()
    origin = Origin(command_line(asked))
    return Report(comparison, judged, sentence(comparison, judged), parts, calibrated, code, origin)


def _hinted(workspace: "Workspace", comparison: "Comparison") -> "Comparison":
    """Single runs say nothing of chance: whoever compares them should know of their other seeds."""
    if comparison.asked.by is not None:
        return comparison
    more = other_seeds(workspace, [subject.key for subject in comparison.subjects])
    if not more:
        return comparison
    are = "run with another seed is" if more == 1 else "runs with other seeds are"
    hint = f"{more} further {are} known: grouped by config they are compared as well."
    return replace(comparison, notes=(*comparison.notes, hint))


def _slices(
    workspace: "Workspace", comparison: "Comparison", rows: "Family | None", told: Told
) -> "dict[str, Slices]":
    """By subject, on the first metric that could be judged by predictions."""
    if rows is None or not rows.judgements:
        return {}
    metric = rows.judgements[0].metric
    found = {}
    for one in [one for one in rows.judgements if one.metric == metric and tells(one)][:SLICED]:
        subject = next(other for other in comparison.others if other.key == one.b)
        outcome = slices(
            workspace, comparison, subject, metric,
            lambda part, name=subject.name: told(f"looking where {name} differs {part:.0%}"),  # type: ignore[misc]
        )  # fmt: skip
        if outcome.value is not None:
            found[one.b] = outcome.value
    return found
