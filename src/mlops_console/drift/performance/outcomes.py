"""What a model said and what came true, row by row, as columns of a table give them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mlops_console.comparison.predictions.columns import missing, numbers, take
from mlops_console.comparison.predictions.model import Values
from mlops_console.comparison.predictions.naming import Kind
from mlops_console.comparison.predictions.tasks import Task, task_of
from mlops_console.display import safe_text
from mlops_console.drift.performance.joining import joined
from mlops_console.records import IntArray

if TYPE_CHECKING:
    import polars as pl

    from mlops_console.drift.tables.model import Table


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Columns of one length, an entry a row."""

    rows: int
    label: Values | None
    """What came true, missing where it is not known yet; None: there is no such column."""
    score: Values | None
    """Binary: how probable the positive class is, or anything that ranks by it. Regression: what was said."""
    prediction: Values | None
    """The class, or the number, that was predicted."""
    task: Task | None
    """None: there are no labels to tell it by."""
    problems: tuple[str, ...] = ()
    """What was left out and why, sentences."""
    kept: IntArray | None = None
    """The numbers of these rows in the table; None: they are all of it."""

    @property
    def labelled(self) -> float:
        """Share of rows that have a label."""
        if self.label is None or not self.rows:
            return 0.0
        return 1.0 - float(missing(self.label).mean())


def outcomes_of(
    table: "Table",
    *,
    label: str | None = None,
    score: str | None = None,
    prediction: str | None = None,
    key: str | None = None,
    labels: "Table | None" = None,
    task: Kind | None = None,
) -> Outcomes:
    """Labels, scores and predictions of a table; a column that is not there is said, not raised.

    Args:
        table: The rows that were predicted.
        label: Column of what came true, in `labels` where that is given, else in `table` (where both have it,
            `labels` goes before).
        score: Column of the positive class's score.
        prediction: Column of the predicted class or number.
        key: Column that joins `labels` to `table`.
        labels: A table of labels that came later; its rows may be in any order, too many and too few.
        task: What kind of task it is, where the columns would not say it rightly.
    """
    there = table.columns()
    named = {"label": label, "score": score, "prediction": prediction, "key": key}
    problems = []
    for what in ("score", "prediction"):
        name = named[what]
        if name and name not in there:
            problems.append(f"There is no column {safe_text(name, 60)} ({what}).")
    if label and label not in there and labels is None:
        problems.append(f"There is no column {safe_text(label, 60)}: the labels have not come.")
    names = [name for name in dict.fromkeys(named.values()) if name and name in there]
    frame = table.frame(names) if names else None
    taken = {
        what: frame[name] if frame is not None and name in names else None for what, name in named.items()
    }
    truth, used = taken["label"], None
    if labels is not None and label:
        truth, used, more = _late(taken["key"], truth, labels, key, label)
        problems += more
    return _outcomes(table.rows, truth, taken["score"], taken["prediction"], used, task, problems)


def truth_of(
    table: "Table", label: str, key: str, labels: "Table | None"
) -> "tuple[pl.Series | None, pl.Series | None, list[str]]":
    """What came true of each row, null where it is not known; which rows count (None: all); and what was met.

    No label at all: None.
    """
    there = table.columns()
    own = table.frame([label])[label] if label in there else None
    if labels is None:
        return own, None, []
    return _late(table.frame([key])[key] if key in there else None, own, labels, key, label)


def _late(
    keys: "pl.Series | None", own: "pl.Series | None", labels: "Table", key: str | None, label: str
) -> "tuple[pl.Series | None, pl.Series | None, list[str]]":
    """Labels from the other table, filled up by the rows' own."""
    known = labels.columns()
    if not key or keys is None or key not in known or label not in known:
        lacking = [
            f"the labels have no column {safe_text(name, 60)}"
            for name in (key, label)
            if name and name not in known
        ]
        if keys is None:
            lacking.append(f"the window has no column {safe_text(key, 60)}" if key else "no key is named")
        return own, None, [f"Labels can't be joined: {' and '.join(lacking)}."]
    found, used, notes = joined(keys, labels.frame(list(dict.fromkeys((key, label)))), key, label)
    if own is not None and own.null_count() < len(own):
        import polars as pl

        if own.dtype != found.dtype:
            notes.append("The window's own labels are of another type than those that came later: not used.")
        else:
            found = pl.select(pl.coalesce(found, own)).to_series()
    return found, used, notes


def _outcomes(
    rows: int,
    truth: "pl.Series | None",
    score: "pl.Series | None",
    prediction: "pl.Series | None",
    used: "pl.Series | None",
    kind: Kind | None,
    problems: list[str],
) -> Outcomes:
    label, scores, said = (None if one is None else values_of(one) for one in (truth, score, prediction))
    kept: IntArray | None = None
    if used is not None and not used.all():
        keep = np.flatnonzero(used.to_numpy())
        label, scores, said = (None if one is None else take(one, keep) for one in (label, scores, said))
        rows, kept = len(keep), keep
    task = None
    if label is not None and not missing(label).all():
        task = _task(label, said if said is not None else scores, kind)
    return Outcomes(rows, label, scores, said, task, tuple(problems), kept)


def _task(label: Values, nearest: Values | None, kind: Kind | None) -> Task:
    """What kind of task it is, from the labels and what was said that is nearest to labels."""
    there = ~missing(label)
    if nearest is not None:
        there &= ~missing(nearest)
    if not there.any():
        there = ~missing(label)
        nearest = None
    found = task_of(take(label, there), *([] if nearest is None else [take(nearest, there)]))
    if kind == "regression" and numbers(label) is not None:
        return Task("regression", because="It was said to be.")
    return found


def values_of(series: "pl.Series") -> Values:
    """A column as numbers, not-a-number where missing, or as coded text."""
    import polars as pl

    dtype = series.dtype
    if dtype.is_numeric() or dtype == pl.Boolean:
        return series.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()
    if dtype == pl.Null or dtype.is_nested() or dtype in (pl.Object, pl.Binary):
        return np.full(len(series), np.nan)
    text = series.cast(pl.String, strict=False)
    text = text.set(text == "", None)
    codes = (text.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy().astype(np.int32)
    return codes, tuple(text.drop_nulls().unique().sort().to_list())
