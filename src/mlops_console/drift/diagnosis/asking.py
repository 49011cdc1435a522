"""A model asked on mixed-up rows: all that the process does that holds it."""

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from mlops_console.comparison.model import Progress
from mlops_console.drift.diagnosis.answering import figure, metric_for, truth_of, worse
from mlops_console.drift.diagnosis.feeding import Table, columns_for, ways
from mlops_console.drift.diagnosis.loading import OnnxModel, load
from mlops_console.drift.diagnosis.model import MOST_COLUMNS, ModelError, Order, Weighed
from mlops_console.drift.diagnosis.permuting import weigh

if TYPE_CHECKING:
    import polars as pl


def ask(order: Order, data: bytes, frame: "pl.DataFrame", progress: Progress | None = None) -> Weighed:
    """Load the model and mix up one column after the other.

    Args:
        order: What is asked.
        data: The model's file.
        frame: Rows with all columns and the label.
        progress: Told how far it is.

    Raises:
        ModelError: The model or the rows can't be used.
    """
    warnings.simplefilter("ignore")
    model = load(order.form, data, vouched=order.vouched)
    there = [name for name in frame.columns if name != order.label]
    known = _names(model)
    names = columns_for(known, _many(model), there, [name for name in order.usual if name in there])
    if len(names) > MOST_COLUMNS:
        raise ModelError(f"the model takes {len(names):,} columns, {MOST_COLUMNS:,} are the most")
    if isinstance(model, OnnxModel):
        model.learn(_first(frame.select(names), named=known is not None).x)
    truth = truth_of(model, frame[order.label].to_list())
    table = _taken(model, frame.select(names)[truth.rows], known is not None)
    metric, notes = metric_for(order.metric, truth, model)
    base, found = weigh(
        table, names, lambda: figure(metric, truth, model, table.x),
        lambda before, now: worse(metric, before, now),
        repeats=order.repeats, seed=order.seed, progress=progress,
    )  # fmt: skip
    return Weighed(
        metric, base, found, table.height, order.repeats, type(model).__name__[:120], (*truth.notes, *notes)
    )


def _names(model: Any) -> list[str] | None:
    found = getattr(model, "feature_names_in_", None)
    return None if found is None else [str(name) for name in np.asarray(found).reshape(-1).tolist()]


def _many(model: Any) -> int | None:
    found = getattr(model, "n_features_in_", None)
    return int(found) if isinstance(found, int | np.integer) else None


def _first(frame: "pl.DataFrame", *, named: bool) -> Table:
    return next(iter(ways(frame.head(1), named=named)))


def _taken(model: Any, frame: "pl.DataFrame", named: bool) -> Table:
    """The rows in the first form that the model takes; the first refusal is told where it takes none."""
    why: Exception | None = None
    for some in ways(frame.head(20), named=named):
        try:
            model.predict(some.x)
        except Exception as error:  # noqa: BLE001 - whatever somebody's model raises
            why = why or error
            continue
        return Table(frame, some.shape)
    words = " ".join(str(why).split())[:300]
    raise ModelError(f"the model does not take these rows: {type(why).__name__}: {words}")
