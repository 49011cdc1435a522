"""Slices of a window: the rows whose labels came, parted by its columns."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from mlops_console.display import safe_text
from mlops_console.drift.measuring import FAILURES
from mlops_console.drift.model import Measured, ModelReport
from mlops_console.errors import DataError
from mlops_console.records import IntArray

if TYPE_CHECKING:
    from mlops_console.drift.performance.outcomes import Outcomes
    from mlops_console.drift.performance.referring import ReferencePerformance
    from mlops_console.drift.tables.model import Reference

ROWS: Final = 10_000
"""Fewer than are caught while columns are read: nothing is read again."""


def with_slices(
    model: ModelReport,
    outcomes: "Outcomes",
    reference: "ReferencePerformance | None",
    table: "Reference",
    features: Sequence[Measured],
    by: Sequence[str] = (),
) -> ModelReport:
    """A report of the model with the parts of the rows where it is wrong most, where labels tell.

    Args:
        model: The report.
        outcomes: The labels and what was said, of the rows of `table`.
        reference: How the model did before.
        table: The window.
        features: What was measured of its columns, those that moved most first.
        by: The columns that part the rows; empty: the first that can.
    """
    from polars.exceptions import PanicException, PolarsError

    if not model.performance or model.performance[0].realised is None:
        return model
    try:
        return _found(model, outcomes, reference, table, features, by)
    except (*FAILURES, DataError, PolarsError, PanicException) as error:
        # What the model does is known: that is not lost over where it does it.
        why = f"{type(error).__name__}: {safe_text(str(error), 200)}"
        return replace(model, problems=(*model.problems, f"Where it is wrong most can't be told: {why}."))


def _found(
    model: ModelReport,
    outcomes: "Outcomes",
    reference: "ReferencePerformance | None",
    table: "Reference",
    features: Sequence[Measured],
    by: Sequence[str],
) -> ModelReport:
    from mlops_console.drift.diagnosis.cutting import candidates, cut
    from mlops_console.drift.diagnosis.slices import LEAST, slices
    from mlops_console.drift.performance.scoring import scored
    from mlops_console.drift.tables.drawing import draw

    task = reference.task if reference is not None and reference.task is not None else outcomes.task
    wanted = candidates(features, by, table.columns())
    rows = None if task is None else scored(outcomes, task, None if reference is None else reference.cut)
    if rows is None or isinstance(rows, str) or not wanted:
        return model
    chosen = draw(table.rows, ROWS, 0)
    places = _places(chosen, outcomes.kept)
    there = np.flatnonzero(places >= 0)
    usable = ~np.isnan(rows.y[places[there]]) & rows.complete[places[there]]
    there = there[usable]
    if len(there) < 2 * LEAST:
        return model
    frame = table.some_rows([one.name for one in wanted], ROWS, 0)[there]
    cuts = [found for one in wanted if (found := cut(one, frame[one.name], LEAST)) is not None]
    return replace(model, slices=slices(rows.at(places[there]), model.performance[0].metric, cuts))


def _places(chosen: IntArray, kept: IntArray | None) -> IntArray:
    """Where rows of the table stand among the outcomes; -1: they do not."""
    if kept is None:
        return chosen
    at = np.minimum(np.searchsorted(kept, chosen), max(len(kept) - 1, 0))
    return np.where(kept[at] == chosen, at, -1) if len(kept) else np.full(len(chosen), -1)
